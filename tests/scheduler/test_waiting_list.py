"""A seat that becomes free is offered in order, to one at a time, with a deadline, and passed on in silence."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialogues.effects import (
    AnswerOffer,
    Book,
    CancelBooking,
    Effect,
    Forget,
    GiveConsent,
    JoinWaitingList,
    LeaveWaitingList,
    MoveBooking,
    StopMessages,
)
from dialogues.errors import Refused
from store import people
from store.clock import utc
from store.database import Store
from store.models import Offer
from tests.scheduler.world import NOW, live, messages, states, tick
from tests.store.world import FACILITY, act, meet, together

# The one dental seat of that hour; a week ahead, so that there is time to answer.
STARTS = datetime(2026, 12, 1, 9, 0)
HOUR = timedelta(hours=1)
AFTER_HOURS = datetime(2026, 11, 24, 22, 0)


@pytest.fixture
def line(world: Store) -> tuple[people.Whom, str, list[people.Whom]]:
    """Who has the seat, their booking, and three who wait for one."""
    holder = meet(world, "holder")
    booking = act(world, holder, [Book(FACILITY, "dentistry", STARTS)]).bookings[0]
    waiting = [meet(world, f"waiting-{number}") for number in range(3)]
    for whom in waiting:
        act(world, whom, [JoinWaitingList(FACILITY, "dentistry")])
    return holder, booking, waiting


def offers(store: Store, whom: people.Whom, now: datetime = NOW) -> list[tuple[str, datetime]]:
    """Open offers of a person: id and the hour until which they stand."""
    with store.read() as session:
        facts = store.facts(session, whom.person_id, utc(now)).waiting()
        return [(fact.offer, fact.offer_ends) for fact in facts if fact.offer and fact.offer_ends]


FREEING: list[tuple[str, Effect]] = [
    ("cancelled", CancelBooking("booking")),
    ("moved", MoveBooking("booking", STARTS + HOUR)),
    ("erased", Forget()),
]


@pytest.mark.parametrize("effect", [case[1] for case in FREEING], ids=[case[0] for case in FREEING])
def test_a_freed_seat_is_offered_to_the_first(
    world: Store, line: tuple[people.Whom, str, list[people.Whom]], effect: Effect
) -> None:
    holder, booking, (first, second, _) = line
    made = {CancelBooking: CancelBooking(booking), MoveBooking: MoveBooking(booking, STARTS + HOUR)}
    act(world, holder, [made.get(type(effect), effect)])
    [(offer, ends)] = offers(world, first)
    assert ends == datetime(2026, 11, 24, 11)  # asked at nine, when messages begin
    assert offers(world, second) == []
    done = live(world, NOW, 1)
    say = next(outcome.say for outcome in done if outcome.row.kind == "offer.slot")
    assert say is not None
    assert [choice.id for choice in say.choices] == [f"re.offer.take.{offer}", f"re.offer.leave.{offer}"]


def test_passed_on_in_silence_until_one_takes_it(
    world: Store, line: tuple[people.Whom, str, list[people.Whom]]
) -> None:
    holder, booking, (first, second, third) = line
    act(world, holder, [CancelBooking(booking)])
    [(missed, _)] = offers(world, first)
    tick(world, datetime(2026, 11, 24, 9))
    # Nobody answers: at eleven it is the turn of the second, at one of the third.
    for hour, whom in ((11, second), (13, third)):
        now = datetime(2026, 11, 24, hour, 1)
        tick(world, now)
        assert len(offers(world, whom, now)) == 1
    assert [say for say, _ in messages(world, first)] == ["offer.slot"]
    with pytest.raises(Refused, match="gone"):
        act(world, first, [AnswerOffer(missed, True)], now=utc(datetime(2026, 11, 24, 13, 5)))
    [(offer, _)] = offers(world, third, datetime(2026, 11, 24, 13, 5))
    taken = act(world, third, [AnswerOffer(offer, True)], now=utc(datetime(2026, 11, 24, 13, 5)))
    assert len(taken.bookings) == 1
    assert ("booking.soon", datetime(2026, 11, 29, 10)) in states(world, third)
    with world.read() as session:
        assert world.facts(session, third.person_id, utc(NOW)).waiting() == []
        assert sorted(row.state for row in session.query(Offer)) == ["passed", "passed", "taken"]
        assert len(world.facts(session, first.person_id, utc(NOW)).waiting()) == 1


def test_never_held_by_two(world: Store, line: tuple[people.Whom, str, list[people.Whom]]) -> None:
    holder, booking, waiting = line
    act(world, holder, [CancelBooking(booking)])
    for hour in range(9, 19):
        tick(world, datetime(2026, 11, 24, hour))
        with world.read() as session:
            assert session.query(Offer).filter(Offer.state == "open").count() <= 1
    # Three were asked, one after the other, and then nobody was left.
    assert [[say for say, _ in messages(world, whom)] for whom in waiting] == [["offer.slot"]] * 3


def test_left_or_gone_goes_to_the_next(world: Store, line: tuple[people.Whom, str, list[people.Whom]]) -> None:
    holder, booking, (first, second, third) = line
    act(world, holder, [CancelBooking(booking)])
    act(world, first, [AnswerOffer(offers(world, first)[0][0], False)])
    assert offers(world, first) == []
    act(world, second, [Forget()])
    assert len(offers(world, third)) == 1
    with world.read() as session:
        [fact] = world.facts(session, third.person_id, utc(NOW)).waiting()
    act(world, third, [LeaveWaitingList(fact.id)])
    assert offers(world, third) == []


@pytest.mark.parametrize("effect", [StopMessages(), GiveConsent("appointments", False, "v1")])
def test_who_cannot_be_asked_is_passed_over(
    world: Store, line: tuple[people.Whom, str, list[people.Whom]], effect: Effect
) -> None:
    holder, booking, (first, second, _) = line
    act(world, first, [effect])
    act(world, holder, [CancelBooking(booking)])
    assert offers(world, first) == []
    assert len(offers(world, second)) == 1


def test_a_seat_that_somebody_else_books_is_gone(
    world: Store, line: tuple[people.Whom, str, list[people.Whom]]
) -> None:
    holder, booking, (first, second, _) = line
    act(world, holder, [CancelBooking(booking)])
    [(offer, _)] = offers(world, first)
    act(world, meet(world, "quick"), [Book(FACILITY, "dentistry", STARTS)])
    with pytest.raises(Refused, match="slot_taken"):
        act(world, first, [AnswerOffer(offer, True)])
    live(world, NOW, 1)
    assert messages(world, first) == messages(world, second) == []
    assert states(world, first)["offer.slot", datetime(2026, 11, 24, 9)] == "cancelled offer_over"


def test_at_night_it_waits_for_the_morning_and_too_near_it_is_not_offered(
    world: Store, line: tuple[people.Whom, str, list[people.Whom]]
) -> None:
    holder, booking, (first, _, _) = line
    act(world, holder, [CancelBooking(booking)], now=utc(AFTER_HOURS))
    assert offers(world, first, AFTER_HOURS)[0][1] == datetime(2026, 11, 25, 11)
    other = meet(world, "other")
    soon = act(world, other, [Book(FACILITY, "generalist", datetime(2026, 11, 24, 10))]).bookings[0]
    act(world, first, [JoinWaitingList(FACILITY, "generalist")])
    act(world, other, [CancelBooking(soon)])
    assert len(offers(world, first, AFTER_HOURS)) == 1


REFUSED: list[tuple[list[Effect], Effect, str]] = [
    ([JoinWaitingList(FACILITY, "dentistry")], JoinWaitingList(FACILITY, "dentistry"), "already_waiting"),
    ([Book(FACILITY, "dentistry", STARTS)], JoinWaitingList(FACILITY, "dentistry"), "already_booked"),
    ([GiveConsent("appointments", False, "v")], JoinWaitingList(FACILITY, "dentistry"), "no_consent"),
    ([], JoinWaitingList("nowhere", "dentistry"), "gone"),
    ([], LeaveWaitingList("0" * 32), "gone"),
    ([], AnswerOffer("0" * 32, True), "gone"),
]


@pytest.mark.parametrize(("before", "effect", "reason"), REFUSED)
def test_refusals(world: Store, before: list[Effect], effect: Effect, reason: str) -> None:
    whom = meet(world)
    act(world, whom, before)
    with pytest.raises(Refused, match=reason):
        act(world, whom, [effect])


def test_somebody_else_s_offer_and_place_are_out_of_reach(
    world: Store, line: tuple[people.Whom, str, list[people.Whom]]
) -> None:
    holder, booking, (first, second, _) = line
    act(world, holder, [CancelBooking(booking)])
    [(offer, _)] = offers(world, first)
    with world.read() as session:
        [fact] = world.facts(session, first.person_id, utc(NOW)).waiting()
    for effect in (AnswerOffer(offer, True), AnswerOffer(offer, False), LeaveWaitingList(fact.id)):
        with pytest.raises(Refused, match="gone"):
            act(world, second, [effect])


def test_two_who_cancel_at_once_offer_two_seats(world: Store) -> None:
    holders = [meet(world, f"holder-{number}") for number in range(2)]
    bookings = [
        act(world, whom, [Book(FACILITY, "dentistry", STARTS + number * HOUR / 2)]).bookings[0]
        for number, whom in enumerate(holders)
    ]
    waiting = [meet(world, f"waiting-{number}") for number in range(2)]
    for whom in waiting:
        act(world, whom, [JoinWaitingList(FACILITY, "dentistry")])
    done = together(
        [
            lambda whom=whom, booking=booking: act(world, whom, [CancelBooking(booking)])
            for whom, booking in zip(holders, bookings, strict=True)
        ]
    )
    assert [each for each in done if isinstance(each, Exception)] == []
    assert sorted(len(offers(world, whom)) for whom in waiting) == [1, 1]
