"""Staff accounts, sessions, tries, the agenda of a facility and who takes a request, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialogues.effects import Book, CancelBooking, RequestHuman, SetName
from store import agenda, audit_log, handoffs, staff
from store.database import Store
from store.staff import IDLE, LONGEST, StaffRefused, StaffRow
from tests.store.world import FACILITY, MORNING, NOW, SECOND, act, add_facility, at, meet, together

KEYS = {"account:amina": 3, "address:192.0.2.1": 5}


def amina(store: Store, login: str = "Amina", role: str = "worker", facility: str | None = FACILITY) -> StaffRow:
    with store.write() as session:
        return staff.add(session, login=login, password="hash", role=role, facility=facility, now=NOW)


@pytest.fixture
def place(store: Store) -> Store:
    with store.write() as session:
        add_facility(session)
        add_facility(session, SECOND)
    return store


def test_an_account_is_found_under_any_spelling_of_its_login(place: Store) -> None:
    made = amina(place)
    with place.read() as session:
        for login in ("amina", "AMINA", " amina "):
            assert staff.by_login(session, login) == (made, "hash")
        assert staff.by_login(session, "nobody") is None


@pytest.mark.parametrize(
    ("login", "role", "facility", "reason"),
    [
        ("AMINA", "worker", FACILITY, "login_taken"),
        ("omar", "worker", "NOWHERE", "no_such_facility"),
        ("omar", "king", FACILITY, "no_such_role"),
    ],
)
def test_an_account_that_cannot_be(place: Store, login: str, role: str, facility: str, reason: str) -> None:
    amina(place)
    with pytest.raises(StaffRefused, match=reason):
        amina(place, login, role, facility)


@pytest.mark.parametrize(
    ("uses", "asked", "lives"),
    [
        ([], timedelta(minutes=29), True),
        ([], IDLE, False),
        ([timedelta(minutes=20)], timedelta(minutes=45), True),
        ([timedelta(minutes=20 * n) for n in range(1, 36)], LONGEST - timedelta(minutes=1), True),
        ([timedelta(minutes=20 * n) for n in range(1, 36)], LONGEST, False),
    ],
    ids=["soon", "idle", "used between", "all day", "a day and no more"],
)
def test_how_long_a_session_lives(place: Store, uses: list[timedelta], asked: timedelta, lives: bool) -> None:
    who = amina(place)
    with place.write() as session:
        token = staff.sign_in(session, who, NOW)
    for use in uses:
        with place.write() as session:
            assert staff.signed_in(session, token, NOW + use) is not None
            staff.touch(session, token, NOW + use)
    with place.read() as session:
        assert (staff.signed_in(session, token, NOW + asked) is not None) is lives


def test_a_session_ends_with_the_sign_out_and_with_the_account(place: Store) -> None:
    who = amina(place)
    with place.write() as session:
        first, second = staff.sign_in(session, who, NOW), staff.sign_in(session, who, NOW)
    with place.write() as session:
        staff.sign_out(session, first, NOW)
    with place.read() as session:
        assert staff.signed_in(session, first, NOW) is None
        assert staff.signed_in(session, second, NOW) is not None
    with place.write() as session:
        staff.close(session, who.id, NOW)
    with place.read() as session:
        assert staff.signed_in(session, second, NOW) is None
        assert staff.by_login(session, "amina") is None


def test_the_token_itself_is_kept_nowhere(place: Store) -> None:
    who = amina(place)
    with place.write() as session:
        token = staff.sign_in(session, who, NOW)
    with place.read() as session:
        kept = session.connection().exec_driver_sql("SELECT id, staff_id, form_token FROM staff_session").one()
    assert token not in " ".join(kept)


def tries(store: Store, count: int, now: datetime = NOW) -> list[timedelta | None]:
    return [store.run(lambda session: staff.count_try(session, KEYS, now)) for _ in range(count)]


def test_too_many_tries_wait_longer_and_longer(place: Store) -> None:
    assert tries(place, 3) == [None] * 3
    first = tries(place, 1)[0]
    assert first is not None
    assert tries(place, 1)[0] == first, "a try that was refused costs nothing more"
    assert tries(place, 1, NOW + first) == [None]
    second = tries(place, 1, NOW + first)[0]
    assert second is not None
    assert second > first


def test_the_right_password_frees_the_account_but_not_the_address(place: Store) -> None:
    tries(place, 3)
    place.run(lambda session: staff.forgive_tries(session, "account:AMINA"))
    assert tries(place, 3) == [None, None, pytest.approx(timedelta(seconds=15), abs=timedelta(seconds=1))]


def test_tries_are_forgotten_after_a_while(place: Store) -> None:
    tries(place, 4)
    assert tries(place, 3, NOW + timedelta(minutes=16)) == [None] * 3


def test_tries_at_once_are_all_counted(place: Store) -> None:
    answers = together([lambda: place.run(lambda session: staff.count_try(session, KEYS, NOW))] * 8)
    assert [isinstance(answer, Exception) for answer in answers] == [False] * 8, answers
    assert answers.count(None) == 3


def test_the_agenda_shows_the_facilitys_own_and_says_who_looked(place: Store) -> None:
    one, other = meet(place, "1"), meet(place, "2")
    act(place, one, [SetName("Fatima"), Book(FACILITY, "generalist", MORNING)])
    act(place, one, [Book(FACILITY, "dentistry", at(9), "son")])
    [gone] = act(place, other, [Book(FACILITY, "generalist", at(9, 30))]).bookings
    act(place, other, [CancelBooking(gone)])
    act(place, other, [Book(SECOND, "generalist", MORNING)])
    act(place, other, [Book(FACILITY, "dentistry", at(9, day=MORNING.date() + timedelta(days=7)))])
    who = amina(place)
    found = place.run(lambda session: agenda.coming(session, FACILITY, who.actor, NOW))
    assert found is not None
    assert [(r.starts, r.service, r.name, r.beneficiary) for r in found.rows] == [
        (MORNING, "generalist", "Fatima", ""),
        (at(9), "dentistry", "Fatima", "son"),
    ]
    with place.read() as session:
        last = audit_log.latest(session, limit=1)[0]
    assert (last.actor, last.action, last.row, last.detail) == (
        who.actor, "agenda.read", FACILITY, {"days": 7, "count": 2},
    )  # fmt: skip
    assert place.run(lambda session: agenda.coming(session, "NOWHERE", who.actor, NOW)) is None


def test_one_member_of_staff_takes_a_request(place: Store) -> None:
    act(place, meet(place), [RequestHuman("asked")])
    with place.read() as session:
        [row] = handoffs.open_requests(session)
    assert row.taken_by is None
    names = [f"staff:{number}" for number in range(6)]
    takers = [lambda name=name: place.run(lambda session: handoffs.take(session, row.id, name, NOW)) for name in names]
    answers = together(takers)
    assert sorted(map(str, answers)) == ["False"] * 5 + ["True"]
    with place.read() as session:
        assert [r.taken_by for r in handoffs.open_requests(session)] == [names[answers.index(True)]]
    assert place.run(lambda session: handoffs.close(session, row.id, names[0], NOW)) is True
    assert place.run(lambda session: handoffs.take(session, row.id, names[0], NOW)) is False


def test_the_audit_is_read_page_by_page(place: Store) -> None:
    for number in range(5):
        amina(place, f"user{number}")
    with place.read() as session:
        newest = audit_log.latest(session, limit=3)
        older = audit_log.latest(session, before=newest[-1].id, limit=100)
    assert [row.action for row in newest] == ["staff.add"] * 3
    assert len(older) >= 2
    assert max(row.id for row in older) < min(row.id for row in newest)
