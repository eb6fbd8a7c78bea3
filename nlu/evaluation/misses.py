"""The list of known misses: what the model got wrong when the list was written, one line a sentence.

New misses do not break anything (floors notice a fall); a listed sentence that is now right is to be taken off the
list, so that what is fixed is seen to be fixed. ``labas nlu evaluate --write-misses FILE`` writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from nlu.evaluation.judging import Judged, JudgedDate, Readings
from nlu.evaluation.sets import EMERGENCY, STRANGERS

__all__ = ["Miss", "misses_of", "read_misses", "write_misses"]

DANGER, NO_DANGER, DATE = "danger", "no danger", "date"


@dataclass(frozen=True, slots=True, order=True)
class Miss:
    """A sentence that was got wrong.

    ``right``: an intent, "danger", "no danger", or "date at" a moment; ``given``: what was given instead.
    """

    set: str
    right: str
    variety: str
    text: str
    given: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names it, whatever was given."""
        return self.set, self.right, self.variety, self.text


def misses_of(readings: Readings) -> list[Miss]:
    """Every miss, sorted: wrong intents, emergencies without alarm, look-alikes with one, and dates not exact."""
    found = [miss for j in readings.judged for miss in _of_sentence(j)]
    found += [_of_date(date) for date in readings.dates if not date.right]
    return sorted(set(found))


def _of_sentence(j: Judged) -> list[Miss]:
    case, given = j.case, str(j.intent)
    misses = []
    if case.kind == "intent" and not j.right:
        misses.append(Miss(case.set, str(case.intent), case.variety, case.text, given))
    if case.intent == EMERGENCY and not j.alarmed:
        misses.append(Miss(case.set, DANGER, case.variety, case.text, given))
    if case.kind == "lookalike" and j.alarmed:
        misses.append(Miss(case.set, NO_DANGER, case.variety, case.text, " ".join(j.danger) or given))
    return misses


def _of_date(date: JudgedDate) -> Miss:
    now = date.case.now.isoformat(timespec="minutes")
    return Miss(STRANGERS, f"{DATE} at {now}", date.case.variety, date.case.text, json.dumps(date.given))


def write_misses(path: Path, misses: Sequence[Miss]) -> None:
    """One line a miss; JSON of it is also YAML."""
    lines = [f"- {json.dumps(asdict(miss), ensure_ascii=False)}\n" for miss in misses]
    head = "# Known misses; see CONTRIBUTING.md. Written by: labas nlu evaluate --write-misses FILE\n"
    path.write_text(head + ("".join(lines) or "[]\n"), encoding="utf-8")


def read_misses(path: Path) -> list[Miss]:
    """What ``write_misses`` wrote."""
    rows: Iterable[dict[str, str]] = yaml.safe_load(path.read_text("utf-8"))
    return [Miss(**row) for row in rows]
