"""Telegram calls us: the secret is checked, the update is stored, and only then does Telegram get its 200.

An authenticated update never gets anything but a 200, unless the store is down: Telegram would repeat it for a day and
hold back everything behind it. Nothing of a body is logged.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.receiver import Receiver
from bot.errors import Overloaded

if TYPE_CHECKING:
    from bot.bootstrap import App

log = structlog.get_logger(__name__)

PATH = "/telegram/webhook"
LARGEST_BODY = 1_000_000
RETRY_SECONDS = 5
_HEADER = "x-telegram-bot-api-secret-token"


def route(app: App, secret: str, wake: Callable[[str], None]) -> Route:
    """The route that Telegram posts to. ``secret`` must not be empty; ``app.channels`` must hold the channel."""
    channel = app.channels["telegram"]
    if not isinstance(channel, Telegram) or not secret:
        raise ValueError("the webhook needs its channel and a secret")
    return route_to(Receiver(app, channel, wake), secret)


def route_to(receiver: Receiver, secret: str) -> Route:
    """The same over a receiver that exists."""

    async def webhook(request: Request) -> Response:
        given = request.headers.get(_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            log.warning("webhook_refused")
            return Response(status_code=403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        return await _take(receiver, body)

    return Route(PATH, webhook, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    """The whole body, or None when it is larger than any update."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LARGEST_BODY:
            return None
    return bytes(read)


async def _take(receiver: Receiver, body: bytes | None) -> Response:
    try:
        update = json.loads(body) if body is not None else None
    except (ValueError, RecursionError):
        update = None
    if not isinstance(update, dict):
        receiver.unreadable()
        return Response(status_code=200)
    try:
        async with receiver.gate.place():
            await receiver.take(update)
    except Overloaded as error:
        return Response(status_code=503, headers={"Retry-After": str(error.retry_after)})
    except Exception as error:  # noqa: BLE001
        # Whatever kept the store from taking it: Telegram keeps the update and brings it again.
        log.error("update_not_stored", error=type(error).__name__)
        return Response(status_code=503, headers={"Retry-After": str(RETRY_SECONDS)})
    return Response(status_code=200)
