"""Children told in short words, as the tables beside this file do: "2026-01-01 m", "PENTA-1@2026-03-01 …"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dialogues.calculators.vaccine_calendar import Calendar
from dialogues.calculators.vaccine_files import calendars
from dialogues.calculators.vaccine_history import Given, named_dose
from dialogues.calculators.vaccine_schedule import Forecast, forecast

CALENDAR = calendars()[0]


def doses(told: str | list[object] | None, calendar: Calendar = CALENDAR) -> list[Given]:
    """Doses from one string of them, or from lists of such strings."""
    return [
        Given(*named_dose(calendar, name), date.fromisoformat(day))
        for name, _, day in (one.partition("@") for one in _words(told))
    ]


def _words(told: object) -> Iterator[str]:
    if isinstance(told, list):
        for one in told:
            yield from _words(one)
    elif isinstance(told, str):
        yield from told.split()


def seen(child: str, given: str | list[object] | None, on: str | date) -> Forecast:
    """The forecast of a child, "birth sex"."""
    birth, sex = child.split()
    return forecast(CALENDAR, date.fromisoformat(birth), sex, doses(given), date.fromisoformat(str(on)))
