"""A real browser on a real server: finds Chromium, serves a site in a thread, and watches what the page does.

Without Chromium the tests fail where CI is set, and elsewhere are skipped with the command that brings it.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright
from starlette.types import ASGIApp

from tests.web.readings import MOST_QUESTIONS

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
MISSING = (
    "No Chromium found: the browser tests did NOT run. Install it (Debian, Ubuntu: apt-get install -y chromium; "
    "macOS: brew install --cask chromium) or set LABAS_CHROMIUM to its path."
)
PHONE = {"width": 360, "height": 740}


def find() -> str | None:
    """The path of a Chromium on this machine."""
    named = os.environ.get("LABAS_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium without a window."""
    path = find()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        warnings.warn(MISSING, stacklevel=2)  # shown at the end of every run, which a skip's reason is not
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The app on a free port of this machine, for as long as the block lasts; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@dataclass
class Tab:
    """One tab of one visitor. ``complaints`` are errors of the page, ``strangers`` requests to anywhere else."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(60_000)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.strangers.append(request.url)

    def open(self, path: str = "/") -> Tab:
        self.page.goto(self.base + path)
        return self.settled()

    def settled(self) -> Tab:
        """Wait until nothing is on its way."""
        expect(self.page.locator("#writing")).to_be_empty()
        expect(self.page.locator("#log")).not_to_have_attribute("aria-busy", "true")
        return self

    def write(self, text: str) -> Tab:
        self.page.fill("#box", text)
        self.page.press("#box", "Enter")
        return self.settled()

    def tap(self, label: str) -> Tab:
        """Tap a button of the open question by its words."""
        self.chips.filter(has_text=label).first.click()
        return self.settled()

    def book(self, answers: Mapping[str, str]) -> Tab:
        """Answer questions until an appointment stands."""
        for _ in range(MOST_QUESTIONS):
            question = self.page.locator(".said.labas").last.get_attribute("data-say")
            if question == "booking.done":
                return self
            answer = answers[str(question)]
            if answer.startswith("#"):
                self.chips.nth(int(answer[1:]) - 1).click()
                self.settled()
            else:
                self.write(answer)
        raise AssertionError("no appointment")

    @property
    def chips(self) -> Locator:
        """The buttons that can be tapped now."""
        return self.page.locator(".chips:not(.old) .chip")

    @property
    def theirs(self) -> Locator:
        """The messages of Labas."""
        return self.page.locator(".said.labas .bubble")

    @property
    def mine(self) -> Locator:
        """The messages of the person."""
        return self.page.locator(".said.you .bubble")


@contextmanager
def a_tab(browser: Browser, base: str, *, strict: bool = True, **options: Any) -> Iterator[Tab]:
    """A tab of a new visitor; at the end the page must not have complained nor asked anybody else for anything."""
    context = browser.new_context(**{"viewport": PHONE, "locale": "fr-FR", "has_touch": True, **options})
    tab = Tab(context.new_page(), base)
    try:
        yield tab
        assert tab.strangers == []
        complaints = [c for c in tab.complaints if strict or "Failed to load resource" not in c]
        assert complaints == []
    finally:
        context.close()


AUDIT = Path(__file__).with_name("audit.js")
