"""Requests to speak with a human, as staff see them, and who may answer one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store import audit, people
from store.ids import new_id
from store.lanes import ANSWER
from store.models import Address, Handoff, Message

__all__ = [
    "ANSWER", "HELD", "Answer", "AnswerRefused", "HandoffRow", "close", "open_requests", "request", "take",
    "whom_to_answer",
]  # fmt: skip

# What an answer waits for that may not be written freely now.
HELD = "window"


class AnswerRefused(Exception):
    """An answer cannot go out. ``reason``: ``gone`` (closed, or the person was erased), ``not_yours``, ``meanwhile``
    (another answer went out since the page was read), ``stopped`` (the person wants no messages) or ``blocked``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer by staff. ``state`` is that of the message: pending, sending, sent, failed, unknown or expired; or
    held, when the platform lets it go only after the person wrote."""

    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class HandoffRow:
    """An open request; ``taken_by`` is the member of staff who takes care of it, ``answers`` the oldest first."""

    id: str
    person_id: str
    reason: str
    created_at: datetime
    taken_by: str | None
    answers: tuple[Answer, ...]


def request(session: Session, person_id: str, reason: str, now: datetime) -> str | None:
    """Put a person on the list; None when they are on it already."""
    is_open = select(Handoff.id).where(Handoff.person_id == person_id, Handoff.state == "open")
    if session.execute(is_open).first() is not None:
        return None
    row = Handoff(id=new_id(), person_id=person_id, reason=reason, created_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row.id


def open_requests(session: Session, limit: int = 200) -> list[HandoffRow]:
    """Who waits, the longest first."""
    rows = session.scalars(
        select(Handoff).where(Handoff.state == "open").order_by(Handoff.created_at).limit(limit)
    ).all()
    given = _answers(session, [row.id for row in rows])
    return [
        HandoffRow(row.id, row.person_id, row.reason, row.created_at, row.taken_by, tuple(given[row.id]))
        for row in rows
    ]


def _answers(session: Session, handoff_ids: list[str]) -> dict[str, list[Answer]]:
    """What staff said to each person since they asked, by request."""
    found: dict[str, list[Answer]] = defaultdict(list)
    for handoff_id, at, state, held_for in session.execute(
        select(Handoff.id, Message.created_at, Message.state, Message.held_for)
        .join(Address, Address.person_id == Handoff.person_id)
        .join(Message, Message.address_id == Address.id)
        .where(Handoff.id.in_(handoff_ids), Message.say == ANSWER, Message.created_at >= Handoff.created_at)
        .order_by(Message.created_at, Message.number)
    ):
        found[handoff_id].append(Answer(at, "held" if held_for == HELD and state == "pending" else state))
    return found


def whom_to_answer(session: Session, handoff_id: str, actor: str, seen: int) -> people.Whom:
    """The person of a request that ``actor`` took, at the address they last wrote from.

    ``seen`` is how many answers ``actor`` knew of: a form sent twice speaks once. Raises ``AnswerRefused``. The person
    stays locked until the transaction ends, so that none is erased, and none answered twice, between this and the
    message.
    """
    person_id = session.scalar(select(Handoff.person_id).where(Handoff.id == handoff_id))
    if person_id is None:
        raise AnswerRefused("gone")
    people.lock(session, person_id)
    row = session.get(Handoff, handoff_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "open":
        raise AnswerRefused("gone")
    if row.taken_by != actor:
        raise AnswerRefused("not_yours")
    if len(_answers(session, [handoff_id])[handoff_id]) != seen:
        raise AnswerRefused("meanwhile")
    address = session.scalars(
        select(Address)
        .where(Address.person_id == person_id)
        .order_by(Address.last_inbound_at.desc().nulls_last(), Address.id)
        .limit(1)
    ).first()
    if address is None:
        raise AnswerRefused("gone")
    # Whoever asked for a human after a stop wants the answer.
    if address.stopped_at is not None and address.stopped_at >= row.created_at:
        raise AnswerRefused("stopped")
    if address.blocked_at is not None:
        raise AnswerRefused("blocked")
    return people.Whom(person_id, address.id)


def take(session: Session, handoff_id: str, actor: str, now: datetime) -> bool:
    """Tell the others that somebody takes care of a request; False when it is not open or another did so before."""
    row = session.get(Handoff, handoff_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "open" or row.taken_by is not None:
        return False
    row.taken_by, row.taken_at = actor, now
    audit.record(session, actor, "handoff.take", "handoff", row.id, now)
    session.flush()
    return True


def close(session: Session, handoff_id: str, actor: str, now: datetime) -> bool:
    """Take a request off the list; False when it is not open."""
    row = session.get(Handoff, handoff_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "open":
        return False
    row.state, row.closed_at = "closed", now
    audit.record(session, actor, "handoff.close", "handoff", row.id, now)
    session.flush()
    return True
