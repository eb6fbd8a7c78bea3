"""The coming and missed vaccination visits of a person's children: what is due within days of each other is one visit.

Only doses that wait for no other dose make a visit: one that comes four weeks after a missing one has no day yet. A
visit names every dose that can be given on its day, older ones included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from dialogues.calculators.vaccine_files import calendar_for, calendars
from dialogues.calculators.vaccine_history import HistoryError
from dialogues.calculators.vaccine_schedule import DoseRow, Forecast, forecast
from store.known import KnownChild
from store.open_days import OpenDays

# Doses due within so many days of the first are given together, siblings' too.
TOGETHER = timedelta(days=3)
# A visit is planned when its day comes this near, and its last reminder lies this far behind its day.
AHEAD, BEHIND = timedelta(days=27), timedelta(days=90)
_WAITS = ("due", "overdue", "upcoming")


@dataclass(frozen=True, slots=True)
class ChildVisit:
    """One child's part in a visit. ``key`` is where the calendar has its first dose; ``day`` a day on which the centre
    takes the children; ``covered_from``: from then on a later visit speaks for the doses of this one too."""

    child: KnownChild
    key: str
    day: date
    antigens: tuple[str, ...]
    covered_from: date | None = None

    @property
    def id(self) -> str:
        """The subject of its reminders."""
        return self.child.id

    @property
    def visit(self) -> str:
        """Which of the child's visits it is."""
        return self.key


@dataclass(frozen=True, slots=True)
class Outlook:
    """A child's calendar as of today. ``free`` are the doses still to give that wait for no other; ``look_on`` is when
    it has to be read again, if nothing is told before."""

    child: KnownChild
    seen: Forecast
    free: tuple[DoseRow, ...]
    look_on: date | None


@dataclass(frozen=True, slots=True)
class _Wish:
    outlook: Outlook
    row: DoseRow
    day: date


def outlook(child: KnownChild, today: date) -> Outlook | None:
    """The child's calendar; None when its history cannot be read (a calendar that no longer has what was given)."""
    calendar = calendar_for(child.birth)
    try:
        seen = forecast(calendar, child.birth, child.sex, child.given, today)
    except HistoryError:
        return None
    missing = {row.dose for row in seen.doses if row.state in _WAITS}
    before = _before(calendar.id)
    # The day of one that waits for another is only a guess.
    free = tuple(row for row in seen.doses if row.state in _WAITS and missing.isdisjoint(before[row.dose]))
    moments = [row.due - AHEAD for row in free if row.due - AHEAD > today]
    moments += [row.latest + timedelta(days=1) for row in free if row.latest is not None and row.latest >= today]
    if child.reminders == "paused" and child.paused_until is not None and child.paused_until > today:
        moments.append(child.paused_until)
    return Outlook(child, seen, free, min(moments, default=None))


@cache
def _before(calendar_id: str) -> dict[str, frozenset[str]]:
    """By dose of a calendar, the doses that it waits for."""
    found = {}
    calendar = next(calendar for calendar in calendars() if calendar.id == calendar_id)
    for dose in calendar.doses:
        names = {d.name for d in calendar.antigens[dose.antigen].doses if d.number < dose.number and not d.optional}
        found[dose.name] = frozenset(names | ({dose.needs.dose} if dose.needs is not None else set()))
    return found


def is_reminded(child: KnownChild, today: date) -> bool:
    """Whether reminders of the child are on today."""
    if child.reminders == "paused":
        return child.paused_until is not None and child.paused_until <= today
    return child.reminders == "on"


def visits(outlooks: Sequence[Outlook], days: OpenDays, today: date) -> list[ChildVisit]:
    """The visits of a person's children that are near or were missed not long ago, by day."""
    wishes = [
        _Wish(one, row, day)
        for one in outlooks
        if is_reminded(one.child, today)
        for row in one.free
        if today - BEHIND <= (day := _counted(one.child, row)) <= today + AHEAD
    ]
    made: list[ChildVisit] = []
    for group in _groups(sorted(wishes, key=lambda wish: wish.day)):
        made += _of_group(group, days, today)
    return _covered(made)


def _counted(child: KnownChild, row: DoseRow) -> date:
    """The day from which the reminders of a dose count: what was due before it was told counts from then."""
    resumed = child.paused_until if child.reminders == "paused" else None
    return max(row.due, child.counts_from, resumed or row.due)


def _groups(wishes: list[_Wish]) -> list[list[_Wish]]:
    groups: list[list[_Wish]] = []
    for wish in wishes:
        if groups and wish.day <= groups[-1][0].day + TOGETHER:
            groups[-1].append(wish)
        else:
            groups.append([wish])
    return groups


def _of_group(group: list[_Wish], days: OpenDays, today: date) -> list[ChildVisit]:
    """One day for all of them: the latest, so that every dose counts, moved to one on which the centres are open."""
    of_child: dict[str, list[_Wish]] = {}
    for wish in group:
        of_child.setdefault(wish.outlook.child.id, []).append(wish)
    latest = min((wish.row.latest for wish in group if wish.row.latest is not None), default=None)
    day = days.common(
        [wishes[0].outlook.child.facility_id for wishes in of_child.values()],
        group[-1].day,
        latest=latest,
        earliest=max([today, *(wish.row.earliest for wish in group)]),
    )
    made = []
    for wishes in of_child.values():
        one = wishes[0].outlook
        names = {wish.row.dose for wish in wishes}
        names |= {row.dose for row in one.free if row.due <= day and row.earliest <= day}
        rows = [row for row in one.seen.doses if row.state in _WAITS and row.dose in names]
        antigens = dict.fromkeys(row.dose.partition("-")[0] for row in rows)
        made.append(ChildVisit(one.child, wishes[0].row.visit, day, tuple(antigens)))
    return made


def _covered(made: list[ChildVisit]) -> list[ChildVisit]:
    """Each visit knows from when on the child's next one speaks for it."""
    following: dict[str, date] = {}
    done: list[ChildVisit] = []
    for visit in reversed(made):
        after = following.get(visit.child.id)
        covered = None if after is None else after - timedelta(days=7)
        done.append(ChildVisit(visit.child, visit.key, visit.day, visit.antigens, covered))
        following[visit.child.id] = visit.day
    return done[::-1]
