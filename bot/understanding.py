"""Brings the reading of messages up and down: the NLU environment, a model that fits the data, the child process.

With ``LABAS_NLU_URL`` set, nothing is started and those servers are used. A child that dies is started again by
``nlu.process``; until it is back, menus, numbers, stop words and the danger net go on without it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from anyio import to_thread

from bot.errors import SettingsError
from bot.settings import Settings
from dialogues.reading import Reading
from nlu.client import NluClient
from nlu.environment import ensure_environment
from nlu.errors import NluSetupError
from nlu.models import served_model
from nlu.process import NluProcess
from nlu.reader import Reader

Show = Callable[[str, float | None], None]


class Understanding:
    """What the conversation reads with. ``state`` is "ready" or "down"."""

    def __init__(self, reader: Reader, client: NluClient) -> None:
        self._reader = reader
        self._client = client

    async def read(self, text: str, now: datetime) -> Reading:
        """A reading of one text; never fails: without the model, everything else is still filled."""
        return await self._reader.read(text, now)

    def state(self) -> str:
        """Whether the model answers, as far as is known without asking it."""
        return self._client.state


def _silent(what: str, share: float | None) -> None:
    """Progress that nobody sees."""


@asynccontextmanager
async def understanding(settings: Settings, show: Show = _silent) -> AsyncIterator[Understanding]:
    """Ready to read while this is open. Raises ``SettingsError`` with a sentence when it cannot be made ready."""
    async with AsyncExitStack() as stack:
        client = await _client(settings, show, stack)
        yield Understanding(Reader(client), client)


async def _client(settings: Settings, show: Show, stack: AsyncExitStack) -> NluClient:
    if settings.nlu_url:
        urls = [url.strip() for url in settings.nlu_url.split(",") if url.strip()]
        return await stack.enter_async_context(NluClient(urls, settings.nlu_token))
    try:
        await to_thread.run_sync(ensure_environment, show)
        model = await to_thread.run_sync(served_model, show)
        show("starting the language server", None)
        child = await stack.enter_async_context(NluProcess(model))
    except NluSetupError as error:
        raise SettingsError(str(error)) from error
    return await stack.enter_async_context(NluClient([child.url], child.token))


async def check(settings: Settings) -> str:
    """What ``labas doctor`` says of the NLU; raises ``SettingsError`` when something is to be done."""
    async with understanding(settings, _silent) as ready:
        reading = await ready.read("salam", datetime(2026, 1, 1))
        if reading.doubt == "unavailable":
            raise SettingsError("the NLU server does not answer: is LABAS_NLU_URL right, and LABAS_NLU_TOKEN?")
        return f"model {reading.model}"
