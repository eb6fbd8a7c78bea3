"""Values that a message is rendered with, tagged by what they are: words and formats are chosen at sending time.

Each is a small JSON object ``{"as": kind, ...}``: the same date is "jeudi 3 décembre" for one person and
"الخميس 3 دجنبر" for another, and a name or a phone number is isolated inside right-to-left text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

Param = dict[str, Any]


def a_day(value: date) -> Param:
    """Weekday, day, month (and year when it is not the current one)."""
    return {"as": "day", "value": value.isoformat()}


def a_moment(value: datetime) -> Param:
    """Weekday, day, month and hour."""
    return {"as": "moment", "value": value.isoformat(timespec="minutes")}


def a_time(value: time) -> Param:
    """An hour of the day."""
    return {"as": "time", "value": value.isoformat(timespec="minutes")}


def a_message(message: str, **params: Any) -> Param:
    """Another message, rendered inside this one."""
    return {"as": "message", "value": message, "params": params}


def a_service(code: str) -> Param:
    """The name of a kind of care."""
    return a_message(f"service.{code}")


def a_name(french: str, arabic: str) -> Param:
    """A name that has a French and an Arabic form."""
    return {"as": "name", "fr": french, "ar": arabic}


def a_text(value: str) -> Param:
    """Words of the person or of staff, shown as they are, never interpreted."""
    return {"as": "text", "value": value}


def a_phone(value: str) -> Param:
    """A phone number, on which nothing may be changed."""
    return {"as": "phone", "value": value}


def a_number(value: float) -> Param:
    """A number shown with the person's separators."""
    return {"as": "number", "value": value}


def some_lines(lines: Iterable[tuple[str, Mapping[str, Any]]]) -> Param:
    """Messages one below the other."""
    return {"as": "lines", "value": [{"message": m, "params": dict(p)} for m, p in lines]}


def joined(parts: Iterable[tuple[str, Mapping[str, Any]]]) -> Param:
    """Messages in one line, with "and" between them."""
    return {**some_lines(parts), "as": "joined"}


def a_date(value: date) -> Param:
    """Day, month and year, without the weekday: a birth date, a date on a card."""
    return {"as": "date", "value": value.isoformat()}


def a_month(value: date) -> Param:
    """Month and year."""
    return {"as": "month", "value": value.isoformat()}
