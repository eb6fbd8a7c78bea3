"""Somebody who writes faster than anybody can be answered: told so once, then heard for danger, STOP and taps.

Asked before the model, which one person could otherwise keep busy for everybody. A message that is passed over stays
one of a talk: whoever writes again after a minute is answered as ever.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.messages import Incoming
from dialogues.reading import Reading
from nlu.reader import Reader
from store import outbox
from store.database import Session
from store.inbox import Claimed

# Whoever sits at the machine may write as fast as they like; a played talk comes at one moment.
_TRUSTED = "terminal"
# Messages in a minute; nobody who wants to be answered sends more.
MOST = 20
NOTICE = "flood.notice"
_ONE_NOTICE_IN = timedelta(minutes=10)
_WITHOUT_MODEL = Reader(None)


def is_flood(claimed: Claimed) -> bool:
    """Whether this message is one too many."""
    return claimed.recent > MOST and claimed.channel != _TRUSTED


async def read(incoming: Incoming, now: datetime) -> Reading | None:
    """What is heard all the same, taps, danger and STOP; None for anything else. ``now`` is wall time."""
    if incoming.choice is not None:
        # A tap costs no model; it may be a yes to a question of life and death.
        return Reading(choice=incoming.choice)
    reading = await _WITHOUT_MODEL.read(incoming.text or "", now)
    return reading if reading.danger or "stop" in reading.cues else None


def is_told(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Whether the person was told so not long ago."""
    return outbox.was_said_since(session, claimed.address_id, NOTICE, now - _ONE_NOTICE_IN)
