"""Asks NLU servers over HTTP: within a deadline, never with a long text, and not again and again when they are down.

Each server has a breaker: five failures in a row open it for ten seconds, then one call may try again. With several
addresses the next one is asked when one fails, all within the same deadline.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal

import httpx

from nlu.errors import NluUnavailable

__all__ = ["MAX_CHARACTERS", "Breaker", "NluClient"]

MAX_CHARACTERS = 1_000
DEADLINE_SECONDS = 1.5
FAILURES_TO_OPEN = 5
OPEN_SECONDS = 10.0


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row. ``clock`` gives seconds that only go forward."""

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    opened_at: float | None = None
    probing: bool = False

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        """Open: no call; half-open: one call may try."""
        if self.opened_at is None:
            return "closed"
        return "open" if self.clock() - self.opened_at < OPEN_SECONDS else "half-open"

    def allows(self) -> bool:
        """Whether a call may be made now; in the half-open state only one at a time."""
        state = self.state
        if state == "closed":
            return True
        if state == "open" or self.probing:
            return False
        self.probing = True
        return True

    def succeeded(self) -> None:
        """The call was answered."""
        self.failures, self.opened_at, self.probing = 0, None, False

    def failed(self) -> None:
        """The call failed or took too long."""
        self.failures += 1
        self.probing = False
        if self.opened_at is not None or self.failures >= FAILURES_TO_OPEN:
            self.opened_at = self.clock()


@dataclass(slots=True)
class _Server:
    url: str
    breaker: Breaker = field(default_factory=Breaker)


class NluClient:
    """One client for one or more NLU servers; close it, or use it as an async context manager."""

    def __init__(
        self,
        urls: Sequence[str],
        token: str,
        *,
        deadline: float = DEADLINE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``urls``: base addresses, asked in turn; ``deadline``: seconds for one ``parse`` in all."""
        if not urls:
            raise ValueError("the NLU client needs at least one address")
        self._servers = [_Server(url.rstrip("/"), Breaker(clock)) for url in urls]
        self._deadline = deadline
        self._clock = clock
        self._first = 0
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}"},
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=30),
            timeout=deadline,
            trust_env=False,
            follow_redirects=False,
            # Reading the certificates takes longer than a parse; loopback needs none.
            verify=any(url.startswith("https:") for url in urls),
        )

    @property
    def state(self) -> Literal["ready", "down"]:
        """ "down" when every breaker is open."""
        return "down" if all(server.breaker.state == "open" for server in self._servers) else "ready"

    async def parse(self, text: str) -> dict[str, Any]:
        """What the model makes of ``text`` (its first 1,000 characters). Raises NluUnavailable when nobody answers."""
        ends = time.monotonic() + self._deadline
        body = {"text": text[:MAX_CHARACTERS]}
        reason = "every breaker is open"
        servers = self._servers[self._first :] + self._servers[: self._first]
        self._first = (self._first + 1) % len(self._servers)  # the next call begins with the next one, at once
        for server in servers:
            left = ends - time.monotonic()
            if left <= 0 or not server.breaker.allows():
                continue
            try:
                async with asyncio.timeout(left):  # httpx's own limits are for each read, not for the whole
                    answer = await self._ask(server, body)
            except (httpx.HTTPError, ValueError, TimeoutError) as error:
                server.breaker.failed()
                reason = type(error).__name__
            except BaseException:  # cancelled: neither a failure of the server nor a success
                server.breaker.probing = False
                raise
            else:
                server.breaker.succeeded()
                return answer
        raise NluUnavailable(f"no NLU server answered ({reason})")

    async def _ask(self, server: _Server, body: dict[str, str]) -> dict[str, Any]:
        response = await self._http.post(f"{server.url}/model/parse", json=body)
        response.raise_for_status()
        answer = response.json()
        if not isinstance(answer, dict) or not isinstance(answer.get("intent"), dict):
            raise ValueError("not an NLU answer")
        return answer

    async def status(self) -> list[dict[str, Any]]:
        """Each server's ``/status``, or ``{"ready": False}``; asks even where a breaker is open."""
        found = []
        for server in self._servers:
            try:
                response = await self._http.get(f"{server.url}/status")
                response.raise_for_status()
                found.append({"url": server.url, **response.json()})
            except (httpx.HTTPError, ValueError):
                found.append({"url": server.url, "ready": False})
        return found

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> NluClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
