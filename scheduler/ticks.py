"""APScheduler as a clock and nothing more: a tick asks the database what waits; one missed or doubled does no harm."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler


@dataclass(frozen=True, slots=True)
class Tick:
    """``work`` is called every ``seconds``; a call that takes longer is not overlapped by the next."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[None]]


def start(ticks: Sequence[Tick]) -> AsyncIOScheduler:
    """Start ticking on the running event loop; ``shutdown(wait=False)`` stops it.

    Late ticks run once (``coalesce``), however late: the default grace of one second would drop them.
    """
    clock = AsyncIOScheduler(timezone="UTC")
    for tick in ticks:
        clock.add_job(
            tick.work, "interval", seconds=tick.seconds, id=tick.name, max_instances=1, coalesce=True,
            misfire_grace_time=None,
        )  # fmt: skip
    clock.start()
    return clock
