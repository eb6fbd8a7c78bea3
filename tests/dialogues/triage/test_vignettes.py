"""Eighty people, played turn by turn: where each is sent, and the three figures that say how safe and how calm that is.

``pytest tests/dialogues/triage -k vignettes -s`` prints them. The messages are read by lists alone, without the
model, so that this is quick.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogues.triage.load import protocols
from dialogues.triage.outcomes import RED, URGENCY
from tests.dialogues.triage.listening import read
from tests.dialogues.triage.playing import Talked
from tests.dialogues.world import World

FOLDER = Path(__file__).parent / "vignettes"
WORDS = {
    "fr": {"yes": "oui", "no": "non", "unknown": "je ne sais pas"},
    "ary": {"yes": "إيه", "no": "لا", "unknown": "ما عرفتش"},
    "ary-Latn": {"yes": "iyeh", "no": "la", "unknown": "ma3reftch"},
    "ar": {"yes": "نعم", "no": "لا", "unknown": "لا أعرف"},
}
# Figures to reach: emergencies sent right, too low overall, too high overall.
LEAST_RED, MOST_UNDER, MOST_OVER = 0.97, 0.05, 0.25
MOST_TURNS = 16


@dataclass(frozen=True)
class Played:
    """One run."""

    vignette: dict[str, Any]
    outcome: str | None
    questions: int

    @property
    def under(self) -> bool:
        """Sent lower than is right."""
        return self.outcome is None or URGENCY[self.outcome] < URGENCY[self.vignette["lowest"]]

    @property
    def over(self) -> bool:
        """Sent higher than is right."""
        return self.outcome is not None and URGENCY[self.outcome] > URGENCY[self.vignette["highest"]]


def vignettes() -> list[dict[str, Any]]:
    """All of them; "yes" stays a word."""
    files = sorted(FOLDER.glob("*.yml"))
    loaded = (yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader) for file in files)
    return [one for file in loaded for one in file]


def play(vignette: dict[str, Any]) -> Played:
    """From the first words to the outcome."""
    world = World()
    first = read(vignette["first"], world.now)
    if first.danger:
        return Played(vignette, "ambulance", 0)
    talked = Talked(world).opens(first)
    for turn in range(MOST_TURNS):
        if talked.outcome is not None or talked.asked is None:
            return Played(vignette, talked.outcome, turn)
        _answer(talked, vignette)
    return Played(vignette, talked.outcome, MOST_TURNS)


def _answer(talked: Talked, vignette: dict[str, Any]) -> None:
    """What this person says to the open question: nothing is wrong but what stands among the facts."""
    asked, facts, words = str(talked.asked), vignette["facts"], WORDS[vignette["variety"]]
    if asked == "who":
        offered = [made.partition("=")[2] for made in talked.talk.offered]
        talked.taps(next(who for who in _whom(vignette) if who in offered))
    elif asked == "age":
        talked.says(vignette["age"])
    elif asked == "complaint":
        offered = [made.partition("=")[2] for made in talked.talk.offered]
        wanted = vignette.get("complaint", "something_else")
        talked.taps(wanted if wanted in offered else "more")
    elif asked == "pregnancy":
        talked.taps(facts.get("pregnancy", "no"))
    else:
        _answer_question(talked, asked, facts, words)


def _whom(vignette: dict[str, Any]) -> tuple[str, ...]:
    if vignette["file"] == "children":
        return ("child",)
    return ("other",) if "who" in vignette else ("self", "other")


def _answer_question(talked: Talked, asked: str, facts: dict[str, str], words: dict[str, str]) -> None:
    question = protocols().questions[asked]
    told = facts.get(question.id)
    if question.kind == "choice":
        talked.taps(told if told in question.options else question.options[-1])
    elif question.kind == "yes_no":
        talked.says(words[told or "no"])
    elif told is not None:
        talked.says(told)
    else:
        talked.says(words["unknown"] if question.kind == "number" else "1 jour")


@cache
def runs() -> tuple[Played, ...]:
    """All runs, once."""
    found = []
    for file in sorted(FOLDER.glob("*.yml")):
        for one in yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader):
            found.append(play({**one, "file": file.stem}))
    return tuple(found)


def test_there_are_eighty_in_four_varieties() -> None:
    found = vignettes()
    assert len(found) >= 80
    assert len({one["id"] for one in found}) == len(found)
    assert {one["variety"] for one in found} == set(WORDS)


def test_the_figures_are_reached() -> None:
    played = runs()
    red = [run for run in played if URGENCY[run.vignette["lowest"]] >= RED]
    sent = [run for run in red if run.outcome is not None and URGENCY[run.outcome] >= RED]
    under, over = [r for r in played if r.under], [r for r in played if r.over]
    asked = sorted(run.questions for run in played)
    print(
        f"\n{len(played)} vignettes: emergencies sent right {len(sent)}/{len(red)}, "
        f"under-triage {len(under) / len(played):.1%}, over-triage {len(over) / len(played):.1%}, "
        f"questions: half at most {asked[len(asked) // 2]}, most {asked[-1]}"
    )
    for run in (*under, *over):
        wanted = f"{run.vignette['lowest']}..{run.vignette['highest']}"
        print(f"  {run.vignette['id']} {run.outcome} not {wanted}: {run.vignette['first']}")
    assert len(sent) >= LEAST_RED * len(red)
    assert len(under) <= MOST_UNDER * len(played)
    assert len(over) <= MOST_OVER * len(played)


@pytest.mark.parametrize("run", runs(), ids=lambda run: run.vignette["id"])
def test_every_run_ends_with_few_questions(run: Played) -> None:
    assert run.outcome is not None
    assert run.questions <= 12


def test_most_people_are_asked_seven_questions_at_the_most() -> None:
    asked = sorted(run.questions for run in runs())
    assert asked[len(asked) * 3 // 4] <= 7
