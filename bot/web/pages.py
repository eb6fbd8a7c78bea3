"""The pages around the talk: the chat page and the pages of failure, in French or Arabic."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from dialogues.numbers import numbers

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
# Which language the page itself has; says nothing about who reads it. Set only by the visitor's own tap.
PAGE_COOKIE = "page"
_YEAR = 365 * 24 * 3600
# Browsers set to a language of Morocco other than French get the page in Arabic.
_ARABIC_READERS = frozenset({"ar", "ary", "ber", "zgh", "shi", "rif", "tzm"})
# Those always on the screen.
_STRIP = ("samu", "civil_protection")


@cache
def words() -> dict[str, Any]:
    """The page's words by language."""
    read: dict[str, Any] = yaml.safe_load((_HERE / "words.yml").read_text("utf-8"))
    return read


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


@cache
def _version() -> str:
    """Changes with the static files, so that browsers may keep them for ever."""
    read = hashlib.sha256()
    for path in sorted(_STATIC.iterdir()):
        read.update(path.read_bytes())
    return read.hexdigest()[:12]


class Static(StaticFiles):
    """Files that browsers keep when asked for by version."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        scope: Scope = args[2] if len(args) > 2 else kwargs["scope"]
        versioned = scope.get("query_string") == f"v={_version()}".encode()
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if versioned else "no-cache"
        return response


def language_of_page(request: Request) -> str:
    """The code "fr" or "ar": the visitor's own choice, else what the browser prefers."""
    for chosen in (request.query_params.get("page"), request.cookies.get(PAGE_COOKIE)):
        if chosen in words():
            return chosen
    return preferred(request.headers.get("accept-language", ""))


def preferred(accept: str) -> str:
    """The page's language for an Accept-Language header; Arabic when it says nothing, French for other languages."""
    read: list[tuple[float, str]] = []
    for part in accept.split(",")[:20]:
        tag, _, weight = part.strip().partition(";")
        name = tag.strip().lower().split("-")[0]
        if name and name != "*":
            read.append((-_weight(weight), name))
    named = [name for _, name in sorted(read, key=lambda each: each[0])]
    for name in named:
        if name in _ARABIC_READERS:
            return "ar"
        if name == "fr":
            return "fr"
    return "fr" if named else "ar"


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q="))
    except ValueError:
        return 1.0


def page(request: Request, template: str, status: int = 200, **given: Any) -> HTMLResponse:
    """A template in the page's language."""
    code = language_of_page(request)
    strip = [(numbers()[name]["call"], words()[code][name]) for name in _STRIP]
    made = _environment().get_template(template).render(w=words()[code], strip=strip, version=_version(), **given)
    response = HTMLResponse(made, status, {"Vary": "Accept-Language, Cookie", "Content-Language": code})
    if request.query_params.get("page") == code:
        response.set_cookie(PAGE_COOKIE, code, max_age=_YEAR, httponly=True, samesite="lax")
    return response


def failure(request: Request, status: int) -> Response:
    """The page for a request that cannot be served."""
    kind = "broken" if status >= 500 else "missing" if status in (404, 405) else "refused"
    return page(request, "failure.html", status, kind=kind)


async def chat(request: Request) -> Response:
    """The chat page. It is the same for everybody; the script fetches the talk."""
    return page(request, "chat.html")


async def _icon(request: Request) -> Response:
    return Response((_STATIC / "icon.svg").read_bytes(), media_type="image/svg+xml")


async def _robots(request: Request) -> Response:
    return Response("User-agent: *\nDisallow: /chat/\nDisallow: /console\n", media_type="text/plain")


def routes() -> list[Route | Mount]:
    """The chat page and what it is made of."""
    return [
        Route("/", chat),
        Route("/favicon.ico", _icon),
        Route("/robots.txt", _robots),
        Mount("/static", Static(directory=_STATIC), name="static"),
    ]
