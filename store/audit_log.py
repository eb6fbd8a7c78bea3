"""Reading the audit, for auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Audit


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did what to which row, and when; codes and ids, no personal data."""

    id: str
    at: datetime
    actor: str
    action: str
    table: str
    row: str | None
    detail: dict[str, Any]


def latest(session: Session, *, before: str | None = None, limit: int = 100) -> list[AuditRow]:
    """The newest rows first; those older than the row with the id ``before``, when given."""
    rows = select(Audit).order_by(Audit.id.desc()).limit(limit)
    if before is not None:
        rows = rows.where(Audit.id < before)
    return [AuditRow(r.id, r.at, r.actor, r.action, r.table_name, r.row_id, r.detail) for r in session.scalars(rows)]
