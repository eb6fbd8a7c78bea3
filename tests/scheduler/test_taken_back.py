"""A reminder that was written and still waits is not sent once it is not true any more."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dialogues.effects import (
    Book,
    CancelBooking,
    ConfirmBooking,
    Effect,
    GiveConsent,
    MoveBooking,
    RegisterChild,
    SetReminders,
)
from store import outbox, people
from store.clock import utc
from store.database import Store
from store.models import Message
from tests.scheduler.world import NOW, live, parent
from tests.store.world import FACILITY, act, meet

# As in test_bookings: a Tuesday, a week ahead; two days before it is reminded of.
STARTS = datetime(2026, 12, 1, 9, 0)
REMINDED = datetime(2026, 11, 29, 10, 30)


def written(store: Store, whom: people.Whom) -> list[tuple[str, str, str | None]]:
    with store.read() as session:
        found = session.query(Message).filter_by(address_id=whom.address_id).order_by(Message.number)
        return [(row.say, row.state, row.failure) for row in found]


def end(booking: str, what: str) -> Effect:
    match what:
        case "cancel":
            return CancelBooking(booking)
        case "move":
            return MoveBooking(booking, STARTS + timedelta(days=7))
        case "confirm":
            return ConfirmBooking(booking)
        case "no more reminders":
            return GiveConsent("appointments", False, "v1")
        case _:
            return GiveConsent("reminders", False, "v1")


@pytest.mark.parametrize("is_begun", [False, True])
@pytest.mark.parametrize(
    ("what", "is_gone"),
    [("cancel", True), ("move", True), ("confirm", True), ("no more reminders", True), ("something else", False)],
)
def test_of_an_appointment(world: Store, what: str, is_gone: bool, is_begun: bool) -> None:
    whom = meet(world)
    booking = act(world, whom, [Book(FACILITY, "dentistry", STARTS)]).bookings[0]
    live(world, NOW, 6)
    assert written(world, whom) == [("reminder.booking.soon", "pending", None)]
    if is_begun:
        with world.write() as session:
            message = session.query(Message).one()
            assert outbox.begin_attempt(session, message.id, utc(REMINDED), {}) is not None
    act(world, whom, [end(booking, what)], now=utc(REMINDED))
    if is_begun:
        assert written(world, whom) == [("reminder.booking.soon", "sending", None)]
    else:
        found = ("expired", "gone") if is_gone else ("pending", None)
        assert written(world, whom) == [("reminder.booking.soon", *found)]


@pytest.mark.parametrize("paused", [0, 1, 2])
def test_what_is_about_two_children_waits_while_it_is_true_of_one(world: Store, paused: int) -> None:
    whom, first = parent(world)
    second = act(world, whom, [RegisterChild("Salma", date(2026, 10, 14), "f", FACILITY)]).children[0]
    done = live(world, NOW, 14)
    last = done[-1].message_id
    assert {outcome.row.subject for outcome in done if outcome.message_id == last} == {first, second}
    for child in (first, second)[:paused]:
        act(world, whom, [SetReminders(child, "off")], now=utc(NOW + timedelta(days=14)))
    _, state, failure = written(world, whom)[-1]
    assert (state, failure) == (("expired", "gone") if paused == 2 else ("pending", None))
