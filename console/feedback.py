"""What people said of the service, for those who can do something about it. Nobody knows who said it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from console import views
from console.surroundings import Surroundings
from store import clock, feedback
from store.feedback import FeedbackRow
from store.staff import StaffRow

_ID = re.compile(r"[0-9a-f]{32}")
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Feedback:
    """One page at a time, the newest day first; the audit says who looked."""

    around: Surroundings

    async def show(self, request: Request, who: StaffRow) -> Response:
        """The newest texts, or those after the one named in the address."""
        before = request.query_params.get("before", "")
        found = await to_thread.run_sync(self._read, who, before if _ID.fullmatch(before) else None)
        code, now = views.language(request), clock.local(self.around.clock())
        rows = [(views.day(self.around.speech, row.day, now, code), row.text) for row in found[:SHOWN]]
        older = found[SHOWN - 1].id if len(found) > SHOWN else ""
        return views.view(request, "feedback.html", rows=rows, older=older)

    def _read(self, who: StaffRow, before: str | None) -> list[FeedbackRow]:
        now = self.around.clock()
        # One more than is shown tells whether there is another page.
        return self.around.store.run(
            lambda session: feedback.latest(session, who.actor, now, before=before, limit=SHOWN + 1)
        )
