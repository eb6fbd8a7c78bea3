"""One turn at a time for each visitor within this process, so that the answer to a request holds its own replies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Locks by address, made when needed and dropped when nobody waits. Across processes the store's lease orders."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Wait for the turn before, then hold the next ones back."""
        lock, waiting = self._locks.get(address, (asyncio.Lock(), 0))
        self._locks[address] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[address]
            if waiting == 1:
                del self._locks[address]
            else:
                self._locks[address] = (lock, waiting - 1)
