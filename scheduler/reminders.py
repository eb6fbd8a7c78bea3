"""The reminders: one entry a kind. To add one, add an entry; planning, quiet hours, stop and expiry come with it.

Hours are wall time. A notification may be read by others on a shared phone: it names no condition, and of an
appointment not the service.
"""

from __future__ import annotations

from datetime import time
from functools import partial
from typing import Any

from scheduler import bookings, cases, vaccines
from scheduler.cases import Question
from scheduler.reminder import EVENING, Reminder, always, never, on
from scheduler.situation import Situation
from scheduler.vaccine_visits import ChildVisit
from store.known import KnownBooking, KnownOffer

# A visit is reminded of at most so often, whatever its days; the last one offers to pause.
MOST_A_VISIT = 5
MORNING, START, AFTERNOON, NIGHT = time(10, 0), time(9, 0), time(17, 0), time(18, 0)
MIDNIGHT = time(0, 0)


def _vaccine(
    kind: str, days: int, at: time, until: tuple[int, time], *, leads: int, message: str
) -> Reminder[ChildVisit]:
    """A reminder of a vaccination visit, so many days after its day (before it when negative)."""
    return Reminder(
        kind=kind,
        purpose="reminders",
        subjects=lambda situation: situation.visits,
        visit=lambda visit: visit.key,
        due=lambda visit, situation: on(visit.day, days, at),
        expires=lambda visit, situation: on(visit.day, until[0], until[1]),
        applies_if=lambda visit, situation: vaccines.applies(visit, situation, days),
        resolved_if=never,  # a dose that was given makes no visit any more
        message=lambda visits, situation: vaccines.message(message, visits, situation),
        why_not=vaccines.why_not,
        together=True,
        leads=leads,
        most=MOST_A_VISIT,
    )


VACCINES = (
    _vaccine("vaccine.before", -7, MORNING, (-2, EVENING), leads=0, message="before"),
    _vaccine("vaccine.tomorrow", -1, AFTERNOON, (0, MIDNIGHT), leads=5, message="tomorrow"),
    _vaccine("vaccine.today", 0, START, (0, time(15, 0)), leads=6, message="today"),
    _vaccine("vaccine.late3", 3, MORNING, (10, EVENING), leads=4, message="late"),
    _vaccine("vaccine.late14", 14, MORNING, (28, EVENING), leads=3, message="late"),
    _vaccine("vaccine.month1", 44, MORNING, (58, EVENING), leads=2, message="late"),
    _vaccine("vaccine.month2", 74, MORNING, (88, EVENING), leads=1, message="late"),
)

BOOKINGS = (
    Reminder[KnownBooking](
        kind="booking.soon",
        purpose="appointments",
        subjects=bookings.to_come,
        visit=bookings.hour,
        due=lambda booking, situation: on(booking.starts.date(), -2, MORNING),
        expires=lambda booking, situation: on(booking.starts.date(), -1, time(12, 0)),
        applies_if=lambda booking, situation: situation.has_hour(booking),
        resolved_if=lambda booking, situation: booking.confirmed,
        message=lambda found, situation: bookings.soon(found[0], situation),
        why_not=partial(bookings.why_not, "booking.soon"),
    ),
    Reminder[KnownBooking](
        kind="booking.tomorrow",
        purpose="appointments",
        subjects=bookings.to_come,
        visit=bookings.hour,
        due=lambda booking, situation: on(booking.starts.date(), -1, NIGHT),
        # "Tomorrow" is wrong after midnight.
        expires=lambda booking, situation: on(booking.starts.date(), 0, MIDNIGHT),
        applies_if=lambda booking, situation: situation.has_hour(booking),
        resolved_if=never,
        message=lambda found, situation: bookings.tomorrow(found[0], situation),
        why_not=partial(bookings.why_not, "booking.tomorrow"),
    ),
    Reminder[KnownBooking](
        kind="booking.closed",
        purpose="appointments",
        subjects=bookings.to_come,
        visit=bookings.hour,
        due=lambda booking, situation: situation.now,
        expires=lambda booking, situation: booking.starts,
        applies_if=lambda booking, situation: not situation.has_hour(booking),
        resolved_if=never,
        message=lambda found, situation: bookings.closed(found[0], situation),
        why_not=partial(bookings.why_not, "booking.closed"),
        at_once=True,
    ),
    Reminder[KnownBooking](
        kind="visit.given",
        purpose="appointments",
        subjects=bookings.vaccinations,
        visit=bookings.hour,
        due=lambda booking, situation: on(booking.starts.date(), 1, MORNING),
        expires=lambda booking, situation: on(booking.starts.date(), 4, EVENING),
        applies_if=bookings.may_have_been_given,
        resolved_if=bookings.was_given,
        message=lambda found, situation: bookings.given(found[0], situation),
        why_not=partial(bookings.why_not, "visit.given"),
    ),
    Reminder[KnownBooking](
        kind="visit.feedback",
        purpose="appointments",
        subjects=bookings.other_visits,
        visit=bookings.hour,
        due=lambda booking, situation: on(booking.starts.date(), 1, AFTERNOON),
        expires=lambda booking, situation: on(booking.starts.date(), 4, EVENING),
        applies_if=always,
        resolved_if=never,
        message=lambda found, situation: bookings.feedback(found[0], situation),
        why_not=partial(bookings.why_not, "visit.feedback"),
    ),
)

OFFERS = (
    Reminder[KnownOffer](
        kind="offer.slot",
        purpose="appointments",
        subjects=lambda situation: situation.known.offers,
        visit=lambda offer: f"{offer.starts:%Y-%m-%dT%H:%M}",
        due=lambda offer, situation: offer.due,
        expires=lambda offer, situation: offer.ends,
        applies_if=lambda offer, situation: situation.is_free(offer),
        resolved_if=never,
        message=lambda found, situation: bookings.offered(found[0], situation),
        why_not=lambda offer, visit, situation: ("cancelled", "offer_over"),
        at_once=True,
    ),
)


def _case(kind: str, *outcomes: str) -> Reminder[Question]:
    """The question after a triage with one of these outcomes, and once more when nobody answers."""
    return Reminder(
        kind=kind,
        purpose="care",
        subjects=lambda situation: cases.questions(situation, *outcomes),
        visit=lambda question: question.visit,
        due=cases.due,
        expires=cases.expires,
        applies_if=always,
        resolved_if=never,  # an answer ends the case, or begins another turn
        message=lambda found, situation: cases.message(found[0], situation),
        why_not=cases.why_not,
    )


CASES = (
    _case("case.home", "home"),
    _case("case.today", "today"),
    _case("case.emergency", "emergency", "ambulance"),
    _case("case.soon", "soon"),
)

REMINDERS: tuple[Reminder[Any], ...] = (*VACCINES, *BOOKINGS, *OFFERS, *CASES)
BY_KIND = {reminder.kind: reminder for reminder in REMINDERS}


def why_not(kind: str, subject: str, visit: str, situation: Situation) -> tuple[str, str]:
    """Why a planned reminder no longer applies: ``resolved`` or ``cancelled``, and a reason code."""
    reminder = BY_KIND.get(kind)
    if reminder is None:
        return "cancelled", "no_such_kind"
    if situation.known.is_stopped:
        return "cancelled", "stopped"
    if reminder.purpose not in situation.known.consents:
        return "cancelled", "no_consent"
    return reminder.why_not(subject, visit, situation)
