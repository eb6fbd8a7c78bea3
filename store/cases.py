"""Triages that are followed: opened with the person's agreement, asked about, answered, closed.

A follow-up is asked twice, a day apart; who answers neither is silent. The reminders themselves are derived by the
planner from what stands here (``scheduler/cases.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dialogues.effects import CaseAnswer, OpenCase
from dialogues.errors import Refused
from dialogues.triage.outcomes import URGENCY, is_red
from store import audit, clock, handoffs, sealed
from store.case_told import Told, told_of
from store.ids import new_id
from store.models import IS_FOLLOWED, Case, Due, Message
from store.waiting import KEY, Hours

# When it is asked how things go, by outcome; after an answer that ends nothing, a day later.
DELAYS: Mapping[str, timedelta] = {
    "home": timedelta(hours=24), "today": timedelta(hours=24), "soon": timedelta(hours=72),
    "emergency": timedelta(hours=48), "ambulance": timedelta(hours=48),
}  # fmt: skip
AGAIN = timedelta(hours=24)
TRIES = 2
# After so many follow-ups with an answer nothing is asked any more, unless it got worse.
TURNS = 2
HANDOFF = "case"
_ENDS = frozenset({"better", "seen"})


@dataclass(frozen=True, slots=True)
class Followed:
    """An open case. ``asked``: when its last follow-up was sent that waits for its answer (wall time), or None."""

    id: str
    outcome: str
    told: Told
    opened: datetime
    asked: datetime | None
    is_last: bool


def due(outcome: str, turn: int, counts_from: datetime, number: int) -> datetime:
    """When the follow-up is asked for the first or second time (``number``); ``counts_from`` and it are wall time."""
    first = DELAYS[outcome] if turn == 1 else AGAIN
    return counts_from.replace(second=0, microsecond=0) + first + (number - 1) * AGAIN


def open_case(session: Session, person_id: str, effect: OpenCase, now: datetime) -> str:
    """Follow a triage; returns its id. What it makes superfluous ends: the case it continues, and open ones about the
    same person that were no more urgent."""
    told = Told(effect.complaints, effect.rules, effect.answers, effect.versions, effect.subject)
    for row in _open_rows(session, person_id):
        if row.id == effect.follows:
            close(session, row, "worse", now)
        elif told_of(session, row).subject == told.subject and URGENCY[row.outcome] <= URGENCY[effect.outcome]:
            close(session, row, "replaced", now)
    row = Case(id=new_id(), person_id=person_id, outcome=effect.outcome, cut_short=effect.cut_short, opened_at=now)
    sealed.put(session, row, "told", told.to_text())
    _ask_from(session, row, 1, now)
    session.add(row)
    session.flush()
    return row.id


def _ask_from(session: Session, row: Case, turn: int, now: datetime) -> None:
    """A follow-up counts from now on."""
    row.turn, row.counts_from = turn, now
    hours = cast("Hours | None", session.info.get(KEY))
    last = due(row.outcome, turn, clock.local(now), TRIES)
    row.silent_at = clock.utc((hours(last) if hours else last) + AGAIN)


def answer(session: Session, case_id: str, person_id: str | None, said: CaseAnswer, now: datetime) -> Case:
    """Take an answer to a follow-up; what is over leaves no trace of why. Refused: gone.

    Better and seen end it; worse is asked about again a day later, in case the triage that it opens is left in the
    middle; the others are asked about once more. What ends without being better after an emergency is put before staff.
    """
    row = session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "open" or person_id not in (None, row.person_id):
        raise Refused("gone")
    if said == "over":
        close(session, row, "stopped", now)
        session.flush()
        return row
    row.last_answer, row.answered_at = said, now
    _drop_written(session, row.id, now)
    if said in _ENDS:
        close(session, row, said, now)
    elif said != "worse" and row.turn >= TURNS:
        close(session, row, said, now)
        _put_before_staff(session, row, now)
    else:
        _ask_from(session, row, row.turn + 1, now)
    session.flush()
    return row


def close(session: Session, row: Case, why: str, now: datetime) -> None:
    """Follow it no longer; what is written and not yet sent about it is not sent."""
    row.state, row.closed_for, row.closed_at = "closed", why, now
    _drop_written(session, row.id, now)


def _drop_written(session: Session, case_id: str, now: datetime) -> None:
    written = select(Due.message_id).where(Due.subject == case_id, Due.message_id.is_not(None))
    session.execute(
        update(Message)
        .where(Message.id.in_(written), Message.state == "pending")
        .values(state="expired", settled_at=now)
        .execution_options(synchronize_session=False)
    )


def _put_before_staff(session: Session, row: Case, now: datetime) -> None:
    if is_red(cast("Any", row.outcome)):
        handoff_id = handoffs.request(session, row.person_id, HANDOFF, now)
        if handoff_id is not None:
            audit.record(session, "system", "handoff.request", "handoff", handoff_id, now, reason=HANDOFF)


def fall_silent(session: Session, now: datetime, limit: int = 100) -> list[str]:
    """Cases whose follow-ups nobody answered are closed, and after an emergency put before staff; the people concerned,
    to plan for again."""
    rows = session.scalars(
        select(Case)
        .where(IS_FOLLOWED, Case.silent_at <= now)
        .order_by(Case.silent_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        close(session, row, "silent", now)
        _put_before_staff(session, row, now)
        audit.record(session, "system", "case.silent", "triage_case", row.id, now)
    session.flush()
    return list(dict.fromkeys(row.person_id for row in rows))


def next_moment(session: Session) -> datetime | None:
    """When the next open case falls silent."""
    found: datetime | None = session.scalar(select(func.min(Case.silent_at)).where(IS_FOLLOWED))
    return found


def stop(session: Session, person_id: str, now: datetime, about: str | None = None) -> int:
    """Follow none of a person's cases any longer, or none ``about`` this subject; how many there were."""
    rows = [row for row in _open_rows(session, person_id) if about in (None, told_of(session, row).subject)]
    for row in rows:
        close(session, row, "stopped", now)
    session.flush()
    return len(rows)


def of_person(session: Session, person_id: str) -> list[Followed]:
    """The person's open cases, the newest first."""
    found = []
    for row in reversed(_open_rows(session, person_id)):
        asked = session.scalar(
            select(func.max(Due.settled_at)).where(
                Due.subject == row.id, Due.state == "sent", Due.visit.startswith(f"{row.turn}.")
            )
        )
        found.append(
            Followed(
                row.id, row.outcome, told_of(session, row), clock.local(row.opened_at),
                clock.local(asked) if asked else None, row.turn >= TURNS,
            )
        )  # fmt: skip
    return found


def _open_rows(session: Session, person_id: str) -> list[Case]:
    session.flush()
    return list(session.scalars(select(Case).where(Case.person_id == person_id, IS_FOLLOWED).order_by(Case.id)))
