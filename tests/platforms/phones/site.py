"""The pages themselves: one for each phone, and the few calls that their script makes. For this machine only."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.platforms.moment import Moment

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'"
)
LONGEST = 100_000


class Phone(Protocol):
    """What a page needs of a platform."""

    name: str

    def people(self) -> list[str]: ...
    def new_person(self) -> str: ...
    def state(self, who: str) -> dict[str, Any]: ...
    def act(self, who: str, what: str, value: Any) -> None: ...
    def file(self, who: str, number: str) -> tuple[str, str, bytes]: ...


@cache
def words() -> dict[str, Any]:
    """The pages' words, in French and Arabic."""
    read: dict[str, Any] = yaml.safe_load((_HERE / "words.yml").read_text("utf-8"))
    return read


def _language(request: Request) -> str:
    asked = request.query_params.get("page", "")
    if asked in words():
        return asked
    return "ar" if request.headers.get("accept-language", "").lower().startswith(("ar", "ary")) else "fr"


class Site:
    """The application over the phones; with a ``moment`` the pages can push the time forward."""

    def __init__(self, *phones: Phone, moment: Moment | None = None) -> None:
        self._moment = moment
        self._phones = {phone.name: phone for phone in phones}
        self._pages = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)

    def asgi(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._first),
                Mount("/static", StaticFiles(directory=_HERE / "static")),
                Route("/time", self._later, methods=["POST"]),
                Route("/{platform}", self._page),
                Route("/{platform}/people", self._people, methods=["POST"]),
                Route("/{platform}/people/{who}", self._state),
                Route("/{platform}/people/{who}", self._act, methods=["POST"]),
                Route("/{platform}/people/{who}/files/{number:path}", self._file),
            ],
            # A page elsewhere must not reach these calls under a name of its own.
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        )

    def _phone(self, request: Request) -> Phone:
        phone = self._phones.get(request.path_params["platform"])
        if phone is None:
            raise HTTPException(404)
        return phone

    def _who(self, request: Request) -> tuple[Phone, str]:
        phone, who = self._phone(request), str(request.path_params["who"])
        if who not in phone.people():
            raise HTTPException(404)
        return phone, who

    async def _first(self, request: Request) -> Response:
        return RedirectResponse(f"/{next(iter(self._phones))}")

    async def _page(self, request: Request) -> Response:
        phone, code = self._phone(request), _language(request)
        made = self._pages.get_template("phone.html").render(
            w=words()[code], platform=phone.name, platforms=list(self._phones), people=phone.people(),
            has_time=self._moment is not None,
        )  # fmt: skip
        return HTMLResponse(made, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"})

    async def _people(self, request: Request) -> Response:
        return JSONResponse({"person": self._phone(request).new_person()})

    async def _state(self, request: Request) -> Response:
        phone, who = self._who(request)
        return JSONResponse(self._shown(phone, who), headers={"Cache-Control": "no-store"})

    def _shown(self, phone: Phone, who: str) -> dict[str, Any]:
        return phone.state(who) | ({"now": self._moment.now} if self._moment else {})

    async def _act(self, request: Request) -> Response:
        phone, who = self._who(request)
        try:
            asked = await _asked(request)
            phone.act(who, str(asked["what"]), asked.get("value"))
        except (ValueError, TypeError, LookupError, AttributeError, StopIteration, RuntimeError):
            raise HTTPException(400) from None
        return JSONResponse(self._shown(phone, who))

    async def _later(self, request: Request) -> Response:
        if self._moment is None:
            raise HTTPException(404)
        try:
            self._moment.advance(int((await _asked(request))["seconds"]))
        except (ValueError, TypeError, LookupError, RecursionError):
            raise HTTPException(400) from None
        return JSONResponse({"now": self._moment.now})

    async def _file(self, request: Request) -> Response:
        phone, who = self._who(request)
        try:
            name, media_type, content = phone.file(who, request.path_params["number"])
        except (StopIteration, RuntimeError):
            raise HTTPException(404) from None
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(content, media_type=media_type, headers=headers | {"X-Content-Type-Options": "nosniff"})


async def _asked(request: Request) -> Any:
    """The JSON of a call; ValueError for what our own script never sends."""
    body = await request.body()
    if len(body) > LONGEST or request.headers.get("content-type") != "application/json":
        raise ValueError("not a call of the page")
    return json.loads(body)
