"""Waiting for a seat: offered where a day is full, joined with a tap, left with another.

Seats that become free are offered in order (store/waiting.py); the offer's buttons are in ``standing.py``.
Answer of the booking flow used here: ``wait`` ("yes", or why it was refused).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dialogues import params as p
from dialogues.effects import Choice, Effect, GiveConsent, JoinWaitingList, LeaveWaitingList, Say
from dialogues.engine import Ask, Done, button
from dialogues.facts import FacilityFact, Facts

# Where nothing is free as wished; a closed day or a feast has no seat to wait for.
_FULL = frozenset({"booking.day_full", "booking.nothing_free", "booking.range_full"})
REFUSALS = frozenset({"already_waiting", "already_booked"})


def with_waiting(ask: Ask) -> Ask:
    """The question for another day, with the waiting list among its choices when the day asked for is full."""
    if ask.say.message not in _FULL:
        return ask
    return replace(ask, say=replace(ask.say, choices=(*ask.say.choices, button("wait", "choice.wait"))))


def join(place: FacilityFact, service: str, beneficiary: str, facts: Facts, consent_version: str) -> Done:
    """A place in the line. Agreement was asked before."""
    effects: list[Effect] = []
    if "appointments" not in facts.person.consents:
        effects.append(GiveConsent("appointments", True, consent_version))
    effects.append(JoinWaitingList(place.id, service, beneficiary))
    return Done((*effects, Say("waiting.joined", _params(place, service))))


def refused(place: FacilityFact, service: str, reason: str) -> Done:
    """Why there is no place in the line."""
    return Done((Say(f"waiting.{reason}", _params(place, service)),))


def mine(facts: Facts) -> tuple[Say, ...]:
    """Where the person waits, each with the way out."""
    return tuple(
        Say(
            "waiting.one",
            _params(row.facility, row.service),
            (Choice(f"re.waiting.leave.{row.id}", "choice.waiting_leave"),),
        )
        for row in facts.waiting()[:3]
    )


def left(waiting: str) -> Done:
    """No longer in the line."""
    return Done((LeaveWaitingList(waiting), Say("waiting.left")))


def _params(place: FacilityFact, service: str) -> dict[str, Any]:
    return {"facility": p.a_name(place.name_fr, place.name_ar), "service": p.a_service(service)}
