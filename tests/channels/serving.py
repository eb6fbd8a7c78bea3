"""What tests of channels share: a data folder, a reader that knows its lines by heart, and an app on a real port."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from dialogues.reading import Reading
from nlu.normalise import skeleton
from store import demo, holidays
from store.database import Store, open_store


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
    "rdv": sure("rdv", "book_appointment"),
}


def make_data(folder: Path) -> None:
    """A new data folder with a database."""
    store = open_data(folder)
    with store.write() as session:
        holidays.load(session)
        demo.load(session, store.places, datetime.now(UTC))
    store.close()


def copy_data(template: Path, folder: Path) -> Path:
    shutil.copytree(template, folder)
    return folder


def open_data(folder: Path) -> Store:
    """The store of a data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return open_store(f"sqlite:///{folder / 'labas.db'}", folder / "keys.json", fold=skeleton)


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
