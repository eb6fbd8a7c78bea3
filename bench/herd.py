"""Worker processes that can be killed and stopped at any moment, and begin again at once.

They are forked from a server that has everything imported already, so that a new one is there in a fraction of a
second. Nothing but these processes is ever touched, each by its own id.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from typing import Any

_PRELOADED = (
    "bench.crowd", "bot.delivery", "bot.bootstrap", "bot.channels.telegram", "bot.channels.whatsapp", "store.database",
    "psycopg", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite", "uvicorn",
    "tests.channels.serving",
)  # fmt: skip


class Herd:
    """``count`` processes of ``target(*args)``. ``kills`` and ``stops`` count what was done to them."""

    def __init__(self, count: int, target: Callable[..., None], args: tuple[Any, ...], seed: int = 7) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(_PRELOADED))
        self._target, self._args = target, args
        self._chance = random.Random(seed)
        self._stopped: dict[int, ForkServerProcess] = {}
        self.kills = self.stops = 0
        self.members = [self.start() for _ in range(count)]

    def start(self) -> ForkServerProcess:
        """One more process."""
        process = self._context.Process(target=self._target, args=self._args, daemon=True)
        process.start()
        return process

    def kill_one(self) -> None:
        """End one that runs, without warning; another takes its place."""
        place = self._chance.randrange(len(self.members))
        victim = self.members[place]
        if victim.pid is None or victim.pid in self._stopped:
            return
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        self.kills += 1
        self.members[place] = self.start()

    async def stop_one(self, seconds: float) -> None:
        """Freeze one for a while."""
        running = [one for one in self.members if one.pid and one.pid not in self._stopped and one.is_alive()]
        if not running:
            return
        victim = self._chance.choice(running)
        assert victim.pid is not None
        self._stopped[victim.pid] = victim
        os.kill(victim.pid, signal.SIGSTOP)
        self.stops += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(victim.pid, signal.SIGCONT)
            del self._stopped[victim.pid]

    def end(self) -> None:
        """End all of them."""
        for member in self.members:
            if member.pid is not None and member.is_alive():
                os.kill(member.pid, signal.SIGKILL)
            member.join()
