"""We call Telegram: updates are fetched, each is stored, and only then does the offset move past it.

The offset that is not confirmed when we stop brings the same updates again; the inbox knows them.
"""

from __future__ import annotations

import asyncio

import structlog
from telegram.error import TelegramError

from bot.channels.telegram.client import Client, Refused
from bot.channels.telegram.failures import send_error
from bot.channels.telegram.receiver import KINDS, Receiver

log = structlog.get_logger(__name__)

POLL_SECONDS = 25
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0


class Polling:
    """One loop. ``pause`` is the first wait after a failure, in seconds; it doubles with each in a row."""

    def __init__(self, client: Client, receiver: Receiver, pause: float = _FIRST_WAIT) -> None:
        self._client = client
        self._receiver = receiver
        self._pause = pause
        self._offset: int | None = None
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """End the loop: at once while it waits, after the update in hand otherwise."""
        self._stopped.set()

    async def run(self) -> None:
        """Fetch and store until ``stop``."""
        failures = 0
        while not self._stopped.is_set():
            try:
                updates = await self._fetch()
            except TelegramError as error:
                failures += 1
                await self._rest(self._wait_after(error, failures))
                continue
            failures = 0 if await self._store(updates) else failures + 1
            if failures:
                await self._rest(self._backed_off(failures))

    async def _fetch(self) -> list[object]:
        fetching = asyncio.ensure_future(self._client.updates(self._offset, KINDS, POLL_SECONDS))
        stopping = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait((fetching, stopping), return_when=asyncio.FIRST_COMPLETED)
            return await fetching if fetching.done() else []
        finally:
            # Cutting the call off loses nothing: what it would have brought is not confirmed.
            for task in (fetching, stopping):
                task.cancel()
            await asyncio.gather(fetching, stopping, return_exceptions=True)

    async def _store(self, updates: list[object]) -> bool:
        """Store updates in their order; False when one could not be, with the offset left in front of it."""
        for update in updates:
            if self._stopped.is_set():
                return True
            try:
                await self._receiver.take(update)
            except Exception as error:  # noqa: BLE001
                # Whatever kept the store from taking it: the offset stays, so it comes again.
                log.error("update_not_stored", error=type(error).__name__)
                return False
            number = update.get("update_id") if isinstance(update, dict) else None
            if isinstance(number, int):
                self._offset = number + 1
        return True

    def _wait_after(self, error: TelegramError, failures: int) -> float:
        wait = self._backed_off(failures)
        if isinstance(error, Refused) and error.status == 409:
            log.error(
                "telegram_conflict",
                hint="another program fetches this bot's updates, or a webhook is set; only one of them may be on",
            )
        else:
            failed = send_error(error)
            log.warning("updates_not_fetched", code=failed.code)
            wait = max(wait, min(failed.retry_after or 0.0, _LONGEST_WAIT))
        return wait

    def _backed_off(self, failures: int) -> float:
        return float(min(self._pause * 2 ** min(failures - 1, 10), _LONGEST_WAIT))

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopped.wait(), seconds)
        except TimeoutError:
            return
