"""Persons by their address, what is told to them, and when they are forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from dialogues.effects import Book, CancelBooking, GiveConsent, RequestHuman, Say, SetName, SetPhone
from store import handoffs, inbox, outbox, people, talks
from store.database import Store
from store.models import Address, Inbox, Message, Person
from tests.store.world import FACILITY, MORNING, NOW, act, add_facility, meet, together

HOUR = timedelta(hours=1)
TWO_DAYS_LATER = NOW + timedelta(days=2)


@pytest.mark.parametrize("address", ["1001", "+212600000001", "wEb-Token_9", "آمنة", "a" * 300])
def test_found_again_by_channel_and_address(store: Store, address: str) -> None:
    with store.write() as session:
        made = people.find_or_create(session, "web", address, NOW)
        assert made.created
    with store.write() as session:
        again = people.find_or_create(session, "web", address, NOW)
        assert (again.person_id, again.address_id, again.created) == (made.person_id, made.address_id, False)
        assert people.find(session, "telegram", address) is None
        assert people.find(session, "web", address + "x") is None
        assert people.find(session, "web", address.swapcase()) is None or address == address.swapcase()
        found = people.address_of(session, made.address_id)
    assert found == people.AddressRow("web", address, made.person_id, stopped=False, blocked=False)


def test_met_by_all_replicas_at_once(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    results = together([lambda store=store: meet(store, agrees=False) for store in stores])
    assert len({result.person_id for result in results}) == 1, results
    with stores[0].read() as session:
        assert (session.query(Person).count(), session.query(Address).count()) == (1, 1)


def test_a_guest_is_an_id_and_nothing_else(store: Store) -> None:
    whom = meet(store, agrees=False)
    with store.read() as session:
        person = session.get_one(Person, whom.person_id)
        assert (person.name, person.phone, person.phone_index, person.language) == (None, None, None, None)
        fact = store.facts(session, whom.person_id, NOW).person
    assert (fact.name, fact.phone, fact.consents, fact.is_new) == (None, None, frozenset(), True)


def test_export_tells_everything(store: Store) -> None:
    with store.write() as session:
        add_facility(session)
        accepted = inbox.accept(session, "telegram", "u1", "1001", {"text": "salam labas"}, NOW)
    whom = people.Whom(accepted.person_id, accepted.address_id)
    act(
        store, whom,
        [
            GiveConsent("appointments", True, "v1"), SetName("Amina"), SetPhone("+212600000001"),
            Book(FACILITY, "generalist", MORNING, "Yassine"), RequestHuman("asked"),
            Say("booking.done", {"day": MORNING.date()}),
        ],
    )  # fmt: skip
    with store.write() as session:
        talks.save(session, whom.person_id, flow="book", version="1", state={"at": MORNING}, now=NOW)
        [message] = outbox.pending(session, whom.address_id, NOW)
        outbox.begin_attempt(session, message.id, NOW, {"text": "C’est noté"})
    with store.read() as session:
        told = people.export(session, whom.person_id)
        with pytest.raises(LookupError):
            people.export(session, "nobody")
    assert told["person"]["name"] == "Amina"
    assert told["person"]["phone"] == "+212600000001"
    assert told["addresses"][0]["address"] == "1001"
    assert told["consents"][0]["granted"] is True
    assert told["talk"][0]["answers"] == {"at": "2026-11-25T08:30:00"}
    assert told["received"][0]["content"] == ["u1", {"text": "salam labas"}]
    assert told["handoffs"][0]["reason"] == "asked"
    assert told["messages"][0]["params"] == {"day": "2026-11-25"}
    assert told["messages"][0]["attempts"][0]["said"] == {"text": "C’est noté"}
    [booking] = told["bookings"]
    assert (booking["starts_local"], booking["beneficiary"], booking["facility_fr"]) == (
        "2026-11-25T08:30:00", "Yassine", "Centre de santé Hay Salam",
    )  # fmt: skip


def purge(store: Store, now=TWO_DAYS_LATER) -> people.Purged:
    with store.write() as session:
        return people.purge(session, now)


def is_known(store: Store, whom: people.Whom) -> bool:
    with store.read() as session:
        return session.get(Person, whom.person_id) is not None


def test_idle_guests_are_forgotten_after_a_day(store: Store) -> None:
    guest, agreeing = meet(store, "1", agrees=False), meet(store, "2")
    refusing = meet(store, "3", agrees=False)
    act(store, refusing, [GiveConsent("appointments", True, "v1"), GiveConsent("reminders", True, "v1")])
    act(store, refusing, [GiveConsent("appointments", False, "v1"), GiveConsent("reminders", False, "v1")])
    assert purge(store, NOW + 23 * HOUR).guests == 0
    meet(store, "4", agrees=False, now=NOW + 23 * HOUR)
    back = meet(store, "5", agrees=False)
    meet(store, "5", agrees=False, now=NOW + 23 * HOUR)
    assert purge(store, NOW + 25 * HOUR).guests == 2
    assert [is_known(store, whom) for whom in (guest, agreeing, refusing, back)] == [False, True, False, True]


def test_guests_who_wait_for_something_stay(store: Store) -> None:
    with store.write() as session:
        add_facility(session)
    asking, booked, owned = (meet(store, number, agrees=number == "2") for number in "123")
    act(store, asking, [RequestHuman("asked")])
    later = MORNING + timedelta(days=5)  # Monday
    [booking] = act(store, booked, [Book(FACILITY, "generalist", later)]).bookings
    act(store, booked, [GiveConsent("appointments", False, "v1")])
    with store.write() as session:
        talks.take_over(session, owned.person_id, "staff:7", NOW)
    assert purge(store).guests == 0
    act(store, booked, [CancelBooking(booking)])
    with store.write() as session:
        [row] = handoffs.open_requests(session)
        handoffs.close(session, row.id, "staff:7", NOW)
        talks.hand_back(session, owned.person_id)
    assert purge(store).guests == 3


def test_purge_in_portions(store: Store) -> None:
    for number in range(5):
        meet(store, str(number), agrees=False)
    with store.write() as session:
        assert people.purge(session, TWO_DAYS_LATER, limit=3).guests == 3
        assert people.purge(session, TWO_DAYS_LATER, limit=3).guests == 2


def test_dedupe_keys_are_kept_eight_days_without_content(store: Store) -> None:
    whom = meet(store)
    with store.write() as session:
        accepted = inbox.accept(session, "telegram", "u1", "1001", {"text": "x"}, NOW)
        inbox.finish(session, inbox.claim(session, whom.address_id, NOW), NOW)
    assert purge(store, NOW + timedelta(days=7, hours=23)).inbox == 0
    with store.write() as session:
        assert session.get_one(Inbox, accepted.inbox_id).payload is None
        assert inbox.accept(session, "telegram", "u1", "1001", {"text": "x"}, NOW) is None
    assert purge(store, NOW + timedelta(days=8, seconds=1)).inbox == 1


def test_unfinished_messages_are_never_purged(store: Store) -> None:
    meet(store)
    with store.write() as session:
        inbox.accept(session, "telegram", "u1", "1001", {"text": "x"}, NOW)
    assert purge(store, NOW + timedelta(days=60)).inbox == 0


def test_words_of_settled_messages_go_after_a_week(store: Store) -> None:
    whom = meet(store)
    sent, waiting = act(store, whom, [Say("one", {"name": "Amina"}), Say("two", {"name": "Amina"})]).messages
    with store.write() as session:
        attempt = outbox.begin_attempt(session, sent, NOW, {"text": "Amina"})
        outbox.settle_attempt(session, attempt, outbox.Sent("m1"), NOW)
    assert purge(store, NOW + timedelta(days=6)).messages == 0
    assert purge(store, NOW + timedelta(days=8)).messages == 1
    with store.read() as session:
        assert session.get_one(Message, sent).params is None
        assert session.get_one(Message, waiting).params is not None
        assert outbox.said_since(session, whom.address_id, 0) == []


def test_past_bookings_are_closed(store: Store) -> None:
    with store.write() as session:
        add_facility(session)
    whom = meet(store)
    act(store, whom, [Book(FACILITY, "generalist", MORNING)])
    assert purge(store, NOW + HOUR).bookings == 0
    assert purge(store).bookings == 1
    assert is_known(store, whom)
