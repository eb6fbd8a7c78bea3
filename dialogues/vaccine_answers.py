"""What is said of a child's calendar: what can be given now, what comes next and why then, what was missed.

Nothing here blames, judges a dose or promises one: what a rule leaves open, the health worker decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dialogues import params as p
from dialogues.calculators.vaccine_history import Given
from dialogues.calculators.vaccine_schedule import DoseRow
from dialogues.effects import Choice, Say
from dialogues.facts import ChildFact, FacilityFact, Facts
from dialogues.vaccines import (
    Outlook,
    asks_worker,
    outlook,
    reason,
    some_doses,
    still_to_give,
    visit_words,
    visits_line,
)

# The first reminder of a visit comes so many days before it (scheduler/reminders.py).
REMINDED_BEFORE = timedelta(days=7)
VISITS_SHOWN = 4
DAYS_LOOKED_AT = 14
RECORD = Choice("go=report_vaccination_done", "choice.tell_doses")
BOOK = Choice("go=book_appointment:vaccination", "choice.book_vaccination")


def child_choices(child: ChildFact) -> tuple[Choice, ...]:
    """What can be done next with a child that is followed; these buttons work at any time."""
    return (
        Choice(f"re.child.record.{child.id}", "choice.tell_doses"),
        Choice(f"re.child.book.{child.id}", "choice.book_vaccination"),
        Choice(f"re.child.plan.{child.id}", "choice.plan"),
        Choice(f"re.child.picture.{child.id}", "choice.card"),
        Choice(f"re.child.manage.{child.id}", "choice.manage_child"),
    )


def after_registering(
    name: str, birth: date, sex: str, given: Sequence[Given], facts: Facts, centre: FacilityFact | None
) -> list[Say]:
    """What follows registering: what can be given now, what is next, and when the first reminder comes."""
    today = facts.now.date()
    named = {"child": p.a_text(name)}
    said = [Say("child.registered", named)]
    look = outlook(birth, sex, given, today)
    if look is None:
        return said
    if given:
        noted = {"doses": some_doses(one.name for one in given), "day": p.a_day(given[0].day)}
        said.append(Say("record.done", {**named, **noted}))
    if look.now:
        said.append(Say("child.due_by_now", {**named, "doses": _doses(look.now)}))
    following = look.next_after_today()
    if following is None:
        said.append(Say("schedule.complete", named))
    else:
        remind = max(_open_day(following.date, facts, centre) - REMINDED_BEFORE, today + timedelta(days=1))
        params = {**named, "day": p.a_day(following.date), "doses": some_doses(following.doses)}
        said.append(Say("child.first_reminder", {**params, "remind": p.a_day(remind)}))
    last = said[-1]
    said[-1] = Say(last.message, last.params, (RECORD, BOOK) if look.now else (RECORD,))
    return said


def _open_day(day: date, facts: Facts, centre: FacilityFact | None) -> date:
    """That day, or the first after it on which the centre is open; reminders count from there."""
    weekdays = {h.weekday for h in centre.hours} if centre and centre.hours else set(range(5))
    days = (day + timedelta(days=n) for n in range(DAYS_LOOKED_AT))
    return next((d for d in days if d.weekday() in weekdays and facts.holiday(d) is None), day)


def what_is_next(name: p.Param, look: Outlook) -> list[Say]:
    """What can be given now, then the next visit, each with its reason."""
    named = {"child": name}
    said: list[Say] = []
    if look.now:
        said.append(Say("schedule.late" if look.late else "schedule.now", {**named, "doses": _doses(look.now)}))
    following = look.next_after_today()
    if following is not None:
        rows = [row for dose in following.doses if (row := look.row(dose))]
        why = p.a_message(_why(rows, look), visit=visit_words(rows[0].visit)) if rows else p.a_message("why.interval")
        params = {**named, "day": p.a_day(following.date), "doses": some_doses(following.doses), "why": why}
        said.append(Say("schedule.next", params))
    elif not look.now:
        said.append(Say("schedule.complete", named))
    return said + cautions(look)


def _why(rows: Sequence[DoseRow], look: Outlook) -> str:
    """Why the next visit is on its day: its last dose decides; one that waits for today's is an interval."""
    waits = {row.dose.partition("-")[0] for row in look.now}
    if any(row.dose.partition("-")[0] in waits for row in rows):
        return "why.interval"
    return reason(max(rows, key=lambda row: row.due))


def cautions(look: Outlook) -> list[Say]:
    """What only a health worker settles: doses that may not count, that are too late, or on which no rule decides."""
    said: list[Say] = []
    invalid = [row.dose for row in look.seen.doses if row.state == "invalid"]
    if invalid:
        said.append(Say("schedule.show_card", {"doses": some_doses(invalid)}))
    lost = [row.dose for row in look.seen.doses if row.state == "too_late"]
    if lost:
        said.append(Say("schedule.too_late", {"doses": some_doses(lost)}))
    asked = asks_worker(look.now)
    if asked:
        said.append(Say("schedule.ask_worker", {"doses": some_doses(asked)}))
    return said


def in_short(child: ChildFact, look: Outlook | None) -> tuple[str, dict[str, Any]]:
    """One line of one child among several."""
    named = {"child": p.a_text(child.name)}
    if look is None:
        return "schedule.short_unknown", named
    if look.now:
        return "schedule.short_now", {**named, "doses": _doses(look.now)}
    following = look.next_after_today()
    if following is None:
        return "schedule.short_complete", named
    return "schedule.short_next", {**named, "day": p.a_day(following.date), "doses": some_doses(following.doses)}


def about_visit(name: p.Param, look: Outlook, keys: Sequence[str]) -> list[Say]:
    """Of a visit that was missed: what can still be given and from when, what no longer, what is noted already."""
    named = {"child": name, "visit": visit_words(keys[-1])}
    rows = look.of_visit(keys)
    can = [row for row in rows if row.open and row.earliest <= look.seen.on]
    later = [row for row in still_to_give(rows) if row not in can]
    said: list[Say] = []
    if can:
        said.append(Say("missed.can", {**named, "doses": _doses(can)}))
    if later:
        day = max(row.due for row in later)
        said.append(Say("missed.later", {**named, "doses": _doses(later), "day": p.a_day(day)}))
    lost = [row for row in rows if row.state == "too_late"]
    if lost:
        said.append(Say("missed.too_late", {**named, "doses": _doses(lost)}))
    if not (can or later or lost):
        needless = any(row.state == "not_needed" for row in rows)
        said.append(Say("missed.not_needed" if needless else "missed.given", named))
    return said


def plan_ahead(name: p.Param, look: Outlook) -> list[Say]:
    """The coming visits, in as few as the intervals allow."""
    visits = look.coming()[:VISITS_SHOWN]
    if not visits:
        return [Say("schedule.complete", {"child": name})]
    return [Say("schedule.plan", {"child": name, "visits": visits_line(visits)}), *cautions(look)]


def _doses(rows: Sequence[DoseRow]) -> p.Param:
    return some_doses(row.dose for row in rows)
