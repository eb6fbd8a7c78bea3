"""Due rows are dealt with exactly once: by several workers at once, after a crash, when a tick is missed or doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from dialogues.effects import Book, GiveConsent, StopMessages
from scheduler import sending
from store import due, outbox, people, planning
from store.clock import utc
from store.database import Session, Store
from store.models import Agenda, Due, Message
from tests.scheduler.world import NOW, VISIT, live, messages, open_centre, parent, rows, said, states, tick
from tests.scheduler.world import planning as planned
from tests.store.world import FACILITY, act, meet, together

STARTS = datetime(2026, 12, 1, 9, 0)
SOON = datetime(2026, 11, 29, 10, 0)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def world(store: Store) -> Store:
    planned(store)
    open_centre(store)
    return store


def crowd(store: Store, count: int) -> None:
    """So many people with one reminder each at ``SOON``."""
    with store.write() as session:
        session.query(Agenda).filter(Agenda.service == "vaccination").update({"seats": count})
    for number in range(count):
        whom = meet(store, f"crowd-{number}")
        act(store, whom, [GiveConsent("appointments", True, "v1"), Book(FACILITY, "vaccination", STARTS)])


def sent_once(store: Store, count: int) -> None:
    """Every row of ``SOON`` is sent, with a message of its own."""
    with store.read() as session:
        found = session.execute(
            select(Due.state, Due.message_id, Message.id)
            .outerjoin(Message, Message.id == Due.message_id)
            .where(Due.kind == "booking.soon")
        ).all()
        written = session.scalars(select(Message.id).where(Message.say == "reminder.booking.soon")).all()
    assert Counter(row.state for row in found) == {"sent": count}
    assert len({row.id for row in found}) == len(written) == count


def test_four_workers_at_once(world: Store, open_again: Callable[[], Store]) -> None:
    crowd(world, 60)
    workers = [planned(open_again()) for _ in range(4)]
    done = together(
        [lambda store=store, n=n: sending.run(store, f"w{n}", utc(SOON)) for n, store in enumerate(workers)]
    )
    assert [each for each in done if isinstance(each, Exception)] == []
    counts = [len(each) for each in done if not isinstance(each, Exception)]
    assert sum(counts) == 60
    sent_once(world, 60)


def test_kill_9_in_the_middle(world: Store, url: str, keys_file: Path) -> None:
    crowd(world, 60)
    chance, wall, killed = random.Random(5), SOON, 0
    for _ in range(3):
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.scheduler.sender", url, str(keys_file), wall.isoformat()],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        time.sleep(chance.random() * 0.05)
        worker.kill()
        worker.wait()
        worker.stdout.close()
        killed += worker.returncode == -9
        # What it held is free again when its lease is over.
        wall += due.LEASE + timedelta(minutes=1)
    assert killed
    tick(world, wall)
    sent_once(world, 60)


def test_a_worker_that_lost_its_lease_writes_nothing(world: Store) -> None:
    crowd(world, 1)
    with world.write() as session:
        [row] = due.claim(session, "slow", utc(SOON))
        assert due.claim(session, "quick", utc(SOON)) == []
    later = utc(SOON) + due.LEASE
    assert [outcome.state for outcome in sending.run(world, "quick", later)] == ["sent"]
    with world.write() as session:
        assert sending.deal_with(session, [row.id], "slow", later) == []
        with pytest.raises(LookupError):
            due.sent(session, row.id, "slow", "m", later)
        due.put_off(session, row.id, "slow", later)
    sent_once(world, 1)


def test_ticks_doubled_or_six_hours_late(world: Store) -> None:
    whom, _ = parent(world)
    live(world, NOW, 12)
    wall = datetime(2026, 12, 7, 16)
    first, second = tick(world, wall), tick(world, wall)
    assert said(first) == [(VISIT - timedelta(days=7), "reminder.vaccine.before")]
    assert second == []
    assert [say for say, _ in messages(world, whom)].count("reminder.vaccine.before") == 1


def test_a_night_without_power(world: Store) -> None:
    """From the afternoon before the visit until the next morning nothing runs: what is too late by then is recorded."""
    whom, _ = parent(world)
    live(world, NOW, 18)
    dark = datetime(2026, 12, 13, 16)
    live(world, datetime(2026, 12, 12, 8), 1)
    morning = dark + timedelta(hours=17)
    assert said(live(world, morning, 5)) == [
        (VISIT, "reminder.vaccine.today"), (VISIT + timedelta(days=3), "reminder.vaccine.late"),
    ]  # fmt: skip
    assert states(world, whom)["vaccine.tomorrow", datetime(2026, 12, 13, 17)] == "expired too_late"


def test_months_without_power(world: Store) -> None:
    """Nothing is said twice or too late, and the next visits are reminded of as ever."""
    whom, _ = parent(world)
    back = datetime(2027, 3, 15, 8)
    done = live(world, back, 20)
    assert all(outcome.row.due >= back for outcome in done if outcome.state == "sent" and outcome.say)
    assert {row.state for row in rows(world, whom) if row.due < back} <= {"expired", "cancelled"}


@pytest.mark.parametrize("when", ["claimed", "written"])
def test_stop_in_the_middle(world: Store, when: str) -> None:
    crowd(world, 1)
    now = utc(SOON)
    with world.read() as session:
        whom = people.find(session, "telegram", "crowd-0")
    assert whom is not None
    with world.write() as session:
        [row] = due.claim(session, "w", now)
    if when == "written":
        world.run(lambda session: sending.deal_with(session, [row.id], "w", now))
    act(world, whom, [StopMessages()], now=now)
    if when == "claimed":
        [outcome] = world.run(lambda session: sending.deal_with(session, [row.id], "w", now))
        assert (outcome.state, outcome.reason) == ("cancelled", "stopped")
    with world.read() as session:
        assert outbox.pending(session, whom.address_id, now) == []


def test_the_fault_of_one_does_not_hold_up_the_others(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(world, 3)
    with world.read() as session:
        broken = people.find(session, "telegram", "crowd-1")
    enqueue = outbox.enqueue

    def moody(session: Session, address_id: str, *args: object, **kwargs: object) -> str:
        if broken is not None and address_id == broken.address_id:
            raise ValueError("odd data")
        return enqueue(session, address_id, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "enqueue", moody)
    done = sending.run(world, "w", utc(SOON))
    assert Counter((outcome.state, outcome.reason) for outcome in done) == {("sent", None): 2, ("planned", "fault"): 1}
    monkeypatch.undo()
    assert [o.state for o in sending.run(world, "w", utc(SOON) + sending.AFTER_A_FAULT)] == ["sent"]
    sent_once(world, 3)


def test_a_fact_and_its_plan_are_one_transaction(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whom = meet(world)

    def broken(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(planning, "plan", broken)
    with pytest.raises(RuntimeError):
        act(world, whom, [Book(FACILITY, "dentistry", STARTS)])
    monkeypatch.undo()
    with world.read() as session:
        assert list(world.facts(session, whom.person_id, utc(NOW)).bookings()) == []
    assert rows(world, whom) == []
