"""Talks come back as they were kept, expire, and stay with the staff member who took over."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from store import talks
from store.database import Store
from store.models import Talk
from tests.store.world import NOW, meet

STATE = {
    "answers": {"service": "dentistry", "day": date(2026, 11, 25), "at": datetime(2026, 11, 25, 9), "hour": time(9)},
    "asked": ["day", None, 2, 1.5, True],
    "text": "Amina آمنة",
}


def keep(store: Store, person_id: str, now: datetime = NOW, **changes: object) -> None:
    with store.write() as session:
        talks.save(session, person_id, now=now, **({"flow": "book", "version": "1", "state": STATE} | changes))


def load(store: Store, person_id: str, now: datetime = NOW) -> talks.StoredTalk | None:
    with store.read() as session:
        return talks.load(session, person_id, now)


def test_comes_back_as_it_was(store: Store) -> None:
    person = meet(store).person_id
    assert load(store, person) is None
    keep(store, person)
    found = load(store, person)
    assert found is not None
    assert (found.flow, found.version, found.state, found.owner) == ("book", "1", STATE, None)
    assert (found.opened_at, found.expires_at) == (NOW, NOW + timedelta(hours=24))
    keep(store, person, NOW + timedelta(hours=1), state={"answers": {}})
    found = load(store, person)
    assert found is not None
    assert (found.state, found.opened_at, found.touched_at) == ({"answers": {}}, NOW, NOW + timedelta(hours=1))
    keep(store, person, NOW + timedelta(hours=2), flow="cancel")
    found = load(store, person)
    assert found is not None
    assert found.opened_at == NOW + timedelta(hours=2)


def test_state_without_a_flow_is_a_talk_too(store: Store) -> None:
    person = meet(store).person_id
    keep(store, person, flow="", state={"last": "menu"})
    assert load(store, person).state == {"last": "menu"}
    keep(store, person, flow="", state={})
    assert load(store, person) is None


def test_tuples_become_lists_and_unknown_things_are_refused(store: Store) -> None:
    person = meet(store).person_id
    keep(store, person, state={"a": (1, 2), "b": frozenset("x")})
    assert load(store, person).state == {"a": [1, 2], "b": ["x"]}
    with pytest.raises(TypeError, match="object"):
        keep(store, person, state={"a": object()})


def test_expires(store: Store) -> None:
    person = meet(store).person_id
    keep(store, person, lifetime=timedelta(hours=1))
    assert load(store, person, NOW + timedelta(minutes=59)) is not None
    assert load(store, person, NOW + timedelta(hours=1)) is None
    with store.write() as session:
        assert talks.expire(session, NOW + timedelta(minutes=59)) == 0
        assert talks.expire(session, NOW + timedelta(hours=1)) == 1
        assert session.query(Talk).count() == 0


def test_close_drops_the_answers(store: Store) -> None:
    person = meet(store).person_id
    keep(store, person)
    with store.write() as session:
        talks.close(session, person)
        talks.close(session, person)
    assert load(store, person) is None


@pytest.mark.parametrize("with_talk", [False, True])
def test_staff_take_over_and_hand_back(store: Store, with_talk: bool) -> None:
    person = meet(store).person_id
    if with_talk:
        keep(store, person)
    with store.write() as session:
        talks.take_over(session, person, "staff1", NOW)
    found = load(store, person)
    assert found is not None
    assert (found.owner, found.flow) == ("staff1", "book" if with_talk else "")
    later = NOW + timedelta(hours=48)  # the talk has expired, the takeover has not
    assert load(store, person, later) is not None
    assert load(store, person, later).flow == ""
    with store.write() as session:
        talks.hand_back(session, person)
    assert (load(store, person) is not None) is with_talk
    assert load(store, person, later) is None


def test_owner_stays_through_saves_and_closes_but_not_for_ever(store: Store) -> None:
    person = meet(store).person_id
    with store.write() as session:
        talks.take_over(session, person, "staff1", NOW)
        talks.save(session, person, flow="book", version="1", state=STATE, now=NOW)
        talks.close(session, person)
    assert load(store, person).owner == "staff1"
    forgotten = NOW + timedelta(days=4)
    assert load(store, person, forgotten) is None
    keep(store, person, forgotten)
    assert load(store, person, forgotten).owner is None


def test_expire_leaves_talks_of_staff(store: Store) -> None:
    person = meet(store).person_id
    with store.write() as session:
        talks.take_over(session, person, "staff1", NOW)
        assert talks.expire(session, NOW + timedelta(hours=71)) == 0
        talks.touch(session, person, NOW + timedelta(hours=71))
        assert talks.expire(session, NOW + timedelta(hours=100)) == 0
        assert talks.expire(session, NOW + timedelta(hours=144)) == 1
