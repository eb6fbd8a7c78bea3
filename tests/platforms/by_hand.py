"""Both fakes and their phone pages, started by hand (``labas dev platforms``) until somebody stops them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from tests.platforms.moment import Moment
from tests.platforms.phones.site import Site
from tests.platforms.phones.telegram import TelegramPhone
from tests.platforms.phones.whatsapp import WhatsAppPhone
from tests.platforms.telegram import TOKEN as TELEGRAM_TOKEN
from tests.platforms.telegram import BotApi
from tests.platforms.whatsapp import ACCOUNT_ID, PHONE_ID, SECRET, TOKEN, CloudApi

VERIFY_TOKEN = "a-word-for-this-machine"
WEBHOOK = "/whatsapp/webhook"
# Real time between repeats, but nobody sits in front of a phone for an hour.
SLOWNESS = 0.5
DELIVERY_SECONDS = 0.3


@dataclass(frozen=True)
class Running:
    """What was started, by its addresses."""

    pages: str
    telegram: BotApi
    whatsapp: CloudApi
    moment: Moment
    subscribed: asyncio.Event

    @property
    def labas(self) -> list[str]:
        """The command that starts a Labas by this time."""
        return [sys.executable, "-m", "tests.platforms.labas_in_time", str(self.moment.file)]

    @property
    def settings(self) -> dict[str, str]:
        """What Labas must be told to talk to them."""
        return {
            "LABAS_TELEGRAM_TOKEN": TELEGRAM_TOKEN, "LABAS_TELEGRAM_API": self.telegram.url,
            "LABAS_WHATSAPP_TOKEN": TOKEN, "LABAS_WHATSAPP_PHONE_ID": PHONE_ID,
            "LABAS_WHATSAPP_ACCOUNT_ID": ACCOUNT_ID, "LABAS_WHATSAPP_SECRET": SECRET,
            "LABAS_WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN, "LABAS_WHATSAPP_API": self.whatsapp.url,
        }  # fmt: skip


@contextlib.asynccontextmanager
async def running(port: int, labas: str, *, has_time: bool = True) -> AsyncIterator[Running]:
    """Pages on ``port``, Telegram and WhatsApp on the next two (0: free ones). ``labas`` is where Labas listens;
    ``has_time``: it goes by our time, so the pages may push that forward."""
    ports = [port + n if port else 0 for n in range(3)]
    telegram = BotApi(slowness=SLOWNESS, port=ports[1])
    whatsapp = CloudApi(slowness=SLOWNESS, delivery_seconds=DELIVERY_SECONDS, port=ports[2])
    with tempfile.TemporaryDirectory(prefix="labas-platforms-") as folder:
        moment = Moment(Path(folder) / "later", telegram, whatsapp)
        site = Site(TelegramPhone(telegram), WhatsAppPhone(whatsapp), moment=moment if has_time else None)
        async with telegram, whatsapp, _pages(site, ports[0]) as pages:
            # Labas remembers what it has seen: numbers of an earlier run must not come again.
            telegram.count_on(int(time.time()))
            subscribed = asyncio.Event()
            subscribing = asyncio.create_task(_subscribe(whatsapp, labas.rstrip("/") + WEBHOOK, subscribed))
            try:
                yield Running(pages, telegram, whatsapp, moment, subscribed)
            finally:
                subscribing.cancel()


async def _subscribe(whatsapp: CloudApi, url: str, subscribed: asyncio.Event) -> None:
    """Until Labas is there and knows the word."""
    while not await whatsapp.subscribe(url, VERIFY_TOKEN):
        await asyncio.sleep(1)
    subscribed.set()


class _Pages(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        """Signals are the command's."""
        yield


@contextlib.asynccontextmanager
async def _pages(site: Site, port: int) -> AsyncIterator[str]:
    config = uvicorn.Config(site.asgi(), host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")
    server = _Pages(config)
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if serving.done():
                await serving
                raise OSError(f"port {port} cannot be listened on")
            await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
