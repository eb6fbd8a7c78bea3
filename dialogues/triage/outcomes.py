"""The five things that triage may say, from the calmest to the most urgent, and which of two is the safer."""

from __future__ import annotations

from collections.abc import Iterable

from dialogues.effects import Outcome

OUTCOMES: tuple[Outcome, ...] = ("home", "soon", "today", "emergency", "ambulance")
URGENCY: dict[str, int] = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}
# From here on questions end and somebody acts.
RED = URGENCY["emergency"]


def most_urgent(outcomes: Iterable[Outcome]) -> Outcome:
    """The most urgent of some outcomes; ``home`` when there are none."""
    return max(outcomes, key=URGENCY.__getitem__, default="home")


def is_red(outcome: Outcome) -> bool:
    """Whether it means an ambulance or the emergency department."""
    return URGENCY[outcome] >= RED
