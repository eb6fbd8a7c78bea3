"""Headers of every answer, and the last net under every request: pure ASGI, so nothing is buffered or cancelled."""

from __future__ import annotations

import structlog
from starlette.datastructures import URL, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web import failures

log = structlog.get_logger(__name__)

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",  # for phones whose browser knows no frame-ancestors
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TRANSPORT = "max-age=31536000"


def is_secure(connection: HTTPConnection, public_url: str) -> bool:
    """Whether the browser speaks https to us, directly or through a proxy that ends it at our public address."""
    if connection.url.scheme == "https":
        return True
    public = URL(public_url)
    return public.scheme == "https" and connection.headers.get("host", "") == public.netloc


class Headers:
    """Adds the headers that every answer carries; personal answers are never stored by anyone on the way."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secure = is_secure(HTTPConnection(scope), self._public_url)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if secure:
                    headers.setdefault("Strict-Transport-Security", _TRANSPORT)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class LastNet:
    """Turns any exception into a friendly page or a JSON error; the log gets its kind and place, never its words."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001
            # The boundary of a request. The exception is not raised on: a server would print it with its values.
            log.error("request_failed", route=_route(scope), error=type(error).__name__, where=failures.where(error))
            if not started:
                await failures.answer(Request(scope), 500)(scope, receive, send)


def _route(scope: Scope) -> str:
    """The path of the matched route as written in the table, which holds no id of anyone."""
    return str(getattr(scope.get("route"), "path", "")) or "unmatched"
