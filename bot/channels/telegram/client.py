"""The Bot API over HTTP, with python-telegram-bot underneath and three things of our own.

Every failure becomes one of two exceptions that say what is known about the request; neither they nor anything they
hang on holds the token (it is a part of the address that httpx puts into its own exceptions and logs) or a text.
Timeouts are set here. Answers stay plain JSON: an update or a message that the library cannot read into its own types
holds up nothing, and a yes stays a yes.
"""

from __future__ import annotations

import json
import re
from typing import Any

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.errors import SettingsError

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
WRITE_SECONDS = 20.0
POOL_SECONDS = 5.0
_CONNECTIONS = 64
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,100}")
# httpx's exceptions after which no byte of the request has left. By name: httpx belongs to the library here.
_NOT_SENT = frozenset(
    ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol", "InvalidURL")
)


class Refused(TelegramError):
    """An answer other than yes. ``description`` is Telegram's sentence, or None when it was not Telegram that spoke
    (a proxy, a gateway); it is for comparing, not for logs."""

    def __init__(self, status: int, description: str | None, retry_after: float | None = None) -> None:
        super().__init__(f"refused with {status}")
        self.status = status
        self.description = description
        self.retry_after = retry_after


class Lost(TelegramError):
    """No answer, or none that can be read. ``was_sent``: the request may have arrived and been carried out."""

    def __init__(self, reason: str, *, was_sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.was_sent = was_sent


class _Wire(HTTPXRequest):
    """The library's HTTP client, its failures turned into ours."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        answer: tuple[int, bytes] | None = None
        reason = ""
        try:
            answer = await super().do_request(*args, **kwargs)
        except Exception as error:  # noqa: BLE001
            # The library wraps httpx's exceptions, and lets some pass. Only the kind is kept.
            reason = type(error.__cause__ or error).__name__
        if answer is None:
            # Raised outside of the handler, so that the exception with the address in it is not its context.
            raise Lost(reason, was_sent=reason not in _NOT_SENT)
        status, body = answer
        if not 200 <= status <= 299:
            raise _refused(status, body)
        return answer

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The library's own would log what it cannot read, and that may hold a person's words."""
        answer = _json(payload)
        if answer.get("ok") is False:
            raise _refused(_whole(answer.get("error_code"), 400), payload)
        if "result" not in answer:
            raise Lost("Unreadable", was_sent=True)
        return answer


def _refused(status: int, body: bytes) -> Refused:
    answer = _json(body)
    said = answer.get("description")
    parameters = answer.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return Refused(
        status,
        said if isinstance(said, str) and answer.get("ok") is False else None,
        float(wait) if isinstance(wait, int | float) and 0 <= wait < 1e6 else None,
    )


def _json(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


class Client:
    """One bot at one Bot API server. Every method raises ``Refused`` or ``Lost``."""

    def __init__(self, token: str, api: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise SettingsError("LABAS_TELEGRAM_TOKEN is not a bot token; BotFather gives one like 123456:ABC-DEF.")
        self._wire = _Wire(
            connection_pool_size=_CONNECTIONS,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            write_timeout=WRITE_SECONDS,
            media_write_timeout=WRITE_SECONDS,
            pool_timeout=POOL_SECONDS,
        )
        self._bot = Bot(
            token, base_url=f"{api}/bot", base_file_url=f"{api}/file/bot", request=self._wire,
            get_updates_request=self._wire,
        )  # fmt: skip

    async def call(self, method: str, *, seconds: float | None = None, **fields: object) -> Any:
        """Call a method of the Bot API; its result as JSON. ``seconds`` to wait for it (20 unless told); fields that
        are None are left out; the library's types (keyboards, files) may be among them."""
        # The library's public methods would read the answer into its types, and fail on what they do not know.
        return await self._bot._post(method, fields, read_timeout=READ_SECONDS if seconds is None else seconds)

    async def updates(self, offset: int | None, kinds: list[str], seconds: int) -> list[Any]:
        """What came since ``offset`` (which forgets what is before it), waiting up to ``seconds`` for something."""
        found = await self.call(
            "getUpdates",
            seconds=seconds + READ_SECONDS,
            offset=offset,
            timeout=seconds,
            limit=100,
            allowed_updates=kinds,
        )
        if not isinstance(found, list):
            raise Lost("Unreadable", was_sent=True)
        return found

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.shutdown()
