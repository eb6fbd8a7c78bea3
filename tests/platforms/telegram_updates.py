"""How Telegram brings updates to a bot: the queue that is fetched, and the queues that are pushed.

Pushed ones stand in one queue a chat for messages and another one for a person's presses; what is not answered with a
2xx is repeated before anything behind it, at once and then ever later. An update is dropped after a day, a press after
150 seconds.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.platforms.telegram_rules import PRESS_SECONDS, UPDATE_SECONDS, Refusal


@dataclass
class Waiting:
    """An update with its queue and the moment it came."""

    update: dict[str, Any]
    queue: tuple[str, int]
    at: float

    @property
    def number(self) -> int:
        return int(self.update["update_id"])

    def is_stale(self, now: float) -> bool:
        return now - self.at > (PRESS_SECONDS if "callback_query" in self.update else UPDATE_SECONDS)


@dataclass
class Webhook:
    """As ``setWebhook`` left it."""

    url: str
    secret: str
    connections: int
    kinds: set[str]


@dataclass
class Pushed:
    """One call to the bot's address."""

    number: int
    status: int | None
    headers: dict[str, str] = field(default_factory=dict)


class Updates:
    """``slowness`` stretches (or, below 1, shortens) Telegram's waits between repeats."""

    def __init__(self, clock: Callable[[], float], slowness: float) -> None:
        self._clock = clock
        self._slowness = slowness
        self._number = 700_000_000
        self.waiting: deque[Waiting] = deque()
        self.webhook: Webhook | None = None
        self.pushed: list[Pushed] = []
        self.dropped: list[Waiting] = []
        self._polls = 0
        self._came = asyncio.Event()
        self._queues: defaultdict[tuple[str, int], deque[Waiting]] = defaultdict(deque)
        self._pushers: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(40)

    def count_on(self, start: int) -> None:
        self._number = start

    def add(self, content: dict[str, Any], queue: tuple[str, int]) -> int:
        """A new update; its number."""
        self._number += 1
        self.enqueue({"update_id": self._number, **content}, queue)
        return self._number

    def enqueue(self, update: dict[str, Any], queue: tuple[str, int]) -> None:
        """An update as it is, perhaps one that came before."""
        waiting = Waiting(update, queue, self._clock())
        if self.webhook is not None:
            self._push(waiting)
        else:
            self.waiting.append(waiting)
            self._tell()

    def _tell(self) -> None:
        """Wake everyone who waits for something new; a new event, so that nobody misses it who is about to wait."""
        self._came.set()
        self._came = asyncio.Event()

    # -- fetched ----------------------------------------------------------------------------------------------------

    async def fetch(self, offset: int | None, limit: int, seconds: float, kinds: list[str] | None) -> list[Any]:
        if self.webhook is not None:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        self._polls += 1
        mine = self._polls
        self._tell()
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            came = self._came
            if mine != self._polls:
                raise Refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one runs")
            found = self._look(offset, limit, kinds)
            left = deadline - asyncio.get_running_loop().time()
            if found or left <= 0:
                return found
            try:
                await asyncio.wait_for(came.wait(), left)
            except TimeoutError:
                continue

    def _look(self, offset: int | None, limit: int, kinds: list[str] | None) -> list[Any]:
        now = self._clock()
        while offset is not None and self.waiting and self.waiting[0].number < offset:
            self.waiting.popleft()
        self.dropped += [w for w in self.waiting if w.is_stale(now)]
        self.waiting = deque(w for w in self.waiting if not w.is_stale(now))
        asked = [w.update for w in self.waiting if kinds is None or set(kinds) & w.update.keys()]
        return asked[:limit]

    # -- pushed -----------------------------------------------------------------------------------------------------

    def set_webhook(self, webhook: Webhook | None, *, drop: bool) -> None:
        if drop:
            self.dropped += self.waiting
            self.waiting.clear()
        self.webhook = webhook
        self._room = asyncio.Semaphore(webhook.connections if webhook else 40)
        self._tell()
        while webhook is not None and self.waiting:
            self._push(self.waiting.popleft())

    def _push(self, waiting: Waiting) -> None:
        if self.webhook is None or not self.webhook.kinds & waiting.update.keys():
            return
        self._queues[waiting.queue].append(waiting)
        if waiting.queue not in self._pushers:
            self._pushers[waiting.queue] = asyncio.create_task(self._push_queue(waiting.queue))

    async def _push_queue(self, queue: tuple[str, int]) -> None:
        async with httpx.AsyncClient(timeout=30, verify=False) as client:
            while self._queues[queue]:
                waiting, failures = self._queues[queue][0], 0
                while not await self._try(client, waiting):
                    wait = self._wait(failures)
                    failures += 1
                    await asyncio.sleep(wait)
                self._queues[queue].popleft()
        del self._pushers[queue]

    def _wait(self, failures: int) -> float:
        after = self.pushed[-1].headers.get("retry-after")
        backed_off = 0 if failures == 0 else min(2.0**failures, 60)
        return max(backed_off, float(after) if after else 0) * self._slowness

    async def _try(self, client: httpx.AsyncClient, waiting: Waiting) -> bool:
        if waiting.is_stale(self._clock()) or self.webhook is None:
            self.dropped.append(waiting)
            return True
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret} if self.webhook.secret else {}
        pushed = Pushed(waiting.number, None)
        async with self._room:
            try:
                answer = await client.post(self.webhook.url, json=waiting.update, headers=headers)
                pushed = Pushed(waiting.number, answer.status_code, dict(answer.headers))
            except httpx.TransportError:
                pass
        self.pushed.append(pushed)
        return pushed.status is not None and 200 <= pushed.status <= 299

    def close(self) -> None:
        """Stop pushing."""
        for task in self._pushers.values():
            task.cancel()
