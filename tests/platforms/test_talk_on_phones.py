"""The same conversation on both phone pages, as somebody new would have it: book, be reminded, stop.

Everything but the model is real: pages, platforms, webhooks, worker, ticks, delivery. The time is the platforms', and
the page's own button could push it as this test does.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select
from starlette.applications import Starlette

from bot.bootstrap import App, build, open_data
from bot.channels import telegram, whatsapp
from bot.channels.base import Channel
from bot.channels.whatsapp import review
from bot.commands.serve import _at_work
from bot.settings import Settings
from dialogues.reading import Reading
from store.clock import local
from store.models import Booking, Message
from tests.channels.serving import serving
from tests.dialogues.world import a_reading
from tests.platforms import by_hand
from tests.platforms.moment import later
from tests.web.chromium import a_browser, a_tab
from tests.web.readings import Scripted

DESK = {"width": 1280, "height": 900}
# The due ones are looked for every 15 seconds.
SOON = 60.0


class Reader(Scripted):
    """The web tests' reader, which knows the word that stops, too."""

    async def read(self, text: str, now: datetime) -> Reading:
        if text == "stop":
            return a_reading("stop", "stop_reminders", cues="stop", variety="fr")
        return await super().read(text, now)


@dataclass
class Town:
    """Both platforms, their pages, and a Labas that goes by their time."""

    running: by_hand.Running
    app: App
    portal: BlockingPortal

    def until(self, moment: datetime) -> None:
        """Let it be this local time."""
        seconds = (moment - local(self.app.clock())).total_seconds()
        assert seconds > 0
        self.portal.call(self.running.moment.advance, int(seconds))

    def last_said(self) -> str | None:
        """The id of the last message, once it is handed over."""
        with self.app.store.read() as session:
            last = session.scalars(select(Message).order_by(Message.created_at.desc(), Message.number.desc())).first()
            return last.say if last is not None and last.state == "sent" else None

    def starts(self) -> datetime:
        """When the one appointment is, in local time."""
        with self.app.store.read() as session:
            return session.scalars(select(Booking.starts)).one()


@contextlib.asynccontextmanager
async def a_town(folder: Path) -> AsyncIterator[tuple[by_hand.Running, App]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with by_hand.running(0, url) as running:
            told = {name.removeprefix("LABAS_").lower(): value for name, value in running.settings.items()}
            settings = Settings(data=folder, **told)  # type: ignore[arg-type]

            def clock() -> datetime:
                return later(running.moment.file)

            channels: dict[str, Channel] = {
                "telegram": telegram.Telegram(settings.telegram_token, settings.telegram_api),
                "whatsapp": whatsapp.channel_of(settings),
            }
            app = build(settings, open_data(settings, clock), Reader(), channels, clock)
            async with _at_work(app) as routes, serving(Starlette(routes=list(routes)), listening):
                await running.subscribed.wait()
                await review.submit(whatsapp.client_of(settings), app.store, clock)
                yield running, app
            app.store.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(a_town(tmp_path)) as (running, app),
    ):
        yield Town(running, app, portal)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as made:
        yield made


class Phone:
    """What a thumb does on a page, waiting for what Labas has to say to it: by the id of the message, not its words."""

    def __init__(self, page: Page, town: Town, platform: str) -> None:
        self.page = page
        self._town = town
        self._platform = platform

    @property
    def theirs(self) -> Locator:
        return self.page.locator(".said:not(.mine)")

    @property
    def sees(self) -> list[Any]:
        """What the platform holds to be on the screen."""
        if self._platform == "telegram":
            return list(self._town.running.telegram.person(1001).sees)
        return list(self._town.running.whatsapp.people[0].sees)

    def hears(self, say: str, seconds: float = 30) -> None:
        """Until Labas has said this, and all of it is on the screen."""
        deadline = monotonic() + seconds
        while self._town.last_said() != say:
            assert monotonic() < deadline, f"{self._town.last_said()} instead of {say}"
            self.page.wait_for_timeout(50)
        taken = len(self._town.running.whatsapp.accepted) if self._platform == "whatsapp" else len(self.sees)
        expect(self.theirs).to_have_count(taken)

    def write(self, text: str, say: str) -> None:
        self.page.fill("#box", text)
        self.page.press("#box", "Enter")
        self.hears(say)

    def tap(self, number: int, say: str) -> None:
        """The choice with this number under the last message that has any, in a list or not."""
        group = self.page.locator(".choices").last
        opens = group.get_by_role("button", name="☰")
        if opens.count():
            opens.click()
            self.page.locator("#sheet-rows button").nth(number - 1).click()
        else:
            group.get_by_role("button").nth(number - 1).click()
        self.hears(say)


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"])
def test_it_books_reminds_and_stops(browser: Browser, town: Town, platform: str) -> None:
    with a_tab(browser, town.running.pages, viewport=DESK) as tab:
        tab.page.goto(f"{tab.base}/{platform}?page=fr")
        phone = Phone(tab.page, town, platform)
        if platform == "telegram":
            tab.page.click("#start")
            phone.hears("menu.offer")
        else:
            phone.write("Bonjour", "menu.offer")
        phone.write("Je veux un rendez-vous chez le dentiste", "place.ask_town")
        phone.write("Rabat", "booking.ask_day")
        phone.tap(3, "booking.ask_slot")
        phone.tap(2, "consent.ask_appointments")
        phone.tap(1, "booking.ask_name")
        phone.write("Fatima", "booking.confirm_named")
        phone.tap(1, "booking.done")
        expect(tab.page.locator("a.file")).to_have_count(1)

        starts = town.starts()
        town.until(datetime.combine(starts.date() - timedelta(days=1), time(18, 5)))
        phone.hears("reminder.booking.tomorrow", SOON)
        expect(phone.theirs.last.get_by_role("button")).to_have_count(2)
        if platform == "whatsapp":
            assert phone.sees[-1].template == ("labas_appointment_tomorrow", "fr"), "the window is closed"

        phone.write("stop", "stopped.messages_bookings")
        count = len(phone.sees)
        town.until(datetime.combine(starts.date() + timedelta(days=1), time(17, 5)))
        tab.page.wait_for_timeout(20_000)
        assert len(phone.sees) == count, "nobody asks how it was"
