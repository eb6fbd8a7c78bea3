"""Followed triages: who waits for somebody to look, what was answered, what the outcome should have been.

No name and no word of the person is here: codes in words, as triage kept them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import views
from console.answers import cleaned
from console.case_words import CaseWords
from console.doors import FORM_FIELDS
from console.surroundings import Surroundings
from dialogues.effects import Outcome
from dialogues.triage.outcomes import OUTCOMES
from store import case_review, clock
from store.case_review import CaseRow, CorrectionRow
from store.database import Session
from store.staff import StaffRow

_ID = re.compile(r"[0-9a-f]{32}")
SHOWN = 100
LONGEST_NOTE = 1000  # characters


@dataclass(frozen=True, slots=True)
class Cases:
    """The list and one case."""

    around: Surroundings

    async def show(self, request: Request, who: StaffRow) -> Response:
        """Emergencies without news first, then what is followed, then what has ended."""
        before = request.query_params.get("before", "")
        found = await to_thread.run_sync(self._listed, who, before if _ID.fullmatch(before) else None)
        code = views.language(request)
        older = found.ended[SHOWN - 1].id if len(found.ended) > SHOWN else ""
        groups = [
            (name, [self._line(row, code) for row in rows[:SHOWN]])
            for name, rows in (("waiting", found.waiting), ("open", found.open), ("ended", found.ended))
        ]
        return views.view(request, "cases.html", groups=groups, older=older)

    def _listed(self, who: StaffRow, before: str | None) -> case_review.Cases:
        now = self.around.clock()
        # One more than is shown tells whether there is another page.
        return self.around.store.run(
            lambda session: case_review.listed(session, who.actor, now, before=before, limit=SHOWN + 1)
        )

    async def detail(self, request: Request, who: StaffRow) -> Response:
        """One case in words."""
        return await self._detail(request, who)

    async def see(self, request: Request, who: StaffRow) -> Response:
        """Somebody has looked after a case that waited for it."""
        found, now = _id(request), self.around.clock()
        await to_thread.run_sync(self.around.store.run, lambda session: case_review.see(session, found, who.actor, now))
        return RedirectResponse("/console/cases", 303)

    async def correct(self, request: Request, who: StaffRow) -> Response:
        """Keep what the outcome should have been; what cannot be kept is shown again, with why."""
        found, now = _id(request), self.around.clock()
        async with request.form(max_files=0, max_fields=FORM_FIELDS) as fields:
            should_be, note = str(fields.get("should_be", "")), cleaned(str(fields.get("note", "")))
        problem = _problem(should_be, note)
        if problem:
            return await self._detail(request, who, problem=problem, note=note, should_be=should_be)
        work: Callable[[Session], bool] = lambda session: case_review.correct(  # noqa: E731
            session, found, who.actor, cast("Outcome", should_be), note, now
        )
        if not await to_thread.run_sync(self.around.store.run, work):
            raise HTTPException(404)
        return RedirectResponse(f"/console/cases/{found}", 303)

    async def _detail(
        self, request: Request, who: StaffRow, *, problem: str = "", note: str = "", should_be: str = ""
    ) -> Response:
        found, code = _id(request), views.language(request)
        read = await to_thread.run_sync(self._one, who, found)
        if read is None:
            raise HTTPException(404)
        row, made = read
        said = CaseWords(self.around.speech, code)
        return views.view(
            request, "case.html", 422 if problem else 200,
            row=self._line(row, code), subject=said.subject(row.told.subject), answers=said.answers(row.told),
            rules=said.rules(row.told), played=said.played(row.told), outcomes=OUTCOMES,
            made=[self._made(each, code) for each in made],
            problem=problem, note=note, should_be=should_be or row.outcome, longest=LONGEST_NOTE,
        )  # fmt: skip

    def _one(self, who: StaffRow, found: str) -> tuple[CaseRow, list[CorrectionRow]] | None:
        return self.around.store.run(lambda session: case_review.one(session, found, who.actor, self.around.clock()))

    def _line(self, row: CaseRow, code: str) -> dict[str, Any]:
        said = CaseWords(self.around.speech, code)
        return {
            "id": row.id, "outcome": row.outcome, "complaints": said.complaints(row.told),
            "opened": self._moment(row.opened_at, code), "answer": row.last_answer or "",
            "answered": self._moment(row.answered_at, code) if row.answered_at else "",
            "state": row.state, "end": row.closed_for or "", "is_waiting": row.is_waiting,
            "closed": self._moment(row.closed_at, code) if row.closed_at else "",
            "is_seen": row.seen_by is not None, "corrected": row.corrected, "cut_short": row.cut_short,
        }  # fmt: skip

    def _made(self, row: CorrectionRow, code: str) -> dict[str, str]:
        return {"should_be": row.should_be, "note": row.note, "at": self._moment(row.at, code)}

    def _moment(self, at: datetime, code: str) -> str:
        wall = clock.local(at)
        day = views.day(self.around.speech, wall.date(), clock.local(self.around.clock()), code)
        return f"{day}, {wall:%H:%M}"


def _problem(should_be: str, note: str) -> str:
    if should_be not in OUTCOMES:
        return "outcome"
    if len(note) > LONGEST_NOTE:
        return "too_long"
    return "" if note else "empty"


def _id(request: Request) -> str:
    found = str(request.path_params["case_id"])
    if not _ID.fullmatch(found):
        raise HTTPException(404)
    return found
