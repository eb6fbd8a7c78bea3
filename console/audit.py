"""The audit, for auditors: who did what to which row, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from console import views
from console.surroundings import Surroundings
from store import audit_log, clock
from store.audit_log import AuditRow
from store.staff import StaffRow

_ID = re.compile(r"[0-9a-f]{32}")
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Audit:
    """One page at a time, the newest first."""

    around: Surroundings

    async def show(self, request: Request, who: StaffRow) -> Response:
        """The newest rows, or those before the row named in the address."""
        before = request.query_params.get("before", "")
        rows = await to_thread.run_sync(self._rows, before if _ID.fullmatch(before) else None)
        shown = [
            {
                "at": f"{clock.local(row.at):%Y-%m-%d %H:%M:%S}",
                "actor": row.actor,
                "action": row.action,
                "row": f"{row.table} {row.row or ''}",
                "detail": ", ".join(f"{key}: {value}" for key, value in row.detail.items()),
            }
            for row in rows
        ]
        older = rows[-1].id if len(rows) == SHOWN else ""
        return views.view(request, "audit.html", rows=shown, older=older)

    def _rows(self, before: str | None) -> list[AuditRow]:
        with self.around.store.read() as session:
            return audit_log.latest(session, before=before, limit=SHOWN)
