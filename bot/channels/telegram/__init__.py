"""Telegram: how messages go out (``Telegram``) and come in (``receiving``). The only folder that knows the library."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

import structlog
from starlette.routing import BaseRoute

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.check import check
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.receiver import Receiver
from bot.channels.telegram.setup import offer_menu, open_way, webhook_secret
from bot.channels.telegram.webhook import route_to

if TYPE_CHECKING:
    from bot.bootstrap import App

log = structlog.get_logger(__name__)

__all__ = ["Telegram", "check", "receiving"]

_STOP_SECONDS = 5.0


@contextlib.asynccontextmanager
async def receiving(app: App, wake: Callable[[str], None]) -> AsyncIterator[Sequence[BaseRoute]]:
    """Updates come in while this is open: over the yielded route when the world can reach us, else by fetching.

    ``wake`` is called with the address of each stored message. Without Telegram among the channels nothing happens.
    """
    channel = app.channels.get(Telegram.name)
    if not isinstance(channel, Telegram):
        yield []
        return
    settings = app.settings
    secret = webhook_secret(settings.telegram_secret, settings.telegram_token)
    receiver = Receiver(app, channel, wake)
    polling = None if settings.public_url else Polling(channel.client, receiver)
    running = asyncio.create_task(_run(channel, settings.public_url, secret, polling))
    running.add_done_callback(_say_if_broken)
    try:
        yield [route_to(receiver, secret)] if polling is None else []
    finally:
        if polling is not None:
            polling.stop()
            await asyncio.wait([running], timeout=_STOP_SECONDS)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await receiver.drain(_STOP_SECONDS)


async def _run(channel: Telegram, public_url: str, secret: str, polling: Polling | None) -> None:
    await open_way(channel.client, public_url, secret)
    await asyncio.gather(offer_menu(channel.client), *([polling.run()] if polling is not None else []))


def _say_if_broken(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("telegram_receiving_broken", error=type(error).__name__)
