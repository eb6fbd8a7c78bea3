"""What a kind of reminder is: a declaration, asked by the planner and asked again at the last step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Generic, Protocol, TypeVar

from dialogues.effects import Lane, Purpose, Say
from scheduler.situation import Situation

EVENING = time(20, 0)


class Subject(Protocol):
    """What a reminder is about: a child's visit, a booking, an offer."""

    @property
    def id(self) -> str:
        """The id that its buttons carry."""
        ...


S = TypeVar("S", bound=Subject)


@dataclass(frozen=True)
class Reminder(Generic[S]):
    """One kind.

    ``subjects``: what it may be about, in a situation. ``visit``: which of the subject's days, so that a new day is
    reminded of anew. ``due`` and ``expires``: wall times; the planner moves ``due`` to an hour at which messages may
    be sent, and what then lies at or after ``expires`` is not planned. ``applies_if``: whether there is anything to
    say. ``resolved_if``: whether it has been answered. ``message``: what is said, of several subjects at once where
    ``together`` allows it. ``at_once``: due is the moment it was first seen, and stays that. ``most``: how many of a
    subject's visit are sent at most, all kinds that say so counted together; of these a person gets one a day.
    """

    kind: str
    purpose: Purpose
    lane: Lane
    subjects: Callable[[Situation], Iterable[S]]
    visit: Callable[[S], str]
    due: Callable[[S, Situation], datetime]
    expires: Callable[[S, Situation], datetime]
    applies_if: Callable[[S, Situation], bool]
    resolved_if: Callable[[S, Situation], bool]
    message: Callable[[Sequence[S], Situation], Say]
    together: bool = False
    at_once: bool = False
    most: int | None = None


def on(day: date, days: int, at: time) -> datetime:
    """An hour of a day so many days after another."""
    return datetime.combine(day + timedelta(days=days), at)


def never(subject: object, situation: Situation) -> bool:
    """Nothing settles it but its own end."""
    return False


def always(subject: object, situation: Situation) -> bool:
    """There is always something to say."""
    return True
