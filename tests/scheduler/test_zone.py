"""What was promised is wall time: a change of zone rules, before or after, leaves every promised hour as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from dialogues.effects import Book
from store import clock, due
from store.clock import ZoneDataError, local, utc
from store.database import Store
from store.models import Due
from tests.scheduler.world import live, messages, open_centre, parent, planning
from tests.store.world import FACILITY, act, meet

# The rules as older data (or data to come) have them: an hour ahead all year.
SUMMER = timezone(timedelta(hours=1))
STARTS = datetime(2026, 12, 1, 9, 0)


def moments(store: Store) -> set[tuple[str, datetime, datetime]]:
    with store.read() as session:
        return {(row.kind, row.due, row.due_at) for row in session.query(Due)}


@pytest.mark.parametrize("first", ["summer", "winter"])
def test_new_zone_data_move_utc_and_no_promise(store: Store, monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    planning(store)
    open_centre(store)
    if first == "summer":
        monkeypatch.setattr(clock, "zone", lambda name=clock.ZONE: SUMMER)
    start = datetime(2026, 11, 25, 8)
    whom = meet(store, now=utc(start))
    act(store, whom, [Book(FACILITY, "dentistry", STARTS)], now=utc(start))
    before = moments(store)
    with store.write() as session:
        due.realign(session, 202606)
        assert due.realign(session, 202606) == 0
    # The new release arrives: the other rules hold from now on.
    if first == "summer":
        monkeypatch.undo()
    else:
        monkeypatch.setattr(clock, "zone", lambda name=clock.ZONE: SUMMER)
    with store.write() as session:
        assert due.realign(session, 202607) == 3
        assert due.realign(session, 202607) == 0
    after = moments(store)
    assert {(kind, wall) for kind, wall, _ in before} == {(kind, wall) for kind, wall, _ in after}
    hour = timedelta(hours=1 if first == "summer" else -1)
    assert {(kind, at + hour) for kind, _, at in before} == {(kind, at) for kind, _, at in after}
    live(store, start, 8)
    assert messages(store, whom) == [
        ("reminder.booking.soon", datetime(2026, 11, 29, 10)),
        ("reminder.booking.tomorrow", datetime(2026, 11, 30, 18)),
        ("reminder.visit.feedback", datetime(2026, 12, 2, 17)),
    ]  # fmt: skip


def test_the_change_of_2026_09_20_leaves_the_hour(store: Store) -> None:
    """Booked in August at UTC+1 for October at UTC: the wall clock decides."""
    planning(store)
    open_centre(store)
    start = datetime(2026, 8, 30, 8)
    whom = meet(store, now=utc(start))
    act(store, whom, [Book(FACILITY, "dentistry", datetime(2026, 9, 22, 9))], now=utc(start))
    assert {(wall, at.hour) for kind, wall, at in moments(store) if kind != "visit.feedback"} == {
        # Two days before it is the last night of summer time.
        (datetime(2026, 9, 20, 10), 10), (datetime(2026, 9, 21, 18), 18),
    }  # fmt: skip
    live(store, start, 30)
    assert [wall for _, wall in messages(store, whom)] == [
        datetime(2026, 9, 20, 10), datetime(2026, 9, 21, 18), datetime(2026, 9, 23, 17),
    ]  # fmt: skip
    assert local(datetime(2026, 9, 19, 12, tzinfo=UTC)).hour == 13


def test_a_vaccination_life_through_a_change_of_rules(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    planning(store)
    open_centre(store)
    whom, _ = parent(store)
    live(store, datetime(2026, 11, 24, 8), 15)
    monkeypatch.setattr(clock, "zone", lambda name=clock.ZONE: SUMMER)
    with store.write() as session:
        due.realign(session, 202699)
    live(store, datetime(2026, 12, 9, 8), 10)
    found = [(say, wall) for say, wall in messages(store, whom) if wall > datetime(2026, 12, 9)]
    assert found == [
        ("reminder.vaccine.tomorrow", datetime(2026, 12, 13, 17)),
        ("reminder.vaccine.today", datetime(2026, 12, 14, 9)),
        ("reminder.vaccine.late", datetime(2026, 12, 17, 10)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("release", "fits"), [("2026.2", False), ("2025.9", False), ("2026.3", True), ("2027.1", True)]
)
def test_zone_data_have_a_floor(monkeypatch: pytest.MonkeyPatch, release: str, fits: bool) -> None:
    monkeypatch.setattr(clock, "release", lambda: release)
    if fits:
        assert clock.check() == int(release.replace(".", "0"))
        return
    with pytest.raises(ZoneDataError, match="too old for Morocco"):
        clock.check()
