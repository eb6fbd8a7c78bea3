"""Labas with WhatsApp alone: a real store, a real route on a real port, and the fake Cloud API's clock."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from starlette.applications import Starlette

from bot.bootstrap import App, build
from bot.channels.whatsapp import WhatsApp, channel_of, receiving
from bot.channels.whatsapp.webhook import PATH
from bot.settings import Settings
from bot.work import Worker
from scheduler.hours import hours
from scheduler.planner import Planner
from store import people
from store.database import Store
from store.models import Address, Inbox, Message, Person
from tests.channels.serving import LINES, Lines, open_data, serving
from tests.platforms.whatsapp import ACCOUNT_ID, PHONE_ID, SECRET, TOKEN, CloudApi
from tests.platforms.whatsapp_webhooks import encoded, signed

VERIFY = "a-word-of-the-tests"


@dataclass
class Running:
    """What is running. ``url`` is our own address."""

    app: App
    channel: WhatsApp
    worker: Worker
    reader: Lines
    url: str

    @property
    def store(self) -> Store:
        return self.app.store

    def stored(self, state: str | None = None) -> list[str]:
        """The states of everything in the inbox but news of templates, oldest first; or only those in one state."""
        with self.store.read() as session:
            rows = session.execute(select(Inbox.state, Inbox.code).order_by(Inbox.received_at, Inbox.id))
            return [row.state for row in rows if row.code != "template" and state in (None, row.state)]

    def codes(self) -> list[tuple[str, str | None]]:
        """(state, code) of what was kept without being a message to answer."""
        with self.store.read() as session:
            rows = session.execute(select(Inbox.state, Inbox.code).order_by(Inbox.received_at, Inbox.id))
            return [(row.state, row.code) for row in rows if row.code is not None]

    def said(self) -> list[tuple[str, str]]:
        """(message id, state) of everything on its way out, in order."""
        with self.store.read() as session:
            rows = session.execute(select(Message.say, Message.state).order_by(Message.created_at, Message.number))
            return [(row.say, row.state) for row in rows]

    def people(self) -> int:
        with self.store.read() as session:
            return len(list(session.scalars(select(Person.id))))

    def address_of(self, key: str) -> Address:
        """The row of somebody, by user id or number."""
        with self.store.read() as session:
            whom = people.find(session, "whatsapp", key)
            assert whom is not None
            row = session.get_one(Address, whom.address_id)
            session.expunge(row)
            return row

    async def post(self, payload: object, *, secret: str = SECRET, headers: dict[str, str] | None = None) -> int:
        """The status that a POST gets; bytes go as they are."""
        body = payload if isinstance(payload, bytes) else encoded(payload)
        async with httpx.AsyncClient() as client:
            given = signed(body, secret) if headers is None else headers
            return (await client.post(self.url + PATH, content=body, headers=given)).status_code

    async def settled(self, count: int, seconds: float = 10.0) -> None:
        """Wait until so much in the inbox is done (news of templates aside), and what was said about it is sent."""
        async with asyncio.timeout(seconds):
            while len(self.stored("done")) < count:
                await asyncio.sleep(0.01)
        await self.worker.drain(seconds)


def settings_of(data: Path, api_url: str, **more: Any) -> Settings:
    given = {
        "data": data, "whatsapp_token": TOKEN, "whatsapp_phone_id": PHONE_ID, "whatsapp_account_id": ACCOUNT_ID,
        "whatsapp_secret": SECRET, "whatsapp_verify_token": VERIFY, "whatsapp_api": api_url, **more,
    }  # fmt: skip
    return Settings(**given)


def clock_of(api: CloudApi) -> Callable[[], datetime]:
    """The platform's clock, which ``advance`` moves, is ours."""
    return lambda: datetime.fromtimestamp(api.now(), UTC)


@contextlib.asynccontextmanager
async def running(
    data: Path, api: CloudApi, *, reader: Lines | None = None, subscribed: bool = True, **settings: Any
) -> AsyncIterator[Running]:
    """Everything from the port to the worker, until the end of the block; the fake posts to it when ``subscribed``."""
    reader = reader or Lines(dict(LINES))
    given = settings_of(data, api.url, **settings)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        channel = channel_of(given)
        store = open_data(data)
        store.plan_with(Planner(), hours().first)
        app = build(given, store, reader, {"whatsapp": channel}, clock_of(api))
        worker = Worker(app.work)
        try:
            async with receiving(app, worker.wake) as routes, serving(Starlette(routes=list(routes)), listening):
                if subscribed:
                    assert await api.subscribe(url + PATH, VERIFY)
                yield Running(app, channel, worker, reader, url)
        finally:
            await worker.drain(5)
            await channel.close()
            app.store.close()
