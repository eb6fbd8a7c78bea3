"""From due rows to messages: claimed with a lease, asked again, and written together with the mark that they were.

The message row and the end of the due row are one transaction: a process that dies anywhere loses nothing (the lease
runs out, another claims the row) and doubles nothing. What goes over the wire is the outbox's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import structlog

from dialogues.effects import Say
from scheduler.planner import derive
from scheduler.reminder import Reminder
from scheduler.reminders import BY_KIND, REMINDERS, why_not
from scheduler.situation import NameOf, Situation, gather
from store import clock, due, outbox, people
from store.database import Session, Store, is_transient
from store.due import DueRow, Planned, Settled

log = structlog.get_logger(__name__)

# People dealt with in one transaction: few enough that nobody waits long for a lock, many enough to be quick.
PEOPLE = 25
AFTER_A_FAULT = timedelta(minutes=10)
# The language of somebody of whom none is known, as in a first talk.
_LANGUAGE = "ary"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a due row: sent, expired, resolved, cancelled, or planned when it was put off (``reason`` says
    why). ``say`` and what follows from it are those of a message that was written, the same for all rows in it."""

    row: DueRow
    state: str
    reason: str | None
    message_id: str | None = None
    address_id: str | None = None
    language: str | None = None
    say: Say | None = None


def run(store: Store, owner: str, now: datetime, *, mask: NameOf | None = None, most: int = 2000) -> list[Outcome]:
    """Deal with what is due, up to about ``most`` rows; ``now`` is aware. ``owner`` names this worker."""
    done: list[Outcome] = []
    while len(done) < most:
        claimed = store.run(lambda session: due.claim(session, owner, now, PEOPLE))
        if not claimed:
            break
        ids = [row.id for row in claimed]
        done += store.run(lambda session, ids=ids: deal_with(session, ids, owner, now, mask))  # type: ignore[misc]
    return done


def deal_with(
    session: Session, row_ids: Sequence[str], owner: str, now: datetime, mask: NameOf | None = None
) -> list[Outcome]:
    """Everything for these claimed rows, in the caller's transaction. Rows whose claim was lost are left alone."""
    of_person: dict[str, list[DueRow]] = {}
    for row in due.still_mine(session, row_ids, owner):
        of_person.setdefault(row.person_id, []).append(row)
    # In one order, so that two workers do not wait for each other.
    for person_id in sorted(of_person):
        people.lock(session, person_id)
    situations = gather(session, sorted(of_person), now, mask)
    done: list[Outcome] = []
    for person_id, rows in of_person.items():
        try:
            with session.begin_nested():
                made = _Person(session, situations[person_id], rows, owner, now).deal()
        except Exception as error:
            if is_transient(error):
                raise
            # One person's odd data must not keep the others waiting.
            log.error("reminder_failed", person=person_id, error=type(error).__name__)
            for row in rows:
                due.put_off(session, row.id, owner, now + AFTER_A_FAULT)
            made = [Outcome(row, "planned", "fault") for row in rows]
        done += made
    return done


class _Person:
    """One person's claimed rows, asked again."""

    def __init__(
        self, session: Session, situation: Situation, rows: Sequence[DueRow], owner: str, now: datetime
    ) -> None:
        self._session, self._situation, self._rows = session, situation, rows
        self._owner, self._now = owner, now
        self._wanted = derive(situation)

    def deal(self) -> list[Outcome]:
        done: list[Outcome] = []
        ready: list[tuple[DueRow, Planned]] = []
        for row in self._rows:
            planned = self._wanted.get(row.key)
            outcome = self._outcome(row, planned)
            if outcome is not None:
                done.append(outcome)
            elif planned is not None:
                ready.append((row, planned))
        for group in _together(ready):
            done += self._send(group)
        return done

    def _outcome(self, row: DueRow, planned: Planned | None) -> Outcome | None:
        """What keeps the row from being sent now, carried out; None when nothing does."""
        wall, situation = self._situation.now, self._situation
        if row.expires <= wall:
            return self._end(row, "expired", "too_late")
        if planned is None:
            return self._end(row, *why_not(*row.key, situation))
        if situation.known.address_id is None:
            return self._end(row, "cancelled", "blocked")
        if planned.due > wall and not BY_KIND[row.kind].at_once:
            due.put_off(self._session, row.id, self._owner, self._now)
            due.move(self._session, [(row.id, planned)])
            return Outcome(row, "planned", "moved")
        later = situation.sendable(wall)
        if later > wall:
            return self._later(row, planned, later, "quiet_hours")
        if BY_KIND[row.kind].most is not None and self._had_one_today():
            tomorrow = datetime.combine(wall.date() + timedelta(days=1), time.min)
            return self._later(row, planned, situation.sendable(tomorrow), "one_a_day")
        return None

    def _had_one_today(self) -> bool:
        today = self._situation.now.date()
        return any(
            row.state == "sent" and row.settled_at is not None and clock.local(row.settled_at).date() == today
            for row in self._situation.known.dues
            if row.kind in BY_KIND and BY_KIND[row.kind].most is not None
        )

    def _later(self, row: DueRow, planned: Planned, wall: datetime, reason: str) -> Outcome:
        if wall >= planned.expires:
            return self._end(row, "expired", reason)
        due.put_off(self._session, row.id, self._owner, clock.utc(wall))
        return Outcome(row, "planned", reason)

    def _end(self, row: DueRow, state: str, reason: str) -> Outcome:
        due.settle(self._session, [Settled(row.id, state, reason)], self._now)
        return Outcome(row, state, reason)

    def _send(self, group: list[tuple[DueRow, Planned]]) -> list[Outcome]:
        situation, address_id = self._situation, self._situation.known.address_id
        assert address_id is not None, "asked before"
        # The one that comes first in the table leads: today's before next week's.
        reminder = max((BY_KIND[row.kind] for row, _ in group), key=_urgency)
        subjects = [_subject(BY_KIND[row.kind], row, situation) for row, _ in group]
        say = reminder.message(subjects, situation)
        language = situation.known.language or _LANGUAGE
        message_id = outbox.enqueue(
            self._session, address_id, say, self._now, language=language,
            expires_at=clock.utc(max(planned.expires for _, planned in group)),
        )  # fmt: skip
        for row, _ in group:
            due.sent(self._session, row.id, self._owner, message_id, self._now)
        return [Outcome(row, "sent", None, message_id, address_id, language, say) for row, _ in group]


def _urgency(reminder: Reminder[Any]) -> int:
    order = ("vaccine.before", "vaccine.month2", "vaccine.month1", "vaccine.late14", "vaccine.late3",
             "vaccine.tomorrow", "vaccine.today")  # fmt: skip
    return order.index(reminder.kind) if reminder.kind in order else len(order)


def _subject(reminder: Reminder[Any], row: DueRow, situation: Situation) -> Any:
    return next(
        subject
        for subject in reminder.subjects(situation)
        if subject.id == row.subject and reminder.visit(subject) == row.visit
    )


def _together(ready: list[tuple[DueRow, Planned]]) -> list[list[tuple[DueRow, Planned]]]:
    """Rows by message: those of all children are one, any other has its own. In the order of the table."""
    groups: dict[str, list[tuple[DueRow, Planned]]] = {}
    order = {reminder.kind: place for place, reminder in enumerate(REMINDERS)}
    for row, planned in sorted(ready, key=lambda pair: (order[pair[0].kind], pair[0].due, pair[0].id)):
        groups.setdefault("together" if BY_KIND[row.kind].together else row.id, []).append((row, planned))
    return list(groups.values())
