"""Incoming messages: stored once, worked on in order, never twice, and given up after three tries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from dialogues.effects import Say
from store import inbox, news, outbox, people
from store.database import Session, Store
from store.errors import LeaseLost
from store.models import Address, Inbox, Person
from tests.store.world import NOW, act, meet, together

LATER = NOW + timedelta(seconds=61)


def deliver(store: Store, external_id: str, address: str = "1001", text: str = "salam", channel: str = "telegram"):
    with store.write() as session:
        return inbox.accept(session, channel, external_id, address, {"text": text, "day": date(2026, 11, 25)}, NOW)


def claim(store: Store, address_id: str, now=NOW):
    with store.write() as session:
        return inbox.claim(session, address_id, now)


def finish(store: Store, claimed: inbox.Claimed) -> None:
    with store.write() as session:
        inbox.finish(session, claimed, NOW)


def test_a_turn_from_arrival_to_end(store: Store) -> None:
    accepted = deliver(store, "u1")
    claimed = claim(store, accepted.address_id)
    assert (claimed.channel, claimed.external_id, claimed.deliveries) == ("telegram", "u1", 1)
    assert claimed.payload == {"text": "salam", "day": date(2026, 11, 25)}
    assert claimed.person_id == accepted.person_id
    finish(store, claimed)
    assert claim(store, accepted.address_id, LATER) is None
    with store.read() as session:
        row = session.get_one(Inbox, accepted.inbox_id)
        assert (row.state, row.payload) == ("done", None)
        assert session.get_one(Person, accepted.person_id).turns == 1


@pytest.mark.parametrize("text", ["", "\0", "\ud83d", "😀" * 1000, "\u202eabc", "x" * 1_000_000, '"}\n{"', "$date"])
def test_nothing_is_lost_whatever_was_written(store: Store, text: str) -> None:
    accepted = deliver(store, f"u{text[:100]}", address=f"a{text[:100]}", text=text)
    claimed = claim(store, accepted.address_id)
    assert claimed.payload["text"] == text
    assert deliver(store, f"u{text[:100]}") is None


@pytest.mark.parametrize("worked_on", [False, True])
def test_repeated_delivery_is_dropped(store: Store, worked_on: bool) -> None:
    accepted = deliver(store, "u1")
    if worked_on:
        finish(store, claim(store, accepted.address_id))
    assert deliver(store, "u1") is None
    assert deliver(store, "u1", address="2002") is None
    assert deliver(store, "u1", channel="whatsapp") is not None
    assert deliver(store, "u2") is not None


def test_same_delivery_in_all_replicas_at_once(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    results = together([lambda store=store: deliver(store, "u1") for store in stores])
    assert sum(isinstance(result, inbox.Accepted) for result in results) == 1, results
    assert results.count(None) == 3
    with stores[0].read() as session:
        assert session.query(Person).count() == session.query(Address).count() == session.query(Inbox).count() == 1


def test_what_arrives_during_an_erasure_is_not_lost(
    open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person is erased by another process after they were looked up and before the message is written."""
    here, there = open_again(), open_again()
    whom = meet(here)
    look_up = people.find_or_create

    def erased_meanwhile(session: Session, channel: str, address: str, now: datetime) -> people.Whom:
        found = look_up(session, channel, address, now)
        if found.address_id == whom.address_id:
            if here.is_embedded:  # one writer at a time, so it can only be this one
                people.forget(session, whom.person_id, NOW)
            else:
                together([lambda: there.run(lambda other: people.forget(other, whom.person_id, NOW))])
        return found

    monkeypatch.setattr(people, "find_or_create", erased_meanwhile)
    accepted = deliver(here, "u1")
    assert accepted is not None
    assert accepted.person_id != whom.person_id
    assert claim(here, accepted.address_id).payload["text"] == "salam"
    assert deliver(here, "u1") is None


def test_only_a_repeated_delivery_counts_as_stored_before(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(store, "u1")
    taken = Inbox(id="taken", channel="web", external_index="other", state="done", received_at=NOW)
    with store.write() as session:
        session.add(taken)
    monkeypatch.setattr(inbox, "new_id", lambda: "taken")
    with pytest.raises(IntegrityError) as raised:
        deliver(store, "u2")
    assert "'taken'" not in str(raised.value)
    assert deliver(store, "u1") is None


def test_messages_of_a_person_in_order_and_one_at_a_time(store: Store) -> None:
    address_id = {deliver(store, f"u{number}", text=str(number)).address_id for number in range(3)}.pop()
    first = claim(store, address_id)
    assert first.payload["text"] == "0"
    assert claim(store, address_id) is None
    finish(store, first)
    assert claim(store, address_id).payload["text"] == "1"
    other = deliver(store, "u9", address="2002")
    assert claim(store, other.address_id) is not None


def test_a_worker_that_died_is_replaced_and_cannot_finish(store: Store) -> None:
    accepted = deliver(store, "u1")
    dead = claim(store, accepted.address_id)
    assert claim(store, accepted.address_id, NOW + timedelta(seconds=59)) is None
    alive = claim(store, accepted.address_id, LATER)
    assert alive.deliveries == 2
    with pytest.raises(LeaseLost), store.write() as session:
        outbox.enqueue(session, dead.address_id, Say("hello"), NOW, language="fr")
        inbox.finish(session, dead, NOW)
    with store.read() as session:
        assert outbox.pending(session, accepted.address_id, NOW) == []
    finish(store, alive)
    with pytest.raises(LeaseLost):
        finish(store, alive)


def test_message_that_kills_three_workers_is_quarantined(store: Store) -> None:
    deadly, harmless = deliver(store, "u1"), deliver(store, "u2", text="harmless")
    now = NOW
    for delivery in (1, 2, 3):
        assert claim(store, deadly.address_id, now).deliveries == delivery
        now += timedelta(minutes=2)
    assert claim(store, deadly.address_id, now).id == harmless.inbox_id
    with store.read() as session:
        [found] = inbox.quarantined(session)
        assert (found.id, found.deliveries, found.code) == (deadly.inbox_id, 3, "crashed")
        assert session.get_one(Inbox, deadly.inbox_id).payload is not None
    assert deliver(store, "u1") is None


def test_failing_work_is_tried_three_times(store: Store) -> None:
    accepted = deliver(store, "u1")
    outcomes = []
    for _ in range(3):
        claimed = claim(store, accepted.address_id)
        with store.write() as session:
            outcomes.append(inbox.give_up(session, claimed, NOW, "ValueError"))
    assert outcomes == [False, False, True]
    assert claim(store, accepted.address_id) is None
    with store.read() as session:
        assert [row.code for row in inbox.quarantined(session)] == ["ValueError"]


def test_waiting_names_addresses_nobody_works_on(store: Store) -> None:
    one, two = deliver(store, "u1"), deliver(store, "u2", address="2002")
    claim(store, one.address_id)
    with store.read() as session:
        assert inbox.waiting(session, NOW) == [two.address_id]
        assert set(inbox.waiting(session, LATER)) == {one.address_id, two.address_id}
    with store.write() as session:
        assert inbox.release_all(session) == 1
    with store.read() as session:
        assert len(inbox.waiting(session, NOW)) == 2


def test_what_asks_for_no_answer_is_no_flood(store: Store) -> None:
    """Reactions and the like are kept with a code that says what they are."""
    address_id = deliver(store, "u1").address_id
    with store.write() as session:
        for number in range(30):
            news.keep(session, "telegram", f"r{number}", NOW, code="reaction", address_id=address_id)
    deliver(store, "u2")
    assert claim(store, address_id).recent == 2


def test_replicas_claim_a_message_once(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    accepted = deliver(stores[0], "u1")
    results = together([lambda store=store: claim(store, accepted.address_id) for store in stores])
    assert sum(isinstance(result, inbox.Claimed) for result in results) == 1, results


def test_writing_ends_a_block(store: Store) -> None:
    whom = meet(store)
    with store.write() as session:
        session.get_one(Address, whom.address_id).blocked_at = NOW
    deliver(store, "u1")
    with store.read() as session:
        assert not people.address_of(session, whom.address_id).blocked
    assert act(store, whom, [Say("hello")]).messages
