"""The record of who did what: one row, append-only. Details are codes and ids, never personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from store.models import Audit


def record(
    session: Session, actor: str, action: str, table: str, row_id: str | None, now: datetime, **detail: Any
) -> None:
    """Add a row. ``actor`` is ``person:<id>``, ``staff:<id>`` or ``system``; ``detail`` must be plain JSON values."""
    session.add(Audit(at=now, actor=actor, action=action, table_name=table, row_id=row_id, detail=detail))
