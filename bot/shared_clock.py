"""The moment that all replicas agree on: the database's.

Leases, pauses, turns and the order of a person's messages are compared between processes; one whose own clock is wrong
would stop a channel for everybody, or turn two messages round. Between two looks the machine's steady clock counts on,
so that a step of the wall clock changes nothing. With SQLite there is one process, and its wall clock is the clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from store.database import Store

log = structlog.get_logger(__name__)

# From so much on an operator is told that this machine's clock is wrong.
ALARM = timedelta(seconds=5)
EVERY = 30.0


class SharedClock:
    """Aware UTC, when called. ``look`` asks the database anew; until the first look it is ``wall``."""

    def __init__(self, store: Store, wall: Callable[[], datetime]) -> None:
        self._store = store
        self._wall = wall
        self._known: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        if self._known is None:
            return self._wall()
        at, steady = self._known
        return at + timedelta(seconds=time.monotonic() - steady)

    def look(self) -> None:
        """Raises what the database raises; then the last look goes on to serve."""
        before = time.monotonic()
        at = self._store.moment()
        if at is None:
            return
        self._known = (at, (before + time.monotonic()) / 2)
        off = self._wall() - self()
        if abs(off) >= ALARM:
            log.error("clock_is_wrong", seconds=round(off.total_seconds(), 1))
