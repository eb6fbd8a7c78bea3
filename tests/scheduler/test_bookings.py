"""Reminders of appointments: two days before, the evening before, after the visit; and what moves or ends them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dialogues.effects import (
    Book,
    CancelBooking,
    ConfirmBooking,
    Effect,
    Forget,
    GiveConsent,
    MoveBooking,
    RecordDose,
    RegisterChild,
    StopMessages,
)
from store import closings, holidays
from store.clock import utc
from store.database import Store
from tests.scheduler.world import NOW, live, messages, rows, said, states
from tests.store.world import FACILITY, act, meet

# A Tuesday, a week ahead.
STARTS = datetime(2026, 12, 1, 9, 0)
SOON, EVENING = ("booking.soon", datetime(2026, 11, 29, 10)), ("booking.tomorrow", datetime(2026, 11, 30, 18))
AFTER = ("visit.feedback", datetime(2026, 12, 2, 17))


def test_an_appointment_is_reminded_of_and_asked_about(world: Store) -> None:
    whom = meet(world)
    booking = act(world, whom, [Book(FACILITY, "dentistry", STARTS)]).bookings[0]
    assert states(world, whom) == {SOON: "planned", EVENING: "planned", AFTER: "planned"}
    done = live(world, NOW, 10)
    assert messages(world, whom) == [
        ("reminder.booking.soon", SOON[1]), ("reminder.booking.tomorrow", EVENING[1]),
        ("reminder.visit.feedback", AFTER[1]),
    ]  # fmt: skip
    says = [outcome.say for outcome in done if outcome.say]
    assert [[choice.id for choice in say.choices] for say in says] == [
        [f"re.booking.{answer}.{booking}" for answer in ("come", "move", "cancel")],
        [f"re.booking.{answer}.{booking}" for answer in ("move", "cancel")],
        [f"re.feedback.tell.{booking}"],
    ]
    # A phone may be shared: what the appointment is for is not said.
    assert "dentistry" not in repr([say.params for say in says])


LEFT: list[tuple[datetime, list[str]]] = [
    (datetime(2026, 11, 29, 9, 59), ["booking.soon", "booking.tomorrow"]),
    (datetime(2026, 11, 29, 10, 1), ["booking.tomorrow"]),
    (datetime(2026, 11, 30, 18, 1), []),
]


@pytest.mark.parametrize(("booked", "kinds"), LEFT)
def test_what_is_past_already_is_not_planned(world: Store, booked: datetime, kinds: list[str]) -> None:
    whom = meet(world)
    act(world, whom, [Book(FACILITY, "dentistry", STARTS)], now=utc(booked))
    assert [row.kind for row in rows(world, whom)] == [*kinds, "visit.feedback"]


def test_who_says_that_they_come_is_asked_no_more(world: Store) -> None:
    whom = meet(world)
    booking = act(world, whom, [Book(FACILITY, "dentistry", STARTS)]).bookings[0]
    act(world, whom, [ConfirmBooking(booking)])
    assert states(world, whom)[SOON] == "resolved confirmed"
    assert states(world, whom)[EVENING] == "planned"
    # Another hour asks anew.
    act(world, whom, [MoveBooking(booking, STARTS + timedelta(days=1))])
    assert states(world, whom)["booking.soon", datetime(2026, 11, 30, 10)] == "planned"
    assert states(world, whom)[EVENING] == "cancelled moved"


ENDS: list[tuple[Effect, str | None]] = [
    (CancelBooking("booking"), "cancelled booking_cancelled"),
    (StopMessages(), "cancelled stopped"),
    (GiveConsent("appointments", False, "v1"), "cancelled no_consent"),
    (Forget(), None),
]


@pytest.mark.parametrize(("effect", "state"), ENDS, ids=[type(case[0]).__name__ for case in ENDS])
def test_what_ends_it(world: Store, effect: Effect, state: str | None) -> None:
    whom = meet(world)
    booking = act(world, whom, [Book(FACILITY, "dentistry", STARTS)]).bookings[0]
    act(world, whom, [CancelBooking(booking) if isinstance(effect, CancelBooking) else effect])
    assert set(states(world, whom).values()) == ({state} if state else set())
    assert live(world, NOW, 10) == []


def test_moved_there_and_back_keeps_what_was_sent(world: Store) -> None:
    whom = meet(world)
    booking = act(world, whom, [Book(FACILITY, "dentistry", STARTS)]).bookings[0]
    live(world, NOW, 6)
    now = utc(datetime(2026, 11, 30, 8))
    act(world, whom, [MoveBooking(booking, STARTS + timedelta(days=7))], now=now)
    act(world, whom, [MoveBooking(booking, STARTS)], now=now)
    assert states(world, whom)[SOON] == "sent"
    assert states(world, whom)[EVENING] == "planned"
    live(world, datetime(2026, 11, 30, 9), 8)
    assert [say for say, _ in messages(world, whom)] == [
        "reminder.booking.soon", "reminder.booking.tomorrow", "reminder.visit.feedback",
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["facility", "service", "holiday"])
def test_a_day_that_closes_is_said_at_once(world: Store, by: str) -> None:
    whom = meet(world)
    act(world, whom, [Book(FACILITY, "dentistry", STARTS)])
    other = meet(world, "2002")
    act(world, other, [Book(FACILITY, "generalist", STARTS + timedelta(days=1))])
    with world.write() as session:
        if by == "holiday":
            holidays.confirm(session, "holiday.moharram", [STARTS.date()], "staff:1", utc(NOW))
        else:
            service = "dentistry" if by == "service" else None
            closings.close(session, FACILITY, STARTS.date(), "staff:1", utc(NOW), service=service)
    assert states(world, whom)[SOON] == states(world, whom)[EVENING] == "cancelled closed_day"
    done = live(world, datetime(2026, 11, 24, 8, 30), 3)
    assert said(done) == [(date(2026, 11, 24), "reminder.booking.closed")]
    assert messages(world, whom) == [("reminder.booking.closed", datetime(2026, 11, 24, 9))]
    assert states(world, other)["booking.tomorrow", datetime(2026, 12, 1, 18)] == "planned"


def test_a_day_that_opens_again_brings_them_back(world: Store) -> None:
    whom = meet(world)
    act(world, whom, [Book(FACILITY, "dentistry", STARTS)])
    with world.write() as session:
        closings.close(session, FACILITY, STARTS.date(), "staff:1", utc(NOW))
    with world.write() as session:
        closings.reopen(session, FACILITY, STARTS.date(), "staff:1", utc(NOW))
    assert states(world, whom)[SOON] == states(world, whom)[EVENING] == "planned"
    assert states(world, whom)["booking.closed", datetime(2026, 11, 24, 9)] == "resolved open_again"


@pytest.mark.parametrize("recorded", [False, True])
def test_after_a_vaccination_we_ask_whether_it_was_given(world: Store, recorded: bool) -> None:
    whom = meet(world)
    effects: list[Effect] = [
        GiveConsent("reminders", True, "v1"), RegisterChild("Adam", date(2026, 10, 1), "m", FACILITY),
        Book(FACILITY, "vaccination", STARTS),
    ]  # fmt: skip
    child = act(world, whom, effects).children[0]
    live(world, NOW, 7)
    if recorded:
        act(world, whom, [RecordDose(child, "PENTA", 1, STARTS.date())], now=utc(STARTS + timedelta(hours=3)))
    done = said(live(world, datetime(2026, 12, 1, 12), 2))
    assert ((date(2026, 12, 2), "reminder.visit.given") in done) is not recorded
    # Reminders of the visit itself were left to the appointment's.
    assert [say for say, _ in messages(world, whom)][:2] == ["reminder.booking.soon", "reminder.booking.tomorrow"]
