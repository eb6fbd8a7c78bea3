"""Requests for a human: who waits, who takes care of it, what they are answered, and that it was dealt with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import answers, views
from console.answers import NotSent
from console.doors import FORM_FIELDS
from console.surroundings import Surroundings
from store import cases, clock, handoffs, people
from store.database import Session
from store.handoffs import HandoffRow
from store.staff import StaffRow

_ID = re.compile(r"[0-9a-f]{32}")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Requests:
    """The list and what can be done with a request. It names nobody: reasons and languages only."""

    around: Surroundings

    async def show(self, request: Request, who: StaffRow) -> Response:
        """Who waits, the longest first."""
        return await self._list(request, who)

    async def take(self, request: Request, who: StaffRow) -> Response:
        """Somebody takes care of a request; when another was faster, the list shows it."""
        return await self._change(request, lambda session, found, now: handoffs.take(session, found, who.actor, now))

    async def close(self, request: Request, who: StaffRow) -> Response:
        """A request was dealt with."""
        return await self._change(request, lambda session, found, now: handoffs.close(session, found, who.actor, now))

    async def answer(self, request: Request, who: StaffRow) -> Response:
        """Write to the person, in the words of whoever took the request. What is not sent is shown again, with why."""
        found = _id(request)
        async with request.form(max_files=0, max_fields=FORM_FIELDS) as fields:
            text, seen = str(fields.get("text", "")), str(fields.get("seen", ""))
        try:
            await to_thread.run_sync(self._send, who, found, text, seen)
        except NotSent as problem:
            return await self._list(request, who, found=found, text=text, problem=problem)
        return RedirectResponse("/console/requests", 303)

    def _send(self, who: StaffRow, found: str, text: str, seen: str) -> None:
        now = self.around.clock()
        self.around.store.run(lambda session: answers.send(session, who.actor, found, text, seen, now))

    async def _list(
        self, request: Request, who: StaffRow, *, found: str = "", text: str = "", problem: NotSent | None = None
    ) -> Response:
        code = views.language(request)
        rows = await to_thread.run_sync(self._rows, who, code)
        return views.view(
            request, "requests.html", problem.status if problem else 200, rows=rows, found=found, text=text,
            problem=problem.reason if problem else "", longest=answers.LONGEST,
            can_write=any(row["id"] == found and row["is_mine"] for row in rows),
        )  # fmt: skip

    def _rows(self, who: StaffRow, code: str) -> list[dict[str, Any]]:
        now, words = self.around.clock(), views.words()[code]
        with self.around.store.read() as session:
            return [
                {
                    "id": row.id,
                    "reason": words["reasons"].get(row.reason, words["reasons"]["other"]),
                    "is_case": row.reason == cases.HANDOFF,
                    "since": waited(now, row.created_at, words),
                    "language": words["languages"].get(people.language_of(session, row.person_id) or "", ""),
                    "is_mine": row.taken_by == who.actor,
                    "is_taken": row.taken_by is not None,
                    "answers": len(row.answers),
                    "answered": self._answered(row, now, code),
                }
                for row in handoffs.open_requests(session)
            ]

    def _answered(self, row: HandoffRow, now: datetime, code: str) -> str:
        """How many answers there are, when the last was written and what became of it; "" without any."""
        if not row.answers:
            return ""
        words, last = views.words()[code], row.answers[-1]
        at = clock.local(last.at)
        day = self.around.speech.day(at.date(), code, clock.local(now))
        return " · ".join(
            (
                str(words["answer_count"]).replace("{n}", str(len(row.answers))),
                str(words["answered"]).replace("{day}", day).replace("{time}", f"{at:%H:%M}"),
                words["message_states"][answers.STATES[last.state]],
            )
        )

    async def _change(self, request: Request, change: Callable[[Session, str, datetime], bool]) -> Response:
        found, now = _id(request), self.around.clock()
        await to_thread.run_sync(self.around.store.run, lambda session: change(session, found, now))
        return RedirectResponse("/console/requests", 303)


def _id(request: Request) -> str:
    found = str(request.path_params["request_id"])
    if not _ID.fullmatch(found):
        raise HTTPException(404)
    return found


def waited(now: datetime, since: datetime, words: dict[str, Any]) -> str:
    """How long somebody has waited, in the largest whole unit."""
    passed = now - since
    if passed >= 2 * _DAY:
        return str(words["days"]).replace("{n}", str(passed // _DAY))
    if passed >= _HOUR:
        return str(words["hours"]).replace("{n}", str(passed // _HOUR))
    return str(words["minutes"]).replace("{n}", str(max(1, passed // timedelta(minutes=1))))
