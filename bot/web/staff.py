"""Puts the console into the site: it is given the store, the clock and the words of messages."""

from __future__ import annotations

from datetime import date, datetime

from starlette.requests import Request
from starlette.routing import Mount

from bot import render
from bot.bootstrap import App
from bot.languages import language
from bot.web.headers import is_secure
from bot.web.visitor import Visitors
from console import app as console
from console.surroundings import Surroundings
from dialogues.effects import Say


class _Speech:
    """The words of messages as the console asks for them."""

    def message(self, message: str, code: str) -> str | None:
        return render.words(message, code) if message in render.message_ids(language(code).folder) else None

    def said(self, say: Say, code: str, now: datetime) -> str:
        return render.text(say.message, say.params, code, now)

    def day(self, value: date, code: str, now: datetime) -> str:
        return render.day(value, language(code), now)


def mount(app: App, visitors: Visitors) -> Mount:
    """The console at /console."""
    public_url = app.settings.public_url

    def is_own_page(request: Request) -> bool:
        return not visitors.is_strange(request)

    around = Surroundings(
        app.store, app.clock, _Speech(), lambda connection: is_secure(connection, public_url), is_own_page
    )
    return Mount("/console", routes=console.routes(around))
