"""The pieces the grammar finds in a message before they are put together: days, hours, parts, ranges, spans."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from nlu.when import almanac

Span = tuple[date, date]
Kind = Literal["day", "clock", "part", "range", "value", "skip"]


@dataclass(frozen=True, slots=True)
class Day:
    """A day as the words give it; ``resolve`` turns it into a date once it is known whether the past is meant."""

    fixed: date | None = None
    weekday: int | None = None
    # Weeks from the present one for "Monday of next week"; None for a plain weekday.
    week: int | None = None
    past: bool = False
    number: int | None = None
    month: int | None = None
    # Months from the present one for "the 12th of next month"; None for a plain number.
    month_shift: int | None = None

    def resolve(self, today: date, past: bool = False) -> date | None:
        """The date meant, seen from ``today``; ``past`` for births and past marks. None when there is no such day."""
        past = past or self.past
        if self.fixed is not None:
            return self.fixed
        if self.weekday is not None:
            if self.week is not None:
                return almanac.add_days(almanac.week_of(today, self.week)[0], self.weekday)
            if past:
                return almanac.last_weekday(today, self.weekday)
            return almanac.next_weekday(today, self.weekday)
        if self.number is None:
            return None
        if self.month is not None:
            return almanac.day_and_month(today, self.number, self.month, past)
        if self.month_shift is not None:
            first, _ = almanac.month_from(today, self.month_shift)
            return almanac.day_or_none(first.year, first.month, self.number)
        return almanac.day_of_month(today, self.number, past)

    def in_week(self, week: int) -> Day:
        """The same weekday, in the week that lies ``week`` weeks from the present one."""
        return replace(self, week=week)


# What an hour becomes under a day-part word: 12-hour speech to 24 hours (rules 3 and 11).
_AFTERNOON = range(1, 7)


def settle(hour: int, part: str | None) -> int:
    """The hour of the day (0-23) of a spoken ``hour`` under ``part``; without a part 1 to 6 are afternoon."""
    if hour >= 13:
        return hour % 24
    if part is None or part == "noon":
        return hour + 12 if hour in _AFTERNOON else hour
    if part == "morning":
        return hour % 12
    if part == "night":
        return hour % 12 if hour == 12 or hour < 6 else hour + 12
    if hour == 12:
        return 12 if part == "afternoon" else 0
    return hour + 12 if hour else 0


@dataclass(frozen=True, slots=True)
class Clock:
    """A spoken hour, the minutes to add or take away once the hour is settled, and the part of day said with it."""

    hour: int
    minutes: int = 0
    part: str | None = None

    def time(self, part: str | None = None) -> str:
        """``HH:MM`` under its own part, or else ``part``."""
        total = (settle(self.hour, self.part or part) * 60 + self.minutes) % 1440
        return f"{total // 60:02d}:{total % 60:02d}"


@dataclass(slots=True)
class Atom:
    """One piece of time in words ``i`` up to ``j`` (excluded)."""

    kind: Kind
    i: int
    j: int
    day: Day | None = None
    clock: Clock | None = None
    part: str | None = None
    # "tonight", "ce soir": the part is of today unless another day is said.
    today: bool = False
    span: Span | None = None
    # Weeks or months from now, when the range is a whole week or month: a weekday or a number may refine it.
    week: int | None = None
    month_shift: int | None = None
    month: int | None = None
    value: dict[str, Any] = field(default_factory=dict)
    # An age that a birth word turned up, or a past moment: read for what the text is about.
    past: bool = False
