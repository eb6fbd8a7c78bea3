"""Giving up an appointment: which one, a yes, and a way back."""

from __future__ import annotations

from dialogues.answers import refuses, says_yes
from dialogues.booking import booking_params
from dialogues.choosing_booking import settle_booking, take_booking
from dialogues.effects import CancelBooking, Choice, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.talk import Answers


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """Which appointment the opening message means."""
    return take_booking({}, reading, facts)


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if asked == "booking":
        chosen = take_booking(answers, reading, facts)
        return Taken(chosen) if "booking" in chosen else None
    if asked == "confirm":
        if says_yes(reading):
            return Taken({**answers, "confirm": "yes"})
        if refuses(reading):
            return Taken({**answers, "confirm": "no"})
        if reading.is_sure and reading.intent in ("stop_conversation", "deny"):
            return Taken({**answers, "confirm": "no"})
        if reading.is_sure and reading.intent == "cancel_appointment":
            return Taken({**answers, "confirm": "yes"})
    return None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    return Taken({**answers, into: value}) if into in ("booking", "confirm") else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    booking = settle_booking(answers, facts, "cancelling.which")
    if isinstance(booking, Ask):
        return booking
    if booking is None:
        return Done((Say("cancelling.none", {}, (Choice("go=book_appointment", "choice.book_one"),)),))
    if answers.get("confirm") == "no":
        return Done((Say("cancelling.kept", booking_params(booking)),))
    if answers.get("confirm") == "move":
        return Done(then=("rescheduling", {"booking": booking.id}))
    if answers.get("confirm") == "yes":
        again = (Choice("go=book_appointment", "choice.book_again"), Choice("go=ask_help", "choice.menu"))
        return Done((CancelBooking(booking.id), Say("cancelling.done", booking_params(booking), again)))
    choices = (button("yes", "choice.yes_cancel"), button("move", "choice.move_it"), button("no", "choice.keep_it"))
    return Ask("confirm", Say("cancelling.confirm", booking_params(booking), choices))


def _refused(answers: Answers, reason: str, facts: Facts) -> Taken:
    return Taken({}, (Say("cancelling.gone"),))


CANCELLING = Flow("cancelling", 1, _take, _choose, _step, _refused)
