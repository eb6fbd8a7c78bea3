"""The words that staff write to somebody who asked for a human: cleaned, checked, and put into the outbox."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from dialogues.effects import Say
from dialogues.params import a_text
from store import handoffs, people
from store.database import Session
from store.handoffs import AnswerRefused
from store.perform import perform

LONGEST = 1000  # characters
# What became of a message, as far as staff need to know.
STATES = {
    "pending": "waiting", "held": "held", "sending": "waiting", "sent": "sent", "unknown": "unknown",
    "failed": "failed", "expired": "failed",
}  # fmt: skip
# Nobody sees them, and they turn the words around them.
_BIDI_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class NotSent(Exception):
    """An answer was not sent. ``reason``: ``empty``, ``too_long``, or one of ``AnswerRefused``; ``status`` for HTTP."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


def cleaned(text: str) -> str:
    """The text as it is sent: one kind of line end, no invisible control; "" when nothing in it can be seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub(" ", _BIDI_CONTROLS.sub("", text)).strip()
    # Letters, numbers, punctuation, symbols.
    return text if any(unicodedata.category(sign)[0] in "LNPS" for sign in text) else ""


def send(session: Session, actor: str, handoff_id: str, text: str, seen: str, now: datetime) -> None:
    """Answer a request that ``actor`` took; ``seen`` is how many answers the page showed. Raises ``NotSent``."""
    words = cleaned(text)
    if not words:
        raise NotSent("empty", 422)
    if len(words) > LONGEST:
        raise NotSent("too_long", 422)
    known = int(seen) if re.fullmatch(r"[0-9]{1,6}", seen) else -1
    try:
        whom = handoffs.whom_to_answer(session, handoff_id, actor, known)
    except AnswerRefused as refused:
        raise NotSent(refused.reason, 409) from refused
    perform(
        session,
        [Say(handoffs.ANSWER, {"text": a_text(words)})],
        actor=actor,
        person_id=whom.person_id,
        address_id=whom.address_id,
        now=now,
        # Only for somebody of whom no language is known: then the sender's default is taken.
        language=people.language_of(session, whom.person_id) or "",
    )
