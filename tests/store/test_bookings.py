"""Seats: never doubled, one live booking a person, service and beneficiary, and moves that never lose a seat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dialogues.effects import Book, CancelBooking, GiveConsent, MoveBooking
from dialogues.errors import Refused
from store import bookings, people
from store.database import Store
from store.ids import new_id
from store.models import Agenda, AgendaException, Booking, Facility, Holiday
from store.perform import perform
from tests.store.world import FACILITY, MORNING, NOW, SECOND, TODAY, TOMORROW, act, add_facility, at, meet, together

SATURDAY = date(2026, 11, 28)


@pytest.fixture
def clinic(store: Store) -> Store:
    with store.write() as session:
        add_facility(session)
        add_facility(session, SECOND, seats=1)
    return store


def book(store: Store, whom: people.Whom, starts: datetime = MORNING, **cells: str) -> str:
    done = act(store, whom, [Book(**({"facility": FACILITY, "service": "generalist", "starts": starts} | cells))])
    return done.bookings[0]


def seats(store: Store, starts: datetime = MORNING, facility: str = FACILITY) -> list[int]:
    with store.read() as session:
        live = select(Booking.seat).where(
            Booking.facility_id == facility, Booking.starts == starts, Booking.state == "booked"
        )
        return sorted(session.scalars(live))


def free(store: Store, whom: people.Whom, day: date = TOMORROW, now: datetime = NOW, **cells: str) -> dict[str, int]:
    with store.read() as session:
        facts = store.facts(session, whom.person_id, now)
        where = {"facility": FACILITY, "service": "generalist"} | cells
        return {f"{slot.starts:%H:%M}": slot.seats_left for slot in facts.free_slots(day=day, **where)}


def test_lowest_seat_first_and_freed_seats_again(clinic: Store) -> None:
    one, two, three = (meet(clinic, str(number)) for number in range(3))
    first = book(clinic, one)
    book(clinic, two)
    assert seats(clinic) == [0, 1]
    with pytest.raises(Refused, match="slot_taken"):
        book(clinic, three)
    act(clinic, one, [CancelBooking(first)])
    book(clinic, three)
    assert seats(clinic) == [0, 1]


def test_free_slots_count_down(clinic: Store) -> None:
    whom = meet(clinic)
    assert free(clinic, whom) == {"08:30": 2, "09:00": 2, "09:30": 2, "10:00": 2}
    book(clinic, whom)
    assert free(clinic, whom)["08:30"] == 1
    book(clinic, meet(clinic, "2"))
    assert "08:30" not in free(clinic, whom)
    assert free(clinic, whom, service="dentistry")["08:30"] == 2


@pytest.mark.parametrize(
    ("again", "outcome"),
    [
        ({}, "already_booked"),
        ({"starts": at(9)}, "already_booked"),
        ({"facility": SECOND}, "already_booked"),
        ({"beneficiary": "Yassine"}, None),
        ({"service": "dentistry"}, None),
    ],
)
def test_one_live_booking_a_person_service_and_beneficiary(
    clinic: Store, again: dict[str, str], outcome: str | None
) -> None:
    whom = meet(clinic)
    first = book(clinic, whom)
    if outcome is None:
        assert book(clinic, whom, **again) != first
        return
    with pytest.raises(Refused, match=outcome):
        book(clinic, whom, **again)
    assert book(clinic, meet(clinic, "2"), **(again | {"starts": at(10)}))
    act(clinic, whom, [CancelBooking(first)])
    assert book(clinic, whom, **again)


def test_beneficiary_is_the_same_in_any_spelling_of_case_and_spaces(clinic: Store) -> None:
    whom = meet(clinic)
    book(clinic, whom, beneficiary="Yassine  B")
    with pytest.raises(Refused, match="already_booked"):
        book(clinic, whom, at(9), beneficiary=" yassine b")


def test_a_past_booking_is_not_in_the_way(clinic: Store) -> None:
    whom = meet(clinic)
    first = book(clinic, whom)
    done = act(
        clinic,
        whom,
        [Book(FACILITY, "generalist", at(9, day=SATURDAY + timedelta(days=2)))],
        now=NOW + timedelta(days=2),
    )
    assert done.bookings != [first]
    with clinic.write() as session:
        assert bookings.one(session, first).state == "past"
        assert bookings.close_past(session, NOW + timedelta(days=30)) == 1


@pytest.mark.parametrize(
    ("starts", "service", "facility", "reason"),
    [
        (at(8, 45), "generalist", FACILITY, "closed"),
        (at(10, 30), "generalist", FACILITY, "closed"),
        (at(8, 30, SATURDAY), "generalist", FACILITY, "closed"),
        (at(8, 30), "cardiology", FACILITY, "closed"),
        (at(8, 30), "nutrition", FACILITY, "closed"),
        (at(8, 30), "generalist", "NOWHERE", "closed"),
        (at(8, 0, TODAY), "generalist", FACILITY, "past"),
        (at(7, 30, TODAY), "generalist", FACILITY, "past"),
        (at(8, 30, date(2020, 1, 1)), "generalist", FACILITY, "past"),
    ],
)
def test_no_seat_outside_the_agenda(clinic: Store, starts: datetime, service: str, facility: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        book(clinic, meet(clinic), starts, service=service, facility=facility)
    assert caught.value.reason == reason


def test_closed_facility_takes_no_bookings(clinic: Store) -> None:
    with clinic.write() as session:
        session.get_one(Facility, FACILITY).active = False
    with pytest.raises(Refused, match="closed"):
        book(clinic, meet(clinic))


def test_today_only_what_is_still_to_come(clinic: Store) -> None:
    whom = meet(clinic)
    assert list(free(clinic, whom, TODAY, NOW + timedelta(hours=1))) == ["09:30", "10:00"]
    with clinic.read() as session:
        facts = clinic.facts(session, whom.person_id, NOW + timedelta(hours=3))
        assert facts.free_days(FACILITY, "generalist", TODAY) == [date(2026, 11, day) for day in (25, 26, 27, 30)]
        assert facts.free_days(FACILITY, "generalist", date(2020, 1, 1), limit=1) == [TOMORROW]
        assert facts.free_days(FACILITY, "cardiology", TODAY) == []
        assert facts.free_days(FACILITY, "generalist", SATURDAY, days=2) == []


def exception(day: date, hours: str = "", service: str | None = None) -> AgendaException:
    opens, closes = (time.fromisoformat(part) for part in hours.split("-")) if hours else (None, None)
    return AgendaException(facility_id=FACILITY, service=service, day=day, opens=opens, closes=closes)


@pytest.mark.parametrize(
    ("exceptions", "is_holiday", "is_open_all_day", "expected"),
    [
        ([], False, False, "08:30 09:00 09:30 10:00"),
        ([], True, False, ""),
        ([], True, True, ""),
        ([exception(TOMORROW)], False, False, ""),
        ([exception(TOMORROW)], False, True, ""),
        ([exception(TOMORROW, "14:00-15:00")], False, False, "14:00 14:30"),
        ([exception(TOMORROW, "14:00-15:00")], True, False, "14:00 14:30"),
        ([exception(TOMORROW, "15:00-15:30"), exception(TOMORROW, "14:00-14:45")], False, False, "14:00 15:00"),
        ([exception(TOMORROW), exception(TOMORROW, "11:00-11:30", "generalist")], False, False, "11:00"),
        ([exception(TOMORROW, "11:00-12:00"), exception(TOMORROW, service="generalist")], False, False, ""),
        ([exception(TOMORROW, service="dentistry")], False, False, "08:30 09:00 09:30 10:00"),
        ([exception(TODAY)], False, False, "08:30 09:00 09:30 10:00"),
    ],
)
def test_dates_that_differ(
    clinic: Store, exceptions: list[AgendaException], is_holiday: bool, is_open_all_day: bool, expected: str
) -> None:
    whom = meet(clinic)
    with clinic.write() as session:
        session.get_one(Facility, FACILITY).open_all_day = is_open_all_day
        if is_holiday:
            session.add(Holiday(day=TOMORROW, name="holiday.throne", status="confirmed"))
        for row in exceptions:
            session.add(
                AgendaException(
                    facility_id=FACILITY, service=row.service, day=row.day, opens=row.opens, closes=row.closes
                )
            )
    assert " ".join(free(clinic, whom)) == expected
    for hour in ("08:30", "11:00", "14:00"):
        starts = datetime.combine(TOMORROW, time.fromisoformat(hour))
        if hour in expected:
            book(clinic, whom, starts, beneficiary=hour)
        else:
            with pytest.raises(Refused, match="closed"):
                book(clinic, whom, starts, beneficiary=hour)


def test_other_hours_on_a_day_without_agenda(clinic: Store) -> None:
    with clinic.write() as session:
        session.add(exception(SATURDAY, "09:00-10:00"))
    assert free(clinic, meet(clinic), SATURDAY) == {"09:00": 2, "09:30": 2}


def test_holidays_close_and_have_a_name(clinic: Store) -> None:
    with clinic.write() as session:
        session.add(Holiday(day=TOMORROW, name="holiday.throne", status="estimated"))
    with clinic.read() as session:
        facts = clinic.facts(session, "nobody", NOW)
        assert facts.holiday(TOMORROW) == "holiday.throne"
        assert facts.holiday(TODAY) is None
        assert TOMORROW not in facts.free_days(FACILITY, "generalist", TODAY)


def test_move_takes_the_new_seat_before_it_frees_the_old(clinic: Store) -> None:
    one, two = meet(clinic, "1"), meet(clinic, "2")
    mine = book(clinic, one)
    book(clinic, two, facility=SECOND)
    with pytest.raises(Refused, match="slot_taken"):
        act(clinic, one, [MoveBooking(mine, MORNING, SECOND)])
    assert (seats(clinic), seats(clinic, facility=SECOND)) == ([0], [0])
    act(clinic, one, [MoveBooking(mine, at(10))])
    assert (seats(clinic), seats(clinic, at(10))) == ([], [0])
    for starts, reason in ((at(10), "already_booked"), (at(3), "closed"), (at(8, day=TODAY), "past")):
        with pytest.raises(Refused, match=reason):
            act(clinic, one, [MoveBooking(mine, starts)])
    assert seats(clinic, at(10)) == [0]


def test_index_alone_keeps_seats_single(clinic: Store) -> None:
    """Whoever writes around the code meets the index."""
    one, two = meet(clinic, "1"), meet(clinic, "2")
    book(clinic, one)
    for person, seat, index in ((two.person_id, 0, "x"), (one.person_id, 1, None)):
        with pytest.raises(IntegrityError), clinic.write() as session:
            session.add(
                Booking(
                    id=new_id(), person_id=person, facility_id=FACILITY, service="generalist", starts=MORNING,
                    minutes=30, seat=seat, beneficiary="", created_at=NOW, changed_at=NOW,
                    beneficiary_index=index or bookings.beneficiary_index(session, ""),
                )
            )  # fmt: skip
    assert seats(clinic) == [0]


def outcomes(results: list[object]) -> Counter[str]:
    return Counter(result.reason if isinstance(result, Refused) else type(result).__name__ for result in results)


def test_race_for_the_last_seats(clinic: Store, open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    crowd = [meet(clinic, str(number)) for number in range(12)]
    works = [lambda whom=whom, n=n: book(stores[n % 4], whom) for n, whom in enumerate(crowd)]
    assert outcomes(together(works)) == {"str": 2, "slot_taken": 10}
    assert seats(clinic) == [0, 1]


def test_race_of_one_person_on_two_devices(clinic: Store, open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    whom = meet(clinic)
    works = [lambda n=n: book(stores[n], whom, at(9), facility=(FACILITY, SECOND)[n % 2]) for n in range(4)]
    assert outcomes(together(works)) == {"str": 1, "already_booked": 3}
    with clinic.read() as session:
        assert len(clinic.facts(session, whom.person_id, NOW).bookings()) == 1


def test_people_who_swap_slots_do_not_deadlock(clinic: Store, open_again: Callable[[], Store]) -> None:
    """Each wants the other's seat: whoever comes first is told that it is taken, none loses the seat they have."""
    stores = [open_again() for _ in range(2)]
    one, two = meet(clinic, "1"), meet(clinic, "2")
    mine, theirs = book(clinic, one, facility=SECOND), book(clinic, two, at(9), facility=SECOND)
    for _ in range(5):
        results = together(
            [
                lambda: act(stores[0], one, [MoveBooking(mine, at(9), SECOND)]),
                lambda: act(stores[1], two, [MoveBooking(theirs, MORNING, SECOND)]),
            ]
        )
        assert outcomes(results) == {"slot_taken": 2}
        assert (seats(clinic, MORNING, SECOND), seats(clinic, at(9), SECOND)) == ([0], [0])


def test_race_to_move_to_one_seat(clinic: Store, open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(3)]
    crowd = [meet(clinic, str(number)) for number in range(6)]
    starts = [MORNING, at(9), at(9, 30)]
    mine = [book(clinic, whom, starts[number % 3]) for number, whom in enumerate(crowd)]
    works = [lambda n=n: act(stores[n % 3], crowd[n], [MoveBooking(mine[n], at(10), SECOND)]) for n in range(6)]
    assert outcomes(together(works)) == {"Performed": 1, "slot_taken": 5}
    assert seats(clinic, at(10), SECOND) == [0]
    assert sum(len(seats(clinic, moment)) for moment in starts) == 5


def test_whole_turn_retries_after_a_lost_race_in_the_same_transaction(clinic: Store) -> None:
    """As the turn does it: a refused booking, then another one, then the commit."""
    for number in range(2):
        book(clinic, meet(clinic, str(number)))
    whom = meet(clinic, "late")
    with clinic.write() as session:
        who = {"actor": "person", "person_id": whom.person_id, "address_id": whom.address_id}
        with pytest.raises(Refused, match="slot_taken"):
            perform(session, [Book(FACILITY, "generalist", MORNING)], **who, now=NOW, language="fr")
        perform(session, [Book(FACILITY, "generalist", at(9))], **who, now=NOW, language="fr")
    assert (seats(clinic), seats(clinic, at(9))) == ([0, 1], [0])


def test_booking_is_told_as_promised_whatever_becomes_of_the_facility(clinic: Store) -> None:
    whom = meet(clinic)
    act(clinic, whom, [GiveConsent("reminders", True, "v1")])
    later, sooner = book(clinic, whom, at(10), beneficiary="آمنة"), book(clinic, whom, MORNING, service="dentistry")
    with clinic.write() as session:
        session.get_one(Facility, FACILITY).active = False
        session.query(Agenda).delete()
    with clinic.read() as session:
        found = clinic.facts(session, whom.person_id, NOW).bookings()
        assert [(row.id, row.starts, row.beneficiary) for row in found] == [
            (sooner, MORNING, ""),
            (later, at(10), "آمنة"),
        ]
        assert found[0].facility.name_fr == "Centre de santé Hay Salam"
        assert clinic.facts(session, whom.person_id, NOW + timedelta(hours=25)).bookings()[0].id == later
