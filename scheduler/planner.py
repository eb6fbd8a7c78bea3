"""From facts to due rows: what should come is derived, never commanded, so nothing is forgotten and nothing doubled.

Called by ``store.perform`` in the transaction that changed the facts, by a nightly look at those for whom something
comes near, and by the sender for what it holds. Doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from scheduler.reminder import Reminder
from scheduler.reminders import BY_KIND, REMINDERS, why_not
from scheduler.situation import Situation, gather
from store import clock, due, looks
from store.database import Session, Store
from store.due import OVER, DueRow, Planned, Settled

_BATCH = 500


def derive(situation: Situation) -> dict[tuple[str, str, str], Planned]:
    """What should come to this person, by (kind, subject, visit), with what is due now and not yet too late."""
    made: dict[tuple[str, str, str], Planned] = {}
    person = situation.known
    if person.is_stopped:
        return made
    count = _Count(situation)
    for reminder in REMINDERS:
        if reminder.purpose in person.consents:
            for planned in _of_kind(reminder, situation):
                if reminder.most is None or count.allows(planned, reminder.most):
                    made[planned.key] = planned
    return made


class _Count:
    """Counts a series: what was sent of it and what is still to come, together at most so many."""

    def __init__(self, situation: Situation) -> None:
        self._now = situation.now
        self._states = {row.key: row.state for row in situation.known.dues if BY_KIND.get(row.kind)}
        self._used: dict[tuple[str, str], int] = {}
        for kind, subject, visit in (key for key, state in self._states.items() if state == "sent"):
            if BY_KIND[kind].most is not None:
                self._used[subject, visit] = self._used.get((subject, visit), 0) + 1

    def allows(self, planned: Planned, most: int) -> bool:
        """Whether the series has room for it. What was sent has had its place; what can no longer come takes none."""
        state = self._states.get(planned.key)
        if state in ("sent", "expired") or (state is None and planned.due < self._now):
            return True
        series = (planned.subject, planned.visit)
        self._used[series] = self._used.get(series, 0) + 1
        return self._used[series] <= most


def _of_kind(reminder: Reminder[Any], situation: Situation) -> Iterator[Planned]:
    for subject in reminder.subjects(situation):
        if not reminder.applies_if(subject, situation) or reminder.resolved_if(subject, situation):
            continue
        at = situation.sendable(reminder.due(subject, situation))
        expires = reminder.expires(subject, situation)
        if at < expires and expires > situation.now:
            yield Planned(reminder.kind, subject.id, reminder.visit(subject), at, expires)


class Planner:
    """``store.planning.Planner``: hand it to the store at the start."""

    def plan(self, session: Session, person_ids: Iterable[str], now: datetime) -> None:
        """Bring the due rows of these people in line with what is known of them; ``now`` is aware."""
        ids = iter(person_ids)
        while batch := list(islice(ids, _BATCH)):
            self._plan(session, batch, now)

    def _plan(self, session: Session, person_ids: list[str], now: datetime) -> None:
        inserts: list[tuple[str, Planned]] = []
        moves: list[tuple[str, Planned]] = []
        ends: list[Settled] = []
        gone: list[str] = []
        situations = gather(session, person_ids, now)
        for person_id, situation in situations.items():
            changes = _changes(situation)
            inserts += [(person_id, planned) for planned in changes.inserts]
            moves += changes.moves
            ends += changes.ends
            gone += changes.gone
        due.insert(session, inserts, now)
        due.move(session, moves)
        due.settle(session, ends, now)
        due.take_back(session, gone, now)
        looks.set_looks(
            session,
            [
                (look.child.id, look.look_on)
                for situation in situations.values()
                for look in situation.outlooks
                if look.child.look_on != look.look_on
            ],
        )


@dataclass(slots=True)
class _Changes:
    inserts: list[Planned] = field(default_factory=list)
    moves: list[tuple[str, Planned]] = field(default_factory=list)
    ends: list[Settled] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def _changes(situation: Situation) -> _Changes:
    """What has to be done to a person's rows."""
    changes, kept = _Changes(), set()
    rows = situation.known.dues
    # Of two rows about the same, the one that is over for good speaks: what was sent is not planned again.
    by_key = {row.key: row for row in sorted(rows, key=lambda row: row.state in OVER)}
    by_hour = {(row.kind, row.subject, row.due): row for row in rows}
    wanted = derive(situation)
    for planned in wanted.values():
        row = by_key.get(planned.key)
        if row is None or row.state not in OVER:
            row = by_hour.get((planned.kind, planned.subject, planned.due), row)
        if row is None:
            if planned.due >= situation.now:
                changes.inserts.append(planned)
            continue
        kept.add(row.id)
        if row.state not in OVER and _is_other(row, planned, situation):
            changes.moves.append((row.id, planned))
    changes.ends = [
        Settled(row.id, *why_not(*row.key, situation)) for row in rows if row.state == "planned" and row.id not in kept
    ]
    # Written, and perhaps not on the phone yet: the channel may be paused, or wait for a template.
    changes.gone = [
        row.id for row in rows if row.state == "sent" and row.key not in wanted and row.expires > situation.now
    ]
    return changes


def _is_other(row: DueRow, planned: Planned, situation: Situation) -> bool:
    """Whether a row has to be brought to another hour, or back."""
    if row.state == "planned":
        as_wanted = (row.due, row.expires, row.visit) == (planned.due, planned.expires, planned.visit)
        return not as_wanted and not BY_KIND[row.kind].at_once
    # Called off before; what is past by now does not come back.
    return planned.due >= situation.now


def look(store: Store, planner: Planner, now: datetime) -> int:
    """The children whose day to be looked at has come, in batches of their own transaction; how many people."""
    done = 0
    while True:

        def work(session: Session) -> int:
            people = looks.take(session, clock.local(now).date(), _BATCH)
            planner.plan(session, people, now)
            return len(people)

        count = store.run(work)
        done += count
        if not count:
            return done


def heal(store: Store, planner: Planner, now: datetime, ahead: timedelta = timedelta(days=3)) -> int:
    """Once a day, whatever was missed: derive again for the appointments of the next days; how many people."""
    people = store.run(lambda session: looks.booked_soon(session, now, ahead))
    for start in range(0, len(people), _BATCH):
        batch = people[start : start + _BATCH]
        store.run(lambda session, batch=batch: planner.plan(session, batch, now))  # type: ignore[misc]
    return len(people)
