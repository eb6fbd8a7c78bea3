"""Numbers as they are known: exactly, or between two bounds (a button "38 to 39", "my son").

Ages and durations are counted in days. A range holds its lower bound and not its upper one; a point is both bounds.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(hour|day|week|month|year)s?")
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
_NUMBER = r"\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` up to, not including, ``high``; a point when they are equal."""

    low: float = -math.inf
    high: float = math.inf

    def within(self, other: Range) -> bool:
        """Whether every value of this one is one of the other's."""
        return other.low <= self.low and (self.low < other.high if self.is_point else self.high <= other.high)

    def meets(self, other: Range) -> bool:
        """Whether some value of this one may be one of the other's; one of them is no point."""
        if self.is_point:
            return other.low <= self.low < other.high
        if other.is_point:
            return self.low <= other.low < self.high
        return self.low < other.high and other.low < self.high

    def and_(self, other: Range) -> Range | None:
        """What both hold; None when that is nothing."""
        if not self.meets(other):
            return None
        if self.is_point:
            return self
        return other if other.is_point else Range(max(self.low, other.low), min(self.high, other.high))

    @property
    def is_point(self) -> bool:
        """Whether it is one value."""
        return self.low == self.high

    def cut(self, at: tuple[float, ...]) -> tuple[Range, ...]:
        """Its parts between the values of ``at`` that lie inside."""
        edges = [self.low, *sorted(x for x in set(at) if self.low < x < self.high), self.high]
        return tuple(Range(a, b) for a, b in pairwise(edges))

    def __str__(self) -> str:
        """As an answer is kept: ``39.2``, ``38..39``, ``..38`` or ``39..``."""
        if self.is_point:
            return _plain(self.low)
        low = "" if self.low == -math.inf else _plain(self.low)
        high = "" if self.high == math.inf else _plain(self.high)
        return f"{low}..{high}"


ANYTHING = Range()


def _plain(value: float) -> str:
    return f"{round(value, 3):g}" if abs(value) < 100_000 else f"{value:.0f}"


def kept(text: str) -> Range | None:
    """The range that ``str(range)`` wrote; None when it is none."""
    low, dots, high = text.partition("..")
    try:
        if not dots:
            return Range(float(low), float(low))
        found = Range(float(low) if low else -math.inf, float(high) if high else math.inf)
    except ValueError:
        return None
    return found if found.low < found.high else None


def amount(text: str, *, timed: bool) -> float | None:
    """A plain number, or when ``timed`` an amount of time in days ("2 months" is 60)."""
    if not timed:
        return float(text) if re.fullmatch(_NUMBER, text) else None
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    count, unit = float(found[1]), found[2]
    days = count * _DAYS[unit]
    return float(math.floor(days)) if unit in ("month", "year") else days


def comparison(text: str, *, timed: bool) -> Range | None:
    """The range of ``>= 39``, ``< 2 months`` or ``38 .. 39``; None when it is no comparison."""
    text = text.strip()
    for sign in (">=", "<"):
        if text.startswith(sign):
            bound = amount(text[len(sign) :].strip(), timed=timed)
            if bound is None:
                return None
            return Range(bound, math.inf) if sign == ">=" else Range(-math.inf, bound)
    low, dots, high = text.partition("..")
    if not dots:
        return None
    bounds = amount(low.strip(), timed=timed), amount(high.strip(), timed=timed)
    if bounds[0] is None or bounds[1] is None or bounds[0] >= bounds[1]:
        return None
    return Range(bounds[0], bounds[1])
