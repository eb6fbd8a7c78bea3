"""Followed triages as staff see them, and what staff found that the outcome should have been. Reading is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from dialogues.effects import Outcome
from dialogues.triage.outcomes import OUTCOMES, RED, URGENCY
from store import audit, sealed
from store.case_told import Told, told_of
from store.ids import new_id
from store.models import Case, Correction

_REDS = tuple(outcome for outcome in OUTCOMES if URGENCY[outcome] >= RED)
_IS_UNSEEN = and_(
    Case.state == "closed",
    Case.seen_at.is_(None),
    Case.outcome.in_(_REDS),
    Case.closed_for.in_(("silent", "same", "not_seen")),
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list. ``is_waiting``: an emergency that ended without being better, and nobody of the staff has
    looked. ``corrected``: how often staff said what it should have been."""

    id: str
    outcome: Outcome
    told: Told
    cut_short: bool
    opened_at: datetime
    state: str
    last_answer: str | None
    answered_at: datetime | None
    closed_for: str | None
    closed_at: datetime | None
    seen_by: str | None
    is_waiting: bool
    corrected: int


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """What the outcome should have been, who says so and why; ``told`` is that of the triage, of nobody."""

    id: str
    outcome: Outcome
    should_be: Outcome
    told: Told
    note: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cases:
    """Emergencies that wait for staff, triages that are followed now, and those that have ended."""

    waiting: list[CaseRow]
    open: list[CaseRow]
    ended: list[CaseRow]


def listed(session: Session, actor: str, now: datetime, *, before: str | None = None, limit: int = 100) -> Cases:
    """The most urgent first, then the longest waiting; of those that ended the newest, after the row ``before``.

    Writes who looked (``actor``) into the audit.
    """
    urgent = case({outcome: place for place, outcome in enumerate(reversed(OUTCOMES))}, value=Case.outcome)
    waiting = session.scalars(select(Case).where(_IS_UNSEEN).order_by(urgent, Case.closed_at).limit(limit)).all()
    followed = session.scalars(
        select(Case).where(Case.state == "open").order_by(urgent, Case.opened_at, Case.id).limit(limit)
    ).all()
    over = select(Case).where(Case.state == "closed", ~_IS_UNSEEN).order_by(Case.closed_at.desc(), Case.id.desc())
    last = session.get(Case, before) if before is not None else None
    if last is not None and last.closed_at is not None:
        over = over.where(
            or_(Case.closed_at < last.closed_at, and_(Case.closed_at == last.closed_at, Case.id < last.id))
        )
    ended = session.scalars(over.limit(limit)).all()
    counts = _counts(session, [row.id for row in (*waiting, *followed, *ended)])
    found = Cases(*([_row(session, row, counts) for row in rows] for rows in (waiting, followed, ended)))
    shown = len(found.waiting) + len(found.open) + len(found.ended)
    audit.record(session, actor, "case.list", "triage_case", None, now, count=shown)
    return found


def one(session: Session, case_id: str, actor: str, now: datetime) -> tuple[CaseRow, list[CorrectionRow]] | None:
    """A case with its corrections, the oldest first; None when there is none (any more). Reading is recorded."""
    row = session.get(Case, case_id)
    if row is None:
        return None
    made = session.scalars(
        select(Correction).where(Correction.case_id == case_id).order_by(Correction.at, Correction.id)
    ).all()
    audit.record(session, actor, "case.read", "triage_case", case_id, now)
    return _row(session, row, {case_id: len(made)}), [_correction(session, each) for each in made]


def see(session: Session, case_id: str, actor: str, now: datetime) -> bool:
    """A health worker has looked after it; False when it does not wait for that."""
    row = session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if row is None or row.seen_at is not None or row.state == "open":
        return False
    row.seen_by, row.seen_at = actor, now
    audit.record(session, actor, "case.see", "triage_case", row.id, now)
    session.flush()
    return True


def correct(session: Session, case_id: str, actor: str, should_be: Outcome, note: str, now: datetime) -> bool:
    """Keep what the outcome should have been; False when the case is gone. What somebody was told does not change."""
    row = session.get(Case, case_id)
    if row is None:
        return False
    made = Correction(id=new_id(), case_id=row.id, outcome=row.outcome, should_be=should_be, actor=actor, at=now)
    sealed.put(session, made, "told", told_of(session, row).to_text(of_nobody=True))
    sealed.put(session, made, "note", note)
    session.add(made)
    # Ids only, as everywhere about a case.
    audit.record(session, actor, "case.correct", "triage_case", row.id, now, correction=made.id)
    session.flush()
    return True


def corrections(session: Session, actor: str, now: datetime, limit: int = 5000) -> list[CorrectionRow]:
    """All corrections that are kept, the newest first, for those who review protocols. Reading is recorded."""
    rows = session.scalars(select(Correction).order_by(Correction.at.desc(), Correction.id.desc()).limit(limit))
    found = [_correction(session, row) for row in rows]
    audit.record(session, actor, "correction.read", "correction", None, now, count=len(found))
    return found


def _counts(session: Session, case_ids: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for case_id in session.scalars(select(Correction.case_id).where(Correction.case_id.in_(case_ids))):
        found[str(case_id)] = found.get(str(case_id), 0) + 1
    return found


def _row(session: Session, row: Case, counts: dict[str, int]) -> CaseRow:
    is_red = row.outcome in _REDS
    unseen = row.state == "closed" and row.seen_at is None and row.closed_for in ("silent", "same", "not_seen")
    return CaseRow(
        row.id, _outcome(row.outcome), told_of(session, row), row.cut_short, row.opened_at, row.state, row.last_answer,
        row.answered_at, row.closed_for, row.closed_at, row.seen_by, is_red and unseen, counts.get(row.id, 0),
    )  # fmt: skip


def _correction(session: Session, row: Correction) -> CorrectionRow:
    return CorrectionRow(
        row.id, _outcome(row.outcome), _outcome(row.should_be), told_of(session, row),
        sealed.must_get(session, row, "note"), row.actor, row.at,
    )  # fmt: skip


def _outcome(kept: str) -> Outcome:
    return next(outcome for outcome in OUTCOMES if outcome == kept)
