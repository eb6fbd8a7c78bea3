"""A row that cannot be read ends alone: what is behind it, and what is for others, goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from dialogues.effects import Choice, Lane, Say
from store import attempts, codec, inbox, outbox, sealed, taking
from store.attempts import Beginning
from store.database import Session, Store
from store.lanes import UNASKED
from store.models import Address, Inbox, Message
from store.pacing import FREE
from tests.store.world import NOW, act, meet

LATER = NOW + timedelta(minutes=2)


def newer(row: str, session: Session) -> dict[str, Any]:
    """As a newer version may write it, that knows one field more."""
    return {"choices": sealed.seal(session, "message", "choices", row, codec.dumps([["yes", "choice.yes", {}, "new"]]))}


def torn(row: str, session: Session) -> dict[str, Any]:
    return {"choices": sealed.seal(session, "message", "choices", row, "[[")}


def lost_key(row: str, session: Session) -> dict[str, Any]:
    return {"params": "v9.x"}


BROKEN = [newer, torn, lost_key]


def broken(store: Store, address: str, lane: Lane, how: Any, *behind: Say) -> tuple[str, list[str], str]:
    """A message that cannot be read, and what is behind it at its address."""
    whom = meet(store, address)
    row, *rest = act(store, whom, [Say("one", choices=(Choice("yes", "choice.yes"),), lane=lane), *behind]).messages
    with store.write() as session:
        session.execute(update(Message).where(Message.id == row).values(how(row, session)))
    return row, rest, whom.address_id


def state(store: Store, message: str) -> tuple[str, str | None]:
    with store.read() as session:
        row = session.get_one(Message, message)
        return row.state, row.failure


@pytest.mark.parametrize("how", BROKEN)
def test_in_a_batch(store: Store, how: Any) -> None:
    row, [behind], _ = broken(store, "1", "appointment", how, Say("two", lane="appointment"))
    [other] = act(store, meet(store, "2"), [Say("one", lane="appointment")]).messages

    def take() -> list[str]:
        with store.write() as session:
            found = taking.take(session, "telegram", UNASKED, FREE, NOW, 50)
            ready = [Beginning(one.message.id, one.message.tries + 1, {}) for one in found]
            attempts.begin_held(session, ready, "me", NOW)
            return [one.message.id for one in found]

    assert {*take(), *take()} == {other, behind}
    assert state(store, row) == ("failed", "our_bug")


@pytest.mark.parametrize("how", BROKEN)
def test_in_a_talk(store: Store, how: Any) -> None:
    behind = (Say("two"), Say("danger.call", lane="danger"))
    row, rest, address_id = broken(store, "1", "reply", how, *behind)
    with store.write() as session:
        ready = outbox.pending(session, address_id, NOW)
    assert [message.id for message in ready] == [rest[1], rest[0]]
    assert state(store, row) == ("failed", "our_bug")


def test_an_address_that_cannot_be_read(store: Store) -> None:
    whom = meet(store)
    messages = act(store, whom, [Say("one"), Say("two")]).messages
    with store.write() as session:
        session.execute(update(Address).where(Address.id == whom.address_id).values(address="v9.x"))
    with store.write() as session:
        assert outbox.pending(session, whom.address_id, NOW) == []
    assert [state(store, message) for message in messages] == [("failed", "our_bug")] * 2


@pytest.mark.parametrize("payload", ["v9.x", "", None, "torn", "other"])
def test_in_the_inbox(store: Store, payload: str | None) -> None:
    with store.write() as session:
        first, second = (inbox.accept(session, "telegram", f"u{n}", "1001", {"text": str(n)}, NOW) for n in (1, 2))
    assert first is not None
    assert second is not None
    with store.write() as session:
        value = {"torn": "[", "other": "7"}.get(payload or "")
        written = payload if value is None else sealed.seal(session, "inbox", "payload", first.inbox_id, value)
        session.execute(update(Inbox).where(Inbox.id == first.inbox_id).values(payload=written))
    with store.write() as session:
        claimed = inbox.claim(session, first.address_id, LATER)
    assert claimed is not None
    assert (claimed.id, claimed.payload) == (second.inbox_id, {"text": "2"})
    with store.read() as session:
        assert [(row.id, row.code) for row in inbox.quarantined(session)] == [(first.inbox_id, "unreadable")]
