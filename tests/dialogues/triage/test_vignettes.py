"""Eighty people in four varieties, played turn by turn: where each is sent, and the figures that say how safe that is.

``pytest tests/dialogues/triage -k vignettes -s`` prints them. The messages are read by lists alone, without the model,
so that this is quick; tests/talks plays them with it.
"""

from __future__ import annotations

from functools import cache

import pytest

from dialogues.reading import VARIETIES
from dialogues.triage.outcomes import RED, URGENCY
from tests.dialogues.triage.listening import read
from tests.dialogues.triage.people import Played, figures, runs, sent_right, vignettes

# Figures to reach: emergencies sent right, too low overall, too high overall.
LEAST_RED, MOST_UNDER, MOST_OVER = 0.97, 0.05, 0.25


@cache
def _all() -> tuple[Played, ...]:
    """All runs, once."""
    return tuple(runs(read))


def test_there_are_eighty_in_four_varieties() -> None:
    found = vignettes()
    assert len(found) >= 80
    assert len({one["id"] for one in found}) == len(found)
    assert all(set(one["first"]) == set(VARIETIES) for one in found)


def test_the_figures_are_reached() -> None:
    played = list(_all())
    print(f"\n{figures(played)}")
    red = [run for run in played if URGENCY[run.vignette["lowest"]] >= RED]
    assert len(sent_right(red)) >= LEAST_RED * len(red)
    assert sum(run.under for run in played) <= MOST_UNDER * len(played)
    assert sum(run.over for run in played) <= MOST_OVER * len(played)


@pytest.mark.parametrize("run", _all(), ids=lambda run: run.name)
def test_every_run_ends_with_few_questions(run: Played) -> None:
    assert run.outcome is not None
    assert run.turns <= 14


def test_most_people_are_asked_seven_questions_at_the_most() -> None:
    asked = sorted(run.turns for run in _all())
    assert asked[len(asked) * 3 // 4] <= 7
