"""Answering in the background: one task an address at a time, so that a person's messages keep their order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Worker:
    """``wake`` returns at once; the work for an address runs again when it is woken while running."""

    def __init__(self, work: Callable[[str], Awaitable[None]]) -> None:
        self._work = work
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def wake(self, address_id: str) -> None:
        """Look after an address soon."""
        if address_id in self._running:
            self._again.add(address_id)
            return
        self._running[address_id] = asyncio.get_running_loop().create_task(self._run(address_id))

    async def _run(self, address_id: str) -> None:
        try:
            await self._work(address_id)
            while address_id in self._again:
                self._again.discard(address_id)
                await self._work(address_id)
        finally:
            del self._running[address_id]

    async def drain(self, seconds: float) -> None:
        """Wait for what is running, at most so long; what is left is found again in the inbox at the next start."""
        running = list(self._running.values())
        if running:
            await asyncio.wait(running, timeout=seconds)
