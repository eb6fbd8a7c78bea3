"""The web application: chat page and API, health and figures, console, and the routes of channels (webhooks)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from bot.bootstrap import App
from bot.channels.web import Web
from bot.web import failures, pages, staff
from bot.web.chat import CHANNEL, Chat
from bot.web.headers import Headers, LastNet
from bot.web.health import Health
from bot.web.metrics import Metrics
from bot.web.visitor import Visitors


def create(app: App, *, routes: Sequence[BaseRoute] = (), nlu_state: Callable[[], str]) -> Starlette:
    """The application over the parts of a running Labas, one of which must be the web channel.

    ``routes`` come before ours. ``nlu_state`` gives ``ready``, or what the NLU is instead, for ``/readyz``.
    """
    web = app.channels[CHANNEL]
    if not isinstance(web, Web):
        raise TypeError("the channel named web must be bot.channels.web.Web")
    public_url = app.settings.public_url
    visitors = Visitors(public_url)
    return Starlette(
        routes=[
            *routes,
            *Chat(app, web, visitors).routes(),
            *Health(app.store, nlu_state).routes(),
            *Metrics(app).routes(),
            staff.mount(app, visitors),
            *pages.routes(),
        ],
        middleware=[Middleware(Headers, public_url), Middleware(LastNet)],
        exception_handlers={
            HTTPException: failures.on_http_error,
            failures.Rejected: failures.on_rejected,
        },
    )
