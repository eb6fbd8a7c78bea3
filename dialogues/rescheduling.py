"""Moving an appointment: which one, when, a yes. The new seat is taken before the old one is freed."""

from __future__ import annotations

from typing import Any

from dialogues import params as p
from dialogues.answers import says_no, says_yes
from dialogues.booking import booking_params
from dialogues.choosing_booking import settle_booking, take_booking
from dialogues.choosing_time import choose_time, settle_time, slot_gone, take_time
from dialogues.effects import Choice, MoveBooking, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.talk import Answers


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """What the opening message already says: which appointment, and when instead."""
    found = take_booking({}, reading, facts)
    if _names_its_own_day(found, reading, facts):
        return found
    return take_time(found, None, reading, facts) or found


def _names_its_own_day(answers: Answers, reading: Reading, facts: Facts) -> bool:
    """ "I can't come on Thursday" names the appointment by its day, and asks for another."""
    said = {str(w["date"]) for w in reading.when if "date" in w}
    mine = [b for b in facts.bookings() if answers.get("booking") in (None, b.id)]
    return any(b.starts.date().isoformat() in said for b in mine)


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if asked == "booking":
        chosen = take_booking(answers, reading, facts)
        if "booking" in chosen:
            return Taken(chosen)
    timed = take_time(answers, asked, reading, facts)
    if timed is not None:
        timed.pop("confirm", None)
        return Taken(timed)
    if asked in ("confirm", "instead"):
        if says_yes(reading):
            return Taken({**answers, asked: "yes"})
        if says_no(reading):
            return Taken({**answers, asked: "no"})
    return None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    if into in ("booking", "confirm", "instead"):
        return Taken({**answers, into: value})
    timed = choose_time(answers, into, value)
    if timed is None:
        return None
    timed.pop("confirm", None)
    return Taken(timed)


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    booking = settle_booking(answers, facts, "rescheduling.which")
    if isinstance(booking, Ask):
        return booking
    if booking is None:
        return _nothing_to_move(answers)
    slot = settle_time(answers, facts, booking.facility.id, booking.service)
    if isinstance(slot, Ask):
        return slot
    if answers.get("confirm") == "no":
        return Done((Say("rescheduling.kept", booking_params(booking)),))
    params: dict[str, Any] = {
        **booking_params(booking),
        "before": p.a_moment(booking.starts),
        "moment": p.a_moment(slot),
    }
    if answers.get("confirm") == "yes":
        mine = (Choice("go=check_appointment", "choice.my_appointments"),)
        return Done((MoveBooking(booking.id, slot), Say("rescheduling.done", params, mine, document="calendar:new")))
    choices = (button("yes", "choice.yes_move"), button("no", "choice.keep_it"))
    return Ask("confirm", Say("rescheduling.confirm", params, choices))


def _nothing_to_move(answers: Answers) -> Ask | Done:
    if answers.get("instead") == "yes":
        return Done(then=("booking", {k: v for k, v in answers.items() if k != "instead"}))
    if answers.get("instead") == "no":
        return Done((Say("fine"),))
    choices = (button("yes", "choice.book_one"), button("no", "choice.no_thanks"))
    return Ask("instead", Say("rescheduling.none", {}, choices))


def _refused(answers: Answers, reason: str, facts: Facts) -> Taken:
    found = slot_gone(answers)
    found.pop("confirm", None)
    if reason == "gone":
        found.pop("booking", None)
        return Taken(found, (Say("rescheduling.gone"),))
    return Taken(found, (Say("booking.slot_gone"),))


RESCHEDULING = Flow("rescheduling", 1, _take, _choose, _step, _refused, hours=frozenset({"slot"}))
