"""Effects on the waiting list."""

from __future__ import annotations

from dialogues.effects import AnswerOffer, Book, JoinWaitingList, LeaveWaitingList
from dialogues.errors import Refused
from store import people, waiting
from store.perform import appointments
from store.perform.scope import Scope


def join(scope: Scope, effect: JoinWaitingList) -> None:
    """Refused: no_consent, already_waiting, already_booked."""
    if "appointments" not in people.consents(scope.session, scope.person_id):
        raise Refused("no_consent")
    row_id = waiting.join(
        scope.session, scope.person_id, effect.facility, effect.service, effect.beneficiary, scope.now
    )
    scope.audit("waiting.join", "waiting", row_id)


def leave(scope: Scope, effect: LeaveWaitingList) -> None:
    """Refused: gone."""
    row = waiting.one(scope.session, effect.waiting, scope.owner)
    scope.touch(*waiting.leave(scope.session, row, scope.now), row.person_id)
    scope.audit("waiting.leave", "waiting", row.id)


def answer_offer(scope: Scope, effect: AnswerOffer) -> None:
    """Refused: gone, and as Book. A seat that is left goes to the next in the line."""
    offer, row = waiting.open_offer(scope.session, effect.offer, scope.owner, scope.now)
    if not effect.taken:
        scope.touch(*waiting.settle(scope.session, offer, "left", scope.now), row.person_id)
        scope.audit("offer.leave", "offer", offer.id)
        return
    beneficiary = waiting.beneficiary_of(scope.session, row)
    appointments.book(scope, Book(offer.facility_id, offer.service, offer.starts, beneficiary))
    waiting.settle(scope.session, offer, "taken", scope.now)
    scope.audit("offer.take", "offer", offer.id)
