"""Messages go out in order, once, not too late, and not to who does not want them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from dialogues.effects import Choice, GiveConsent, Say, SetLanguage, StopMessages
from store import handoffs, outbox, people
from store.database import Store
from store.models import Address, Attempt, Message
from store.outbox import Failed, Failure, Sent, Unknown
from tests.store.world import NOW, act, meet, together

SECOND = timedelta(seconds=1)


def pending(store: Store, whom: people.Whom, now=NOW) -> list[outbox.OutMessage]:
    with store.read() as session:
        return outbox.pending(session, whom.address_id, now)


def begin(store: Store, message_id: str, now=NOW, text: str = "Bonjour") -> str | None:
    with store.write() as session:
        return outbox.begin_attempt(session, message_id, now, {"text": text})


def settle(store: Store, attempt_id: str, result: Sent | Failed | Unknown, now=NOW) -> str | None:
    with store.write() as session:
        return outbox.settle_attempt(session, attempt_id, result, now)


def state(store: Store, message_id: str) -> str:
    with store.read() as session:
        return session.get_one(Message, message_id).state


def test_what_was_to_be_said_comes_out_as_it_went_in(store: Store) -> None:
    whom = meet(store)
    said = Say(
        "booking.confirm", {"day": date(2026, 11, 25), "name": "Amina", "seats": 2},
        (Choice("yes", "choice.yes"), Choice("slot:2026-11-25T09:00", "choice.slot", {"day": date(2026, 11, 25)})),
        outcome="soon", document="export", lane="danger", ask_location=True,
    )  # fmt: skip
    act(store, whom, [said, Say("hello")])
    first, second = pending(store, whom)
    assert first.say == said
    assert second.say == Say("hello")
    assert (first.number, second.number) == (1, 2)
    assert (first.channel, first.address, first.person_id, first.tries) == ("telegram", "1001", whom.person_id, 0)


def test_language_is_the_one_of_sending_time(store: Store) -> None:
    whom = meet(store)
    act(store, whom, [Say("hello")])
    assert pending(store, whom)[0].language == "fr"
    act(store, whom, [SetLanguage("ary")])
    assert pending(store, whom)[0].language == "ary"


def test_sent_once_and_kept_for_channels_that_ask(store: Store) -> None:
    whom = meet(store)
    first, second = act(store, whom, [Say("one", outcome="home"), Say("two", document="export")]).messages
    attempt = begin(store, first, text="Bonjour")
    assert begin(store, first) is None
    assert pending(store, whom) == []  # not while one is on the wire
    assert settle(store, attempt, Sent("m1")) == "sent"
    assert settle(store, attempt, Failed("late", Failure.NOT_SENT)) == "sent"
    assert [message.id for message in pending(store, whom)] == [second]
    settle(store, begin(store, second, text="Suite"), Sent())
    with store.read() as session:
        found = outbox.said_since(session, whom.address_id, 0)
        assert [(row.number, row.say, row.outcome, row.document, row.said) for row in found] == [
            (1, "one", "home", None, {"text": "Bonjour"}),
            (2, "two", None, "export", {"text": "Suite"}),
        ]
        assert [row.say for row in outbox.said_since(session, whom.address_id, 1)] == ["two"]


def test_failed_try_waits_and_holds_what_is_behind_it(store: Store) -> None:
    whom = meet(store)
    first, _ = act(store, whom, [Say("one"), Say("two")]).messages
    assert settle(store, begin(store, first), Failed("429", Failure.THROTTLED, 30 * SECOND)) == "pending"
    assert pending(store, whom, NOW + 29 * SECOND) == []
    assert [message.say.message for message in pending(store, whom, NOW + 30 * SECOND)] == ["one", "two"]
    with store.read() as session:
        assert outbox.waiting(session, NOW + 30 * SECOND) == [whom.address_id]
    assert settle(store, begin(store, first, NOW + 30 * SECOND), Sent(), NOW + 30 * SECOND) == "sent"


def test_what_never_got_there_is_tried_until_it_expires(store: Store) -> None:
    """A network that is away for ten minutes, or for hours, loses nothing that is still worth saying."""
    whom = meet(store)
    [message] = act(store, whom, [Say("one")]).messages
    now, waits = NOW, []
    while state(store, message) == "pending":
        settle(store, begin(store, message, now), Failed("500", Failure.NOT_SENT), now)
        with store.read() as session:
            next_at = session.get_one(Message, message).next_at
        waits.append((next_at - now) / SECOND)
        now = max(now, next_at)
    assert waits[:10] == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert now >= NOW + outbox.LIFETIMES["reply"] - timedelta(minutes=5)
    assert state(store, message) == "failed"


@pytest.mark.parametrize("result", [Failed("400"), Failed("429", Failure.THROTTLED, timedelta(days=2))])
def test_not_repeated_in_vain(store: Store, result: Failed) -> None:
    whom = meet(store)
    [message] = act(store, whom, [Say("one")]).messages
    assert settle(store, begin(store, message), result) == "failed"
    assert pending(store, whom, NOW + timedelta(days=1)) == []


def test_blocked_address_gets_nothing_until_they_write(store: Store) -> None:
    whom = meet(store)
    first, second = act(store, whom, [Say("one"), Say("two")]).messages
    assert settle(store, begin(store, first), Failed("403", Failure.NEVER)) == "failed"
    assert begin(store, second) is None
    assert state(store, second) == "expired"
    meet(store)  # writes again
    [third] = act(store, whom, [Say("three")]).messages
    assert begin(store, third) is not None


def test_unanswered_call_is_never_repeated_but_may_turn_out_well(store: Store) -> None:
    whom = meet(store)
    first, second = act(store, whom, [Say("one"), Say("two")]).messages
    attempt = begin(store, first)
    assert settle(store, attempt, Unknown("timeout")) == "unknown"
    assert [message.id for message in pending(store, whom)] == [second]
    assert begin(store, first) is None
    assert settle(store, attempt, Sent("m1")) == "sent"


def test_call_of_a_dead_process_becomes_unknown(store: Store) -> None:
    whom = meet(store)
    first, second = act(store, whom, [Say("one"), Say("two")]).messages
    begin(store, first)
    with store.write() as session:
        assert outbox.sweep_calling(session, NOW + timedelta(minutes=1)) == 0
        assert outbox.sweep_calling(session, NOW + timedelta(minutes=2)) == 1
    assert state(store, first) == "unknown"
    assert [message.id for message in pending(store, whom)] == [second]


def test_late_message_is_not_sent(store: Store) -> None:
    whom = meet(store)
    [message] = act(store, whom, [Say("one")]).messages
    late = NOW + outbox.LIFETIMES["reply"]
    assert pending(store, whom, late) == []
    assert begin(store, message, late) is None
    assert state(store, message) == "expired"
    [other] = act(store, whom, [Say("two", lane="appointment")]).messages
    with store.write() as session:
        assert outbox.expire(session, NOW + timedelta(hours=23)) == 0
        assert outbox.expire(session, NOW + timedelta(hours=24)) == 1
    assert state(store, other) == "expired"


@pytest.mark.parametrize(
    ("lane", "goes_out"),
    [("danger", True), ("reply", True), ("appointment", False), ("vaccine", False), ("broadcast", False)],
)
def test_stop_is_obeyed_at_the_last_step(store: Store, lane: str, goes_out: bool) -> None:
    whom = meet(store)
    with store.write() as session:
        before = outbox.enqueue(session, whom.address_id, Say("one", lane=lane), NOW, language="fr")
    act(store, whom, [StopMessages(), Say("stopped")])
    with store.write() as session:
        after = outbox.enqueue(session, whom.address_id, Say("one", lane=lane), NOW, language="fr")
    assert (begin(store, before) is not None) is goes_out
    assert (begin(store, after) is not None) is goes_out
    act(store, whom, [GiveConsent("reminders", True, "v1")])
    with store.write() as session:
        again = outbox.enqueue(session, whom.address_id, Say("one", lane=lane), NOW, language="fr")
    assert begin(store, again) is not None


@pytest.mark.parametrize("state", ["waits", "on the wire", "danger behind", "too late"])
def test_who_can_get_nothing_yet_takes_nobodys_place(store: Store, state: str) -> None:
    """Talks whose next message has to wait are not looked at, however old they are."""
    now = NOW + SECOND
    for number in range(3):
        whom = meet(store, f"stuck{number}")
        first, *_ = act(store, whom, [Say("one"), Say("two")]).messages
        with store.write() as session:
            if state == "on the wire":
                assert outbox.begin_attempt(session, first, NOW, {}) is not None
            else:
                outbox.put_off(session, first, NOW + timedelta(hours=20), "slower")
        if state == "danger behind":
            act(store, whom, [Say("danger.call", lane="danger")])
        elif state == "too late":
            with store.write() as session:
                session.get_one(Message, first).expires_at = NOW
    other = meet(store, "other")
    act(store, other, [Say("one")], now=now)
    with store.read() as session:
        found = outbox.waiting(session, now, limit=3, lanes=("danger", "reply"))
    assert (other.address_id in found) is (state in ("waits", "on the wire"))
    assert len(found) == (1 if other.address_id in found else 3)


def test_what_is_too_late_ends_in_parts(store: Store) -> None:
    whom = meet(store)
    act(store, whom, [Say("one", lane="appointment") for _ in range(5)])
    late = NOW + timedelta(days=2)
    counts = []
    for _ in range(3):
        with store.write() as session:
            counts.append(outbox.expire(session, late, 3))
    assert counts == [3, 2, 0]


def test_words_of_staff_are_kept_for_days(store: Store) -> None:
    whom = meet(store)
    answer, reply = act(store, whom, [Say(handoffs.ANSWER), Say("one")]).messages
    for late, states in (
        (timedelta(hours=12), ("pending", "expired")),
        (timedelta(days=3) - SECOND, ("pending", "expired")),
        (timedelta(days=3), ("expired", "expired")),
    ):
        with store.write() as session:
            outbox.expire(session, NOW + late)
        assert (state(store, answer), state(store, reply)) == states


def test_danger_is_delivered_first(store: Store) -> None:
    usual, urgent = meet(store, "1"), meet(store, "2")
    act(store, usual, [Say("hello")])
    act(store, urgent, [Say("danger.call", lane="danger")], now=NOW + SECOND)
    with store.read() as session:
        assert outbox.waiting(session, NOW + SECOND) == [urgent.address_id, usual.address_id]


def test_two_senders_take_a_message_once(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    whom = meet(stores[0])
    [message] = act(stores[0], whom, [Say("one")]).messages
    results = together([lambda store=store: begin(store, message) for store in stores])
    assert sum(isinstance(result, str) for result in results) == 1, results
    with stores[0].read() as session:
        assert session.query(Attempt).count() == 1


def test_writers_of_one_address_number_without_gaps(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    whom = meet(stores[0])

    def say(store: Store) -> None:
        for number in range(5):
            act(store, whom, [Say(f"say{number}")])

    assert together([lambda store=store: say(store) for store in stores]) == [None] * 4
    with stores[0].read() as session:
        numbers = [message.number for message in outbox.pending(session, whom.address_id, NOW, limit=100)]
        assert numbers == list(range(1, 21))
        assert session.get_one(Address, whom.address_id).last_number == 20


def test_erased_meanwhile(store: Store) -> None:
    whom = meet(store)
    [message] = act(store, whom, [Say("one")]).messages
    attempt = begin(store, message)
    with store.write() as session:
        people.forget(session, whom.person_id, NOW)
    assert settle(store, attempt, Sent("m1")) is None
    assert begin(store, message) is None
