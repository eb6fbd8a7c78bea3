"""Public holidays. Religious ones are estimates until an admin confirms them, since the moon is watched."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit, planning
from store.engine import fill_alone
from store.models import Holiday

_FILE = Path(__file__).parent / "data" / "holidays.yaml"


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A day; ``name`` is a message id, ``status`` is estimated or confirmed."""

    day: date
    name: str
    status: str


def known() -> list[HolidayRow]:
    """The holidays that come with this version."""
    content = yaml.safe_load(_FILE.read_text("utf-8"))
    fixed = [
        HolidayRow(date(year, month, day), f"holiday.{name}", "confirmed")
        for year in content["years"]
        for (month, day), name in ((map(int, key.split("-")), name) for key, name in content["fixed"].items())
    ]
    moving = [HolidayRow(day, f"holiday.{name}", "estimated") for day, name in content["estimated"].items()]
    return sorted([*fixed, *moving], key=lambda row: (row.day, row.name))


def load(session: Session) -> int:
    """Add the known holidays that the database lacks; returns how many. Other processes may do so at the same time.

    An estimated feast is left alone in a year for which an admin has confirmed it: the confirmed days count.
    """
    fill_alone(session)
    rows = session.scalars(select(Holiday)).all()
    have = {(row.day, row.name) for row in rows}
    decided = {(row.day.year, row.name) for row in rows if row.status == "confirmed"}
    added = 0
    for row in known():
        is_moot = row.status == "estimated" and (row.day.year, row.name) in decided
        if (row.day, row.name) not in have and not is_moot:
            session.add(Holiday(day=row.day, name=row.name, status=row.status))
            added += 1
    session.flush()
    return added


def named(session: Session, names: Collection[str], first: date, last: date) -> frozenset[date]:
    """The days of these holidays (message ids) from the first to the last day."""
    rows = select(Holiday.day).where(Holiday.name.in_(list(names)), Holiday.day.between(first, last))
    return frozenset(session.scalars(rows))


def confirm(session: Session, name: str, days: list[date], actor: str, now: datetime) -> None:
    """The days of a feast are announced: they replace its estimates of that year."""
    years = {day.year for day in days}
    changed = set(days)
    for row in session.scalars(select(Holiday).where(Holiday.name == name)):
        if row.day.year in years and row.day not in days:
            changed.add(row.day)
            session.delete(row)
    for day in days:
        session.merge(Holiday(day=day, name=name, status="confirmed"))
    session.flush()
    audit.record(
        session, actor, "holiday.confirm", "holiday", None, now, name=name, days=[day.isoformat() for day in days]
    )
    planning.plan_around(session, changed, None, now)
