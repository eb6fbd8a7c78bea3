"""Signing in and out. Tries are counted in the database before the password is looked at, by account and by address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import passwords
from console.doors import FORM_FIELDS, Doors, pages_of
from console.surroundings import Surroundings
from console.views import view
from store import staff
from store.database import Session
from store.staff import StaffRow

# How many tries cost no waiting. An address may be that of a whole hospital.
FREE_FOR_ACCOUNT, FREE_FOR_ADDRESS = 5, 30
_LONGEST_LOGIN = 64
_CONTROLS = re.compile(r"[\x00-\x1f]")  # PostgreSQL cannot even be asked for a text with a null in it


@dataclass(frozen=True, slots=True)
class SignIn:
    """The sign-in page and what its form does."""

    around: Surroundings
    doors: Doors

    async def show(self, request: Request) -> Response:
        """The form, or the first page for whoever is signed in already."""
        found = await self.doors.who(request)
        return _welcome(found.staff) if found else view(request, "sign_in.html", problem="", login="")

    async def take(self, request: Request) -> Response:
        """One try."""
        if not self.around.is_own_page(request):
            raise HTTPException(403)
        async with request.form(max_files=0, max_fields=FORM_FIELDS) as fields:
            login = _CONTROLS.sub("", str(fields.get("login", "")))[:_LONGEST_LOGIN]
            password = str(fields.get("password", ""))
        address = request.client.host if request.client else "unknown"
        wait = await to_thread.run_sync(self._count, login, address)
        if wait is not None:
            return _refused(request, "wait", login, 429, wait)
        try:
            who = await self._check(login, password)
        except passwords.Busy:
            return _refused(request, "busy", login, 503, timedelta(seconds=5))
        if who is None:
            return _refused(request, "wrong", login, 403)
        token = await to_thread.run_sync(self._open, who, login)
        response = _welcome(who)
        self.doors.keep(request, response, token)
        return response

    async def _check(self, login: str, password: str) -> StaffRow | None:
        found = await to_thread.run_sync(self._account, login)
        kept = found[1] if found else None
        if not await passwords.fits(kept, password) or found is None:
            return None
        if passwords.is_outdated(found[1]):
            anew = await to_thread.run_sync(passwords.hashed, password)
            await to_thread.run_sync(self._keep_hash, found[0].id, anew)
        return found[0]

    def _count(self, login: str, address: str) -> timedelta | None:
        keys = {f"account:{login}": FREE_FOR_ACCOUNT, f"address:{address}": FREE_FOR_ADDRESS}
        return self.around.store.run(lambda session: staff.count_try(session, keys, self.around.clock()))

    def _account(self, login: str) -> tuple[StaffRow, str] | None:
        with self.around.store.read() as session:
            return staff.by_login(session, login)

    def _open(self, who: StaffRow, login: str) -> str:
        def work(session: Session) -> str:
            staff.forgive_tries(session, f"account:{login}")
            return staff.sign_in(session, who, self.around.clock())

        return self.around.store.run(work)

    def _keep_hash(self, staff_id: str, password: str) -> None:
        self.around.store.run(lambda session: staff.keep_hash(session, staff_id, password))

    async def leave(self, request: Request) -> Response:
        """End the session here and in the database. Needs no token: all it can do is sign somebody out."""
        if not self.around.is_own_page(request):
            raise HTTPException(403)
        token, now = self.doors.token(request), self.around.clock()
        if token:
            await to_thread.run_sync(self.around.store.run, lambda session: staff.sign_out(session, token, now))
        response = RedirectResponse("/console/sign-in", 303)
        self.doors.drop(request, response)
        return response


def _welcome(who: StaffRow) -> RedirectResponse:
    return RedirectResponse(f"/console/{pages_of(who.role)[0]}", 303)


def _refused(request: Request, problem: str, login: str, status: int, wait: timedelta | None = None) -> Response:
    seconds = int(wait.total_seconds()) if wait else 0
    response = view(request, "sign_in.html", status, problem=problem, login=login, minutes=-(-seconds // 60))
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response
