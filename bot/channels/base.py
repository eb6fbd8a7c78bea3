"""What a channel is: a name, its limits, and how to send. How it receives is its own affair (a route, a loop)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.messages import Outgoing


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can carry, in characters (``choice_id`` in bytes). ``few_buttons`` is how many buttons may have
    labels of ``few_label``; more of them are shown otherwise (a list) with ``label``."""

    text: int
    buttons: int
    label: int
    few_buttons: int
    few_label: int
    choice_id: int = 64


class Channel(Protocol):
    """``send`` returns the platform's id of the message, or None when it has none; raises ``bot.errors.SendError``."""

    @property
    def name(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    async def send(self, address: str, message: Outgoing) -> str | None: ...
