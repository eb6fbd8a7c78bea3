"""Labas with Telegram alone: a real store, a real route on a real port, and a reader that knows its lines by heart."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from sqlalchemy import select
from starlette.applications import Starlette

from bot.bootstrap import App, build, wall_clock
from bot.channels.base import FREE, Pace
from bot.channels.telegram import Telegram, receiving
from bot.settings import Settings
from bot.work import Worker
from dialogues.reading import Reading
from nlu.normalise import skeleton
from store import demo, holidays
from store.database import Store, open_store
from store.models import Inbox, Message
from tests.platforms.telegram import TOKEN

SECRET = "a-secret_of-the-tests"


@dataclass
class Lines:
    """Reads what it was told to read; anything else is not understood. ``gate`` holds every reading back."""

    known: dict[str, Reading] = field(default_factory=dict)
    gate: asyncio.Event | None = None
    read_texts: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def read(self, text: str, now: datetime) -> Reading:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.read_texts.append(text)
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(0.002)
        self.at_once -= 1
        return self.known.get(text, Reading(text=text, words=tuple(text.split()), doubt="low", variety="fr"))


def sure(text: str, intent: str, *cues: str) -> Reading:
    """A reading without doubt, in French."""
    words = tuple(text.split())
    return Reading(text=text, intent=intent, confidence=0.9, words=words, cues=frozenset(cues), variety="fr")


LINES = {
    "bonjour": sure("bonjour", "greet"),
    "mes données": sure("mes données", "export_my_data"),
    "effacer": sure("effacer", "delete_my_data"),
    "stop": sure("stop", "stop_reminders", "stop"),
}


def make_data(folder: Path) -> None:
    """A new data folder with a database."""
    store = open(folder)
    with store.write() as session:
        holidays.load(session)
        demo.load(session, store.places, datetime.now(UTC))
    store.close()


def copy_data(template: Path, folder: Path) -> Path:
    shutil.copytree(template, folder)
    return folder


def open(folder: Path) -> Store:
    """The store of a data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return open_store(f"sqlite:///{folder / 'labas.db'}", folder / "keys.json", fold=skeleton)


@dataclass
class Running:
    """What is running. ``url`` is our own address, with a webhook."""

    app: App
    channel: Telegram
    worker: Worker
    reader: Lines
    url: str

    def stored(self) -> list[str]:
        """The states of everything in the inbox, oldest first."""
        with self.app.store.read() as session:
            return list(session.scalars(select(Inbox.state).order_by(Inbox.received_at, Inbox.id)))

    def said(self) -> list[tuple[str, str]]:
        """(message id, state) of everything on its way out, in order."""
        with self.app.store.read() as session:
            rows = session.execute(select(Message.say, Message.state).order_by(Message.created_at, Message.number))
            return [(row.say, row.state) for row in rows]


def make_app(
    data: Path,
    api_url: str,
    public_url: str,
    reader: Lines,
    pace: Pace = FREE,
    clock: Callable[[], datetime] = wall_clock,
) -> tuple[App, Telegram]:
    settings = Settings(
        data=data, telegram_token=TOKEN, telegram_secret=SECRET, telegram_api=api_url, public_url=public_url
    )
    channel = Telegram(TOKEN, api_url, pace)
    return build(settings, open(data), reader, {"telegram": channel}, clock), channel


@contextlib.asynccontextmanager
async def running(
    data: Path, api_url: str, *, webhook: bool = True, reader: Lines | None = None, pace: Pace = FREE
) -> AsyncIterator[Running]:
    """Everything from the port to the worker, until the end of the block."""
    reader = reader or Lines(dict(LINES))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app, channel = make_app(data, api_url, url if webhook else "", reader, pace)
        worker = Worker(app.work)
        try:
            async with receiving(app, worker.wake) as routes, serving(Starlette(routes=list(routes)), listening):
                yield Running(app, channel, worker, reader, url)
        finally:
            await worker.drain(5)
            await channel.close()
            app.store.close()


@contextlib.asynccontextmanager
async def serving(site: object, listening: socket.socket) -> AsyncIterator[None]:
    """An ASGI app on a socket."""
    config = uvicorn.Config(site, log_config=None, lifespan="off", timeout_graceful_shutdown=1)  # type: ignore[arg-type]
    server = _Prompt(config)
    # Not ``serve``, which takes over the process's signals.
    task = asyncio.create_task(server._serve(sockets=[listening]))
    try:
        yield
    finally:
        server.over.set()
        await task


class _Prompt(uvicorn.Server):
    """Stops at once, not at the next tenth of a second: there are many stops in these tests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    async def main_loop(self) -> None:
        await self.over.wait()
