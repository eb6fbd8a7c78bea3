"""What is planned, what became of it lately, and what the next days would bring: without a name, people are numbers."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from console import views
from console.surroundings import Surroundings
from scheduler.simulation import Event, simulate
from store import clock, due
from store.due import DueRow
from store.staff import StaffRow

AHEAD = BACK = timedelta(days=7)
MOST = 1000
LONGEST_SIMULATION = 31  # days
LANGUAGE = "ary"  # of somebody of whom none is known


@dataclass(frozen=True, slots=True)
class _Found:
    planned: list[DueRow]
    ended: list[tuple[str, str, str | None, int]]
    events: list[Event] | None


@dataclass(frozen=True, slots=True)
class Reminders:
    """One page. ``?days=14`` turns the clock forward on a copy of the data; nothing is sent or changed."""

    around: Surroundings

    async def show(self, request: Request, who: StaffRow) -> Response:
        """Counts of what is planned and of what ended; with ``days`` the messages themselves, names masked."""
        days = _days(request.query_params.get("days", ""))
        found = await to_thread.run_sync(self._read, days)
        code, now = views.language(request), clock.local(self.around.clock())
        return views.view(
            request,
            "reminders.html",
            planned=[(self._day(day, now, code), _by_kind(rows)) for day, rows in _by_day(found.planned)],
            ended=found.ended,
            most=MOST if len(found.planned) >= MOST else 0,
            days=days,
            simulated=None if found.events is None else [
                (self._day(day, now, code), [self._shown(event) for event in events])
                for day, events in groupby(found.events, key=lambda event: event.at.date())
            ],
        )  # fmt: skip

    def _read(self, days: int) -> _Found:
        now = self.around.clock()
        wall = clock.local(now).replace(second=0, microsecond=0)
        with self.around.store.read() as session:
            planned = due.coming(session, wall + AHEAD, MOST)
            ended = due.counts(session, now - BACK)
        events = None
        # A copy of a country's data is not made for a page: that is what the command is for.
        if days and len(planned) < MOST:
            with tempfile.TemporaryDirectory(prefix="labas-simulate-") as folder:
                events = list(simulate(self.around.store, Path(folder), wall, days))
        return _Found(planned, ended, events)

    def _day(self, day: date, now: datetime, code: str) -> str:
        return views.day(self.around.speech, day, now, code)

    def _shown(self, event: Event) -> dict[str, object]:
        said = self.around.speech.said(event.say, event.language or LANGUAGE, event.at) if event.say else None
        return {
            "time": f"{event.at:%H:%M}", "person": event.person, "kinds": event.kinds, "state": event.state,
            "reason": event.reason, "text": said, "language": event.language or LANGUAGE,
        }  # fmt: skip


def _days(value: str) -> int:
    return min(int(value), LONGEST_SIMULATION) if value.isascii() and value.isdecimal() and len(value) < 4 else 0


def _by_day(rows: list[DueRow]) -> list[tuple[date, list[DueRow]]]:
    return [(day, list(of_day)) for day, of_day in groupby(rows, key=lambda row: row.due.date())]


def _by_kind(rows: list[DueRow]) -> list[tuple[str, str, int]]:
    """Hour, kind and how many."""
    counted = Counter((f"{row.due:%H:%M}", row.kind) for row in rows)
    return [(hour, kind, count) for (hour, kind), count in sorted(counted.items())]
