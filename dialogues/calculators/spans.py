"""Spans of calendar time: "6 weeks", "9 months"; a month ends on its last day where the day number does not exist."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_WORDS = re.compile(r"([1-9][0-9]{0,2}) (day|week|month|year)s?")
_IN_DAYS = {"day": 1, "week": 7}
_IN_MONTHS = {"month": 1, "year": 12}


def add_months(day: date, months: int) -> date:
    """The same day number so many months later (or earlier, below zero), or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    number = day.day
    if number > 28:
        number = min(number, monthrange(year, month + 1)[1])
    return date(year, month + 1, number)


@dataclass(frozen=True, slots=True)
class Span:
    """A whole number of months and of days; one of the two is zero in practice."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """The day on which the span that begins on ``day`` is over."""
        if self.months:
            day = add_months(day, self.months)
        return day + timedelta(self.days) if self.days else day


BIRTH = Span()


def span(words: str) -> Span:
    """``"birth"``, ``"28 days"``, ``"6 weeks"``, ``"9 months"``, ``"5 years"``; anything else is a ``ValueError``."""
    if words == "birth":
        return BIRTH
    found = _WORDS.fullmatch(words)
    if found is None:
        raise ValueError(f"no span: {words!r} (birth, or for example 28 days, 6 weeks, 9 months, 5 years)")
    count, unit = int(found[1]), found[2]
    if unit in _IN_DAYS:
        return Span(days=count * _IN_DAYS[unit])
    return Span(months=count * _IN_MONTHS[unit])
