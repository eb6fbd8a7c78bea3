"""Labas with Telegram alone: a real store, a real route on a real port, and a reader that knows its lines by heart."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from starlette.applications import Starlette

from bot.bootstrap import App, build, wall_clock
from bot.channels.base import FREE, Pace
from bot.channels.telegram import Telegram, receiving
from bot.settings import Settings
from bot.work import Worker
from store.models import Inbox, Message
from tests.channels.serving import LINES, Lines, open_data, serving
from tests.platforms.telegram import TOKEN

SECRET = "a-secret_of-the-tests"


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
    return build(settings, open_data(data), reader, {"telegram": channel}, clock), channel


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
