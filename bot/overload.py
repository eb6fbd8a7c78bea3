"""How many updates are stored at the same time: beyond that the platform is asked to come again, which it does.

A platform keeps what is answered with 503 and brings it later; a queue in our memory would be lost with us, and every
update behind it would be answered too late.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from bot.errors import Overloaded

# Platforms hold at most some hundred connections to us; more than that at once is no traffic of theirs.
PLACES = 400
RETRY_SECONDS = 2


class Gate:
    """``places`` at the same time. ``turned_away`` counts those that found none."""

    def __init__(self, places: int = PLACES) -> None:
        self._free = places
        self.turned_away = 0

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place during the block; raises ``Overloaded`` when there is none."""
        if self._free <= 0:
            self.turned_away += 1
            raise Overloaded(RETRY_SECONDS)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1
