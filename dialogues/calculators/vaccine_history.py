"""What a child was given: which number each dose has, whether it counts, and which rule says that it does not.

Doses are read in the order of their days, never in the order in which they are told. The rules are those of
docs/vaccines.md; the choices made where they are silent:

- A dose is weighed by what had been given before it. A dose given later never takes away one that counted.
- A dose without a number takes the lowest number that no earlier dose which counts has taken; one that does not count
  leaves its number to the next. A dose that is not needed when missed (VPO-0) is passed over once its time is past.
- A number that is not that lowest free one contradicts the dates (a gap, an earlier number told for a later day, a
  number told twice, a dose more than the calendar has). It stays as told; where the dose breaks no rule of age or
  interval it stands as given, under the rule ``numbers.contradict-dates``, to be looked at.
- The interval to the next dose of an antigen counts from its last dose, whatever its number and whether it counted; for
  a first dose that is given again it is the interval between first and second.
- Where several rules are broken the first of least age, interval, live spacing, upper age is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from dialogues.calculators.vaccine_calendar import Antigen, Calendar, Rule, ScheduledDose

# A calendar reckons up to 20 years ahead; a date outside is a slip, and some would end the calendar of the machine.
YEARS = (1900, 2200)
SEXES = ("f", "m")


class HistoryError(ValueError):
    """What was told about a child cannot be; the sentence says what and is fit to be shown to staff."""


class Given(NamedTuple):
    """A dose as told: antigen, number where one was said, day."""

    antigen: str
    number: int | None
    day: date

    @property
    def name(self) -> str:
        """``PENTA-2``, or ``PENTA`` without a number."""
        return self.antigen if self.number is None else f"{self.antigen}-{self.number}"


class Reckoned(NamedTuple):
    """A dose given, with its place in the calendar. ``earliest`` is the first day it would have counted."""

    dose: ScheduledDose
    day: date
    counts: bool
    earliest: date
    rule: Rule


class History:
    """The reckoned doses in the order of their days, and what the doses still to give have to know of them."""

    __slots__ = ("filled", "last", "live", "named", "rows")

    def __init__(self) -> None:
        self.rows: list[Reckoned] = []
        self.filled: dict[str, date] = {}  # by dose, the day of the one that counts
        self.named: dict[str, date] = {}  # by dose, the last day one of that number was given, counting or not
        self.last: dict[str, date] = {}  # by antigen, the last day, counting or not
        self.live: list[tuple[str, date]] = []  # injected live vaccines, by day


def named_dose(calendar: Calendar, name: str) -> tuple[str, int | None]:
    """Antigen and number of ``PENTA-2`` or ``PENTA``, in capitals or not. Raises ``HistoryError``."""
    antigen, _, number = name.upper().partition("-")
    if antigen in calendar.antigens:
        if "-" not in name:
            return antigen, None
        for dose in calendar.antigens[antigen].doses:
            if number == str(dose.number):
                return antigen, dose.number
    raise HistoryError(f"the calendar {calendar.id} has no dose {name[:40]!r}")


def check(calendar: Calendar, birth: date, sex: str, given: Iterable[Given], on: date) -> None:
    """Raise ``HistoryError`` for what cannot be: an unknown dose, a date before birth or after ``on``, a dose twice."""
    if sex not in SEXES:
        raise HistoryError(f"the sex must be f or m, not {sex[:40]!r}")
    if birth > on:
        raise HistoryError(f"the birth date {birth} is after {on}")
    if not YEARS[0] <= birth.year <= on.year <= YEARS[1]:
        raise HistoryError(f"the years must lie between {YEARS[0]} and {YEARS[1]}")
    told: dict[tuple[str, date], list[int | None]] = {}
    for one in given:
        antigen = calendar.antigens.get(one.antigen)
        numbers = [None, *(dose.number for dose in antigen.doses)] if antigen else []
        if antigen is None or one.number not in numbers:
            raise HistoryError(f"the calendar {calendar.id} has no dose {one.name!r}")
        if antigen.sex not in (None, sex):
            raise HistoryError(f"{one.name} is only for {'girls' if antigen.sex == 'f' else 'boys'}")
        if one.day < birth:
            raise HistoryError(f"{one.name} on {one.day} is before birth ({birth})")
        if one.day > on:
            raise HistoryError(f"{one.name} on {one.day} is after {on}")
        same_day = told.setdefault((one.antigen, one.day), [])
        if same_day and (one.number in same_day or None in (one.number, *same_day)):
            raise HistoryError(f"{one.name} on {one.day} is told twice")
        same_day.append(one.number)


def reckon(calendar: Calendar, birth: date, given: Iterable[Given]) -> History:
    """Number and weigh every dose. ``given`` must have passed ``check``."""
    history = History()
    antigens = calendar.antigens
    # Two doses of one antigen on a day both have numbers (check), so the order never depends on how they were told.
    for one in sorted(given, key=lambda one: (one.day, antigens[one.antigen].place, one.number or 0)):
        _reckon_one(calendar, birth, history, one)
    return history


def _reckon_one(calendar: Calendar, birth: date, history: History, told: Given) -> None:
    antigen, day = calendar.antigens[told.antigen], told.day
    free = _free(antigen, birth, history, day)
    dose = (free or antigen.doses[-1]) if told.number is None else antigen.dose(told.number)
    needed = history.named.get(dose.needs.dose) if dose.needs else None
    bounds = lower_bounds(calendar, dose, birth, history.live, day, history.last.get(antigen.name), needed)
    earliest, rule = max(bounds, key=itemgetter(0))
    broken = next((why for first, why in bounds if day < first), None)
    if broken is None and dose.upper and day > dose.upper.last_day(birth):
        broken = dose.upper.rule
    if broken is not None:
        rule = broken
    elif dose is not free:
        rule = calendar.numbers_rule
    elif dose.needs and dose.needs.dose not in history.filled:
        rule = dose.needs.without
    elif dose.ask_after and day > dose.ask_after.span.after(birth):
        rule = dose.ask_after.rule
    history.rows.append(Reckoned(dose, day, broken is None, earliest, rule))
    if broken is None:
        history.filled.setdefault(dose.name, day)
    history.named[dose.name] = history.last[antigen.name] = day
    if antigen.live:
        history.live.append((antigen.name, day))


def _free(antigen: Antigen, birth: date, history: History, day: date) -> ScheduledDose | None:
    """The lowest dose that none has taken, as of a day; ``None`` when all are taken."""
    for dose in antigen.doses:
        if dose.name not in history.filled and not (dose.upper and dose.optional and day > dose.upper.last_day(birth)):
            return dose
    return None


def lower_bounds(
    calendar: Calendar,
    dose: ScheduledDose,
    birth: date,
    live: list[tuple[str, date]],
    as_of: date,
    last: date | None,
    needed: date | None,
) -> list[tuple[date, Rule]]:
    """Each rule with the first day it lets a dose count on: least age, intervals, live spacing.

    ``last`` is the day of the antigen's last dose, ``needed`` that of another antigen's dose that goes before; either
    may be a day to come. ``live`` holds the injected live vaccines given, by day; one given on ``as_of`` itself leaves
    that same day open.
    """
    bounds = [(dose.from_age.span.after(birth), dose.from_age.rule)]
    if last is not None and dose.interval is not None:
        bounds.append((dose.interval.span.after(last), dose.interval.rule))
    if needed is not None and dose.needs is not None:
        bounds.append((dose.needs.span.after(needed), dose.needs.rule))
    if dose.live:
        earliest = max(first for first, _ in bounds)
        for antigen, day in live:
            clear = calendar.live_interval.span.after(day)
            if antigen != dose.antigen and earliest < clear and not (day == as_of and earliest <= as_of):
                bounds.append((clear, calendar.live_interval.rule))
                earliest = clear
    return bounds
