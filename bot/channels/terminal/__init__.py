"""Talking in a terminal: no account, no server; one line is one message."""

from __future__ import annotations

from bot.channels.base import FREE, Limits
from bot.messages import Outgoing


class Terminal:
    """Collects what would be sent, for the caller to print. ``limits`` may be those of another channel, to see how a
    talk would look there."""

    name = "terminal"
    pace = FREE

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._said: list[Outgoing] = []

    @property
    def limits(self) -> Limits:
        return self._limits

    async def send(self, address: str, message: Outgoing, *, tracker: str) -> str | None:
        """Never fails."""
        self._said.append(message)
        return None

    def take(self) -> list[Outgoing]:
        """What was said since the last call, in order."""
        said, self._said = self._said, []
        return said
