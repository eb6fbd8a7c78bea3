"""Public holidays: the fixed ones, the estimated ones, and what an admin confirms."""

from __future__ import annotations

from datetime import date

import pytest

from store import holidays
from store.database import Store
from store.models import Holiday
from tests.store.world import NOW


@pytest.mark.parametrize(
    ("day", "name", "status"),
    [
        (date(2026, 11, 18), "independence", "confirmed"),
        (date(2027, 1, 1), "new_year", "confirmed"),
        (date(2027, 1, 14), "amazigh_new_year", "confirmed"),
        (date(2027, 10, 31), "unity", "confirmed"),
        (date(2027, 3, 10), "eid_fitr", "estimated"),
        (date(2027, 5, 17), "eid_adha", "estimated"),
        (date(2026, 8, 26), "mawlid", "estimated"),
    ],
)
def test_known_days(day: date, name: str, status: str) -> None:
    assert holidays.HolidayRow(day, f"holiday.{name}", status) in holidays.known()


def test_a_year_has_eleven_fixed_days_and_seven_religious_ones() -> None:
    for year in (2026, 2027):
        rows = [row for row in holidays.known() if row.day.year == year]
        assert sum(row.status == "confirmed" for row in rows) == 11
        assert sum(row.status == "estimated" for row in rows) == 7
    assert not any(row.day == date(2026, 1, 13) for row in holidays.known())


def test_loaded_once_and_confirmed_days_replace_estimates(store: Store) -> None:
    with store.write() as session:
        assert holidays.load(session) == 36
        assert holidays.load(session) == 0
        holidays.confirm(session, "holiday.eid_fitr", [date(2027, 3, 11), date(2027, 3, 12)], "staff:1", NOW)
    with store.write() as session:
        assert holidays.load(session) == 0
        rows = session.query(Holiday).filter(Holiday.name == "holiday.eid_fitr").order_by(Holiday.day).all()
        assert [(row.day, row.status) for row in rows] == [
            (date(2026, 3, 20), "estimated"), (date(2026, 3, 21), "estimated"),
            (date(2027, 3, 11), "confirmed"), (date(2027, 3, 12), "confirmed"),
        ]  # fmt: skip
        facts = store.facts(session, "nobody", NOW)
        assert facts.holiday(date(2027, 3, 10)) is None
        assert facts.holiday(date(2027, 3, 12)) == "holiday.eid_fitr"
