"""Sending on Telegram: plain text, buttons under it, a file after it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from telegram import InputFile, LinkPreviewOptions
from telegram.error import TelegramError

from bot.channels import LIMITS
from bot.channels.base import Limits, Pace
from bot.channels.pieces import continued
from bot.channels.telegram.client import Client
from bot.channels.telegram.failures import is_stale_press, send_error
from bot.channels.telegram.incoming import CHANNEL
from bot.channels.telegram.markup import markup, pieces
from bot.errors import Failure, SendError
from bot.messages import Document, Outgoing

log = structlog.get_logger(__name__)

# Of a later piece of a message.
_WORTH_A_WAIT = (Failure.NOT_SENT, Failure.THROTTLED)
_PRESSES_AT_ONCE = 8
_PRESS_SECONDS = 10.0
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


# About 30 messages a second in all and one a second in a chat, with short bursts allowed; a 429 stops the whole bot.
PACE = Pace(per_second=30.0, person_every=1.0, person_burst=5)


class Telegram:
    """One bot. ``api`` is the base address of the Bot API server, without a slash at the end."""

    name = CHANNEL

    def __init__(self, token: str, api: str, pace: Pace = PACE) -> None:
        self.client = Client(token, api)
        self.pace = pace
        self._presses = asyncio.Semaphore(_PRESSES_AT_ONCE)

    @property
    def limits(self) -> Limits:
        return LIMITS[CHANNEL]

    async def send(self, address: str, message: Outgoing, *, tracker: str) -> str | None:
        """The id of the last piece of text; Telegram has no place for the tracker.

        Once a piece has arrived, a failure of the next is ``unknown`` (code ``partly_…``): sending the message again
        would repeat what the person has read.
        """
        chat = _chat(address)
        texts = pieces(message.text)
        if not texts:
            raise SendError("text_empty")
        last: str | None = None
        for number, text in enumerate(texts):
            is_last = number == len(texts) - 1
            last = await self._piece(number > 0, self._text(chat, message, text, with_keyboard=is_last))
        if message.document is not None:
            await self._piece(True, self._file(chat, message.document))
        return last

    def _text(
        self, chat: int, message: Outgoing, text: str, *, with_keyboard: bool
    ) -> Callable[[], Awaitable[str | None]]:
        async def call() -> str | None:
            # No parse mode: a name with a "<" or a "*" in it stays what it is.
            sent = await self.client.call(
                "sendMessage",
                chat_id=chat,
                text=text,
                reply_markup=markup(message) if with_keyboard else None,
                link_preview_options=_NO_PREVIEW,
            )
            return _message_id(sent)

        return call

    def _file(self, chat: int, document: Document) -> Callable[[], Awaitable[str | None]]:
        async def call() -> str | None:
            file = InputFile(document.content, filename=document.name)
            sent = await self.client.call("sendDocument", chat_id=chat, document=file, disable_notification=True)
            return _message_id(sent)

        return call

    async def _piece(self, is_continuation: bool, call: Callable[[], Awaitable[str | None]]) -> str | None:
        return await (continued(lambda: self._once(call), _WORTH_A_WAIT) if is_continuation else self._once(call))

    @staticmethod
    async def _once(call: Callable[[], Awaitable[str | None]]) -> str | None:
        try:
            return await call()
        except TelegramError as error:
            failed = send_error(error)
        # Raised here, so that nothing the failed call held (the address with the token, the text) hangs on it.
        if failed.failure is Failure.HALT:
            log.error("telegram_halted", hint="Telegram does not accept the bot token")
        raise failed

    async def answer_press(self, press: str) -> None:
        """Tell the phone that a button press arrived. Never fails: at worst the phone shows it as busy for a while."""
        async with self._presses:
            try:
                await self.client.call("answerCallbackQuery", seconds=_PRESS_SECONDS, callback_query_id=press)
            except TelegramError as error:
                if not is_stale_press(error):
                    log.info("press_not_answered", code=send_error(error).code)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()


def _chat(address: str) -> int:
    try:
        return int(address)
    except ValueError:
        raise SendError("bad_address", Failure.NEVER) from None


def _message_id(sent: object) -> str | None:
    number = sent.get("message_id") if isinstance(sent, dict) else None
    return str(number) if isinstance(number, int) else None
