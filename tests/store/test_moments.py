"""Ids, moments and JSON values: the small parts that everything else stands on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from store import clock, codec
from store.ids import new_id


def test_ids_are_unique_sorted_and_of_version_seven() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert {(len(one), one[12], one[16] in "89ab") for one in ids} == {(32, "7", True)}
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: [new_id() for _ in range(2000)], range(8)))
    assert len({one for some in found for one in some}) == 16_000


@pytest.mark.parametrize(
    ("moment", "wall"),
    [
        # UTC+1 in summer and until 2026-09-20, UTC in Ramadan, and UTC for good since.
        (datetime(2026, 1, 10, 8, tzinfo=UTC), datetime(2026, 1, 10, 9)),
        (datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 3, 1, 8)),
        (datetime(2026, 9, 20, 0, 59, tzinfo=UTC), datetime(2026, 9, 20, 1, 59)),
        (datetime(2026, 9, 20, 1, 0, tzinfo=UTC), datetime(2026, 9, 20, 1, 0)),
        (datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 24, 8)),
        (datetime(2027, 7, 1, 8, tzinfo=UTC), datetime(2027, 7, 1, 8)),
        (datetime(2026, 11, 24, 9, tzinfo=clock.zone("Europe/Paris")), datetime(2026, 11, 24, 8)),
    ],
)
def test_local_time_of_morocco(moment: datetime, wall: datetime) -> None:
    assert clock.local(moment) == wall
    assert clock.utc(clock.local(moment)) in (moment, moment - timedelta(hours=1))


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        clock.local(datetime(2026, 11, 24))


@pytest.mark.parametrize(
    "value",
    [
        None, True, 1, 1.5, "text آمنة", [], {}, {"a": [1, {"b": None}]}, date(2026, 11, 25), time(8, 30),
        datetime(2026, 11, 25, 8, 30), datetime(2026, 11, 25, 8, 30, tzinfo=UTC), {"$date": 1},
        {"day": date(2026, 11, 25), "list": [time(1), datetime(2026, 1, 1)]},
    ],
)  # fmt: skip
def test_values_come_back(value: Any) -> None:
    found = codec.loads(codec.dumps(value))
    assert found == value
    assert type(found) is type(value)
