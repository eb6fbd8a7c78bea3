"""WhatsApp: how messages go out (``WhatsApp``) and come in (``receiving``). The only folder that knows the library."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

import structlog
from starlette.routing import BaseRoute

from bot.channels.whatsapp import limits, review
from bot.channels.whatsapp.channel import WhatsApp
from bot.channels.whatsapp.check import check
from bot.channels.whatsapp.receiver import Receiver
from bot.channels.whatsapp.setup import channel_of, client_of
from bot.channels.whatsapp.signature import secrets_of
from bot.channels.whatsapp.webhook import routes_to
from bot.errors import SendError

if TYPE_CHECKING:
    from bot.bootstrap import App

log = structlog.get_logger(__name__)

__all__ = ["WhatsApp", "channel_of", "check", "client_of", "receiving"]

_STOP_SECONDS = 5.0
# How often Meta is asked what it thinks of our templates and our number: news of both come by webhook, but may be lost.
_LOOK_SECONDS = 3600.0


@contextlib.asynccontextmanager
async def receiving(app: App, wake: Callable[[str], None]) -> AsyncIterator[Sequence[BaseRoute]]:
    """Updates come in over the yielded routes while this is open. ``wake`` is called with the address of each stored
    message. Without WhatsApp among the channels nothing happens."""
    channel = app.channels.get(WhatsApp.name)
    if not isinstance(channel, WhatsApp):
        yield []
        return
    settings = app.settings
    receiver = Receiver(app, channel, settings.whatsapp_phone_id, settings.whatsapp_account_id, wake)
    looking = asyncio.create_task(_look(app, channel))
    try:
        yield routes_to(receiver, secrets_of(settings.whatsapp_secret), settings.whatsapp_verify_token, app.gate)
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await channel.drain(_STOP_SECONDS)


async def _look(app: App, channel: WhatsApp) -> None:
    while True:
        try:
            number = await channel.client.number()
            people = limits.daily_people(number, app.settings.whatsapp_daily_people)
            channel.set_pace(limits.per_second(number), people)
            known = await review.synchronise(channel.client, app.store, app.clock)
            log.info("whatsapp_looked", templates=known, daily_people=people)
        except SendError as error:
            log.error("whatsapp_not_ready", code=error.code, failure=error.failure.value)
        except Exception as error:  # noqa: BLE001
            # The channel works without; the next look may go better.
            log.error("whatsapp_look_failed", error=type(error).__name__)
        await asyncio.sleep(_LOOK_SECONDS)
