"""The whole site over a real SQLite store in an empty folder, at nine on a Tuesday, with a scripted reader."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.bootstrap import App, build, open_data
from bot.channels.web import Web
from bot.settings import Settings
from bot.web.app import create
from store.ids import new_id
from tests.web.readings import ANSWERS, MOST_QUESTIONS, Scripted

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOST = "http://127.0.0.1"


@dataclass
class Site:
    """The app, what it is made of, and what a test may turn: the clock, the reader, the state of the NLU."""

    app: App
    reader: Scripted
    moment: list[datetime]
    nlu: list[str] = field(default_factory=lambda: ["ready"])

    def asgi(self) -> Starlette:
        return create(self.app, nlu_state=lambda: self.nlu[0])

    def visitor(self, **headers: str) -> Visitor:
        """Somebody new, with a browser of their own."""
        return Visitor(TestClient(self.asgi(), base_url=HOST, headers=headers))


@dataclass
class Visitor:
    """One browser. ``talk`` and ``after`` as the page would keep them."""

    client: TestClient
    talk: str | None = None
    after: int = 0
    said: list[dict[str, Any]] = field(default_factory=list)

    def post(self, **body: Any) -> Any:
        """The bare answer to a message of the page."""
        given = {"id": new_id(), "after": self.after, **({"talk": self.talk} if self.talk else {}), **body}
        return self.client.post("/chat/send", json=given)

    def say(self, *texts: str) -> list[dict[str, Any]]:
        """Write texts, or tap ("#2" the second button of the last reply); the replies to the last one."""
        for text in texts:
            body = {"choice": self.buttons()[int(text[1:]) - 1]} if re.fullmatch(r"#\d+", text) else {"text": text}
            answer = self.post(**body)
            assert answer.status_code == 200, answer.text
            self.take(answer.json())
        return self.said

    def book(self) -> dict[str, Any]:
        """Answer questions until an appointment stands; the message that says so."""
        self.say("Je veux un rendez-vous chez le dentiste")
        for _ in range(MOST_QUESTIONS):
            if "booking.done" in self.ids():
                return self.said[-1]
            self.say(ANSWERS[self.said[-1]["say"]])
        raise AssertionError(f"no appointment after {self.ids()}")

    def take(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        """Read an answer as the page does."""
        self.talk, self.said = answer["talk"], answer["messages"]
        self.after = max([self.after, *(m["number"] or 0 for m in self.said)])
        return self.said

    def buttons(self) -> list[str]:
        return [choice["id"] for message in self.said for choice in message["choices"]]

    def ids(self) -> list[str]:
        return [message["say"] for message in self.said]


@cache
def _new_data() -> Path:
    """A data folder as the first start leaves it; made once, since making it costs a second."""
    folder = Path(tempfile.mkdtemp(prefix="labas-web-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_data(Settings(data=folder), lambda: START).close()
    return folder


@contextmanager
def site(folder: Path, **settings: Any) -> Iterator[Site]:
    """A site in an empty folder."""
    moment = [START]
    made = Settings(data=folder, **settings)
    shutil.copytree(_new_data(), folder, dirs_exist_ok=True)
    store = open_data(made, lambda: moment[0])
    reader = Scripted()
    app = build(made, store, reader, {"web": Web()}, lambda: moment[0])
    try:
        yield Site(app, reader, moment)
    finally:
        store.close()
