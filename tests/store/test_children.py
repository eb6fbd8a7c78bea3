"""Children and doses through ``perform``: what is kept, what is refused, and what is told on asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dialogues.effects import (
    CloseChild,
    Effect,
    GiveConsent,
    RecordDose,
    RegisterChild,
    Say,
    SetChildFacility,
    SetReminders,
    StopMessages,
    UndoDose,
)
from dialogues.errors import Refused
from dialogues.facts import ChildFact
from store import people
from store.database import Store
from store.models import Audit, Child, Dose, Message
from tests.store.world import FACILITY, NOW, act, add_facility, meet

BIRTH = date(2026, 9, 28)
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


@pytest.fixture
def parent(store: Store) -> people.Whom:
    with store.write() as session:
        add_facility(session)
    whom = meet(store)
    act(store, whom, [GiveConsent("reminders", True, "v1")])
    return whom


def children(store: Store, whom: people.Whom, now: datetime = NOW) -> list[ChildFact]:
    with store.read() as session:
        return list(store.facts(session, whom.person_id, now).children())


def test_register_record_undo(store: Store, parent: people.Whom) -> None:
    effects = [
        RegisterChild("Adam", BIRTH, "m", FACILITY), RecordDose("new", "BCG", 1, BIRTH + DAY),
        Say("child.done", document="card:new"),
    ]  # fmt: skip
    done = act(store, parent, effects)
    [child] = children(store, parent)
    assert (child.name, child.birth, child.sex, child.reminders) == ("Adam", BIRTH, "m", "on")
    assert child.facility is not None and child.facility.id == FACILITY
    assert [(dose.antigen, dose.number, dose.given_on) for dose in child.doses] == [("BCG", 1, BIRTH + DAY)]
    assert done.children == [child.id]
    with store.read() as session:
        assert session.get_one(Message, done.messages[0]).document == f"card:{child.id}"
    act(store, parent, [UndoDose(child.doses[0].id)])
    assert children(store, parent)[0].doses == ()
    # The same dose may be told again, rightly.
    act(store, parent, [RecordDose(child.id, "BCG", 1, BIRTH + DAY)])
    assert len(children(store, parent)[0].doses) == 1


REGISTER: list[tuple[RegisterChild, str]] = [
    (RegisterChild("Adam", BIRTH, "m"), "already_registered"),
    (RegisterChild("  ADAM ", BIRTH, "m"), "already_registered"),
    (RegisterChild("Jad", TODAY + DAY, "m"), "bad_birth"),
    (RegisterChild("Jad", date(1986, 5, 1), "m"), "bad_birth"),
    (RegisterChild("Jad", date(2008, 11, 24), "m"), "bad_birth"),
    (RegisterChild("Jad", BIRTH, "m", "nowhere"), "gone"),
]


@pytest.mark.parametrize(("effect", "reason"), REGISTER)
def test_registrations_that_are_refused(store: Store, parent: people.Whom, effect: RegisterChild, reason: str) -> None:
    act(store, parent, [RegisterChild("Adam", BIRTH, "m")])
    with pytest.raises(Refused, match=reason):
        act(store, parent, [effect])
    assert len(children(store, parent)) == 1


@pytest.mark.parametrize("effect", [RegisterChild("Jad", TODAY, "f"), RegisterChild("Jad", date(2008, 11, 25), "f")])
def test_the_youngest_and_the_oldest(store: Store, parent: people.Whom, effect: RegisterChild) -> None:
    act(store, parent, [effect])
    assert [child.birth for child in children(store, parent)] == [effect.birth]


def test_without_consent_nothing_is_kept(store: Store) -> None:
    whom = meet(store)
    with pytest.raises(Refused, match="no_consent"):
        act(store, whom, [RegisterChild("Adam", BIRTH, "m")])


def test_twelve_children_and_at_most_twenty(store: Store, parent: people.Whom) -> None:
    act(store, parent, [RegisterChild(f"Child {number}", BIRTH - number * DAY, "f") for number in range(12)])
    found = children(store, parent)
    assert len(found) == 12
    assert [child.birth for child in found] == sorted((child.birth for child in found), reverse=True)
    act(store, parent, [RegisterChild(f"Child {number}", BIRTH - number * DAY, "f") for number in range(12, 20)])
    with pytest.raises(Refused, match="too_many"):
        act(store, parent, [RegisterChild("One more", BIRTH, "f")])
    act(store, parent, [CloseChild(found[0].id, "mistake"), RegisterChild("One more", BIRTH, "f")])


DOSES: list[tuple[RecordDose, str]] = [
    (RecordDose("child", "PENTA", 1, BIRTH - DAY), "before_birth"),
    (RecordDose("child", "PENTA", 1, TODAY + DAY), "future"),
    (RecordDose("child", "BCG", 1, BIRTH), "already_given"),
    (RecordDose("child", "BCG", None, BIRTH), "already_given"),
    (RecordDose("child", "COVID", 1, TODAY), "unknown"),
    (RecordDose("child", "PENTA", 9, TODAY), "unknown"),
    (RecordDose("child", "HPV", 1, TODAY), "unknown"),
    (RecordDose("0" * 32, "PENTA", 1, TODAY), "gone"),
]


@pytest.mark.parametrize(("effect", "reason"), DOSES)
def test_doses_that_are_refused(store: Store, parent: people.Whom, effect: RecordDose, reason: str) -> None:
    child = act(store, parent, [RegisterChild("Adam", BIRTH, "m")]).children[0]
    act(store, parent, [RecordDose(child, "BCG", 1, BIRTH)])
    with pytest.raises(Refused, match=reason):
        act(store, parent, [replace(effect, child=child) if effect.child == "child" else effect])
    assert len(children(store, parent)[0].doses) == 1


def test_doses_out_of_order_and_too_early_are_kept(store: Store, parent: people.Whom) -> None:
    child = act(store, parent, [RegisterChild("Adam", BIRTH, "m")]).children[0]
    act(store, parent, [RecordDose(child, "PENTA", 2, TODAY), RecordDose(child, "PENTA", 1, BIRTH + 3 * DAY)])
    assert [dose.number for dose in children(store, parent)[0].doses] == [1, 2]


def test_somebody_else_s_child_is_out_of_reach(store: Store, parent: people.Whom) -> None:
    child = act(store, parent, [RegisterChild("Adam", BIRTH, "m"), RecordDose("new", "BCG", 1, BIRTH)]).children[0]
    dose = children(store, parent)[0].doses[0].id
    other = meet(store, "2002")
    effects: list[Effect] = [
        RecordDose(child, "VPO", 0, BIRTH), UndoDose(dose), SetReminders(child, "off"), CloseChild(child, "moved"),
        SetChildFacility(child, None),
    ]  # fmt: skip
    for effect in effects:
        with pytest.raises(Refused, match="gone"):
            act(store, other, [effect])
    act(store, other, [RecordDose(child, "VPO", 0, BIRTH)], actor="staff:1")
    assert len(children(store, parent)[0].doses) == 2


def test_reminders_of_one_and_of_all(store: Store, parent: people.Whom) -> None:
    first, second = act(store, parent, [RegisterChild("Adam", BIRTH, "m"), RegisterChild("Jad", BIRTH, "m")]).children
    act(store, parent, [SetReminders(first, "paused", TODAY + 30 * DAY)])
    by_id = {child.id: child for child in children(store, parent)}
    assert (by_id[first].reminders, by_id[first].paused_until) == ("paused", TODAY + 30 * DAY)
    assert by_id[second].reminders == "on"
    assert {child.reminders for child in children(store, parent, NOW + 31 * DAY)} == {"on"}
    act(store, parent, [SetReminders(None, "off")])
    assert {child.reminders for child in children(store, parent)} == {"off"}
    for until in (None, TODAY, TODAY - DAY):
        with pytest.raises(Refused, match="gone"):
            act(store, parent, [SetReminders(first, "paused", until)])


def test_switching_on_takes_back_a_stop_and_its_no(store: Store, parent: people.Whom) -> None:
    act(store, parent, [RegisterChild("Adam", BIRTH, "m"), StopMessages()])
    with store.read() as session:
        assert "reminders" not in people.consents(session, parent.person_id)
    act(store, parent, [SetReminders(None, "on")])
    with store.read() as session:
        assert "reminders" in people.consents(session, parent.person_id)
        address = people.address_of(session, parent.address_id)
        assert address is not None and not address.stopped
    # A no that was said for itself is not taken back.
    act(store, parent, [GiveConsent("reminders", False, "v1"), SetReminders(None, "on")])
    with store.read() as session:
        assert "reminders" not in people.consents(session, parent.person_id)


@pytest.mark.parametrize("reason", ["moved", "died", "mistake"])
def test_a_child_that_is_no_longer_followed(store: Store, parent: people.Whom, reason: str) -> None:
    child = act(store, parent, [RegisterChild("Adam", BIRTH, "m")]).children[0]
    act(store, parent, [CloseChild(child, reason)])  # type: ignore[arg-type]
    assert children(store, parent) == []
    with pytest.raises(Refused, match="gone"):
        act(store, parent, [RecordDose(child, "BCG", 1, BIRTH)])
    act(store, parent, [RegisterChild("Adam", BIRTH, "m")])
    with store.write() as session:
        people.purge(session, NOW + 29 * DAY)
        assert session.query(Child).count() == 2
        people.purge(session, NOW + 31 * DAY)
        assert session.query(Child).count() == 1


def test_nothing_of_a_child_is_in_the_audit(store: Store, parent: people.Whom) -> None:
    child = act(store, parent, [RegisterChild("Adam", BIRTH, "m"), RecordDose("new", "BCG", 1, BIRTH)]).children[0]
    act(store, parent, [CloseChild(child, "died")])
    with store.read() as session:
        rows = session.query(Audit).filter(Audit.table_name.in_(("child", "dose"))).order_by(Audit.id).all()
        found = [(row.action, row.detail) for row in rows]
    assert [action for action, _ in found] == ["child.register", "dose.record", "child.close"]
    told = repr(found).replace("child.close", "")
    assert not any(word in told for word in ("Adam", "BCG", BIRTH.isoformat(), "died"))


def test_the_copy_of_one_s_data_and_the_erasure(store: Store, parent: people.Whom) -> None:
    act(store, parent, [RegisterChild("Adam", BIRTH, "m", FACILITY), RecordDose("new", "BCG", 1, BIRTH)])
    dose = children(store, parent)[0].doses[0].id
    act(store, parent, [UndoDose(dose)])
    with store.read() as session:
        [told] = people.export(session, parent.person_id)["children"]
    assert (told["name"], told["birth"], told["facility"]) == ("Adam", BIRTH.isoformat(), FACILITY)
    assert [(given["vaccine"], given["taken_back_at"] is None) for given in told["doses"]] == [("BCG", False)]
    with store.write() as session:
        people.forget(session, parent.person_id, NOW)
    with store.read() as session:
        assert session.query(Child).count() == session.query(Dose).count() == 0


def test_who_has_a_child_is_not_forgotten_for_being_silent(store: Store, parent: people.Whom) -> None:
    act(store, parent, [RegisterChild("Adam", BIRTH, "m")])
    for silent, kept in ((400 * DAY, True), (1500 * DAY, True)):
        with store.write() as session:
            people.purge(session, NOW + silent)
            assert (session.query(Child).count() == 1) is kept
    act(store, parent, [StopMessages()])
    with store.write() as session:
        # After a stop the card stays for a while, and then goes with the person.
        people.purge(session, NOW + 300 * DAY)
        assert session.query(Child).count() == 1
        people.purge(session, NOW + 400 * DAY)
        assert session.query(Child).count() == 0
