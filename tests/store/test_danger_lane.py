"""Danger advice arrives: it waits for no other message, and is said once more when no answer came."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogues.effects import Lane, Say
from store import outbox, people
from store.database import Store
from store.models import Attempt, Message
from store.outbox import Failed, Failure, Sent, Unknown
from tests.store.world import NOW, act, meet

MINUTE = timedelta(minutes=1)


def ready(store: Store, whom: people.Whom, now=NOW) -> list[str]:
    with store.read() as session:
        return [message.say.message for message in outbox.pending(session, whom.address_id, now)]


def begin(store: Store, message_id: str, now=NOW) -> str | None:
    with store.write() as session:
        return outbox.begin_attempt(session, message_id, now, {"text": "x"})


def settle(store: Store, attempt_id: str | None, result: Sent | Failed | Unknown, now=NOW) -> str | None:
    assert attempt_id is not None
    with store.write() as session:
        return outbox.settle_attempt(session, attempt_id, result, now)


def state(store: Store, message_id: str) -> str:
    with store.read() as session:
        return session.get_one(Message, message_id).state


@pytest.mark.parametrize("first_lane", ["reply", "danger"])
@pytest.mark.parametrize(
    "result", [None, Failed("flood", Failure.THROTTLED, 5 * MINUTE)], ids=["on the wire", "waits to retry"]
)
def test_danger_is_not_held_back(store: Store, first_lane: Lane, result: Failed | None) -> None:
    whom = meet(store)
    first, urgent, _ = act(
        store, whom, [Say("one", lane=first_lane), Say("danger.call", lane="danger"), Say("three")]
    ).messages
    attempt = begin(store, first)
    if result is not None:
        settle(store, attempt, result)
    assert ready(store, whom) == ["danger.call"]
    settle(store, begin(store, urgent), Sent())
    assert ready(store, whom) == []  # the usual reply still waits for the first


@pytest.mark.parametrize(
    ("channel", "order"),
    [("telegram", ["danger.call", "one", "two"]), ("web", ["one", "two", "danger.call"])],
)
def test_danger_goes_first_unless_the_page_reads_by_number(store: Store, channel: str, order: list[str]) -> None:
    with store.write() as session:
        whom = people.find_or_create(session, channel, "1001", NOW)
    act(store, whom, [Say("one"), Say("two"), Say("danger.call", lane="danger")])
    assert ready(store, whom) == order


def test_danger_is_found_behind_any_number_of_replies(store: Store) -> None:
    whom = meet(store)
    first = act(store, whom, [*(Say(f"say{n}") for n in range(30)), Say("danger.call", lane="danger")]).messages[0]
    begin(store, first)
    assert ready(store, whom) == ["danger.call"]


@pytest.mark.parametrize(("lane", "tries"), [("danger", 2), ("reply", 1), ("appointment", 1), ("broadcast", 1)])
@pytest.mark.parametrize("dies", [False, True], ids=["no answer", "the process dies"])
def test_unknown_danger_is_said_once_more(store: Store, lane: Lane, tries: int, dies: bool) -> None:
    whom = meet(store)
    [message] = act(store, whom, [Say("one", lane=lane)]).messages
    now = NOW
    for _ in range(5):
        attempt = begin(store, message, now)
        if attempt is not None and dies:
            with store.write() as session:
                assert outbox.sweep_calling(session, now + 2 * MINUTE) == 1
        elif attempt is not None:
            settle(store, attempt, Unknown("http_502"), now)
        now += 3 * MINUTE
    assert state(store, message) == "unknown"
    with store.read() as session:
        assert session.query(Attempt).filter(Attempt.message_id == message).count() == tries


def test_a_certain_failure_before_does_not_use_up_the_repeat(store: Store) -> None:
    whom = meet(store)
    [message] = act(store, whom, [Say("one", lane="danger")]).messages
    assert settle(store, begin(store, message), Failed("flood", Failure.THROTTLED)) == "pending"
    assert settle(store, begin(store, message, NOW + MINUTE), Unknown("timeout"), NOW + MINUTE) == "pending"
    assert settle(store, begin(store, message, NOW + 2 * MINUTE), Sent("m1"), NOW + 2 * MINUTE) == "sent"


def test_no_repeat_after_its_time(store: Store) -> None:
    whom = meet(store)
    [message] = act(store, whom, [Say("one", lane="danger")]).messages
    last = NOW + outbox.LIFETIMES["danger"] - timedelta(seconds=1)
    assert settle(store, begin(store, message, last), Unknown("timeout"), last) == "unknown"


@pytest.mark.parametrize(
    ("late", "second", "becomes"),
    [
        # The first try arrived after all: what happens to the second changes nothing.
        (Sent("m1"), Failed("400"), "sent"),
        (Sent("m1"), Failed("429", Failure.THROTTLED), "sent"),
        (Sent("m1"), Unknown("timeout"), "sent"),
        # The first surely did not: the second decides.
        (Failed("429", Failure.THROTTLED), Sent("m2"), "sent"),
        (Failed("429", Failure.THROTTLED), Failed("400"), "failed"),
    ],
)
def test_late_news_of_the_first_try(store: Store, late: Sent | Failed, second: Sent | Failed | Unknown, becomes: str):
    whom = meet(store)
    [message] = act(store, whom, [Say("one", lane="danger")]).messages
    first = begin(store, message)
    settle(store, first, Unknown("timeout"))
    repeat = begin(store, message, NOW + MINUTE)
    assert settle(store, first, late, NOW + MINUTE) == ("sent" if isinstance(late, Sent) else "sending")
    settle(store, repeat, second, NOW + MINUTE)
    assert state(store, message) == becomes
    assert begin(store, message, NOW + 10 * MINUTE) is None


def test_a_receipt_before_the_repeat_makes_it_needless(store: Store) -> None:
    whom = meet(store)
    [message] = act(store, whom, [Say("one", lane="danger")]).messages
    first = begin(store, message)
    assert settle(store, first, Unknown("timeout")) == "pending"
    assert settle(store, first, Sent("m1")) == "sent"
    assert begin(store, message, NOW + MINUTE) is None
