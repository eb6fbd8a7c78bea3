"""Date arithmetic of the rules: next weekday, next day of the month, months added. Pure functions over dates."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def day_or_none(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day (31 April, 29 February of a common year, month 13)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def add_days(day: date, days: int) -> date | None:
    """``day`` plus ``days``, or None outside the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def add_months(day: date, months: int) -> date | None:
    """The same day number ``months`` later, or the last day of a shorter month (rule 8)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_weekday(day: date, weekday: int) -> date:
    """The first such weekday strictly after ``day`` (rule 1)."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def last_weekday(day: date, weekday: int) -> date:
    """The most recent such weekday strictly before ``day`` (rule 7)."""
    return day - timedelta(days=(day.weekday() - weekday - 1) % 7 + 1)


def week_of(day: date, weeks: int = 0) -> tuple[date, date]:
    """Monday and Sunday of the week that holds ``day``, ``weeks`` later."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(days=6)


def month_of(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def month_from(day: date, months: int) -> tuple[date, date]:
    """First and last day of the month ``months`` after the one that holds ``day``."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return month_of(year, month + 1)


def day_of_month(today: date, number: int, past: bool) -> date | None:
    """The next (for a birth, the last) day with this number, today included; months without it are skipped (rule 2)."""
    for step in range(13):
        year, month = divmod(today.year * 12 + today.month - 1 + (-step if past else step), 12)
        found = day_or_none(year, month + 1, number)
        if found and (found <= today if past else found >= today):
            return found
    return None


def day_and_month(today: date, number: int, month: int, past: bool) -> date | None:
    """The next (or last) such day of such a month, today included; 29 February waits for a leap year (rule 6)."""
    for step in range(9):
        found = day_or_none(today.year + (-step if past else step), month, number)
        if found and (found <= today if past else found >= today):
            return found
    return None


def whole_month(today: date, month: int, past: bool) -> tuple[date, date]:
    """The next (or last) such month, the present one included."""
    year = today.year
    if past and month > today.month:
        year -= 1
    elif not past and month < today.month:
        year += 1
    return month_of(year, month)
