"""Who may open which page. Asked anew at each request, from the database: nothing about the person is in the cookie."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.surroundings import Surroundings
from store import staff
from store.staff import SignedIn, StaffRow

_LONGEST_TOKEN = 64
FORM_FIELDS = 10  # a form with more is not one of ours
Page = Callable[[Request, StaffRow], Awaitable[Response]]
Handler = Callable[[Request], Awaitable[Response]]

# Which roles open which page, in the order of the menu; the first that somebody may open is where they begin.
OPEN_TO: dict[str, frozenset[str]] = {
    "agenda": frozenset({"worker"}),
    "requests": frozenset({"worker", "admin"}),
    "cases": frozenset({"worker", "admin"}),
    "reminders": frozenset({"worker", "admin"}),
    "feedback": frozenset({"worker", "admin"}),
    "review": frozenset({"worker", "admin"}),
    "audit": frozenset({"auditor"}),
}


def pages_of(role: str) -> list[str]:
    """The pages that a role may open."""
    return [page for page, roles in OPEN_TO.items() if role in roles]


@dataclass(frozen=True, slots=True)
class Doors:
    """Checks the session before a page, and the form's token before anything is changed."""

    around: Surroundings

    def cookie(self, request: Request) -> str:
        """The name of the session's cookie."""
        return "__Host-labas-staff" if self.around.is_secure(request) else "labas-staff"

    def token(self, request: Request) -> str:
        """The session's token in the request, "" without one."""
        return request.cookies.get(self.cookie(request), "")[:_LONGEST_TOKEN]

    async def who(self, request: Request) -> SignedIn | None:
        """Who is signed in."""
        token = self.token(request)
        return await to_thread.run_sync(self._who, token) if token else None

    def _who(self, token: str) -> SignedIn | None:
        now = self.around.clock()
        with self.around.store.read() as session:
            found = staff.signed_in(session, token, now)
        if found is not None and found.is_stale:
            self.around.store.run(lambda session: staff.touch(session, token, now))
        return found

    def keep(self, request: Request, response: Response, token: str) -> None:
        """Give the browser its session."""
        response.set_cookie(
            self.cookie(request), token, path="/", secure=self.around.is_secure(request), httponly=True,
            samesite="strict", max_age=int(staff.LONGEST.total_seconds()),
        )  # fmt: skip

    def drop(self, request: Request, response: Response) -> None:
        """Take the session back from the browser."""
        response.delete_cookie(
            self.cookie(request), path="/", secure=self.around.is_secure(request), httponly=True, samesite="strict"
        )

    def page(self, name: str, show: Page) -> Handler:
        """A page for those whom ``OPEN_TO`` names; others are asked to sign in (303) or refused (403)."""

        async def handle(request: Request) -> Response:
            found = await self.who(request)
            if found is None:
                return RedirectResponse("/console/sign-in", 303)
            if found.staff.role not in OPEN_TO[name]:
                raise HTTPException(403)
            request.state.signed_in = found
            return await show(request, found.staff)

        return handle

    def form(self, name: str, take: Page) -> Handler:
        """As ``page``, for a form: it must come from our own page and carry the session's token."""

        async def guarded(request: Request, who: StaffRow) -> Response:
            found: SignedIn = request.state.signed_in
            async with request.form(max_files=0, max_fields=FORM_FIELDS) as fields:
                given = str(fields.get("token", ""))
            if not self.around.is_own_page(request) or not secrets.compare_digest(
                given.encode(), found.form_token.encode()
            ):
                raise HTTPException(403)
            return await take(request, who)

        return self.page(name, guarded)
