"""One row an intent: what it opens or how it is answered. A test compares the rows with the catalogue and the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialogues import (
    advice,
    emergency,
    feedback,
    handover,
    language,
    minding,
    privacy,
    recording,
    registering,
    schedule,
    smalltalk,
    standing,
    undoing,
    vaccine_info,
)
from dialogues import booking as booking_flow
from dialogues import cancelling as cancelling_flow
from dialogues import directory as directory_flow
from dialogues import rescheduling as rescheduling_flow
from dialogues.effects import Effect
from dialogues.engine import Flow
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.talk import Answers
from dialogues.triage import followed
from dialogues.triage.flow import TRIAGE
from dialogues.triage.flow import open_answers as open_triage
from dialogues.triage.following import FOLLOWING
from dialogues.triage.placing import PLACING
from dialogues.triage.reaching import REACHING

Reply = Callable[[Reading, Facts], tuple[Effect, ...]]
Opening = Callable[[Reading, Facts], Answers]


@dataclass(frozen=True, slots=True)
class Route:
    """Either ``reply`` or ``flow`` with ``opening``.

    ``aside``: asked in the middle of something else it is answered, and the open question is asked again.
    ``answers``: it is how people answer questions, so the open question has the first word on it.
    ``asks``: a question or wish of its own, which, when it is plain, goes before an answer that its words could be.
    ``interrupts``: its own questions are asked in between, and what was under way goes on afterwards.
    """

    reply: Reply | None = None
    flow: Flow | None = None
    opening: Opening | None = None
    aside: bool = False
    answers: bool = False
    asks: bool = False
    interrupts: bool = False


def _aside(reply: Reply) -> Route:
    return Route(reply=reply, aside=True)


def _question(reply: Reply) -> Route:
    return Route(reply=reply, aside=True, asks=True)


def _opens(flow: Flow, opening: Opening, *, asks: bool = True) -> Route:
    return Route(flow=flow, opening=opening, asks=asks)


def _between(flow: Flow, opening: Opening) -> Route:
    return Route(flow=flow, opening=opening, asks=True, interrupts=True)


def _drop(reading: Reading, facts: Facts) -> tuple[Effect, ...]:
    """Giving up what is under way; with nothing under way it is a wish to start over."""
    return smalltalk.menu(reading, facts)


# What was under way waits while somebody is asked how they are, and goes on afterwards.
_TRIAGE = _between(TRIAGE, open_triage)

ROUTES: dict[str, Route] = {
    "greet": _aside(smalltalk.greet),
    "goodbye": _aside(smalltalk.goodbye),
    "thank": _aside(smalltalk.thank),
    "affirm": Route(reply=smalltalk.nothing_open, answers=True),
    "deny": Route(reply=smalltalk.nothing_open, answers=True),
    "ask_help": _aside(smalltalk.menu),
    "ask_bot_identity": _question(smalltalk.identity),
    "change_language": Route(reply=language.reply, aside=True),
    "stop_conversation": Route(reply=_drop),
    "talk_to_human": _opens(handover.HANDOVER, handover.open_answers),
    "give_feedback": _opens(feedback.FEEDBACK, feedback.open_answers, asks=False),
    "inform": Route(reply=smalltalk.nothing_open, answers=True),
    "out_of_scope": _aside(smalltalk.out_of_scope),
    "book_appointment": _opens(booking_flow.BOOKING, booking_flow.open_answers),
    "reschedule_appointment": _opens(rescheduling_flow.RESCHEDULING, rescheduling_flow.open_answers, asks=False),
    "cancel_appointment": _opens(cancelling_flow.CANCELLING, cancelling_flow.open_answers),
    "check_appointment": _question(smalltalk.my_bookings),
    "find_facility": Route(flow=directory_flow.FINDING, opening=directory_flow.open_find, aside=True, asks=True),
    "ask_opening_hours": Route(flow=directory_flow.HOURS, opening=directory_flow.open_hours, aside=True, asks=True),
    "ask_cost": _question(smalltalk.cost),
    "ask_required_documents": _question(smalltalk.documents),
    "register_child": _opens(registering.REGISTERING, registering.open_answers),
    "check_vaccination_schedule": _between(schedule.SCHEDULE, schedule.open_answers),
    "ask_vaccine_info": _question(vaccine_info.answer),
    "report_vaccination_done": _opens(recording.RECORDING, recording.open_answers),
    "report_vaccine_side_effect": _TRIAGE,
    "stop_reminders": Route(reply=smalltalk.stop_messages),
    "resume_reminders": _opens(minding.MINDING, minding.open_resuming, asks=False),
    "report_symptom": _TRIAGE,
    "report_emergency": Route(reply=emergency.reply),
    "ask_emergency_number": _question(smalltalk.emergency_numbers),
    "ask_medication": _question(advice.medication),
    "ask_pregnancy_advice": _question(advice.pregnancy),
    "report_mental_distress": _TRIAGE,
    "feel_better": _aside(followed.feel_better),
    "feel_worse": _TRIAGE,
    "ask_privacy": _question(privacy.what_is_kept),
    "export_my_data": _question(privacy.export),
    "delete_my_data": _opens(privacy.DELETING, privacy.open_deleting),
}

# Flows that no intent opens: buttons and other flows lead to them.
_FURTHER = (standing.STANDING, undoing.UNDOING, PLACING, REACHING, FOLLOWING)
FLOWS: dict[str, Flow] = {
    **{route.flow.name: route.flow for route in ROUTES.values() if route.flow is not None},
    **{flow.name: flow for flow in _FURTHER},
}
