"""What a channel is: a name, its limits, its pace, and how to send. How it receives is its own affair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bot.errors import Failure, SendError
from bot.messages import Outgoing
from store.pacing import FREE, Pace

if TYPE_CHECKING:
    from store.database import Session
    from store.outbox import OutMessage

__all__ = ["FREE", "Channel", "Held", "Limits", "Pace", "Prepares", "Refused"]


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
    """``send`` hands one message over, once: it neither paces nor repeats. Delivery does, by ``pace``.

    It returns the platform's id of the message, or None when it has none; raises ``bot.errors.SendError``. ``tracker``
    names this try (32 characters), for platforms that give such a name back in their receipts.
    """

    @property
    def name(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def pace(self) -> Pace: ...

    async def send(self, address: str, message: Outgoing, *, tracker: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Held:
    """Not now, for a reason that is shown to the operator. ``until`` None: looked at again in half an hour, or when it
    is released (``store.outbox.release_held``)."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Not like this, and not later either; ``failure`` as if the platform had said so."""

    code: str
    failure: Failure = Failure.OUR_BUG


@runtime_checkable
class Prepares(Protocol):
    """A channel that has a say before a try is committed, and after a failed one; both within that transaction and
    without any network."""

    def prepare(
        self, session: Session, waiting: OutMessage, message: Outgoing, now: datetime
    ) -> Outgoing | Held | Refused:
        """The message as it may be sent now."""
        ...

    def failed(self, session: Session, waiting: OutMessage, message: Outgoing, error: SendError, now: datetime) -> None:
        """A try failed; what follows for the message and its address is already noted."""
        ...
