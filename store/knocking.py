"""Asking somebody to come and read what may not be written to them now.

The message itself waits, as a row of its own behind the one that asks; so staff see that it waits, and for what.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from dialogues.effects import Say
from store import handoffs, outbox
from store.models import Message
from store.outbox import OutMessage

_ASKED = ("pending", "sending", "sent", "unknown")


def has_knocked(session: Session, waiting: OutMessage, knock: str, since: datetime | None) -> bool:
    """Whether the person was asked already, since they wrote last; ``knock`` is the message that asks."""
    asked = [Message.address_id == waiting.address_id, Message.say == knock, Message.state.in_(_ASKED)]
    if since is not None:
        asked.append(Message.created_at >= since)
    return bool(session.scalar(select(exists().where(*asked))))


def has_answer(session: Session, address_id: str) -> bool:
    """Whether the last answer of staff to an address is on the phone or on its way; not when it waited too long."""
    last = select(Message.state).where(Message.address_id == address_id, Message.say == handoffs.ANSWER)
    return session.scalar(last.order_by(Message.number.desc()).limit(1)) in _ASKED


def drop(session: Session, waiting: OutMessage, now: datetime) -> None:
    """The person came by themselves before they were asked: the row that would ask is over."""
    session.execute(
        update(Message)
        .where(Message.id == waiting.id, Message.state == "pending")
        .values(state="expired", settled_at=now, failure="not_needed")
        .execution_options(synchronize_session=False)
    )


def knock(session: Session, waiting: OutMessage, say: Say, now: datetime) -> None:
    """This row becomes the one that asks; what it said waits behind it."""
    row = session.execute(select(Message.language, Message.actor).where(Message.id == waiting.id)).one()
    outbox.enqueue(session, waiting.address_id, waiting.say, now, language=row.language, actor=row.actor)
    session.execute(
        update(Message)
        .where(Message.id == waiting.id)
        .values(say=say.message, params=None, choices=None, document=None, outcome=None)
        .execution_options(synchronize_session=False)
    )
