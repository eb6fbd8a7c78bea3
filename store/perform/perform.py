"""Carrying out effects: all or none, each by one function, each with its row in the audit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dialogues import effects as e
from store import planning
from store.perform import appointments, cases, children, contact, person, waiting
from store.perform.scope import Scope

_BY_KIND: dict[type, Callable[[Scope, Any], None]] = {
    e.SetLanguage: person.set_language,
    e.GiveConsent: person.give_consent,
    e.SetName: person.set_name,
    e.SetPhone: person.set_phone,
    e.StopMessages: person.stop_messages,
    e.Forget: person.forget,
    e.Book: appointments.book,
    e.MoveBooking: appointments.move_booking,
    e.CancelBooking: appointments.cancel_booking,
    e.ConfirmBooking: appointments.confirm_booking,
    e.RegisterChild: children.register_child,
    e.SetChildFacility: children.set_child_facility,
    e.RecordDose: children.record_dose,
    e.UndoDose: children.undo_dose,
    e.SetReminders: children.set_reminders,
    e.CloseChild: children.close_child,
    e.JoinWaitingList: waiting.join,
    e.LeaveWaitingList: waiting.leave,
    e.AnswerOffer: waiting.answer_offer,
    e.OpenCase: cases.open_case,
    e.AnswerCase: cases.answer_case,
    e.RequestHuman: contact.request_human,
    e.LeaveFeedback: contact.leave_feedback,
    e.Say: contact.say,
}

# What changes no fact that a reminder is derived from.
_WITHOUT_REMINDERS = (e.Say, e.SetLanguage, e.SetName, e.SetPhone, e.RequestHuman, e.LeaveFeedback)


@dataclass(frozen=True, slots=True)
class Performed:
    """Ids of the messages to deliver, of the bookings made or moved and of the children registered.

    After ``Forget`` the person and address are those of the guest that only waits for the farewell.
    """

    messages: list[str]
    bookings: list[str]
    children: list[str]
    person_id: str
    address_id: str


def perform(
    session: Session,
    effects: Sequence[e.Effect],
    *,
    actor: str,
    person_id: str,
    address_id: str,
    inbox_id: str | None = None,
    now: datetime,
    language: str,
    expires_at: datetime | None = None,
) -> Performed:
    """Carry out effects within the session's transaction, as a whole.

    ``actor`` is ``person``, ``staff:<id>`` or ``system``; ``now`` is aware; ``expires_at`` is for the messages said.
    Messages come after all other effects, in their order, so that they can name what was made. Raises
    ``dialogues.errors.Refused`` with nothing of it left in the session, which stays usable.
    """
    scope = Scope(session, actor, person_id, address_id, inbox_id, now, language, expires_at)
    with session.begin_nested():
        for effect in sorted(effects, key=lambda effect: isinstance(effect, e.Say)):
            _BY_KIND[type(effect)](scope, effect)
        session.flush()
        if not all(isinstance(effect, _WITHOUT_REMINDERS) for effect in effects):
            # In the same transaction: no reminder can be forgotten, or stay after what it was about is gone.
            scope.touch(scope.person_id)
            planning.plan(session, scope.touched, now)
    return Performed(scope.messages, scope.bookings, scope.children, scope.person_id, scope.address_id)
