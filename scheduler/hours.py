"""When a message may be sent: quiet hours, Friday prayer, Ramadan and feast mornings, from ``hours.yml``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "hours.yml"
FRIDAY = 4
_SEARCHED = 8  # days


class HoursFileError(ValueError):
    """The file cannot be used; the sentence names the place."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some hours of a day, the end not included."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Hours:
    """The rules. ``feast_days`` are known to the database only and handed in with each question."""

    windows: tuple[Span, ...]
    friday: tuple[Span, ...]
    feast_names: frozenset[str]
    feast: tuple[Span, ...]
    ramadan_windows: tuple[Span, ...]
    ramadan: tuple[tuple[date, date], ...]

    def first(self, wall: datetime, feast_days: frozenset[date] = frozenset()) -> datetime:
        """That wall time if a message may be sent then, else the first one after it at which it may."""
        for step in range(_SEARCHED):
            day = wall.date() + timedelta(days=step)
            after = wall.time() if step == 0 else time.min
            for start, end in self._open(day, feast_days):
                if after < end:
                    return datetime.combine(day, max(after, start))
        raise HoursFileError(f"no hour of {_SEARCHED} days is open")

    def is_open(self, wall: datetime, feast_days: frozenset[date] = frozenset()) -> bool:
        """Whether a message may be sent at that wall time."""
        return any(start <= wall.time() < end for start, end in self._open(wall.date(), feast_days))

    def is_ramadan(self, day: date) -> bool:
        """Whether people fast on that day, as far as reckoned."""
        return any(first <= day <= last for first, last in self.ramadan)

    def _open(self, day: date, feast_days: frozenset[date]) -> list[tuple[time, time]]:
        spans = self.ramadan_windows if self.is_ramadan(day) else self.windows
        quiet = [*(self.friday if day.weekday() == FRIDAY else ()), *(self.feast if day in feast_days else ())]
        found = [(span.start, span.end) for span in spans]
        for gap in quiet:
            found = [part for span in found for part in _without(span, gap)]
        return found


def _without(span: tuple[time, time], gap: Span) -> Iterable[tuple[time, time]]:
    start, end = span
    if start < min(end, gap.start):
        yield start, min(end, gap.start)
    if max(start, gap.end) < end:
        yield max(start, gap.end), end


def read(content: Any) -> Hours:
    """The rules of a parsed file. Raises ``HoursFileError``."""
    try:
        content = content["hours"]
        for part in content.values():
            if not part["source"] or part["review"] not in ("confirmed", "pending"):
                raise HoursFileError("every part needs its source and review: confirmed or pending")
        ramadan = content["ramadan"]
        dates = tuple((_day(entry["first"]), _day(entry["last"])) for entry in ramadan["dates"])
        hours = Hours(
            _spans(content["sending"]["windows"]), _spans(content["friday"]["quiet"]),
            frozenset(f"holiday.{name}" for name in content["feasts"]["names"]), _spans(content["feasts"]["quiet"]),
            _spans(ramadan["windows"]), dates,
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise HoursFileError(f"missing or of the wrong kind: {error}") from error
    if any(first > last for first, last in dates):
        raise HoursFileError("ramadan: the last day lies before the first")
    return hours


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise HoursFileError(f"no date: {value!r}")
    return value


def _spans(values: Sequence[str]) -> tuple[Span, ...]:
    made = []
    for value in values:
        try:
            start, end = (time.fromisoformat(part) for part in value.split("-"))
        except ValueError as error:
            raise HoursFileError(f"no hours: {value!r} (for example 09:00-20:00)") from error
        if start >= end:
            raise HoursFileError(f"the end must be later: {value!r}")
        made.append(Span(start, end))
    return tuple(sorted(made, key=lambda span: span.start))


@cache
def hours() -> Hours:
    """The rules Labas comes with."""
    return read(yaml.safe_load(FILE.read_text("utf-8")))
