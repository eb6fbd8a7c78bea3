"""Sending on WhatsApp: one call after another, each under a tracker that comes back in what Meta tells of it."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from bot.channels import LIMITS
from bot.channels.base import Held, Limits, Pace, Refused
from bot.channels.pieces import continued
from bot.channels.whatsapp import failures, news, window
from bot.channels.whatsapp.client import Client
from bot.channels.whatsapp.incoming import CHANNEL
from bot.channels.whatsapp.markup import Part, media_type, parts
from bot.errors import Failure, SendError
from bot.messages import Outgoing
from store.database import Session
from store.outbox import OutMessage

log = structlog.get_logger(__name__)

# Of a later piece of a message.
_AGAIN = (Failure.NOT_SENT, Failure.THROTTLED, Failure.SLOWER)
_MARKS_AT_ONCE = 8
# More than these waiting, and the blue ticks come with the answer.
_MOST_MARKS = 200
# What Meta lets a number that nobody knows do, until it says more.
PER_SECOND, FIRST_TIER = 80.0, 250
PERSON_EVERY, PERSON_BURST = 6.0, 45


class WhatsApp:
    """One number. ``pace`` is Meta's limits for it, and changes when Meta raises them (``set_pace``)."""

    name = CHANNEL

    def __init__(self, client: Client, daily_people: int | None = FIRST_TIER) -> None:
        self.client = client
        self._pace = _pace(PER_SECOND, daily_people)
        self._marks = asyncio.Semaphore(_MARKS_AT_ONCE)
        self._marking: set[asyncio.Task[None]] = set()

    @property
    def limits(self) -> Limits:
        return LIMITS[CHANNEL]

    @property
    def pace(self) -> Pace:
        return self._pace

    def set_pace(self, per_second: float, daily_people: int | None) -> None:
        """Meta's limits as they are now; ``daily_people`` None: as many as one likes."""
        self._pace = _pace(per_second, daily_people)

    async def send(self, address: str, message: Outgoing, *, tracker: str) -> str | None:
        """The id of the last piece. Once a piece was taken, a failure of the next is ``UNKNOWN`` (code ``partly_…``):
        sending the message again would repeat what the person has read."""
        media_id = await self._upload(message)
        made = parts(message, media_id)
        if not made:
            raise SendError("text_empty", Failure.OUR_BUG)
        last: str | None = None
        for number, part in enumerate(made):
            is_last = number == len(made) - 1
            # The last piece's receipt is the message's.
            name = tracker if is_last else f"{tracker}.{number}"
            last = await (self._first if number == 0 else self._next)(address, part, name)
        return last

    async def _upload(self, message: Outgoing) -> str | None:
        if message.document is None or message.template is not None:
            return None
        try:
            return await self.client.upload(message.document, media_type(message.document))
        except SendError as error:
            if error.failure is not Failure.UNKNOWN:
                raise
            code = error.code
        # Nobody saw the file yet, so there is nothing to repeat.
        raise SendError(code, Failure.NOT_SENT)

    async def _first(self, address: str, part: Part, tracker: str) -> str | None:
        return await self.client.send(address, part.kind, part.content, tracker)

    async def _next(self, address: str, part: Part, tracker: str) -> str | None:
        return await continued(lambda: self._first(address, part, tracker), _AGAIN)

    def prepare(
        self, session: Session, waiting: OutMessage, message: Outgoing, now: datetime
    ) -> Outgoing | Held | Refused:
        """Free words within 24 hours after the person wrote, the approved template outside of them, or a wait."""
        return window.prepare(session, waiting, message, now)

    def failed(self, session: Session, waiting: OutMessage, message: Outgoing, error: SendError, now: datetime) -> None:
        """A template that Meta paused, disabled or has no more as we know it waits until Meta says otherwise."""
        if message.template is not None and error.code in failures.TEMPLATE_STATES:
            news.withdraw(session, message.template.name, message.template.language, error.code, now)

    def mark_read(self, message_id: str, *, is_typing: bool) -> None:
        """Tell the phone that a message was seen, and that an answer is on its way. Costs nobody time, never fails."""
        if len(self._marking) >= _MOST_MARKS:
            return
        task = asyncio.get_running_loop().create_task(self._mark(message_id, is_typing))
        self._marking.add(task)
        task.add_done_callback(self._marking.discard)

    async def _mark(self, message_id: str, is_typing: bool) -> None:
        async with self._marks:
            try:
                await self.client.mark_read(message_id, is_typing=is_typing)
            except SendError as error:
                log.info("not_marked_read", code=error.code)

    async def drain(self, seconds: float) -> None:
        """Wait for what is being marked, at most so long."""
        if self._marking:
            await asyncio.wait(self._marking, timeout=seconds)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()


def _pace(per_second: float, daily_people: int | None) -> Pace:
    return Pace(per_second, PERSON_EVERY, PERSON_BURST, counts_inbound=True, daily_people=daily_people, echoes=True)
