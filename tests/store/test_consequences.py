"""What follows from a failure: for the message, for everything else that is to go to its address, for the channel."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialogues.effects import Lane, Say
from store import attempts, consequences, inbox, outbox, pacing, people, receipts
from store.database import Store
from store.models import Address, Message
from store.models import Lane as LaneRow
from store.receipts import Receipt
from store.results import Failed, Failure, Result, Sent
from tests.store.world import NOW, act, meet

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
BLOCKED = Failed("403", Failure.NEVER)


def begin(store: Store, whom: people.Whom, lane: Lane = "broadcast", now: datetime = NOW) -> tuple[str, str]:
    """A message and its try."""
    [message] = act(store, whom, [Say("one", lane=lane)], now=now).messages
    return message, again(store, message, now)


def again(store: Store, message: str, now: datetime) -> str:
    with store.write() as session:
        attempt = outbox.begin_attempt(session, message, now, {})
    assert attempt is not None
    return attempt


def settle(store: Store, attempt: str, result: Result, now: datetime) -> None:
    with store.write() as session:
        attempts.settle_all(session, [(attempt, result)], now)


def tell(store: Store, attempt: str, failed: Failed, now: datetime, at: datetime | None = None) -> None:
    """The platform says it later, in a report."""
    with store.write() as session:
        receipts.receive(session, "telegram", [Receipt("failed", at or now, attempt, failed=failed)], now)


def fail(store: Store, attempt: str, failed: Failed, now: datetime, *, later: bool) -> None:
    if later:
        settle(store, attempt, Sent("m"), now)
        tell(store, attempt, failed, now)
    else:
        settle(store, attempt, failed, now)


def of_address(store: Store, whom: people.Whom, column: str) -> datetime | None:
    with store.read() as session:
        found: datetime | None = getattr(session.get_one(Address, whom.address_id), column)
        return found


@pytest.mark.parametrize("later", [False, True], ids=["answered", "reported"])
@pytest.mark.parametrize("wrote", [-1, 0, 1])
def test_a_failure_of_before_does_not_silence_who_wrote_since(store: Store, wrote: int, later: bool) -> None:
    whom = meet(store, now=NOW - DAY)
    _, attempt = begin(store, whom)
    with store.write() as session:
        inbox.accept(session, "telegram", "u1", "1001", {"text": "salam"}, NOW + wrote * SECOND)
    [danger] = act(store, whom, [Say("danger.call", lane="danger")], now=NOW + SECOND).messages
    fail(store, attempt, BLOCKED, NOW + 2 * SECOND, later=later)
    with store.write() as session:
        begun = outbox.begin_attempt(session, danger, NOW + 3 * SECOND, {})
    assert (begun is not None) is (wrote > 0)
    assert (of_address(store, whom, "blocked_at") is None) is (wrote > 0)


def test_the_third_that_could_not_be_delivered_yesterday_does_not_silence_who_wrote_today(store: Store) -> None:
    whom = meet(store)
    tries = [begin(store, whom)[1] for _ in range(3)]
    for attempt in tries:
        settle(store, attempt, Sent("m"), NOW)
    with store.write() as session:
        people.note_inbound(session, whom, NOW + DAY)
    for attempt in tries:
        tell(store, attempt, Failed("131026", Failure.UNDELIVERABLE), NOW + DAY + SECOND)
    assert of_address(store, whom, "blocked_at") is None


@pytest.mark.parametrize("later", [False, True], ids=["answered", "reported"])
@pytest.mark.parametrize(
    ("heard", "becomes"),
    [(None, None), (NOW - MINUTE, NOW + SECOND - DAY), (NOW, NOW + SECOND - DAY), (NOW + SECOND, NOW + SECOND)],
    ids=["never", "before", "at the try", "since"],
)
def test_hours_that_the_platform_calls_over_are_over(
    store: Store, heard: datetime | None, becomes: datetime | None, later: bool
) -> None:
    whom = meet(store)
    message, attempt = begin(store, whom)
    with store.write() as session:
        session.get_one(Address, whom.address_id).heard_at = heard
    fail(store, attempt, Failed("131047", Failure.WINDOW), NOW + SECOND, later=later)
    assert of_address(store, whom, "heard_at") == becomes
    with store.read() as session:
        row = session.get_one(Message, message)
        assert (row.state, row.next_at) == ("pending", NOW + SECOND), "prepared anew at once"


@pytest.mark.parametrize("kind", [Failure.NOT_SENT, Failure.THROTTLED, Failure.WINDOW])
def test_what_was_taken_each_time_is_not_sent_for_ever(store: Store, kind: Failure) -> None:
    now, made = NOW, 0
    message, attempt = begin(store, meet(store), "reply")
    while True:
        made += 1
        fail(store, attempt, Failed("131000", kind), now, later=True)
        with store.read() as session:
            row = session.get_one(Message, message)
            state, failure, next_at = row.state, row.failure, row.next_at
        if state != "pending":
            break
        now = next_at
        attempt = again(store, message, now)
    assert (made, state, failure) == (consequences.MOST_TAKEN, "failed", kind.value)


@pytest.mark.parametrize(("lane", "wait"), [("appointment", consequences.HALTED), ("broadcast", consequences.A_DAY)])
def test_too_many_campaigns_hold_campaigns_for_a_day(lane: Lane, wait: timedelta) -> None:
    assert consequences.again(Failed("131048", Failure.SPAM), 1, NOW, lane) == NOW + wait


@pytest.mark.parametrize(
    ("failed", "pauses", "bulk"),
    [
        (Failed("131042", Failure.HALT), consequences.HALTED, consequences.HALTED),
        (Failed("131048", Failure.SPAM), timedelta(0), consequences.A_DAY),
        (Failed("130429", Failure.THROTTLED), 2 * SECOND, 2 * SECOND),
        (Failed("429", Failure.THROTTLED, MINUTE), MINUTE, MINUTE),
        (Failed("131026", Failure.UNDELIVERABLE), timedelta(0), timedelta(0)),
        (Failed("132015", Failure.TEMPLATE), timedelta(0), timedelta(0)),
    ],
)
@pytest.mark.parametrize("late", [timedelta(0), SECOND, 2 * DAY], ids=["at once", "a second later", "a replay"])
def test_what_is_told_later_of_the_channel_stops_it(
    store: Store, failed: Failed, pauses: timedelta, bulk: timedelta, late: timedelta
) -> None:
    _, attempt = begin(store, meet(store))
    settle(store, attempt, Sent("m"), NOW)
    tell(store, attempt, failed, NOW + late, NOW)
    with store.read() as session:
        for of_campaigns, rests in ((False, pauses), (True, bulk)):
            found = pacing.paused(session, "telegram", NOW + late, campaigns=of_campaigns)
            assert found == pytest.approx(max(0.0, (rests - late).total_seconds()))
        stops = max(pauses, bulk) > late
        assert session.get_one(LaneRow, "telegram").pause_code == (failed.code if stops else None)
