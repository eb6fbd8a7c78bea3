"""What the whole suite shares: options, and one real model read through one real NLU process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import structlog
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import expect

from bot.messages import Incoming
from bot.settings import Settings
from bot.understanding import Understanding, understanding
from dialogues.reading import Reading

pytest_plugins = ("tests.databases",)

# A page on a busy machine may take its time; how long is no matter of these tests.
expect.set_options(timeout=30_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-talks", action="store_true", help="Rewrite what we say in the golden talks.")


@pytest.fixture(autouse=True)
def logs_of_before() -> Iterator[None]:
    """A command that sets up logging writes to the standard error of its own test; the next one has another."""
    yield
    structlog.reset_defaults()


class RealReader:
    """The reader of a running Labas, on an event loop in a thread of its own."""

    def __init__(self, portal: BlockingPortal, reader: Understanding) -> None:
        self._portal = portal
        self._reader = reader

    async def read(self, text: str, now: datetime) -> Reading:
        """On the portal's loop."""
        return await self._reader.read(text, now)

    def reads(self, text: str, now: datetime) -> Reading:
        """From outside of the portal's loop."""
        return self._portal.call(self._reader.read, text, now)

    def call(self, work: Callable[[Incoming], Awaitable[object]], incoming: Incoming) -> None:
        """Run one message through an app whose reader this is."""
        self._portal.call(work, incoming)


@pytest.fixture(scope="session")
def real_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealReader]:
    """Sets up the NLU environment and a model that fits the data, when they are not there yet (about two minutes)."""
    settings = Settings(data=Path(tmp_path_factory.mktemp("nlu")))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(understanding(settings)) as reader,
    ):
        yield RealReader(portal, reader)
