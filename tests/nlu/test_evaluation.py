"""The trained model on the frozen sets: no variety and no safety intent may fall below its floor.

A floor stands a little below what was measured when it was set (``labas nlu evaluate`` measures anew): it is there to
notice a fall. The sets are frozen by a checksum, and what the training has too is left out of the measure.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from nlu.evaluation.evaluate import Evaluation
from nlu.evaluation.misses import DATE, misses_of, read_misses
from nlu.evaluation.sets import read_sets
from nlu.examples import read_examples
from nlu.models import DATA

HERE = Path(__file__).parent
FROZEN = ("ary", "ary-Latn", "ar", "fr", "strangers", "newcomers", "entities")

MACRO_F1 = [
    ("first", "ary", 0.94),
    ("first", "ary-Latn", 0.91),
    ("first", "ar", 0.94),
    ("first", "fr", 0.94),
    ("first", "mixed", 0.95),
    ("strangers", "ary", 0.93),
    ("strangers", "ary-Latn", 0.93),
    ("strangers", "ar", 0.93),
    ("strangers", "fr", 0.945),
    ("strangers", "mixed", 0.95),
]
# Recall over all varieties of both sets: whoever says this must be heard.
SAFETY = [
    ("report_emergency", 0.92),
    ("report_mental_distress", 0.93),
    ("report_vaccine_side_effect", 0.90),
    ("feel_worse", 0.92),
    ("ask_emergency_number", 0.93),
    ("talk_to_human", 0.89),
    ("stop_reminders", 0.88),
    ("stop_conversation", 0.92),
    ("delete_my_data", 0.89),
    ("deny", 0.88),
]
CAUGHT = [("ary", 0.97), ("ary-Latn", 0.96), ("ar", 0.97), ("fr", 0.97), ("all", 0.98)]
CAUGHT_OF_NEWCOMERS = [("ary", 0.95), ("ary-Latn", 0.97), ("ar", 0.97), ("fr", 0.95), ("all", 0.97)]
# At most so many of the look-alikes, and of all other sentences.
MOST_LOOKALIKES, MOST_ORDINARY = 0.10, 0.01
DATES = [("ary", 0.95), ("ary-Latn", 0.95), ("ar", 0.93), ("fr", 0.95)]
ENTITIES = [("ary", 0.88), ("ary-Latn", 0.94), ("ar", 0.90), ("fr", 0.89)]
VARIETY_RIGHT = [("ary", 0.95), ("ary-Latn", 0.95), ("ar", 0.95), ("fr", 0.95)]
# Each training shifts a few sentences; when more than this share of the list is right, it is out of date.
STALE = 0.15
MOST_LEAKED = 0.02


def one(rows: list[dict[str, Any]], **named: str) -> dict[str, Any]:
    """The only row with these values."""
    (found,) = [row for row in rows if all(row[key] == value for key, value in named.items())]
    return found


@pytest.mark.parametrize(("name", "variety", "floor"), MACRO_F1)
def test_macro_f1(evaluation: Evaluation, name: str, variety: str, floor: float) -> None:
    assert one(evaluation.report["slices"], set=name, variety=variety)["macro_f1"] >= floor


@pytest.mark.parametrize(("intent", "floor"), SAFETY)
def test_safety_intents(evaluation: Evaluation, intent: str, floor: float) -> None:
    rows = [row for row in evaluation.report["intents"] if row["variety"] == "all" and row["intent"] == intent]
    support = sum(row["support"] for row in rows)
    assert support > 60
    assert sum(row["recall"] * row["support"] for row in rows) / support >= floor


@pytest.mark.parametrize(
    ("name", "variety", "floor"),
    [*(("strangers", *row) for row in CAUGHT), *(("newcomers", *row) for row in CAUGHT_OF_NEWCOMERS)],
)
def test_emergencies_are_caught(evaluation: Evaluation, name: str, variety: str, floor: float) -> None:
    found = one(evaluation.report["danger"], set=name, variety=variety)["emergencies"]
    assert found["either"] / found["sentences"] >= floor, evaluation.report["danger_sentences"]["missed"]


@pytest.mark.parametrize("name", ["strangers", "newcomers"])
def test_false_alarms(evaluation: Evaluation, name: str) -> None:
    row = one(evaluation.report["danger"], set=name, variety="all")
    assert row["lookalikes"]["either"] <= MOST_LOOKALIKES * row["lookalikes"]["sentences"]
    assert row["ordinary"]["either"] <= MOST_ORDINARY * row["ordinary"]["sentences"]


@pytest.mark.parametrize(("variety", "floor"), DATES)
def test_dates(evaluation: Evaluation, variety: str, floor: float) -> None:
    assert one(evaluation.report["dates"]["slices"], variety=variety)["right"] >= floor


@pytest.mark.parametrize(("variety", "floor"), ENTITIES)
def test_entities(evaluation: Evaluation, variety: str, floor: float) -> None:
    assert one(evaluation.report["entities"]["slices"], variety=variety)["f1"] >= floor


@pytest.mark.parametrize(("variety", "floor"), VARIETY_RIGHT)
def test_the_variety_is_told(evaluation: Evaluation, variety: str, floor: float) -> None:
    row = one(evaluation.report["slices"], set="strangers", variety=variety)
    assert row["variety_right"] >= floor
    assert row["variety_told"] >= 0.95 * row["sentences"]


def test_it_knows_what_is_out_of_scope_and_how_sure_it_is(evaluation: Evaluation) -> None:
    row = one(evaluation.report["slices"], set="strangers", variety="all")
    assert row["out_of_scope_auroc"] >= 0.97
    assert row["calibration_error"] <= 0.05
    assert row["right_when_sure"] >= 0.95
    assert row["sure"] >= 0.90


def test_known_misses_that_are_fixed_leave_the_list(evaluation: Evaluation, capsys: pytest.CaptureFixture[str]) -> None:
    listed = read_misses(HERE / "known_misses.yml")
    still = {miss.key for miss in misses_of(evaluation.readings)}
    fixed = [miss for miss in listed if miss.key not in still]
    with capsys.disabled():
        for miss in fixed:
            print(f"\nno longer a miss (remove it): {miss.set} {miss.variety} {miss.right}: {miss.text}", end="")
    assert [miss for miss in fixed if miss.right.startswith(DATE)] == [], "reading a date does not shift by chance"
    assert len(fixed) <= STALE * len(listed), "labas nlu evaluate --write-misses tests/nlu/known_misses.yml"


def test_the_list_names_sentences_of_the_sets() -> None:
    sets = read_sets()
    there = {case.text for case in sets.cases} | {date.text for date in sets.dates}
    assert [miss for miss in read_misses(HERE / "known_misses.yml") if miss.text not in there] == []


def test_the_sets_are_frozen() -> None:
    """CONTRIBUTING says when the checksums may change."""
    listed = dict(line.split("  ", 1)[::-1] for line in (HERE / "frozen.sha256").read_text("utf-8").splitlines())
    files = [HERE / "mixed.yml", *(path for folder in FROZEN for path in (HERE / folder).rglob("*.yml"))]
    found = {path.relative_to(HERE).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}
    assert found == listed


def test_nothing_measured_is_a_training_sentence() -> None:
    """People who never met write some of the same sentences; they are not measured, and must stay few."""
    sets, every = read_sets(trained=read_examples(DATA)), read_sets()
    leaked = {leak.text for leak in sets.leaks}
    assert not leaked & {case.text for case in sets.cases}
    assert len(leaked) <= MOST_LEAKED * len(every.cases), sorted(leaked)
    assert len(sets.cases) >= 0.9 * len(every.cases)
