"""Reminders of vaccination visits: when they apply, what they say, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dialogues import params as p
from dialogues.effects import Choice, Say
from dialogues.params import Param
from scheduler.situation import Situation
from scheduler.vaccine_visits import ChildVisit, is_reminded
from store.known import KnownBooking
from store.open_days import VACCINATION

# A vaccination appointment this long before or after a visit's day is taken to be for it.
_BOOKED_BEFORE, _BOOKED_AFTER = timedelta(days=30), timedelta(days=60)
_CHILD_BUTTONS = 6


def applies(visit: ChildVisit, situation: Situation, days: int) -> bool:
    """Whether the reminder so many days after the visit's day has anything to say.

    Not on the very day on which the child was told of (the talk has just said it), nor when the child's next visit is
    near and speaks for these doses too, nor before a vaccination appointment, which has reminders of its own.
    """
    if days <= 0 and visit.day <= visit.child.counts_from:
        return False
    day = visit.day + timedelta(days=days)
    if visit.covered_from is not None and day >= visit.covered_from:
        return False
    return not any(_is_for(booking, visit) and booking.starts.date() >= day for booking in situation.known.bookings)


def _is_for(booking: KnownBooking, visit: ChildVisit) -> bool:
    day = booking.starts.date()
    return (
        booking.state == "booked"
        and booking.service == VACCINATION
        and visit.day - _BOOKED_BEFORE <= day <= visit.day + _BOOKED_AFTER
    )


def message(word: str, visits: Sequence[ChildVisit], situation: Situation) -> Say:
    """One message for all children concerned. ``word``: before, tomorrow, today or late; the last of a series that
    nobody answered is another one, which offers to pause."""
    if len({visit.child.id for visit in visits}) > 1:
        return _several(visits, situation)
    visit = visits[0]
    if word == "late" and not _goes_on(visit, situation):
        word = "last"
    antigens = dict.fromkeys(antigen for each in visits for antigen in each.antigens)
    params = {
        "child": p.a_text(situation.name_of(visit.child)),
        "doses": _doses(tuple(antigens)),
        "due": p.a_day(visit.day),
        "facility": _facility(visit, situation),
    }
    given, later, book, pause = (
        Choice(f"re.vaccine.{answer}.{visit.child.id}:{visit.day.isoformat()}", f"choice.vaccine_{answer}")
        for answer in ("given", "later", "book", "pause")
    )
    choices = {"before": (book, later, given), "last": (given, book, pause)}.get(word, (given, later, book))
    return Say(f"reminder.vaccine.{word}", params, choices, lane="vaccine")


def _goes_on(visit: ChildVisit, situation: Situation) -> bool:
    return any(
        row.state == "planned" and row.subject == visit.child.id and row.due > situation.now
        for row in situation.known.dues
    )


def _several(visits: Sequence[ChildVisit], situation: Situation) -> Say:
    by_child = {visit.child.id: visit for visit in visits}
    lines = [
        (
            "reminder.vaccine.item",
            {
                "child": p.a_text(situation.name_of(visit.child)),
                "due": p.a_day(visit.day),
                "doses": _doses(visit.antigens),
            },
        )
        for visit in by_child.values()
    ]
    given = [
        Choice(
            f"re.vaccine.given.{visit.child.id}:{visit.day.isoformat()}", "choice.vaccine_given_child",
            {"child": p.a_text(situation.name_of(visit.child))},
        )
        for visit in list(by_child.values())[:_CHILD_BUTTONS]
    ]  # fmt: skip
    first = visits[0]
    later = Choice(f"re.vaccine.later.{first.child.id}:{first.day.isoformat()}", "choice.vaccine_later")
    return Say("reminder.vaccine.several", {"items": p.some_lines(lines)}, (*given, later), lane="vaccine")


def _doses(antigens: Sequence[str]) -> Param:
    return {"as": "joined", "value": [{"message": f"vaccine.{antigen}", "params": {}} for antigen in antigens]}


def _facility(visit: ChildVisit, situation: Situation) -> Param:
    name = situation.days.name(visit.child.facility_id)
    return p.a_name(*name) if name else p.a_message("reminder.usual_centre")


def why_not(child_id: str, visit: str, situation: Situation) -> tuple[str, str]:
    """What became of a planned reminder of a child's visit."""
    child = situation.child(child_id)
    if child is None:
        return "cancelled", "closed"
    if not is_reminded(child, situation.now.date()):
        return "cancelled", child.reminders
    look = next((look for look in situation.outlooks if look.child.id == child_id), None)
    if look is None:
        return "cancelled", "unreadable"
    rows = [row for row in look.seen.doses if row.visit == visit]
    if any(row.state in ("due", "overdue", "upcoming") for row in rows):
        booked = any(
            booking.state == "booked" and booking.service == VACCINATION for booking in situation.known.bookings
        )
        return "cancelled", "booked" if booked else "moved"
    return ("resolved", "given") if any(row.given for row in rows) else ("cancelled", "too_old")
