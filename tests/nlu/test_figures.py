"""The figures of the evaluation on small made-up answers whose figures can be worked out by hand, and its reports."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nlu.entity_cases import EntityCase
from nlu.errors import NluSetupError
from nlu.evaluation.figures import (
    auroc,
    bins_of,
    expected_error,
    macro_f1,
    percentile,
    scores_of,
)
from nlu.evaluation.judging import Judged, JudgedDate, Readings
from nlu.evaluation.leaks import find_leaks
from nlu.evaluation.misses import misses_of, read_misses, write_misses
from nlu.evaluation.report import figures_of
from nlu.evaluation.report_html import as_html
from nlu.evaluation.report_text import as_text
from nlu.evaluation.sets import Case, DateCase, Sets, read_sets
from nlu.examples import Mark, read_examples
from nlu.normalise import normal_text


def test_scores() -> None:
    scores = scores_of([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("c", None)])
    assert (scores["a"].precision, scores["a"].recall) == (1.0, 0.5)
    assert (scores["b"].precision, scores["b"].recall) == (2 / 3, 1.0)
    assert (scores["c"].precision, scores["c"].recall, scores["c"].f1) == (0.0, 0.0, 0.0)
    assert macro_f1(scores) == pytest.approx((2 / 3 + 4 / 5 + 0) / 3)
    assert macro_f1({}) == 0


AUROC = [
    ([0.9, 0.8], [0.1, 0.2], 1.0),
    ([0.1], [0.9, 0.8], 0.0),
    ([0.5, 0.5], [0.5], 0.5),
    ([0.7, 0.3], [0.5, 0.1], 0.75),
    ([], [0.5], 0.5),
]


@pytest.mark.parametrize(("positive", "negative", "expected"), AUROC)
def test_auroc(positive: list[float], negative: list[float], expected: float) -> None:
    assert auroc(positive, negative) == expected


def test_calibration() -> None:
    bins = bins_of([(0.95, True), (0.95, False), (1.0, True), (0.2, False)])
    assert [(one.start, one.count) for one in bins] == [(0.2, 1), (0.9, 3)]
    assert expected_error(bins) == pytest.approx((0.2 + 3 * abs(2.9 / 3 - 2 / 3)) / 4)
    assert expected_error([]) == 0


def test_percentile() -> None:
    assert [percentile([1, 2, 3, 4], part) for part in (0, 0.5, 0.99, 1)] == [1, 3, 4, 4]
    assert percentile([], 0.5) == 0


TRAINED = ["Où est le centre de santé le plus proche de chez moi ?", "oui merci bien", "bghit nakhod rdv ghedda"]
LEAKS = [
    ("ou est le centre de sante le plus proche de chez moi", 1.0),
    ("salam, où est le centre de santé le plus proche de chez moi", 0.909),
    ("ghedda bghit nakhod rendez-vous", None),
    ("bghiiit nakhod rdv GHEDDA", 1.0),
    ("oui merci bien", None),
    ("où est la pharmacie la plus proche de chez moi", None),
    ("😀", None),
]


@pytest.mark.parametrize(("text", "likeness"), LEAKS)
def test_leaks(text: str, likeness: float | None) -> None:
    found = find_leaks([text], {normal_text(trained): trained for trained in TRAINED})
    assert [leak.likeness for leak in found] == ([] if likeness is None else [likeness])


def judged(intent: str | None, given: str, confidence: float = 0.9, **more: Any) -> Judged:
    case = Case("strangers", more.get("variety", "fr"), more.get("kind", "intent"), intent, more.get("text", "t"))
    return Judged(case, ((given, confidence), ("thank", 0.05)), "none", "fr", more.get("danger", ()))


ROWS = [
    judged("greet", "greet", text="<b>salut</b> & co"),
    judged("greet", "thank", text="<script>alert(1)</script>"),
    judged("out_of_scope", "out_of_scope", 0.8, text="صباح الخير"),
    judged("report_emergency", "report_symptom", text="missed"),
    judged("report_emergency", "report_symptom", kind="emergency", danger=("choking",)),
    judged("report_emergency", "report_emergency", kind="emergency"),
    judged(None, "report_symptom", kind="lookalike"),
    judged(None, "report_emergency", kind="lookalike", text="look"),
    judged("report_mental_distress", "report_mental_distress", danger=("wants-to-die",)),
]
DATE = JudgedDate(DateCase("fr", "demain", datetime(2026, 1, 1), {"kind": "none"}), {"kind": "date"})
TOWN = EntityCase("rdv à Salé", (Mark("city", "04.441.01.0", 6, 10),))
FOUND = [[("city", 6, 10, "04.441.01.0")], [("city", 6, 10, "another"), ("service", 0, 3, "x")]]
READINGS = Readings(ROWS, [DATE, replace(DATE, given={"kind": "none"})], FOUND, [1.0, 2.0, 3.0])
SETS = Sets([row.case for row in ROWS], [DATE.case] * 2, [("fr", TOWN)] * 2, {"strangers": 2}, [])


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    about = {"model": {"id": "labas-x", "bytes": 1_000_000}, "training": {"fr": 3}}
    return about | figures_of(SETS, READINGS)


def test_report(report: dict[str, Any]) -> None:
    assert [(row["variety"], row["sentences"], row["accuracy"]) for row in report["slices"]] == [
        ("fr", 5, 0.6), ("all", 5, 0.6)
    ]  # fmt: skip
    danger = report["danger"][-1]
    assert danger["emergencies"] == {"sentences": 3, "net": 1, "model": 1, "either": 2}
    assert danger["lookalikes"] == {"sentences": 2, "net": 0, "model": 1, "either": 1}
    assert danger["ordinary"] == {"sentences": 3, "net": 0, "model": 0, "either": 0}
    assert report["slices"][-1]["out_of_scope_auroc"] == 1.0
    assert report["confusions"][0]["sentences"][0]["text"] == "<script>alert(1)</script>"
    assert report["dates"]["slices"][-1] == {"variety": "all", "sentences": 2, "right": 0.5}
    assert report["entities"]["slices"][-1] == {
        "variety": "all", "marks": 2, "precision": 0.3333, "recall": 0.5, "f1": 0.4
    }  # fmt: skip
    assert [(row["missed"], row["too_many"]) for row in report["entities"]["wrong"]] == [
        (["city:04.441.01.0"], ["city:another", "service:x"])
    ]
    assert json.loads(json.dumps(report)) == report


def test_text_names_what_went_wrong(report: dict[str, Any]) -> None:
    text = as_text(report)
    assert "greet → thank" in text
    assert "Emergencies that raised no alarm: 1" in text
    assert "  missed" in text


def test_the_page_stands_alone_and_shows_texts_as_texts(report: dict[str, Any]) -> None:
    page = as_html(report)
    assert "<script" not in page and "<b>salut" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert re.findall(r"(?:src|href)=|url\(|@import", page) == []
    assert page.count("<svg") == page.count("</svg>") >= 6


def test_misses_are_written_and_read(tmp_path: Path) -> None:
    found = misses_of(READINGS)
    assert {(miss.right, miss.text, miss.given) for miss in found} == {
        ("greet", "<script>alert(1)</script>", "thank"),
        ("report_emergency", "missed", "report_symptom"),
        ("danger", "missed", "report_symptom"),
        ("no danger", "look", "report_emergency"),
        ("date at 2026-01-01T00:00", "demain", '{"kind": "date"}'),
    }
    write_misses(tmp_path / "misses.yml", found)
    assert read_misses(tmp_path / "misses.yml") == found
    write_misses(tmp_path / "none.yml", [])
    assert read_misses(tmp_path / "none.yml") == []


def test_sets_of_ones_own(tmp_path: Path) -> None:
    content = "nlu:\n- intent: greet\n  examples: |\n    - salut toi\n    - bonjour [Ali](person_name)\n"
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "any.yml").write_text(content, "utf-8")
    (tmp_path / "both.yml").write_text(content.replace("salut", "salam"), "utf-8")
    trained = tmp_path / "trained.yaml"
    trained.write_text("nlu:\n- intent: greet\n  examples: |\n    - Salut toi !\n", "utf-8")
    sets = read_sets(tmp_path, read_examples(trained))
    assert [(case.variety, case.text) for case in sets.cases] == [
        ("fr", "bonjour Ali"), ("mixed", "salam toi"), ("mixed", "bonjour Ali")
    ]  # fmt: skip
    assert sets.left_out == {"first": 1}
    assert sets.names == ["first"]


@pytest.mark.parametrize("content", [None, "nlu: [", "nlu: 3"])
def test_sets_that_are_none_are_refused_with_a_sentence(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "bad.yml").write_text(content, "utf-8")
    with pytest.raises(NluSetupError, match=r"sets|no sentences"):
        read_sets(tmp_path)
