"""What Telegram must know at start: where updates go, and which commands the bot's menu shows.

Updates that wait at Telegram are never dropped.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re

import structlog
from telegram import BotCommand
from telegram.error import TelegramError

from bot import render
from bot.channels.telegram.client import Client, Refused
from bot.channels.telegram.failures import send_error
from bot.channels.telegram.receiver import KINDS
from bot.channels.telegram.webhook import PATH
from bot.errors import SettingsError

log = structlog.get_logger(__name__)

# Command -> message id of its description.
MENU: dict[str, str] = {
    "start": "intent.greet",
    "menu": "choice.menu",
    "rdv": "choice.book",
    "human": "choice.human",
    "langue": "choice.language",
    "privacy": "choice.privacy",
    "stop": "intent.stop_reminders",
}
# Telegram's language of the app -> ours; "" is every other language.
MENU_LANGUAGES: dict[str, str] = {"": "ar", "ar": "ar", "fr": "fr"}
_AT_ONCE = 40
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_MENU_TRIES = 3


def webhook_secret(given: str, token: str) -> str:
    """The secret of the settings, or one made from the token: the same in every replica, and of no use without it."""
    if given and not _SECRET.fullmatch(given):
        raise SettingsError("LABAS_TELEGRAM_SECRET must be 1 to 256 characters out of A-Z a-z 0-9 _ and -.")
    return given or hmac.new(token.encode(), b"labas telegram webhook", hashlib.sha256).hexdigest()


async def receive_by_webhook(client: Client, public_url: str, secret: str) -> None:
    """Have updates posted to us. Raises ``TelegramError``."""
    await client.call(
        "setWebhook",
        url=public_url + PATH,
        secret_token=secret,
        max_connections=_AT_ONCE,
        allowed_updates=KINDS,
        drop_pending_updates=False,
    )


async def receive_by_polling(client: Client) -> None:
    """Take away a webhook, so that updates can be fetched. Raises ``TelegramError``."""
    await client.call("deleteWebhook", drop_pending_updates=False)


async def show_menu(client: Client) -> None:
    """The commands that the app offers, in its language. Raises ``TelegramError``."""
    for app_language, ours in MENU_LANGUAGES.items():
        commands = [BotCommand(command=name, description=render.words(said, ours)) for name, said in MENU.items()]
        await client.call("setMyCommands", commands=commands, language_code=app_language or None)


async def open_way(client: Client, public_url: str, secret: str, pause: float = _FIRST_WAIT) -> None:
    """Set the webhook, or with no ``public_url`` take it away; tried until it succeeds.

    Being offline at start is no reason not to serve. What Telegram refuses as wrong (an address that it cannot reach)
    is logged and left.
    """
    wait = pause
    while True:
        try:
            if public_url:
                await receive_by_webhook(client, public_url, secret)
            else:
                await receive_by_polling(client)
            return
        except TelegramError as error:
            log.error("telegram_not_ready", code=send_error(error).code, webhook=bool(public_url))
            if isinstance(error, Refused) and error.status == 400:
                return
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)


async def offer_menu(client: Client, pause: float = _FIRST_WAIT) -> None:
    """``show_menu``, tried a few times: the bot works without it."""
    for tried in range(1, _MENU_TRIES + 1):
        try:
            await show_menu(client)
            return
        except TelegramError as error:
            log.warning("telegram_menu_not_set", code=send_error(error).code)
        if tried < _MENU_TRIES:
            await asyncio.sleep(pause)
