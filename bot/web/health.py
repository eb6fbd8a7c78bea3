"""Whether the process lives and whether it can do its work, for whoever watches it."""

from __future__ import annotations

from collections.abc import Callable

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from store.database import Store
from store.errors import StoreError

_PATIENCE = 3.0  # seconds that the database may take to answer
READY = "ready"


class Health:
    """``nlu_state`` gives ``ready``, or a word for what it is instead (``starting``, ``down``)."""

    def __init__(self, store: Store, nlu_state: Callable[[], str]) -> None:
        self._store = store
        self._nlu_state = nlu_state

    def routes(self) -> list[Route]:
        return [Route("/healthz", self.alive), Route("/readyz", self.ready)]

    async def alive(self, request: Request) -> Response:
        """200 as long as the process answers at all: restart it only when this fails."""
        return JSONResponse({"alive": True})

    async def ready(self, request: Request) -> Response:
        """503 names the parts that are not ready. Without NLU, emergencies and buttons are still answered."""
        parts = {"database": await self._database(), "nlu": self._nlu_state()}
        missing = [name for name, state in parts.items() if state != READY]
        return JSONResponse({"ready": not missing, "missing": missing, **parts}, 503 if missing else 200)

    async def _database(self) -> str:
        try:
            with anyio.fail_after(_PATIENCE):
                await to_thread.run_sync(self._store.ping, abandon_on_cancel=True)
        except (StoreError, TimeoutError):
            return "down"
        return READY
