"""Several processes send to one address: its messages stay in order, and none is lost between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dialogues.effects import Say, StopMessages
from store import attempts, outbox, people, receipts
from store.database import Session, Store
from store.models import Address, Attempt, Message
from store.outbox import Failed, Failure, Sent
from store.receipts import Receipt
from tests.store.world import NOW, act, meet, together

SECOND = timedelta(seconds=1)


def take(store: Store, whom: people.Whom, wait: float = 0) -> tuple[int, str] | None:
    """What a sender does in one transaction: the number of the message it began to send, and the attempt."""
    with store.write() as session:
        outbox.hold(session, whom.address_id)
        for message in outbox.pending(session, whom.address_id, NOW):
            attempt = outbox.begin_attempt(session, message.id, NOW, {"text": "x"})
            time.sleep(wait)
            if attempt is not None:
                return message.number, attempt
    return None


def test_the_second_is_not_sent_while_another_process_takes_the_first(open_again: Callable[[], Store]) -> None:
    one, other = open_again(), open_again()
    whom = meet(one)
    act(one, whom, [Say("one"), Say("two")])
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(take, one, whom, 0.5)
        time.sleep(0.2)
        second = take(other, whom)
        assert first.result()[0] == 1
    assert second is None


def test_many_senders_keep_the_order(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(3)]
    whom = meet(stores[0])
    act(stores[0], whom, [Say(f"say{number}") for number in range(12)])
    sent: list[int] = []

    def send(store: Store) -> None:
        while len(sent) < 12:
            taken = take(store, whom)
            if taken is None:
                time.sleep(0.01)
                continue
            sent.append(taken[0])
            with store.write() as session:
                outbox.hold(session, whom.address_id)
                outbox.settle_attempt(session, taken[1], Sent(), NOW)

    assert together([lambda store=store: send(store) for store in stores]) == [None] * 3
    assert sent == list(range(1, 13))


def _sent(session: Session, tries: list[str]) -> None:
    attempts.settle_all(session, [(each, Sent(f"m{each}")) for each in tries], NOW)


def _failed(session: Session, tries: list[str]) -> None:
    attempts.settle_all(session, [(each, Failed("403", Failure.NEVER)) for each in tries], NOW)


def _reported(session: Session, tries: list[str]) -> None:
    news = [Receipt("failed", NOW, each, failed=Failed("403", Failure.NEVER)) for each in tries]
    receipts.receive(session, "telegram", news, NOW)


@pytest.mark.parametrize(
    ("holds", "settle"),
    [
        ("a try", _sent), ("a try", _failed), ("a try", _reported),
        ("an address", _failed), ("an address", _reported),
    ],
)  # fmt: skip
def test_who_settles_the_same_tries_waits_at_the_same_place(
    open_again: Callable[[], Store], holds: str, settle: Callable[[Session, list[str]], None]
) -> None:
    """Addresses before tries, tries by their ids, in whatever order the answers came: nobody can hold what another
    waits for while waiting for what that one holds."""
    one, other = open_again(), open_again()
    tries: list[str] = []
    for number in range(2):
        whom = meet(one, str(number))
        [message] = act(one, whom, [Say("one", lane="appointment")]).messages
        with one.write() as session:
            tries.append(outbox.begin_attempt(session, message, NOW, {}) or "")
    first, last = sorted(tries)

    def work() -> None:
        with other.write() as session:
            settle(session, [last, first])

    with ThreadPoolExecutor(1) as pool:
        with one.write() as session:
            if holds == "a try":
                session.execute(select(Attempt.id).where(Attempt.id == first).with_for_update())
            else:
                outbox.hold(session, whom.address_id)
            behind = pool.submit(work)
            time.sleep(0.3)
            session.execute(select(Attempt.id).where(Attempt.id == last).with_for_update(nowait=True))
        behind.result()


def test_a_reply_that_another_process_has_to_try_again_is_not_dropped(store: Store) -> None:
    whom = meet(store)
    [message] = act(store, whom, [Say("one")]).messages
    with store.write() as session:
        attempt = outbox.begin_attempt(session, message, NOW, {})
        execute = session.execute

        def settled_meanwhile(statement: Any, *args: Any, **kwargs: Any) -> Any:
            result = execute(statement, *args, **kwargs)
            if statement is attempts._BEGIN:
                outbox.settle_attempt(session, attempt, Failed("flood", Failure.THROTTLED, 2 * SECOND), NOW)
            return result

        session.execute = settled_meanwhile  # type: ignore[method-assign]
        assert outbox.begin_attempt(session, message, NOW, {}) is None
    with store.write() as session:
        assert session.get_one(Message, message).state == "pending"
        assert outbox.begin_attempt(session, message, NOW + SECOND, {}) is None  # not before its next try
        assert session.get_one(Message, message).state == "pending"
        assert outbox.begin_attempt(session, message, NOW + 2 * SECOND, {}) is not None


@pytest.mark.parametrize("reason", ["expired", "blocked", "stopped"])
def test_what_is_not_wanted_is_dropped(store: Store, reason: str) -> None:
    whom = meet(store)
    [message] = act(store, whom, [Say("one", lane="appointment")]).messages
    now = NOW
    if reason == "expired":
        now += outbox.LIFETIMES["appointment"]
    elif reason == "blocked":
        with store.write() as session:
            session.get_one(Address, whom.address_id).blocked_at = NOW
    else:
        act(store, whom, [StopMessages()])
        with store.write() as session:
            message = outbox.enqueue(session, whom.address_id, Say("one", lane="appointment"), NOW, language="fr")
    with store.write() as session:
        assert outbox.begin_attempt(session, message, now, {}) is None
    with store.read() as session:
        row = session.get_one(Message, message)
        assert (row.state, row.failure) == ("expired", {"expired": "late"}.get(reason, reason))


def test_what_waits_for_a_channel_that_is_off_is_left_out(store: Store) -> None:
    whom = meet(store)
    act(store, whom, [Say("one")])
    with store.read() as session:
        for channels, found in (
            (None, [whom.address_id]),
            ({"telegram"}, [whom.address_id]),
            ({"web"}, []),
            (set(), []),
        ):
            assert outbox.waiting(session, NOW, channels=channels) == found


@pytest.mark.parametrize(("channel", "state"), [("web", "sent"), ("telegram", "unknown")])
def test_a_crash_during_the_call_loses_nothing_where_there_is_no_call(store: Store, channel: str, state: str) -> None:
    with store.write() as session:
        whom = people.find_or_create(session, channel, "somebody", NOW)
    act(store, whom, [Say("one")])
    assert take(store, whom) is not None
    with store.write() as session:
        assert outbox.sweep_calling(session, NOW + 5 * 60 * SECOND) == 1
    with store.read() as session:
        assert session.query(Message).one().state == state
        assert len(outbox.said_since(session, whom.address_id, 0)) == (state == "sent")
