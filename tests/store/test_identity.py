"""Who is meant: one person a user id, whatever else the platform tells or leaves out, in any order."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from dialogues.effects import Book, GiveConsent, OpenCase, RecordDose, RegisterChild, RequestHuman, Say, SetName
from store import handoffs, identity, inbox, merging, news, outbox, people, sealed, talks
from store.case_told import told_of
from store.database import Session, Store
from store.identity import Keys
from store.models import Address, Alias, Base, Booking, Case, Child, Consent, Dose, Inbox, Message, Person, Talk
from tests.store.world import FACILITY, MORNING, NOW, TODAY, act, add_facility

USER, OTHER = "MA.13491208655302741918", "MA.x7Qp-2"
PHONE, NEW_PHONE = "212612345678", "212698765432"
ids = itertools.count(1)


def writes(store: Store, keys: Keys, text: str = "salam") -> people.Whom:
    """A message from somebody, stored as the channel does it."""

    def work(session: Session) -> people.Whom:
        address = identity.resolve(session, "whatsapp", keys, NOW)
        accepted = inbox.accept(session, "whatsapp", f"wamid.{next(ids)}", address, {"text": text}, NOW)
        assert accepted is not None
        return people.Whom(accepted.person_id, accepted.address_id)

    return store.run(work)


def changes(store: Store, old: Keys, new: Keys) -> bool:
    return store.run(lambda session: identity.changed(session, "whatsapp", old, new, NOW))


def known(store: Store) -> list[tuple[str, str | None]]:
    """(address, phone) of everybody."""
    with store.read() as session:
        rows = session.query(Address).order_by(Address.id)
        return [(sealed.must_get(session, row, "address"), sealed.get(session, row, "phone")) for row in rows]


def people_of(store: Store) -> int:
    with store.read() as session:
        return session.query(Person).count()


BOTH, ID, NUMBER = Keys(USER, PHONE), Keys(USER), Keys(None, PHONE)


@pytest.mark.parametrize("order", list(itertools.permutations((BOTH, ID, NUMBER))), ids=str)
def test_one_person_whatever_comes_first(store: Store, order: tuple[Keys, ...]) -> None:
    whoms = [writes(store, keys) for keys in (*order, *order)]
    assert len({whom.person_id for whom in whoms[3:]}) == 1
    assert people_of(store) == 1
    assert known(store) == [(USER, PHONE)]
    with store.read() as session:
        assert session.query(Inbox).filter(Inbox.address_id == whoms[-1].address_id).count() == 6


def test_a_number_that_comes_with_another_id_is_somebody_new(store: Store) -> None:
    """A number is given to somebody else; what the first one said and booked is not theirs to see."""
    first = writes(store, BOTH)
    second = writes(store, Keys(OTHER, PHONE))
    assert first.person_id != second.person_id
    assert known(store) == [(USER, None), (OTHER, PHONE)]
    assert writes(store, NUMBER).person_id == second.person_id
    assert writes(store, ID).person_id == first.person_id


def test_a_new_number_is_noted(store: Store) -> None:
    first = writes(store, BOTH)
    assert writes(store, Keys(USER, NEW_PHONE)).person_id == first.person_id
    assert known(store) == [(USER, NEW_PHONE)]
    # The old number may be somebody else's by now.
    assert writes(store, NUMBER).person_id != first.person_id


CHANGES = [
    pytest.param(BOTH, Keys(OTHER, NEW_PHONE), (OTHER, NEW_PHONE), id="both"),
    pytest.param(ID, Keys(OTHER), (OTHER, None), id="user ids alone"),
    pytest.param(NUMBER, Keys(None, NEW_PHONE), (NEW_PHONE, None), id="numbers alone"),
    pytest.param(BOTH, Keys(None, NEW_PHONE), (NEW_PHONE, None), id="only the new number is told"),
    pytest.param(BOTH, Keys(OTHER), (OTHER, None), id="the new number is hidden"),
]


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
@pytest.mark.parametrize("wrote_before", [False, True])
def test_a_change_keeps_the_person(
    store: Store, old: Keys, new: Keys, expected: tuple[str, str | None], wrote_before: bool
) -> None:
    """Also when the first message from the new keys overtakes the news; told twice, it is told once."""
    first = writes(store, old)
    act(store, first, [GiveConsent("reminders", True, "v1"), SetName("Zineb")])
    if wrote_before:
        writes(store, new)
    assert changes(store, old, new)
    changes(store, old, new)
    assert people_of(store) == 1
    assert known(store) == [expected]
    later = writes(store, new)
    assert later.person_id == first.person_id
    with store.read() as session:
        assert people.consents(session, later.person_id) == {"reminders"}
        assert session.query(Alias).count() <= 2


def test_a_new_id_without_a_number_takes_the_old_number_away(store: Store) -> None:
    """The id changes because the number did, and the new one may be hidden. The old one is somebody else's soon."""
    first = writes(store, BOTH)
    assert changes(store, ID, Keys(OTHER))
    assert known(store) == [(OTHER, None)]
    assert writes(store, NUMBER).person_id != first.person_id
    assert writes(store, Keys(OTHER)).person_id == first.person_id


def test_a_number_that_came_before_the_news_is_kept(store: Store) -> None:
    writes(store, BOTH)
    writes(store, Keys(OTHER, NEW_PHONE))
    assert changes(store, ID, Keys(OTHER))
    assert known(store) == [(OTHER, NEW_PHONE)]


@pytest.mark.parametrize(("days", "is_same"), [(89, True), (91, False)])
@pytest.mark.parametrize("was_known", [False, True], ids=["a new id", "a known id"])
def test_who_was_known_by_a_number_alone_and_long_silent_is_not_who_has_it_now(
    store: Store, days: int, is_same: bool, was_known: bool
) -> None:
    first = writes(store, NUMBER)
    if was_known:
        writes(store, ID)
    with store.write() as session:
        session.query(Address).filter(Address.id == first.address_id).update(
            {"last_inbound_at": NOW - timedelta(days=days)}
        )
    second = writes(store, BOTH)
    assert people_of(store) == (1 if is_same else 2)
    if not was_known:
        assert (second.person_id == first.person_id) == is_same
    # The number leads to who has it now, in payloads of any shape; the other one gets nothing any more.
    assert writes(store, NUMBER).person_id == second.person_id
    with store.read() as session:
        blocked = [row.id for row in session.query(Address) if row.blocked_at is not None]
        assert blocked == ([] if is_same else [first.address_id])


MARKETING = {"no": (10, True), "earlier yes": (5, False), "later yes": (20, False), "later no": (30, True)}


@pytest.mark.parametrize(
    ("told", "stopped"),
    [
        (["no"], 10),
        (["no", "earlier yes"], 10),
        (["no", "later yes"], None),
        (["no", "later no", "later yes"], 30),
        (["later no", "no"], 30),
        (["later yes"], None),
    ],
    ids=str,
)
def test_what_people_want_counts_by_when_they_said_it(store: Store, told: list[str], stopped: int | None) -> None:
    whom = writes(store, BOTH)
    with store.write() as session:
        for name in told:
            seconds, stops = MARKETING[name]
            assert identity.set_marketing(session, "whatsapp", ID, NOW + timedelta(seconds=seconds), stops=stops)
        found = identity.hours_of(session, whom.address_id).marketing_stopped_at
        assert found == (None if stopped is None else NOW + timedelta(seconds=stopped))
        # What somebody said about it is among what they get when they ask for their data.
        told = people.export(session, whom.person_id)["addresses"][0]
        assert told["marketing_stopped_at"] == (found and found.isoformat())


def test_a_late_message_from_before_the_change(store: Store) -> None:
    first = writes(store, BOTH)
    changes(store, BOTH, Keys(OTHER, NEW_PHONE))
    assert writes(store, BOTH).person_id == first.person_id
    assert known(store) == [(OTHER, NEW_PHONE)]


def test_news_of_somebody_whom_we_do_not_know(store: Store) -> None:
    assert not changes(store, BOTH, Keys(OTHER, NEW_PHONE))
    assert people_of(store) == 0
    with store.write() as session:
        assert not identity.set_marketing(session, "whatsapp", BOTH, NOW, stops=True)


def test_nobody_can_be_told_from_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="needed"), store.write() as session:
        identity.resolve(session, "whatsapp", Keys(), NOW)


def test_channels_do_not_mix(store: Store) -> None:
    with store.write() as session:
        other = people.find_or_create(session, "telegram", PHONE, NOW)
    assert writes(store, NUMBER).person_id != other.person_id


def test_everything_of_two_rows_is_one_persons(store: Store) -> None:
    """Known by the number first, then by the id; both talked, agreed, booked, registered and asked for a human."""
    with store.write() as session:
        add_facility(session)
    birth = TODAY - timedelta(days=90)
    old = writes(store, NUMBER)
    act(
        store, old,
        [
            GiveConsent("appointments", True, "v1"), GiveConsent("reminders", True, "v1"), SetName("Zineb"),
            Book(FACILITY, "generalist", MORNING), RegisterChild("Salma", birth, "f"),
            RecordDose("new", "BCG", 1, TODAY), RequestHuman("asked"), Say("welcome"), Say("menu.offer"),
        ],
    )  # fmt: skip
    new = writes(store, ID)
    act(
        store, new,
        [
            GiveConsent("appointments", True, "v1"), GiveConsent("reminders", True, "v1"),
            Book(FACILITY, "generalist", MORNING), Book(FACILITY, "dentistry", MORNING),
            RegisterChild("Salma", birth, "f"), RecordDose("new", "BCG", 1, TODAY),
            RecordDose("new", "PENTA", 1, TODAY), RequestHuman("asked"), Say("menu.offer"),
        ],
    )  # fmt: skip
    with store.write() as session:
        talks.save(session, new.person_id, flow="booking", version="1", state={"x": "y"}, now=NOW)
    kept = writes(store, BOTH)
    with store.read() as session:
        assert session.query(Person).count() == 1
        assert sealed.get(session, session.get_one(Person, kept.person_id), "name") == "Zineb"
        assert {row.service for row in session.query(Booking)} == {"generalist", "dentistry"}
        assert [row.state for row in session.query(Booking)] == ["booked"] * 3
        assert session.query(Child).filter(Child.closed_at.is_(None)).count() == 1
        assert sorted(row.antigen for row in session.query(Dose)) == ["BCG", "PENTA"]
        assert len(handoffs.open_requests(session)) == 1
        assert session.query(Consent).filter(Consent.person_id == kept.person_id).count() == 4
        assert session.query(Talk).count() == 1
        assert talks.load(session, kept.person_id, NOW).state == {"x": "y"}
        numbers = [row.number for row in session.query(Message).order_by(Message.number)]
        assert numbers == [1, 2, 3]
        assert [m.say.message for m in outbox.pending(session, kept.address_id, NOW)] == [
            "menu.offer", "welcome", "menu.offer",
        ]  # fmt: skip
        assert {row.person_id for row in session.query(Address)} == {kept.person_id}


def test_whatever_belongs_to_a_person_is_moved() -> None:
    """A table that is added later and forgotten would be deleted with the row that goes."""
    theirs = {
        mapper.class_
        for mapper in Base.registry.mappers
        if any(key.column is Person.__table__.c.id for key in mapper.local_table.foreign_keys)
    }
    assert theirs == {*merging.THEIRS, Talk}


def test_a_triage_is_followed_on(store: Store) -> None:
    """One that was about a child which both registered is about the one that stays."""
    birth = TODAY - timedelta(days=70)
    old = writes(store, NUMBER)
    act(store, old, [GiveConsent("reminders", True, "v1"), RegisterChild("Salma", birth, "f")])
    with store.read() as session:
        twin = session.query(Child).one().id
    case = OpenCase("today", ("fever",), ("fever.1",), {"since": "d1"}, {"fever": 1}, f"child:{twin}")
    act(store, old, [GiveConsent("care", True, "care-1"), case])
    new = writes(store, ID)
    act(store, new, [GiveConsent("reminders", True, "v1"), RegisterChild("Salma", birth, "f")])
    kept = writes(store, BOTH)
    with store.read() as session:
        row, child = session.query(Case).one(), session.query(Child).one()
        assert row.person_id == kept.person_id
        assert told_of(session, row).subject == f"child:{child.id}" != f"child:{twin}"


def test_a_stop_of_either_is_a_stop(store: Store) -> None:
    old, new = writes(store, NUMBER), writes(store, ID)
    with store.write() as session:
        session.get_one(Address, old.address_id).stopped_at = NOW
    writes(store, BOTH)
    with store.read() as session:
        assert session.get_one(Address, new.address_id).stopped_at == NOW


def test_what_is_under_way_for_the_other_row_is_done_for_the_person(store: Store) -> None:
    """A worker that holds a message of a row that goes meanwhile fails, and its message is taken up again."""
    old = writes(store, NUMBER)
    writes(store, ID)
    claimed = store.run(lambda session: inbox.claim(session, old.address_id, NOW))
    assert claimed is not None
    kept = writes(store, BOTH)
    with store.write() as session:
        inbox.give_up(session, claimed, NOW, "ForeignKeyViolation")
    done = []
    while (again := store.run(lambda session: inbox.claim(session, kept.address_id, NOW))) is not None:
        assert again.person_id == kept.person_id
        store.run(lambda session, again=again: inbox.finish(session, again, NOW))
        done.append(again.external_id)
    assert len(done) == 3
    assert claimed.external_id in done


def test_the_hours_count_from_the_latest_moment(store: Store) -> None:
    whom = writes(store, BOTH)
    with store.write() as session:
        for minutes in (-10, -90, -5, -60):
            identity.heard(session, whom.address_id, NOW + timedelta(minutes=minutes))
    with store.read() as session:
        assert session.get_one(Address, whom.address_id).heard_at == NOW - timedelta(minutes=5)


def test_news_is_kept_once(store: Store) -> None:
    with store.write() as session:
        assert news.keep(session, "whatsapp", "n1", NOW, code="system")
        assert not news.keep(session, "whatsapp", "n1", NOW, code="system")
        assert news.keep(session, "whatsapp", "n2", NOW, code="odd", state="quarantined", payload="{}")
        assert inbox.is_stored(session, "whatsapp", "n1")
        assert not inbox.is_stored(session, "telegram", "n1")
    with store.read() as session:
        assert [row.code for row in inbox.quarantined(session)] == ["odd"]
