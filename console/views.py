"""Templates and the console's own words, in French or Arabic."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from console.doors import pages_of
from console.surroundings import Speech
from store.staff import SignedIn

_HERE = Path(__file__).parent
LANGUAGE_COOKIE = "console"
_YEAR = 365 * 24 * 3600


@cache
def words() -> dict[str, Any]:
    """The console's words by language."""
    read: dict[str, Any] = yaml.safe_load((_HERE / "words.yml").read_text("utf-8"))
    return read


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def language(request: Request) -> str:
    """ "fr" or "ar": as chosen, else French, the language of the ministry's forms."""
    for chosen in (request.query_params.get("page"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in words():
            return chosen
    return "fr"


def view(request: Request, template: str, status: int = 200, **given: Any) -> HTMLResponse:
    """A page in the reader's language, with the menu of whoever is signed in."""
    code = language(request)
    found: SignedIn | None = getattr(request.state, "signed_in", None)
    made = (
        _environment()
        .get_template(template)
        .render(
            w=words()[code],
            code=code,
            who=found.staff if found else None,
            token=found.form_token if found else "",
            menu=pages_of(found.staff.role) if found else [],
            here=request.url.path,
            **given,
        )
    )
    # Browsers say where a form comes from only under this policy; the path says nothing about anyone.
    response = HTMLResponse(made, status, {"Referrer-Policy": "same-origin", "Content-Language": code})
    if request.query_params.get("page") == code:
        response.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR, path="/console", httponly=True, samesite="lax")
    return response


def service(speech: Speech, name: str, code: str) -> str:
    """The words of a kind of care; its code when it has none."""
    return speech.message(f"service.{name}", code) or name


def day(speech: Speech, value: date, now: datetime, code: str) -> str:
    """A date in words, today and tomorrow by name."""
    said = speech.day(value, code, now)
    near = {0: "today", 1: "tomorrow"}.get((value - now.date()).days)
    return f"{words()[code][near]}, {said}" if near else said
