"""When messages may be sent: quiet hours, Fridays, Ramadan, feast mornings; and a file that is wrong."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest
import yaml

from dialogues.effects import Book
from scheduler.hours import FILE, HoursFileError, hours, read
from store.database import Store
from tests.scheduler.world import live, messages, open_centre, planning
from tests.store.world import FACILITY, act, meet

FEASTS = frozenset({date(2027, 3, 10)})
FIRST: list[tuple[str, str]] = [
    ("2026-11-24T10:00", "2026-11-24T10:00"),
    ("2026-11-24T08:59", "2026-11-24T09:00"),
    ("2026-11-24T20:00", "2026-11-25T09:00"),
    ("2026-11-24T23:30", "2026-11-25T09:00"),
    # Friday prayer.
    ("2026-11-27T11:59", "2026-11-27T11:59"),
    ("2026-11-27T12:00", "2026-11-27T15:00"),
    # Ramadan; its evening is free of the meal.
    ("2027-02-09T09:00", "2027-02-09T10:00"),
    ("2027-02-09T15:30", "2027-02-09T21:00"),
    ("2027-02-09T18:00", "2027-02-09T21:00"),
    ("2027-02-09T22:30", "2027-02-10T10:00"),
    ("2027-02-12T13:00", "2027-02-12T15:00"),
    # The morning of the feast.
    ("2027-03-10T09:00", "2027-03-10T15:00"),
    ("2027-03-09T23:00", "2027-03-10T15:00"),
]


@pytest.mark.parametrize(("wall", "first"), FIRST)
def test_the_first_hour_at_which_a_message_may_be_sent(wall: str, first: str) -> None:
    found = hours().first(datetime.fromisoformat(wall), FEASTS)
    assert found == datetime.fromisoformat(first)
    assert hours().is_open(found, FEASTS)
    assert hours().is_open(datetime.fromisoformat(wall), FEASTS) == (wall == first)


def _content() -> Any:
    return yaml.safe_load(FILE.read_text("utf-8"))


WRONG: list[tuple[list[str], Any, str]] = [
    (["sending", "windows"], ["9-20"], "no hours"),
    (["sending", "windows"], ["20:00-09:00"], "must be later"),
    (["friday", "source"], "", "source"),
    (["ramadan", "review"], "sure", "review"),
    (["ramadan", "dates"], [{"first": "soon", "last": date(2027, 3, 9)}], "no date"),
    (["ramadan", "dates"], [{"first": date(2027, 3, 9), "last": date(2027, 2, 8)}], "before the first"),
    (["feasts"], None, "missing"),
]


@pytest.mark.parametrize(("path", "value", "why"), WRONG)
def test_a_wrong_file_is_refused(path: list[str], value: Any, why: str) -> None:
    content = deepcopy(_content())
    into = content["hours"]
    for key in path[:-1]:
        into = into[key]
    into[path[-1]] = value
    with pytest.raises(HoursFileError, match=why):
        read(content)


def test_the_evening_before_an_appointment_in_ramadan(store: Store) -> None:
    planning(store)
    open_centre(store)
    whom = meet(store)
    act(store, whom, [Book(FACILITY, "dentistry", datetime(2027, 2, 10, 9, 0))])
    live(store, datetime(2027, 2, 8, 7), 3)
    assert messages(store, whom) == [
        ("reminder.booking.soon", datetime(2027, 2, 8, 10)), ("reminder.booking.tomorrow", datetime(2027, 2, 9, 21)),
    ]  # fmt: skip
