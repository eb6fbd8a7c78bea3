"""Every dose of a child's calendar: given, due, to come, too late; and what the next visit can give.

Pure: birth, sex, doses given and the day come in, rows come out. The rules are those of docs/vaccines.md; the choices
made where they are silent:

- A missing dose can be given from its ``earliest``, but not before ``on``: the next one is reckoned from the later of
  the two, so that its ``earliest`` is a day on which it would really count. All the missing doses of an antigen stand
  in such a chain, also behind a gap.
- VPO-0 and HB-0 hold nothing back: VPO-1 counts without them.
- A booster that needs another antigen's dose waits for it while that one can still be given; where it is too late, the
  booster goes on alone, under a rule that is pending.
- HPV-2 is planned six months after HPV-1: after the day it was given, or else can be planned for.
- Given and invalid rows keep the ``earliest``, ``due`` and ``latest`` they had when the dose was given.
- ``review`` is pending where the dose or the rule that the row names is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from operator import attrgetter, itemgetter
from typing import Literal, NamedTuple

from dialogues.calculators.vaccine_calendar import Calendar, Review, Rule, ScheduledDose
from dialogues.calculators.vaccine_history import Given, History, Reckoned, check, lower_bounds, reckon

State = Literal["given", "invalid", "due", "overdue", "upcoming", "too_late", "not_needed"]
DUE_DAYS = 28  # a dose is due on its day and the 27 days after


class DoseRow(NamedTuple):
    """One line of the answer; a dose that did not count has a line of its own and another as still to be given."""

    dose: str
    state: State
    earliest: date
    due: date
    latest: date | None
    given: date | None
    visit: str
    rule: str
    review: Review

    @property
    def open(self) -> bool:
        """Whether it is to be given at its day or since then."""
        return self.state in ("due", "overdue")


class Visit(NamedTuple):
    """A day and the doses to give on it, in calendar order."""

    date: date
    doses: tuple[str, ...]


class Forecast(NamedTuple):
    """A child's calendar as seen on a day."""

    calendar: str
    on: date
    doses: tuple[DoseRow, ...]
    next_visit: Visit | None


def forecast(calendar: Calendar, birth: date, sex: str, given: Sequence[Given], on: date) -> Forecast:
    """Every dose that concerns the child, in calendar order. Raises ``HistoryError`` for what cannot be."""
    check(calendar, birth, sex, given, on)
    return unchecked_forecast(calendar, birth, sex, given, on)


def unchecked_forecast(calendar: Calendar, birth: date, sex: str, given: Sequence[Given], on: date) -> Forecast:
    """The same for what has been checked before and days to come, which no check knows."""
    history = reckon(calendar, birth, given)
    past: dict[str, list[Reckoned]] = {}
    for one in history.rows:
        past.setdefault(one.dose.name, []).append(one)
    outlook = _Outlook(calendar, birth, history, on)
    rows: list[DoseRow] = []
    for dose in calendar.doses_for(sex):
        for one in past.get(dose.name, ()):
            rows.append(outlook.past(one))
        if dose.name not in history.filled:
            rows.append(outlook.to_come(dose))
    return Forecast(calendar.id, on, tuple(rows), _next_visit(rows, on))


def _next_visit(rows: Sequence[DoseRow], on: date) -> Visit | None:
    """What is due or overdue today; else the next due day with what is due then."""
    now = tuple(row.dose for row in rows if row.open and row.earliest <= on)
    if now:
        return Visit(on, now)
    upcoming = [row for row in rows if row.state == "upcoming"]
    if not upcoming:
        return None
    day = min(map(attrgetter("due"), upcoming))
    return Visit(day, tuple(row.dose for row in upcoming if row.due == day))


class _Outlook:
    """Reckons the rows of one child; the doses to come must be asked for in calendar order."""

    __slots__ = ("_birth", "_calendar", "_could", "_due", "_history", "_lost", "_on")

    def __init__(self, calendar: Calendar, birth: date, history: History, on: date) -> None:
        self._calendar, self._birth, self._history, self._on = calendar, birth, history, on
        self._could = dict(history.last)  # by antigen, the last day a dose was given or could be given
        self._due: dict[str, tuple[date, date]] = {}  # by missing dose, the first day it could be given and is planned
        self._lost: set[str] = set()  # missing doses that can no longer be given

    def past(self, one: Reckoned) -> DoseRow:
        dose = one.dose
        state: State = "given" if one.counts else "invalid"
        return self._row(
            dose, state, one.earliest, max(one.earliest, self._planned(dose, one.day, {})), one.day, one.rule
        )

    def to_come(self, dose: ScheduledDose) -> DoseRow:
        on, history = self._on, self._history
        latest = dose.upper.last_day(self._birth) if dose.upper else None
        alone = dose.needs is not None and dose.needs.dose in self._lost
        # A birth dose that was passed over is not moved by the doses that came in its place.
        passed = dose.optional and latest is not None and latest < on
        bounds = lower_bounds(
            self._calendar, dose, self._birth, history.live, on,
            None if passed else self._could.get(dose.antigen),
            self._needed(dose),
        )  # fmt: skip
        earliest, rule = max(bounds, key=itemgetter(0))
        due = self._clear_of_today(dose, max(earliest, self._planned(dose, on, self._due)))
        could = max(on, earliest)
        state: State
        if dose.upper and latest and latest < could:
            state, rule = dose.upper.missed, dose.upper.rule
            self._lost.add(dose.name)
        else:
            state = "upcoming" if on < due else "due" if on < due + timedelta(DUE_DAYS) else "overdue"
            if dose.ask_after and could > dose.ask_after.span.after(self._birth):
                rule = dose.ask_after.rule
            elif alone and dose.needs:
                rule = dose.needs.without
        if not dose.optional:
            self._could[dose.antigen] = could
        self._due[dose.name] = (could, due)
        return self._row(dose, state, earliest, due, None, rule)

    def _needed(self, dose: ScheduledDose) -> date | None:
        """The day of the other antigen's dose that goes before: given, or the first on which it could be."""
        if dose.needs is None:
            return None
        if dose.needs.dose in self._due and dose.needs.dose not in self._lost:
            return self._due[dose.needs.dose][0]
        return self._history.named.get(dose.needs.dose)

    def _planned(self, dose: ScheduledDose, as_of: date, missing: dict[str, tuple[date, date]]) -> date:
        """The day of the dose's own visit as it stood on a day; ``missing`` tells when a dose before it is planned."""
        day = dose.age.after(self._birth)
        if dose.planned is None:
            return day
        before = dose.planned.after
        given = self._history.filled.get(before)
        if given is None or given > as_of:
            # Not given by then: planned for its own day, or for the day itself when that is past.
            given = max(as_of, missing[before][1] if before in missing else day)
        return dose.planned.by.after(given)

    def _clear_of_today(self, dose: ScheduledDose, due: date) -> date:
        """A live vaccine may join another one given today, but planned for later it keeps its distance from it."""
        if dose.live and due > self._on:
            for antigen, day in self._history.live:
                if antigen != dose.antigen and day == self._on:
                    due = max(due, self._calendar.live_interval.span.after(day))
        return due

    def _row(
        self, dose: ScheduledDose, state: State, earliest: date, due: date, given: date | None, rule: Rule
    ) -> DoseRow:
        latest = dose.upper.last_day(self._birth) if dose.upper else None
        review: Review = "pending" if "pending" in (dose.review, rule.review) else "confirmed"
        return DoseRow(dose.name, state, earliest, due, latest, given, dose.visit, rule.id, review)
