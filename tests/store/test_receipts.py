"""Reports of the platform: late, doubled, shuffled, they only ever raise; and they settle calls without an answer."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest

from dialogues.effects import Lane, Say
from store import attempts, outbox, people, receipts
from store.database import Store
from store.models import Address, Attempt, Message
from store.receipts import Receipt, State
from store.results import Failed, Failure, Sent, Unknown
from tests.store.world import NOW, act, meet

MINUTE = timedelta(minutes=1)
SILENCE = receipts.SILENCE


def tried(store: Store, whom: people.Whom, result=None, lane: Lane = "reply", now=NOW) -> tuple[str, str]:
    """A message with one try; their ids."""
    [message] = act(store, whom, [Say("one", lane=lane)], now=now).messages
    with store.write() as session:
        attempt = outbox.begin_attempt(session, message, now, {"text": "x"})
        assert attempt is not None
        if result is not None:
            outbox.settle_attempt(session, attempt, result, now)
    return message, attempt


def receive(store: Store, *news: Receipt, now=NOW, channel: str = "telegram") -> int:
    with store.write() as session:
        return receipts.receive(session, channel, news, now)


def state(store: Store, message: str) -> str:
    with store.read() as session:
        return session.get_one(Message, message).state


def reached(store: Store, attempt: str) -> str | None:
    with store.read() as session:
        return session.get_one(Attempt, attempt).receipt


STATES: tuple[State, ...] = ("accepted", "sent", "delivered", "read", "failed")
RANK = {"accepted": 1, "sent": 2, "delivered": 3, "read": 4, "failed": 4}


@pytest.mark.parametrize("order", list(itertools.permutations(("accepted", "sent", "delivered", "read"))))
def test_in_any_order_the_highest_stays(store: Store, order: tuple[State, ...]) -> None:
    _, attempt = tried(store, meet(store), Sent("m1"))
    highest = 0
    for each in order:
        new = receive(store, Receipt(each, NOW, attempt), Receipt(each, NOW, attempt))
        assert new == (RANK[each] > highest)
        highest = max(highest, RANK[each])
        assert RANK[reached(store, attempt) or ""] == highest
    assert reached(store, attempt) == "read"


def test_ten_thousand_shuffled_reports_end_at_the_highest(embedded: Store) -> None:
    chance = random.Random(7)
    whom = meet(embedded, "shuffled")
    made = {tried(embedded, whom, Sent(f"m{n}"))[1]: set[str]() for n in range(50)}
    for _ in range(200):
        news = []
        for _ in range(50):
            attempt, each = chance.choice(list(made)), chance.choice(STATES[:4])
            news.append(Receipt(each, NOW, attempt))
            made[attempt].add(each)
        receive(embedded, *news)
    for attempt, told in made.items():
        assert reached(embedded, attempt) == max(told, key=lambda each: RANK[each])


@pytest.mark.parametrize("result", [None, Unknown("timeout")], ids=["calling", "unknown"])
@pytest.mark.parametrize("each", ["accepted", "sent", "delivered", "read"])
def test_an_echo_settles_a_call_without_an_answer(store: Store, result: Unknown | None, each: State) -> None:
    message, attempt = tried(store, meet(store), result)
    assert receive(store, Receipt(each, NOW, attempt, "wamid.1")) == 1
    assert state(store, message) == "sent"
    # It can be found by the platform's own id from now on.
    if each != "read":
        assert receive(store, Receipt("read", NOW, external_id="wamid.1")) == 1
    with store.write() as session:
        assert outbox.settle_attempt(session, attempt, Sent("wamid.1"), NOW) == "sent"


@pytest.mark.parametrize(
    "news",
    [
        Receipt("read", NOW, "f" * 32),
        Receipt("read", NOW, external_id="wamid.unknown"),
        Receipt("read", NOW),
    ],
)
def test_reports_of_what_we_do_not_know_are_nothing(store: Store, news: Receipt) -> None:
    message, _ = tried(store, meet(store), Unknown("timeout"))
    assert receive(store, news) == 0
    assert state(store, message) == "unknown"


def test_a_piece_before_the_last_proves_nothing(store: Store) -> None:
    message, attempt = tried(store, meet(store), Unknown("timeout"))
    assert receive(store, Receipt("read", NOW, f"{attempt}.0")) == 0
    assert state(store, message) == "unknown"


def test_another_channel_cannot_settle_it(store: Store) -> None:
    message, attempt = tried(store, meet(store), Unknown("timeout"))
    assert receive(store, Receipt("read", NOW, attempt), channel="whatsapp") == 0
    assert state(store, message) == "unknown"


@pytest.mark.parametrize(
    ("failed", "becomes"),
    [
        (Failed("131026", Failure.UNDELIVERABLE), "failed"),
        (Failed("131050", Failure.UNWANTED), "failed"),
        (Failed("131047", Failure.WINDOW), "pending"),
        (Failed("131049", Failure.HELD), "failed"),  # a day later it is too late
        (Failed("130429", Failure.THROTTLED), "pending"),
        (Failed("132015", Failure.TEMPLATE), "pending"),
        (Failed("1", Failure.NEVER), "failed"),
        (Unknown("131000"), "failed"),
        (None, "failed"),
    ],
)
@pytest.mark.parametrize("before", [Sent("m1"), Unknown("timeout"), None], ids=["sent", "unknown", "calling"])
def test_what_was_taken_may_fail_later(
    store: Store, failed: Failed | Unknown | None, becomes: str, before: Sent | Unknown | None
) -> None:
    whom = meet(store)
    message, attempt = tried(store, whom, before)
    assert receive(store, Receipt("failed", NOW, attempt, failed=failed)) == 1
    assert state(store, message) == becomes
    assert receive(store, Receipt("delivered", NOW, attempt)) == 0
    assert state(store, message) == becomes
    with store.read() as session:
        address = session.get_one(Address, whom.address_id)
        kind = failed.kind if isinstance(failed, Failed) else None
        assert (address.blocked_at is not None) == (kind is Failure.NEVER)
        assert (address.marketing_stopped_at is not None) == (kind is Failure.UNWANTED)


def test_the_third_in_a_row_that_cannot_be_delivered_closes_the_address(store: Store) -> None:
    whom = meet(store)

    def is_closed() -> bool:
        with store.read() as session:
            return session.get_one(Address, whom.address_id).blocked_at is not None

    def fail() -> None:
        _, attempt = tried(store, whom, Sent("m"))
        receive(store, Receipt("failed", NOW, attempt, failed=Failed("131026", Failure.UNDELIVERABLE)))

    fail()
    fail()
    _, arrives = tried(store, whom, Sent("m"))
    receive(store, Receipt("delivered", NOW, arrives))
    for closed in (False, False, True):
        fail()
        assert is_closed() is closed


def echo_later(store: Store, minutes: int) -> None:
    """A later try to somebody else that the platform reports."""
    later = NOW + minutes * MINUTE
    _, attempt = tried(store, meet(store, "other", now=later), Sent("x"), now=later)
    receive(store, Receipt("sent", later, attempt), now=later)


def settle_silent(store: Store, now) -> receipts.Settled:
    with store.write() as session:
        return receipts.settle_silent(session, "telegram", now)


@pytest.mark.parametrize("lane", ["reply", "broadcast"])
def test_silence_proves_that_it_did_not_arrive(store: Store, lane: Lane) -> None:
    message, attempt = tried(store, meet(store), Unknown("timeout"), lane)
    after = NOW + SILENCE
    assert settle_silent(store, after) == receipts.Settled(0, 0), "nothing was echoed yet: the reports may be down"
    echo_later(store, 0)
    assert settle_silent(store, after) == receipts.Settled(0, 0), "that one was no later"
    echo_later(store, 2)
    assert settle_silent(store, after - MINUTE) == receipts.Settled(0, 0), "not long enough"
    assert settle_silent(store, after) == receipts.Settled(1, 0)
    assert settle_silent(store, after) == receipts.Settled(0, 0)
    assert state(store, message) == "pending"
    with store.write() as session:
        again = outbox.begin_attempt(session, message, after, {"text": "x"})
        assert again is not None
        outbox.settle_attempt(session, again, Sent("m2"), after)
    # An echo that comes after all changes nothing for the worse.
    receive(store, Receipt("delivered", after, attempt))
    assert state(store, message) == "sent"


def test_an_echo_that_comes_late_makes_the_repeat_needless(store: Store) -> None:
    message, attempt = tried(store, meet(store), Unknown("timeout"))
    echo_later(store, 2)
    settle_silent(store, NOW + SILENCE)
    receive(store, Receipt("sent", NOW, attempt, "wamid.1"))
    assert state(store, message) == "sent"
    with store.write() as session:
        assert outbox.begin_attempt(session, message, NOW + SILENCE, {}) is None


def test_a_reply_is_not_said_again_when_the_talk_went_on(store: Store) -> None:
    whom = meet(store)
    message, _ = tried(store, whom, Unknown("timeout"))
    tried(store, whom, Sent("m2"), now=NOW + MINUTE)
    echo_later(store, 2)
    assert settle_silent(store, NOW + SILENCE) == receipts.Settled(0, 1)
    assert state(store, message) == "failed"


def test_what_is_too_late_by_then_is_given_up(store: Store) -> None:
    with store.write() as session:
        whom = people.find_or_create(session, "telegram", "9", NOW)
        message = outbox.enqueue(
            session, whom.address_id, Say("x", lane="vaccine"), NOW, language="fr", expires_at=NOW + 10 * MINUTE
        )
        attempt = outbox.begin_attempt(session, message, NOW, {})
        assert attempt is not None
        attempts.settle_attempt(session, attempt, Unknown("lost"), NOW)
    echo_later(store, 2)
    assert settle_silent(store, NOW + SILENCE) == receipts.Settled(0, 1)
    assert state(store, message) == "failed"


@pytest.mark.parametrize(
    ("code", "echo", "again"),
    [
        ("timeout", None, True),
        ("partly_timeout", None, False),
        ("timeout", "accepted", False),
        ("timeout", "delivered", False),
        ("timeout", "failed", True),
    ],
)
def test_what_is_partly_on_the_phone_is_not_sent_again(
    store: Store, code: str, echo: State | None, again: bool
) -> None:
    """A file and its words are two calls; the echo of the first says that this much arrived."""
    message, attempt = tried(store, meet(store), Unknown(code))
    if echo is not None:
        receive(store, Receipt(echo, NOW, f"{attempt}.0"))
    echo_later(store, 2)
    assert settle_silent(store, NOW + SILENCE) == receipts.Settled(int(again), 0)
    assert state(store, message) == ("pending" if again else "unknown")
    # The last piece's echo settles it all the same.
    receive(store, Receipt("accepted", NOW, attempt, "wamid.1"))
    assert state(store, message) == "sent"


def test_silence_says_nothing_where_no_tracker_comes_back(store: Store) -> None:
    message, _ = tried(store, meet(store), Unknown("timeout"))
    later = NOW + 2 * MINUTE
    tried(store, meet(store, "other", now=later), Sent("wamid.1"), now=later)
    assert receive(store, Receipt("delivered", later, external_id="wamid.1"), now=later) == 1
    assert settle_silent(store, NOW + SILENCE) == receipts.Settled(0, 0)
    assert state(store, message) == "unknown"


def test_silence_is_believed_twice(store: Store) -> None:
    whom, now, said = meet(store), NOW, 0
    message, _ = tried(store, whom, Unknown("timeout"), "vaccine")
    while True:
        said += 1
        later = now + 2 * MINUTE
        _, echoed = tried(store, meet(store, str(said), now=later), Sent("x"), now=later)
        receive(store, Receipt("sent", later, echoed), now=later)
        now += SILENCE
        if settle_silent(store, now).again == 0:
            break
        with store.write() as session:
            attempt = outbox.begin_attempt(session, message, now, {})
            assert attempt is not None
            outbox.settle_attempt(session, attempt, Unknown("timeout"), now)
    assert (said, state(store, message)) == (3, "unknown")


def test_a_person_erased_meanwhile(store: Store) -> None:
    whom = meet(store)
    _, attempt = tried(store, whom, Sent("m1"))
    with store.write() as session:
        people.forget(session, whom.person_id, NOW)
    assert receive(store, Receipt("read", NOW, attempt, "m1")) == 0
