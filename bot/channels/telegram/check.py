"""What `labas doctor` says of Telegram."""

from __future__ import annotations

from telegram.error import TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.failures import send_error
from bot.channels.telegram.webhook import PATH
from bot.errors import SendError, SettingsError
from bot.settings import Settings


async def check(settings: Settings) -> str:
    """The bot's name and how updates reach us, in one line; ``SendError`` when Telegram does not let us in."""
    try:
        client = Client(settings.telegram_token, settings.telegram_api)
    except SettingsError:
        raise SendError("channel_halted") from None
    try:
        me, hook = await client.call("getMe"), await client.call("getWebhookInfo")
    except TelegramError as error:
        failed = send_error(error)
    else:
        return _told(_mapping(me), _mapping(hook), settings.public_url)
    finally:
        await client.close()
    raise failed


def _told(me: dict[str, object], hook: dict[str, object], public_url: str) -> str:
    name = f"@{me.get('username', '?')}"
    url, waiting = hook.get("url", ""), hook.get("pending_update_count", 0)
    if not public_url:
        way = "a webhook is set; `labas serve` takes it away" if url else "updates are fetched"
    elif url != public_url + PATH:
        way = "the webhook is not set yet; `labas serve` sets it"
    else:
        way = "updates are posted to us"
        if hook.get("last_error_message"):
            way += f" (last failure, as Telegram saw it: {hook['last_error_message']})"
    return f"{name}: {way}, {waiting} waiting"


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
