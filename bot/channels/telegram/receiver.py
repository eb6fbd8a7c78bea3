"""One way in for updates, however they came: stored durably first, then the worker is woken and the press answered."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.incoming import Standing, incoming, press_id, standing
from bot.channels.telegram.standing import note

if TYPE_CHECKING:
    from bot.bootstrap import App  # at run time it would import us

log = structlog.get_logger(__name__)

# The kinds of updates that we ask for.
KINDS = ["message", "callback_query", "my_chat_member"]


class Receiver:
    """``counts`` says what became of updates: ``stored repeated standing ignored unreadable``."""

    def __init__(self, app: App, channel: Telegram, wake: Callable[[str], None]) -> None:
        self._app = app
        self.gate = app.gate
        self._channel = channel
        self._wake = wake
        self._tasks: set[asyncio.Task[None]] = set()
        self.counts: Counter[str] = Counter()

    async def take(self, update: object) -> None:
        """Returns when the update needs no more of Telegram: it is stored, or nothing for us. Raises what the store
        raises; then it must be delivered again."""
        change = standing(update)
        if change is not None:
            await self._note(change)
            return
        message, press = incoming(update), press_id(update)
        if message is None:
            self.counts["ignored"] += 1
            self._answer(press)
            return
        address_id = await self._app.conversation.accept(message)
        if address_id is None:
            self.counts["repeated"] += 1
            return
        self.counts["stored"] += 1
        self._answer(press)
        self._wake(address_id)

    def unreadable(self) -> None:
        """An update of Telegram's that is no JSON or too large: counted, never asked for again."""
        self.counts["unreadable"] += 1
        log.warning("update_unreadable", count=self.counts["unreadable"])

    async def _note(self, change: Standing) -> None:
        self.counts["standing"] += 1
        await note(self._app.store, change, self._app.clock)

    def _answer(self, press: str | None) -> None:
        if press is None:
            return
        task = asyncio.get_running_loop().create_task(self._channel.answer_press(press))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Wait for presses being answered, at most so long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
