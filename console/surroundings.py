"""What the console is given by whoever starts it: store, clock, words of messages, and how a request came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from starlette.requests import HTTPConnection, Request

from dialogues.effects import Say
from store.database import Store


class Speech(Protocol):
    """Words that the console shares with the talks. ``code`` is ``fr`` or ``ar``."""

    def message(self, message: str, code: str) -> str | None:
        """The words of a message id, or None when there is no such message."""
        ...

    def said(self, say: Say, code: str, now: datetime) -> str:
        """A message as somebody reads it in their language, any of them."""
        ...

    def day(self, value: date, code: str, now: datetime) -> str:
        """Weekday, day and month; ``now`` (wall time) decides whether the year is said."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``clock`` gives aware UTC. ``is_secure``: the browser speaks https. ``is_own_page``: no other site's page sent
    the request."""

    store: Store
    clock: Callable[[], datetime]
    speech: Speech
    is_secure: Callable[[HTTPConnection], bool]
    is_own_page: Callable[[Request], bool]
