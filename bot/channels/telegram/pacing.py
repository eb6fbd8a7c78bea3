"""Keeping below Telegram's limits, so that it never has to say 429: that stops the whole bot, not one chat.

About 30 messages a second in all and one a second in a chat, with short bursts allowed. Danger advice does not wait
for the overall limit; the room between ours and Telegram's is for it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable

from bot.errors import SendError

OVERALL_PER_SECOND = 25.0
OVERALL_BURST = 4
CHAT_PER_SECOND = 1.0
CHAT_BURST = 4
# A call is held back at most so long, in seconds; a longer wait is the outbox's, which survives a restart.
LONGEST_WAIT = 10.0
_MANY_CHATS = 10_000


class Pacer:
    """Turns for one process. ``clock`` gives seconds that only grow."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        # For each chat, and for all: when its next message would be due if none came in bursts.
        self._chats: dict[str, float] = {}
        self._all = 0.0
        self._paused_until = 0.0

    async def turn(self, chat: str, *, urgent: bool = False) -> None:
        """Wait for a turn in a chat; raises ``SendError`` (try again later) when it is far off."""
        self._check_pause()
        now = self._clock()
        due = max(self._chats.get(chat, 0.0), now)
        wait = max(0.0, due - now - (CHAT_BURST - 1) / CHAT_PER_SECOND)
        if not urgent:
            wait = max(wait, self._all - now - (OVERALL_BURST - 1) / OVERALL_PER_SECOND)
        if wait > LONGEST_WAIT:
            raise SendError("paced", retryable=True, retry_after=wait)
        self._chats[chat] = due + 1 / CHAT_PER_SECOND
        self._all = max(self._all, now) + 1 / OVERALL_PER_SECOND
        self._forget(now)
        if wait > 0:
            await self._sleep(wait)
            self._check_pause()

    def pause(self, seconds: float) -> None:
        """Telegram said to wait: nobody sends for so long."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def _check_pause(self) -> None:
        left = self._paused_until - self._clock()
        if left > 0:
            raise SendError("paused", retryable=True, retry_after=left + jitter())

    def _forget(self, now: float) -> None:
        if len(self._chats) > _MANY_CHATS:
            self._chats = {chat: due for chat, due in self._chats.items() if due > now}


def jitter() -> float:
    """Up to a second, so that those who waited do not all come at once."""
    return secrets.randbelow(1000) / 1000
