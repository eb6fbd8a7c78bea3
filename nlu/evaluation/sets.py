"""Reads the frozen sets that the model is measured on, and leaves out what it was trained on.

A folder of sets holds, each part optional:

* ``<variety>/<intent>.yml`` and files beside these folders, in Rasa's form: the set "first". Its sentences were written
  apart from the training sentences, but its misses were looked at while the model was tuned. A file beside the variety
  folders counts as "mixed".
* ``strangers/<variety>/{intents,emergencies,lookalikes,dates,mixed}.yml``: the set "strangers", written by people who
  saw nothing of ours. No sentence, view or judge is chosen by them; the one number that was set by a look at sentences
  of others is the classifier's ``sharpness``, so their calibration error flatters a little.
* ``newcomers/<variety>/{emergencies,lookalikes}.yml``: the set "newcomers", of danger and its look-alikes alone, by
  somebody who saw nothing of ours; measured once, when all else was done.
* ``entities/<variety>.yml``: sentences with the entities that are to be found in them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import yaml

from nlu.entity_cases import EntityCase, read_entity_cases
from nlu.environment import ROOT
from nlu.errors import NluSetupError
from nlu.evaluation.leaks import Leak, find_leaks
from nlu.examples import VARIETIES, Example, read_examples
from nlu.normalise import normal_text

__all__ = ["EMERGENCY", "FROZEN", "MIXED", "OUT_OF_SCOPE", "Case", "DateCase", "Sets", "read_sets"]

FROZEN = ROOT / "tests" / "nlu"
FIRST, STRANGERS, NEWCOMERS, MIXED = "first", "strangers", "newcomers", "mixed"
EMERGENCY, OUT_OF_SCOPE = "report_emergency", "out_of_scope"
# Thousands of quoted sentences: libyaml reads them in a tenth of the time, where it is there.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NLU_FILE = re.compile(r"^nlu:", re.MULTILINE)
Kind = Literal["intent", "emergency", "lookalike"]


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence and what is right for it.

    ``kind``: "intent" counts for the intents; "emergency" (danger now) and "lookalike" (frightening words, no danger)
    count for the alarm only. ``intent`` is None for a look-alike: it may be anything but an emergency.
    """

    set: str
    variety: str
    kind: Kind
    intent: str | None
    text: str


@dataclass(frozen=True, slots=True)
class DateCase:
    """A sentence and the time expression that it holds at ``now``, in the form of ``labas when``."""

    variety: str
    text: str
    now: datetime
    expect: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sets:
    """All that is measured on.

    ``entities``: (variety, case); ``left_out``: how many sentences of a set the training has too, in whatever spelling;
    ``leaks``: those among them that are too long to be anybody's.
    """

    cases: list[Case]
    dates: list[DateCase]
    entities: list[tuple[str, EntityCase]]
    left_out: dict[str, int]
    leaks: list[Leak]

    @property
    def names(self) -> list[str]:
        """The sets that have sentences."""
        return [name for name in (FIRST, STRANGERS, NEWCOMERS) if any(case.set == name for case in self.cases)]


def read_sets(folder: Path = FROZEN, trained: Iterable[Example] = ()) -> Sets:
    """The sets under ``folder`` without the ``trained`` sentences. Raises NluSetupError when there are none."""
    try:
        every = [*_first(folder), *_by_others(folder, STRANGERS), *_by_others(folder, NEWCOMERS)]
        dates = list(_dates(folder / STRANGERS))
        entities = list(_entities(folder / "entities"))
    except (ValueError, KeyError, TypeError, OSError, yaml.YAMLError) as error:
        raise NluSetupError(f"the sets under {folder} cannot be read: {error}") from error
    if not every:
        raise NluSetupError(f"no sentences to measure on under {folder}")
    known = {normal_text(example.text): example.text for example in trained}
    leaks = find_leaks((case.text for case in every), known)
    leaked = {leak.text for leak in leaks}
    cases = [case for case in every if case.text not in leaked and normal_text(case.text) not in known]
    left_out = Counter(case.set for case in every)
    left_out.subtract(case.set for case in cases)
    return Sets(cases, dates, entities, dict(left_out), leaks)


def _first(folder: Path) -> Iterator[Case]:
    for variety in VARIETIES:
        for example in read_examples(folder / variety):
            yield _case(example, variety)
    for path in sorted(folder.glob("*.yml")):
        if _NLU_FILE.search(path.read_text("utf-8")):  # a list of known misses may lie there too
            for example in read_examples(path):
                yield _case(example, MIXED)


def _case(example: Example, variety: str) -> Case:
    return Case(FIRST, variety, "intent", example.intent, example.text)


def _by_others(folder: Path, name: str) -> Iterator[Case]:
    for variety in VARIETIES:
        for part, slice_ in (("intents", variety), (MIXED, MIXED)):
            for intent, texts in (_load(folder / name / variety / f"{part}.yml") or {}).items():
                yield from (Case(name, slice_, "intent", str(intent), str(text)) for text in texts)
        for text in _load(folder / name / variety / "emergencies.yml") or []:
            yield Case(name, variety, "emergency", EMERGENCY, str(text))
        for text in _load(folder / name / variety / "lookalikes.yml") or []:
            yield Case(name, variety, "lookalike", None, str(text))


def _dates(folder: Path) -> Iterator[DateCase]:
    for variety in VARIETIES:
        for row in _load(folder / variety / "dates.yml") or []:
            yield DateCase(variety, str(row["text"]), datetime.fromisoformat(str(row["now"])), dict(row["expect"]))


def _entities(folder: Path) -> Iterator[tuple[str, EntityCase]]:
    for variety in VARIETIES:
        if (folder / f"{variety}.yml").exists():
            yield from ((variety, case) for case in read_entity_cases(folder / f"{variety}.yml"))


def _load(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), _LOADER) if path.exists() else None  # noqa: S506 - a safe one
