"""Reminders of appointments and questions after them: what they are about, what they say, what became of them."""

from __future__ import annotations

from collections.abc import Iterator

from dialogues import params as p
from dialogues.effects import Choice, Say
from dialogues.params import Param
from scheduler.situation import Situation
from store.known import KnownBooking, KnownOffer
from store.open_days import VACCINATION


def hour(booking: KnownBooking) -> str:
    """Which hour of a booking: moved, it is reminded of anew."""
    return f"{booking.starts:%Y-%m-%dT%H:%M}"


def to_come(situation: Situation) -> Iterator[KnownBooking]:
    """Appointments that are still ahead."""
    return (row for row in situation.known.bookings if row.state == "booked" and row.starts > situation.now)


def vaccinations(situation: Situation) -> Iterator[KnownBooking]:
    """Vaccination appointments, past or to come."""
    return (row for row in situation.known.bookings if row.state != "cancelled" and row.service == VACCINATION)


def other_visits(situation: Situation) -> Iterator[KnownBooking]:
    """All other appointments, past or to come."""
    return (row for row in situation.known.bookings if row.state != "cancelled" and row.service != VACCINATION)


def may_have_been_given(booking: KnownBooking, situation: Situation) -> bool:
    """Only who has a child that is followed can record what was given."""
    return bool(situation.known.children)


def was_given(booking: KnownBooking, situation: Situation) -> bool:
    """A dose was recorded as given on the day of the appointment or since."""
    day = booking.starts.date()
    return any(given.day >= day for child in situation.known.children for given in child.given)


def _place(booking: KnownBooking | KnownOffer, situation: Situation) -> Param:
    name = situation.days.name(booking.facility_id)
    return p.a_name(*name) if name else p.a_message("reminder.usual_centre")


def _params(booking: KnownBooking, situation: Situation) -> dict[str, Param]:
    return {
        "facility": _place(booking, situation),
        "moment": p.a_moment(booking.starts),
        "time": p.a_time(booking.starts.time()),
        "due": p.a_day(booking.starts.date()),
    }


def _choice(kind: str, answer: str, subject: str, label: str) -> Choice:
    return Choice(f"re.{kind}.{answer}.{subject}", f"choice.{label}")


def soon(booking: KnownBooking, situation: Situation) -> Say:
    """Will you come?"""
    choices = tuple(_choice("booking", what, booking.id, f"booking_{what}") for what in ("come", "move", "cancel"))
    return Say("reminder.booking.soon", _params(booking, situation), choices, lane="appointment")


def tomorrow(booking: KnownBooking, situation: Situation) -> Say:
    """The evening before."""
    choices = tuple(_choice("booking", what, booking.id, f"booking_{what}") for what in ("move", "cancel"))
    return Say("reminder.booking.tomorrow", _params(booking, situation), choices, lane="appointment")


def closed(booking: KnownBooking, situation: Situation) -> Say:
    """The day was booked before the centre closed on it."""
    choices = tuple(_choice("booking", what, booking.id, f"booking_{what}") for what in ("move", "cancel"))
    return Say("reminder.booking.closed", _params(booking, situation), choices, lane="appointment")


def given(booking: KnownBooking, situation: Situation) -> Say:
    """Was it given?"""
    choices = tuple(_choice("visit", what, booking.id, f"visit_{what}") for what in ("yes", "no"))
    return Say("reminder.visit.given", _params(booking, situation), choices, lane="appointment")


def feedback(booking: KnownBooking, situation: Situation) -> Say:
    """How was it?"""
    choices = (_choice("feedback", "tell", booking.id, "feedback_tell"),)
    return Say("reminder.visit.feedback", _params(booking, situation), choices, lane="appointment")


def offered(offer: KnownOffer, situation: Situation) -> Say:
    """A seat became free."""
    params = {
        "service": p.a_service(offer.service),
        "facility": _place(offer, situation),
        "starts": p.a_moment(offer.starts),
        "ends": p.a_moment(offer.ends),
    }
    choices = tuple(_choice("offer", what, offer.id, f"offer_{what}") for what in ("take", "leave"))
    return Say("offer.slot", params, choices, lane="appointment")


def why_not(kind: str, booking_id: str, visit: str, situation: Situation) -> tuple[str, str]:
    """What became of a planned reminder of an appointment."""
    booking = situation.booking(booking_id)
    if booking is None or booking.state == "cancelled":
        return "cancelled", "booking_cancelled"
    if hour(booking) != visit:
        return "cancelled", "moved"
    if kind == "booking.soon" and booking.confirmed:
        return "resolved", "confirmed"
    if kind == "visit.given" and was_given(booking, situation):
        return "resolved", "given"
    if kind in ("booking.soon", "booking.tomorrow") and booking.starts > situation.now:
        return "cancelled", "closed_day"
    if kind == "booking.closed":
        return "resolved", "open_again"
    return "cancelled", "no_reason_left"
