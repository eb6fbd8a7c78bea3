"""Settling on one of the person's live appointments. Answer used here: ``booking`` (id)."""

from __future__ import annotations

from typing import Any

from dialogues import params as p
from dialogues.effects import Say
from dialogues.engine import Ask, button
from dialogues.facts import BookingFact, Facts
from dialogues.reading import Reading
from dialogues.talk import Answers


def take_booking(answers: Answers, reading: Reading, facts: Facts) -> dict[str, Any]:
    """The answers with the appointment the message points at: by its kind of care, or by its day."""
    found = dict(answers)
    bookings = facts.bookings()
    wanted = {e.value for e in reading.all("service")}
    days = {str(w["date"]) for w in reading.when if "date" in w}
    by_service = [b for b in bookings if b.service in wanted]
    by_day = [b for b in bookings if b.starts.date().isoformat() in days]
    for fitting in (by_service, by_day):
        if len(fitting) == 1:
            found["booking"] = fitting[0].id
            return found
    return found


def settle_booking(answers: Answers, facts: Facts, question: str) -> Ask | BookingFact | None:
    """The appointment that is meant; the only one when there is one; a question when several could be; else None."""
    bookings = facts.bookings()
    chosen = next((b for b in bookings if b.id == answers.get("booking")), None)
    if chosen is not None or not bookings:
        return chosen
    if len(bookings) == 1:
        return bookings[0]
    choices = tuple(
        button(b.id, "choice.booking", service=p.a_service(b.service), moment=p.a_moment(b.starts))
        for b in bookings[:8]
    )
    return Ask("booking", Say(question, {}, choices))
