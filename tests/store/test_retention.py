"""What the privacy text promises to erase is erased, and nothing before its time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogues.effects import Book, CancelBooking, LeaveFeedback, RequestHuman, SetName
from store import handoffs, people
from store.database import Store
from store.models import Booking, Feedback, Handoff, Person
from tests.store.world import FACILITY, MORNING, NOW, act, add_facility, meet

DAY = timedelta(days=1)


def purge(store: Store, after: timedelta) -> None:
    with store.write() as session:
        people.purge(session, NOW + after)


@pytest.mark.parametrize(("after", "is_kept"), [(30 * DAY, True), (33 * DAY, False)])
def test_a_booking_and_the_name_on_it_go_thirty_days_after_its_hour(
    store: Store, after: timedelta, is_kept: bool
) -> None:
    with store.write() as session:
        add_facility(session)
    whom = meet(store)
    act(store, whom, [SetName("Amina"), Book(FACILITY, "generalist", MORNING)])
    purge(store, after)
    with store.read() as session:
        assert (session.query(Booking).count() == 1) == is_kept
        assert (session.get_one(Person, whom.person_id).name is not None) == is_kept


def test_the_name_stays_while_another_booking_needs_it(store: Store) -> None:
    with store.write() as session:
        add_facility(session)
    whom = meet(store)
    act(store, whom, [SetName("Amina"), Book(FACILITY, "generalist", MORNING)])
    with store.read() as session:
        first = session.query(Booking).one().id
    act(store, whom, [CancelBooking(first), Book(FACILITY, "generalist", MORNING + 56 * DAY)])
    purge(store, 40 * DAY)
    with store.read() as session:
        assert session.query(Booking).count() == 1
        assert session.get_one(Person, whom.person_id).name is not None


def test_a_closed_request_for_a_human_goes_and_an_open_one_stays(store: Store) -> None:
    closed, waiting = meet(store), meet(store, "1002")
    for whom in (closed, waiting):
        act(store, whom, [RequestHuman("asked")])
    with store.write() as session:
        handoffs.close(session, handoffs.open_requests(session)[0].id, "staff:1", NOW)
    purge(store, 31 * DAY)
    with store.read() as session:
        assert [row.state for row in session.query(Handoff)] == ["open"]


def test_feedback_goes_after_a_year(store: Store) -> None:
    act(store, meet(store), [LeaveFeedback("a kind nurse")])
    purge(store, 364 * DAY)
    with store.read() as session:
        assert session.query(Feedback).count() == 1
    purge(store, 366 * DAY)
    with store.read() as session:
        assert session.query(Feedback).count() == 0
