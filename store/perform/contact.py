"""Effects that reach a human: staff's list, feedback, and words to the person."""

from __future__ import annotations

from dataclasses import replace

from dialogues.effects import LeaveFeedback, RequestHuman, Say
from store import feedback, handoffs, outbox
from store.perform.scope import Scope

# Documents of the booking or child made by the same effects: its id is only known now.
NEW_CALENDAR = "calendar:new"
NEW_CARDS = ("card:new", "card-picture:new")


def request_human(scope: Scope, effect: RequestHuman) -> None:
    """One open request a person; asking again changes nothing."""
    handoff_id = handoffs.request(scope.session, scope.person_id, effect.reason, scope.now)
    if handoff_id is not None:
        scope.audit("handoff.request", "handoff", handoff_id, reason=effect.reason)


def leave_feedback(scope: Scope, effect: LeaveFeedback) -> None:
    """Kept without the person, whatever they agreed to."""
    feedback.leave(scope.session, effect.text, scope.now)


def say(scope: Scope, effect: Say) -> None:
    """Put a message into the outbox. It is its own record; only words by staff are audited too."""
    if effect.document == NEW_CALENDAR:
        if not scope.bookings:
            raise ValueError("calendar:new needs a booking made by the same effects")
        effect = replace(effect, document=f"calendar:{scope.bookings[-1]}")
    elif effect.document in NEW_CARDS:
        if not scope.children:
            raise ValueError("a new child's card needs a child registered by the same effects")
        effect = replace(effect, document=f"{effect.document.removesuffix('new')}{scope.children[-1]}")
    message_id = outbox.enqueue(
        scope.session,
        scope.address_id,
        effect,
        scope.now,
        language=scope.language,
        actor=scope.who,
        inbox_id=scope.inbox_id,
        expires_at=scope.expires_at,
    )
    scope.messages.append(message_id)
    if scope.actor.startswith("staff:"):
        scope.audit("message.say", "message", message_id, say=effect.message)
