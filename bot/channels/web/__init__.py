"""The chat page's channel. Nothing is pushed: what was said is read back from the store by the page.

One thing cannot be read back: the farewell to somebody whose data were just erased, since it goes with the person as
soon as it is settled. So a request that waits for an answer also listens to what is said while it waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.channels import LIMITS
from bot.channels.base import FREE, Limits
from bot.messages import Outgoing


class Web:
    """Hands nothing over a wire, so sending never fails."""

    name = "web"
    pace = FREE

    def __init__(self) -> None:
        self._listening: dict[str, list[list[Outgoing]]] = {}

    @property
    def limits(self) -> Limits:
        return LIMITS["web"]

    async def send(self, address: str, message: Outgoing, *, tracker: str) -> str | None:
        """Succeeds at once; the page finds the message in the store (``store.outbox.said_since``)."""
        for heard in self._listening.get(address, ()):
            heard.append(message)
        return None

    @contextmanager
    def listen(self, address: str) -> Iterator[list[Outgoing]]:
        """The list that what is said to an address within the block is added to."""
        heard: list[Outgoing] = []
        self._listening.setdefault(address, []).append(heard)
        try:
            yield heard
        finally:
            # By identity: two requests that heard the same are equal lists.
            left = [each for each in self._listening[address] if each is not heard]
            if left:
                self._listening[address] = left
            else:
                del self._listening[address]
