"""Effects: what each one writes, what each one refuses, and that a refusal leaves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogues.effects import (
    Book,
    CancelBooking,
    Effect,
    Forget,
    GiveConsent,
    MoveBooking,
    RequestHuman,
    Say,
    SetLanguage,
    SetName,
    SetPhone,
    StopMessages,
)
from dialogues.errors import Refused
from store import bookings, handoffs, inbox, outbox, people
from store.database import Store
from store.models import Audit, Base, Booking, Message, Person
from store.perform import perform
from tests.store.world import FACILITY, MORNING, NOW, act, add_facility, at, meet


@pytest.fixture
def clinic(store: Store) -> Store:
    with store.write() as session:
        add_facility(session)
        add_facility(session, "SALE-2", name_fr="Centre de santé Tabriquet", seats=1)
    return store


def actions(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        return [tuple(row) for row in session.execute(select(Audit.actor, Audit.action).order_by(Audit.id))]


def test_name_phone_and_language(store: Store) -> None:
    whom = meet(store)
    act(store, whom, [SetName("Amina آمنة"), SetPhone("+212600000001"), SetLanguage("ary-Latn", fixed=False)])
    with store.read() as session:
        person = store.facts(session, whom.person_id, NOW).person
    assert (person.name, person.phone) == ("Amina آمنة", "+212600000001")
    assert (person.language, person.language_fixed) == ("ary-Latn", False)
    assert person.consents == {"appointments"}
    assert (person.is_new, person.turns) == (True, 0)
    assert [action for _, action in actions(store)] == [
        "consent.give",
        "person.name",
        "person.phone",
        "person.language",
    ]


def test_consent_is_a_history_and_the_newest_counts(store: Store) -> None:
    whom = meet(store, agrees=False)
    for granted in (True, False, True, False):
        act(store, whom, [GiveConsent("reminders", granted, "v1"), GiveConsent("appointments", True, "v1")])
    with store.read() as session:
        assert people.consents(session, whom.person_id) == {"appointments"}
        rows = people.export(session, whom.person_id)["consents"]
    assert [row["granted"] for row in rows if row["purpose"] == "reminders"] == [True, False, True, False]
    assert {(row["channel"], row["language"], row["text_version"]) for row in rows} == {("telegram", "fr", "v1")}


@pytest.mark.parametrize("effect", [SetName("Amina"), SetPhone("+212600000001"), Book(FACILITY, "generalist", MORNING)])
def test_nothing_personal_before_consent(clinic: Store, effect: Effect) -> None:
    whom = meet(clinic, agrees=False)
    with pytest.raises(Refused, match="no_consent"):
        act(clinic, whom, [effect])
    act(clinic, whom, [GiveConsent("appointments", True, "v1"), effect])


def test_booking_needs_consent_to_appointments(clinic: Store) -> None:
    whom = meet(clinic, agrees=False)
    with pytest.raises(Refused, match="no_consent"):
        act(clinic, whom, [GiveConsent("reminders", True, "v1"), Book(FACILITY, "generalist", MORNING)])
    with pytest.raises(Refused, match="no_consent"):
        act(clinic, meet(clinic), [GiveConsent("appointments", False, "v1"), Book(FACILITY, "generalist", MORNING)])


def test_refusal_leaves_nothing_and_the_turn_goes_on(clinic: Store) -> None:
    whom = meet(clinic)
    before = actions(clinic)
    with clinic.write() as session:
        who = {"actor": "person", "person_id": whom.person_id, "address_id": whom.address_id}
        common = {**who, "now": NOW, "language": "fr"}
        with pytest.raises(Refused) as caught:
            perform(session, [SetName("Amina"), Say("one"), Book(FACILITY, "generalist", at(3))], **common)
        assert caught.value.reason == "closed"
        done = perform(session, [Say("two")], **common)
    with clinic.read() as session:
        assert [message.say.message for message in outbox.pending(session, whom.address_id, NOW)] == ["two"]
        assert [message.id for message in outbox.pending(session, whom.address_id, NOW)] == done.messages
        assert clinic.facts(session, whom.person_id, NOW).person.name is None
    assert actions(clinic) == before


def test_message_names_the_booking_made_with_it(clinic: Store) -> None:
    whom = meet(clinic)
    done = act(clinic, whom, [Say("booking.done", document="calendar:new"), Book(FACILITY, "generalist", MORNING)])
    with clinic.read() as session:
        [message] = outbox.pending(session, whom.address_id, NOW)
        assert message.say.document == f"calendar:{done.bookings[0]}"
        booking = bookings.one(session, done.bookings[0])
    assert booking is not None
    assert (booking.facility, booking.service, booking.starts) == (FACILITY, "generalist", MORNING)
    assert (booking.minutes, booking.zone, booking.state, booking.sequence) == (30, "Africa/Casablanca", "booked", 0)
    with pytest.raises(ValueError, match="calendar:new"):
        act(clinic, whom, [Say("booking.done", document="calendar:new")])


def test_move_and_cancel_count_the_changes(clinic: Store) -> None:
    whom = meet(clinic)
    [booking_id] = act(clinic, whom, [Book(FACILITY, "generalist", MORNING, "Yassine")]).bookings
    assert act(clinic, whom, [MoveBooking(booking_id, at(9), "SALE-2")]).bookings == [booking_id]
    with clinic.read() as session:
        row = bookings.one(session, booking_id)
        assert (row.facility, row.starts, row.sequence, row.beneficiary) == ("SALE-2", at(9), 1, "Yassine")
    act(clinic, whom, [CancelBooking(booking_id)])
    with clinic.read() as session:
        row = bookings.one(session, booking_id)
        assert (row.state, row.sequence) == ("cancelled", 2)
        assert clinic.facts(session, whom.person_id, NOW).bookings() == []
        audited = select(Audit.action, Audit.detail).where(Audit.row_id == booking_id).order_by(Audit.id)
        written = session.execute(audited).all()
    # What care was sought, where and when must not outlive an erasure in the audit.
    assert [action for action, _ in written] == ["booking.book", "booking.move", "booking.cancel"]
    assert "generalist" not in str([detail for _, detail in written])


@pytest.mark.parametrize("effect", [CancelBooking, lambda booking: MoveBooking(booking, at(9))])
def test_bookings_that_are_gone(clinic: Store, effect: type[CancelBooking]) -> None:
    whom, stranger = meet(clinic), meet(clinic, "2002")
    [booking] = act(clinic, whom, [Book(FACILITY, "generalist", MORNING)]).bookings
    with pytest.raises(Refused, match="gone"):
        act(clinic, whom, [effect("no-such-booking")])
    with pytest.raises(Refused, match="gone"):
        act(clinic, stranger, [effect(booking)])
    with pytest.raises(Refused, match="gone"):
        act(clinic, whom, [effect(booking)], now=NOW + timedelta(days=2))
    act(clinic, whom, [CancelBooking(booking)])
    with pytest.raises(Refused, match="gone"):
        act(clinic, whom, [effect(booking)])


def test_staff_use_the_same_effects_in_their_own_name(clinic: Store) -> None:
    whom = meet(clinic)
    [booking] = act(clinic, whom, [Book(FACILITY, "generalist", MORNING)]).bookings
    act(clinic, whom, [CancelBooking(booking), Say("staff.text", {"text": "Bonjour"})], actor="staff:7")
    assert actions(clinic)[-2:] == [("staff:7", "booking.cancel"), ("staff:7", "message.say")]


def test_one_open_request_for_a_human(store: Store) -> None:
    whom = meet(store, agrees=False)
    act(store, whom, [RequestHuman("asked")])
    act(store, whom, [RequestHuman("angry")])
    with store.write() as session:
        [row] = handoffs.open_requests(session)
        assert (row.person_id, row.reason, row.created_at) == (whom.person_id, "asked", NOW)
        assert handoffs.close(session, row.id, "staff:7", NOW)
        assert not handoffs.close(session, row.id, "staff:7", NOW)
    act(store, whom, [RequestHuman("again")])
    with store.read() as session:
        assert [row.reason for row in handoffs.open_requests(session)] == ["again"]


def test_stop_takes_reminders_back_and_is_undone_by_a_yes(store: Store) -> None:
    whom = meet(store)
    act(store, whom, [GiveConsent("reminders", True, "v1")])
    act(store, whom, [StopMessages()])
    with store.read() as session:
        assert people.consents(session, whom.person_id) == {"appointments"}
        assert people.address_of(session, whom.address_id).stopped
    act(store, whom, [GiveConsent("reminders", True, "v1")])
    with store.read() as session:
        assert not people.address_of(session, whom.address_id).stopped


def test_forget_in_a_turn(clinic: Store) -> None:
    """The person is gone at once, the farewell still arrives, and then even the address is gone."""
    with clinic.write() as session:
        accepted = inbox.accept(session, "telegram", "u1", "1001", {"text": "supprimez tout"}, NOW)
        waiting = inbox.accept(session, "telegram", "u2", "1001", {"text": "merci"}, NOW)
        claimed = inbox.claim(session, accepted.address_id, NOW)
    whom = people.Whom(accepted.person_id, accepted.address_id)
    act(clinic, whom, [GiveConsent("appointments", True, "v1"), SetName("Amina")])
    act(clinic, whom, [Book(FACILITY, "generalist", MORNING), Say("before")])
    with clinic.write() as session:
        done = perform(
            session, [Say("privacy.forgotten"), Forget()], actor="person", person_id=whom.person_id,
            address_id=whom.address_id, inbox_id=claimed.id, now=NOW, language="fr",
        )  # fmt: skip
        inbox.finish(session, claimed, NOW)
    assert done.person_id != whom.person_id
    with clinic.read() as session:
        assert session.get(Person, whom.person_id) is None
        assert session.query(Booking).count() == 0
        [farewell] = outbox.pending(session, done.address_id, NOW)
        assert (farewell.say.message, farewell.address, farewell.number) == ("privacy.forgotten", "1001", 2)
    with clinic.write() as session:
        attempt = outbox.begin_attempt(session, farewell.id, NOW, {"text": "Au revoir"})
        outbox.settle_attempt(session, attempt, outbox.Sent("m1"), NOW)
    with clinic.write() as session:
        # The thanks that came meanwhile are answered before the guest leaves.
        second = inbox.claim(session, done.address_id, NOW)
        assert (second.id, second.payload) == (waiting.inbox_id, {"text": "merci"})
        answer = perform(
            session, [Say("bye")], actor="person", person_id=second.person_id, address_id=second.address_id,
            inbox_id=second.id, now=NOW, language="fr",
        )  # fmt: skip
        inbox.finish(session, second, NOW)
        attempt = outbox.begin_attempt(session, answer.messages[0], NOW, {"text": "De rien"})
        outbox.settle_attempt(session, attempt, outbox.Sent("m2"), NOW)
    with clinic.read() as session:
        tables = Base.metadata.sorted_tables
        left = {table.name for table in tables if session.execute(select(table).limit(1)).first() is not None}
        assert left == {"agenda", "audit", "facility", "inbox", "revision", "seal", "service"}
    with clinic.write() as session:
        assert inbox.accept(session, "telegram", "u1", "1001", {"text": "again"}, NOW) is None


def test_guest_who_writes_again_stays(store: Store) -> None:
    whom = meet(store)
    done = act(store, whom, [Forget(), Say("privacy.forgotten")])
    meet(store)
    with store.write() as session:
        attempt = outbox.begin_attempt(session, done.messages[0], NOW, {"text": "Au revoir"})
        outbox.settle_attempt(session, attempt, outbox.Sent(), NOW)
    with store.read() as session:
        assert people.find(session, "telegram", "1001").person_id == done.person_id
        assert session.query(Message).count() == 1
