"""What would be sent, tried on a copy: the same as what then is sent, without names, and with nothing changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from dialogues.effects import Book
from scheduler.simulation import MASK, Event, simulate
from store.database import Store
from store.models import Base
from tests.scheduler.world import NOW, live, messages, open_centre, parent, planning
from tests.store.world import FACILITY, act


def counts(store: Store) -> dict[str, int]:
    with store.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def told(events: list[Event]) -> list[tuple[datetime, int, str]]:
    return [(event.at, event.person, event.say.message) for event in events if event.say]


def test_a_copy_tells_what_will_be(store: Store, tmp_path: Path) -> None:
    planning(store)
    open_centre(store)
    whom, _ = parent(store, name="Zakariae")
    other, _ = parent(store, "2002", name="Hajar")
    act(store, other, [Book(FACILITY, "dentistry", datetime(2026, 12, 1, 9))])
    before = counts(store)
    events = list(simulate(store, tmp_path, NOW, 30))
    assert counts(store) == before
    assert "Zakariae" not in repr(events) and "Hajar" not in repr(events)
    assert MASK in repr(events)
    assert {event.person for event in events} == {1, 2}
    live(store, NOW, 30)
    for person in (whom, other):
        assert [(say, at) for say, at in messages(store, person)] in (
            [(say, at) for at, number, say in told(events) if number == 1],
            [(say, at) for at, number, say in told(events) if number == 2],
        )


def test_what_is_settled_on_the_way_is_told_with_its_reason(store: Store, tmp_path: Path) -> None:
    planning(store)
    open_centre(store)
    parent(store)
    # Nobody ran for a while: the evening before is over, and the day itself still comes.
    events = list(simulate(store, tmp_path, datetime(2026, 12, 14, 7), 1))
    ended = {event.kinds: (event.state, event.reason) for event in events if event.say is None}
    assert ended["vaccine.tomorrow",] == ("expired", "too_late")
    assert [say for _, _, say in told(events)] == ["reminder.vaccine.today"]
