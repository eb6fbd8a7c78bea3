"""How Meta brings updates to a business: signed POSTs, at least once, in no order, several in one when it likes.

What is not answered with a 200 is repeated with growing gaps for seven days. ``how`` says what this network is like:
updates several times, shuffled, many in one POST.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.platforms.posting import Poster

KEEP_SECONDS = 7 * 24 * 3600
OBJECT = "whatsapp_business_account"
REMEMBERED = 20_000
CONNECTIONS = 64


@dataclass
class How:
    """``entries`` × ``changes`` × ``items`` is how many updates one POST may hold; ``repeat`` how often each comes.

    ``lose`` is the share that never comes, ``late_seconds`` how long one may take at most.
    """

    repeat: int = 1
    shuffle: bool = False
    entries: int = 1
    changes: int = 1
    items: int = 1
    connections: int = 1
    gather_seconds: float = 0.02
    lose: float = 0.0
    late_seconds: float = 0.0

    @property
    def room(self) -> int:
        return self.entries * self.changes * self.items


@dataclass(frozen=True)
class Update:
    """One change of one account: a message, a status, or news of a template. ``item`` names the list it may share."""

    account: str
    field: str
    value: dict[str, Any]
    at: float


@dataclass
class Pushed:
    """One call to the business's address."""

    body: bytes
    status: int | None
    headers: dict[str, str] = field(default_factory=dict)
    attempt: int = 1


class Webhooks:
    """``secret`` is the app's; ``slowness`` stretches (or, below 1, shortens) the waits between repeats.

    ``fields`` are those that the app subscribed to (None: all). ``pushed`` are the last calls, ``answers`` counts all
    of them by status (None: no answer), ``took`` are the seconds of each.
    """

    def __init__(self, secret: str, clock: Callable[[], float], slowness: float) -> None:
        self.secret = secret
        self.url: str | None = None
        self.fields: frozenset[str] | None = None
        self.how = How()
        self.held = False
        self.waiting: deque[Update] = deque()
        self.pushed: deque[Pushed] = deque(maxlen=REMEMBERED)
        self.answers: Counter[int | None] = Counter()
        self.took: list[float] = []
        self.dropped: list[bytes] = []
        self._clock = clock
        self._slowness = slowness
        self._tasks: set[asyncio.Task[None]] = set()
        self._pump: asyncio.Task[None] | None = None
        self._client: httpx.AsyncClient | None = None
        self._poster: tuple[str, Poster] | None = None
        self._in_flight = 0
        self._landed = asyncio.Event()
        self._unmixed = 0
        self._late = 0
        self.lost = 0
        self._chance = random.Random(1)

    # -- subscribing --------------------------------------------------------------------------------------------------

    async def subscribe(self, url: str, verify_token: str) -> bool:
        """Ask the address for the challenge, as Meta does; True when it knew the token. Then the waiting updates go."""
        challenge = str(random.randrange(10**9, 10**10))
        asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        try:
            answer = await self._http().get(url, params=asked)
        except httpx.TransportError:
            return False
        if answer.status_code != 200 or answer.text != challenge:
            return False
        self.url = url
        self._wake()
        return True

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=30, verify=False, limits=httpx.Limits(max_connections=None))
        return self._client

    # -- updates ------------------------------------------------------------------------------------------------------

    def add(self, update: Update) -> None:
        if self.fields is not None and update.field not in self.fields:
            return
        for _ in range(self.how.repeat):
            if self.how.lose and self._chance.random() < self.how.lose:
                self.lost += 1
            elif self.how.late_seconds:
                self._late += 1
                wait = self._chance.random() * self.how.late_seconds
                asyncio.get_running_loop().call_later(wait, self._arrived_late, update)
            else:
                self._enqueue(update)
        self._wake()

    def _arrived_late(self, update: Update) -> None:
        self._late -= 1
        self._enqueue(update)
        self._wake()

    def _enqueue(self, update: Update) -> None:
        self.waiting.append(update)
        self._unmixed += 1

    def release(self) -> None:
        """End of ``held``: everything that waited goes."""
        self.held = False
        self._wake()

    def replay(self, pushed: Pushed) -> None:
        """The same POST once more, whatever was answered to it."""
        self._start(pushed.body)

    @property
    def is_idle(self) -> bool:
        """Nothing is waiting, under way or to be repeated."""
        return not self.waiting and not self._tasks and not self._late

    def _wake(self) -> None:
        if self.url is None or self.held or not self.waiting or (self._pump and not self._pump.done()):
            return
        self._pump = asyncio.get_running_loop().create_task(self._push_waiting())

    async def _push_waiting(self) -> None:
        if self.how.shuffle:
            await asyncio.sleep(self.how.gather_seconds)
        while self.waiting and not self.held:
            if len(self.waiting) < self.how.room:
                await asyncio.sleep(self.how.gather_seconds)
            while self._in_flight >= self.how.connections:
                self._landed.clear()
                await self._landed.wait()
            if self.how.shuffle:
                self._mix()
            taken = [self.waiting.popleft() for _ in range(min(self.how.room, len(self.waiting)))]
            self._in_flight += 1
            self._start(pack(taken, self.how), counted=True)
            await asyncio.sleep(0)

    def _mix(self) -> None:
        """In no order. Not for each new one anew: a tenth of them being new is soon enough."""
        if self._unmixed * 10 >= len(self.waiting):
            mixed = list(self.waiting)
            self._chance.shuffle(mixed)
            self.waiting, self._unmixed = deque(mixed), 0

    def _start(self, body: bytes, *, counted: bool = False) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(body, counted=counted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, body: bytes, *, counted: bool) -> None:
        """Until it is taken. Only the first try holds up what comes behind it."""
        came, attempt = self._clock(), 1
        pushed = await self._post(body, attempt)
        if counted:
            self._in_flight -= 1
            self._landed.set()
        while pushed.status != 200:
            after = float(pushed.headers.get("retry-after", 0) or 0)
            await asyncio.sleep(max(after, min(2.0 ** (attempt - 1), 3600)) * self._slowness)
            if self._clock() - came > KEEP_SECONDS:
                self.dropped.append(body)
                return
            attempt += 1
            pushed = await self._post(body, attempt)

    async def _post(self, body: bytes, attempt: int) -> Pushed:
        began = time.perf_counter()
        status, headers = await self._exchange(body)
        self.took.append(time.perf_counter() - began)
        self.answers[status] += 1
        pushed = Pushed(body, status, headers, attempt)
        self.pushed.append(pushed)
        return pushed

    async def _exchange(self, body: bytes) -> tuple[int | None, dict[str, str]]:
        """(status, headers); None without an answer."""
        url = self.url or ""
        headers = signed(body, self.secret)
        try:
            if url.startswith("http://"):
                _, _, host, path = url.split("/", 3)
                quick = await self._quick(f"http://{host}").post(f"/{path}", body, headers)
                return quick.status, quick.headers
            answer = await self._http().post(url, content=body, headers=headers)
            return answer.status_code, dict(answer.headers)
        except (OSError, TimeoutError, httpx.HTTPError, httpx.InvalidURL):
            return None, {}

    def _quick(self, base: str) -> Poster:
        if self._poster is None or self._poster[0] != base:
            self._poster = (base, Poster(base, CONNECTIONS))
        return self._poster[1]

    async def close(self) -> None:
        for task in [*self._tasks, *([self._pump] if self._pump else [])]:
            task.cancel()
        if self._client is not None:
            await self._client.aclose()
        if self._poster is not None:
            self._poster[1].close()


def signed(body: bytes, secret: str) -> dict[str, str]:
    """The headers of a POST that Meta signed."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature": "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
    }


def encoded(payload: object) -> bytes:
    """As Meta writes JSON, with escaped letters and slashes; the signature is over exactly these bytes."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()


def pack(updates: list[Update], how: How) -> bytes:
    """One POST of these updates: as many items in a change, changes in an entry and entries as ``how`` lets in."""
    changes: list[tuple[str, dict[str, Any]]] = []
    counts: list[int] = []
    for update in updates:
        if changes and counts[-1] < how.items and _may_join(changes[-1], update):
            _join(changes[-1][1]["value"], update.value)
            counts[-1] += 1
        else:
            changes.append((update.account, {"value": json.loads(json.dumps(update.value)), "field": update.field}))
            counts.append(1)
    entries: list[dict[str, Any]] = []
    for account, change in changes:
        if entries and entries[-1]["id"] == account and len(entries[-1]["changes"]) < how.changes:
            entries[-1]["changes"].append(change)
        else:
            entries.append({"id": account, "time": int(updates[0].at), "changes": [change]})
    return encoded({"object": OBJECT, "entry": entries})


def _may_join(last: tuple[str, dict[str, Any]], update: Update) -> bool:
    account, change = last
    if account != update.account or change["field"] != "messages" or update.field != "messages":
        return False
    return bool(("messages" in change["value"]) == ("messages" in update.value))


def _join(value: dict[str, Any], more: dict[str, Any]) -> None:
    for name in ("messages", "statuses", "contacts"):
        if name in more:
            known = value.setdefault(name, [])
            known.extend(item for item in more[name] if name != "contacts" or item not in known)
