"""The way back into the calendar: the coming visits of a child, if each of them is kept.

As few visits as the intervals allow without a dose waiting for another: a visit is held on the first day on which
something is due, and takes along whatever may be given that day and would be due before the next four weeks are over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dialogues.calculators.vaccine_calendar import Calendar
from dialogues.calculators.vaccine_history import Given, named_dose
from dialogues.calculators.vaccine_schedule import DUE_DAYS, Forecast, Visit, forecast, unchecked_forecast


def plan(calendar: Calendar, birth: date, sex: str, given: Sequence[Given], on: date) -> tuple[Visit, ...]:
    """The visits from ``on`` to the end of the calendar, by day. Raises ``HistoryError`` for what cannot be."""
    told = list(given)
    seen = forecast(calendar, birth, sex, told, on)
    visits: list[Visit] = []
    # Each round gives a dose or goes on to a later day, and the doses are few: it ends.
    while seen.next_visit is not None:
        day = seen.next_visit.date
        if day > seen.on:
            seen = unchecked_forecast(calendar, birth, sex, told, day)
        doses = _at(seen)
        if doses:
            visits.append(Visit(day, doses))
            told += [Given(*named_dose(calendar, name), day) for name in doses]
            seen = unchecked_forecast(calendar, birth, sex, told, day)
    return tuple(visits)


def _at(seen: Forecast) -> tuple[str, ...]:
    soon = seen.on + timedelta(DUE_DAYS)
    return tuple(
        row.dose
        for row in seen.doses
        if row.open or (row.state == "upcoming" and row.earliest <= seen.on and row.due < soon)
    )
