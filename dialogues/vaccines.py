"""A child's calendar as talks need it: what the engine says of a child that is followed, in doses, visits and reasons.

The one place where vaccines as people name them (the entity ``vaccine``) meet the antigens of the calendar.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dialogues import params as p
from dialogues.calculators.spans import add_months
from dialogues.calculators.vaccine_calendar import Calendar
from dialogues.calculators.vaccine_files import calendar_for
from dialogues.calculators.vaccine_history import Given, HistoryError, named_dose
from dialogues.calculators.vaccine_plan import plan
from dialogues.calculators.vaccine_schedule import DoseRow, Forecast, Visit, forecast
from dialogues.facts import ChildFact
from dialogues.reading import Reading

# Codes of the gazetteer that are no antigen of a child's calendar; the others are antigens by the same name.
ELSEWHERE = frozenset({"TD", "FLU", "COVID", "RABIES", "MENINGITIS", "VARICELLA"})
# "DTC" said of a baby is the five-in-one; the booster of that name begins at this age, in months.
BOOSTER_MONTHS = 12
# The visits by the age, in months, at which people name them ("the one of 9 months").
VISIT_AT = {2: "m2", 3: "m3", 4: "m4", 9: "m9", 12: "m12", 18: "m18", 60: "y5", 132: "y11f"}
BIRTH_VISITS = ("naissance", "m0")
# Doses due within so many days of each other are given together, as in the reminders (scheduler/vaccine_visits.py).
TOGETHER = timedelta(days=3)
_ALWAYS_ALONE = frozenset({"BCG", "HB", "VPI"})
_WAITING = ("due", "overdue", "upcoming")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the calendar says of one child on a day."""

    calendar: Calendar
    seen: Forecast
    birth: date
    sex: str
    given: tuple[Given, ...]

    @property
    def now(self) -> list[DoseRow]:
        """What can be given from today on: planned for today or before, and old enough."""
        return [row for row in self.seen.doses if row.open and row.earliest <= self.seen.on]

    @property
    def late(self) -> list[DoseRow]:
        """What of it is late."""
        return [row for row in self.now if row.state == "overdue"]

    def coming(self) -> tuple[Visit, ...]:
        """The visits from now on, if each is kept; the first may be today. What comes within days is one visit."""
        # Today holds what is planned for today or before, as we tell it; what could be given early keeps its own day.
        today = tuple(row.dose for row in self.now)
        visits = [Visit(self.seen.on, today)] if today else []
        told = (*self.given, *(Given(*dose_parts(name), self.seen.on) for name in today))
        for visit in plan(self.calendar, self.birth, self.sex, told, self.seen.on):
            last = visits[-1] if visits else None
            if last and last.date > self.seen.on and visit.date <= last.date + TOGETHER:
                visits[-1] = Visit(visit.date, (*last.doses, *visit.doses))
            else:
                visits.append(visit)
        return tuple(visits)

    def next_after_today(self) -> Visit | None:
        """The first visit that is still to come, if what can be given now is given."""
        return next((visit for visit in self.coming() if visit.date > self.seen.on), None)

    def row(self, name: str) -> DoseRow | None:
        """A dose that is still to be given, or the one that was."""
        rows = [row for row in self.seen.doses if row.dose == name]
        return next((row for row in rows if row.state != "invalid"), rows[0] if rows else None)

    def of_visit(self, keys: Collection[str]) -> list[DoseRow]:
        """The doses of one or several visits of the calendar; one that did not count stands as still to be given."""
        return [row for row in self.seen.doses if row.visit in keys and row.state != "invalid"]


def outlook(birth: date, sex: str, given: Iterable[Given], on: date) -> Outlook | None:
    """The calendar of a child on a day; None when what was told of it cannot be."""
    calendar, told = calendar_for(birth), tuple(given)
    try:
        return Outlook(calendar, forecast(calendar, birth, sex, told, on), birth, sex, told)
    except HistoryError:
        return None


def outlook_of(child: ChildFact, on: date, more: Iterable[Given] = ()) -> Outlook | None:
    """The calendar of a child that is followed, with ``more`` doses as if they had been given."""
    return outlook(child.birth, child.sex, (*given_to(child), *more), on)


def given_to(child: ChildFact) -> tuple[Given, ...]:
    """The doses that were recorded, as the engine takes them."""
    return tuple(Given(dose.antigen, dose.number, dose.given_on) for dose in child.doses)


def dose_parts(name: str) -> tuple[str, int | None]:
    """``("PENTA", 2)`` of ``PENTA-2``, ``("PENTA", None)`` of ``PENTA``."""
    antigen, _, number = name.partition("-")
    return antigen, int(number) if number.isdecimal() else None


def a_dose(name: str) -> tuple[str, dict[str, Any]]:
    """The words of a dose: its vaccine, and which one where there are several."""
    antigen, number = dose_parts(name)
    if number is None or antigen in _ALWAYS_ALONE:
        return f"vaccine.{antigen}", {}
    return "vaccine.numbered", {"vaccine": p.a_message(f"vaccine.{antigen}"), "number": p.a_text(str(number))}


def some_doses(names: Iterable[str]) -> p.Param:
    """Several doses in one line."""
    return p.joined(a_dose(name) for name in names)


def visit_words(key: str) -> p.Param:
    """How people call a visit of the calendar."""
    return p.a_message(f"visit.{key}")


def visits_line(visits: Sequence[Visit]) -> p.Param:
    """One line a visit: its day and its doses."""
    return p.some_lines(("schedule.visit", {"day": p.a_day(v.date), "doses": some_doses(v.doses)}) for v in visits)


def reason(row: DoseRow) -> str:
    """The message that says in plain words why a dose is due on its day: by the family of the rule that fixed it."""
    family = row.rule.partition(".")[2]
    if family.startswith(("ask-after", "without", "contradict")):
        return "why.worker"
    if row.due > row.earliest or family.startswith(("from-birth", "min-age")):
        return "why.calendar"
    return "why.live" if row.rule.startswith("live.") else "why.interval"


def asks_worker(rows: Iterable[DoseRow]) -> list[str]:
    """Doses of which a rule says that the health worker decides."""
    return [row.dose for row in rows if reason(row) == "why.worker"]


def vaccines_named(reading: Reading, birth: date | None = None, on: date | None = None) -> tuple[list[str], list[str]]:
    """Doses of the calendar that a message names (with the number where one is written), and vaccines outside it."""
    doses: list[str] = []
    outside: list[str] = []
    for entity in reading.all("vaccine"):
        if entity.value in ELSEWHERE:
            outside.append(entity.value)
            continue
        antigen = entity.value
        if antigen == "DTC" and birth and on and on < add_months(birth, BOOSTER_MONTHS):
            antigen = "PENTA"
        after = reading.text[entity.end : entity.end + 3].strip(" -n°")
        written = f"{antigen}-{after[0]}" if after[:1].isascii() and after[:1].isdecimal() else antigen
        if after[1:2].isdecimal() or after[1:2] in ("/", "."):
            written = antigen
        doses.append(written if is_known(written) else antigen)
    return list(dict.fromkeys(doses)), list(dict.fromkeys(outside))


def is_known(name: str, birth: date | None = None) -> bool:
    """Whether the calendar (of the births of that day) has a dose by that name."""
    try:
        named_dose(calendar_for(birth or date.max), name)
    except HistoryError:
        return False
    return True


def visit_named(reading: Reading) -> str | None:
    """The visit that a message names by an age ("the 9 months one")."""
    for when in reading.past:
        months = when.get("age_months") or int(when.get("age_years") or 0) * 12
        if months in VISIT_AT:
            return VISIT_AT[months]
    return None


def still_to_give(rows: Iterable[DoseRow]) -> list[DoseRow]:
    """Those of the rows that can still be given, now or later."""
    return [row for row in rows if row.state in _WAITING]
