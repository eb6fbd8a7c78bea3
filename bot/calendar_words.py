"""Days and months in Darija written with Latin letters, which no locale database has (dossier 6.7 and 6.8)."""

from __future__ import annotations

from datetime import date

WEEKDAYS = ("tnin", "tlat", "larb3", "lkhmis", "jjem3a", "ssebt", "l7edd")
MONTHS = (
    "yanayer", "fibrayer", "mars", "abril", "may", "younyou", "youlyouz", "ghoucht", "choutanbir", "oktobr",
    "nouwanbir", "doujanbir",
)  # fmt: skip


def darija_latin_day(value: date, *, with_year: bool) -> str:
    """ "lkhmis 3 doujanbir", with the year when asked for."""
    made = f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"
    return f"{made} {value.year}" if with_year else made


def darija_latin_date(value: date, *, only_month: bool) -> str:
    """ "12 choutanbir 2026", or without the day."""
    month = f"{MONTHS[value.month - 1]} {value.year}"
    return month if only_month else f"{value.day} {month}"
