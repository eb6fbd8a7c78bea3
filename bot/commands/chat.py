"""`labas chat`: talk in the terminal, or play a talk from standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import anyio
from anyio import to_thread

from bot import logs
from bot.bootstrap import App, build, open_data
from bot.channels import LIMITS
from bot.channels.terminal import Terminal
from bot.commands.moments import clock_from, parse_now
from bot.commands.recording import Recording
from bot.errors import SettingsError
from bot.messages import Incoming, Outgoing
from bot.settings import read_settings
from bot.understanding import understanding
from store import outbox, people
from store.database import Session
from store.ids import new_id


def run(*, as_json: bool, person: str | None, now: str | None, channel: str, record: Path | None = None) -> int:
    """Talk until the input ends. Without ``--person``, a played talk is a new person's; a typed one goes on as "me"."""
    if channel not in LIMITS:
        raise SettingsError(f"--channel is one of {', '.join(sorted(LIMITS))}, not {channel!r}")
    if now is not None:
        parse_now(now)
    return anyio.run(_talk, as_json, person, now, channel, record)


async def _talk(as_json: bool, person: str | None, now: str | None, channel: str, record: Path | None) -> int:
    typed = sys.stdin.isatty()
    address = person or ("me" if typed else f"played-{new_id()}")
    terminal = Terminal(LIMITS[channel])
    async with _app(now, terminal) as app:
        recording = Recording(record, now)
        shown = _Shown(await _last_choices(app, address))
        for line in _lines(typed):
            await app.handle(_incoming(line, address, shown))
            said = terminal.take()
            shown.remember(said)
            recording.add(line, said)
            outcome: str | None = None
            for reply in said:
                outcome = reply.outcome or outcome
                _print(reply, outcome, as_json)
        recording.save()
    return 0


@asynccontextmanager
async def _app(now: str | None, terminal: Terminal) -> AsyncIterator[App]:
    settings = read_settings()
    logs.configure("ERROR" if settings.log_level == "INFO" else settings.log_level, as_json=settings.log_json)
    clock = clock_from(now)
    store = await to_thread.run_sync(open_data, settings, clock)
    async with understanding(settings) as reader:
        app = build(settings, store, reader, {"terminal": terminal}, clock)
        try:
            yield app
        finally:
            await app.close()


class _Shown:
    """The choices of the last reply, for "#2"."""

    def __init__(self, ids: list[str]) -> None:
        self.ids = ids

    def remember(self, said: list[Outgoing]) -> None:
        if said:
            self.ids = [b.id for b in said[-1].buttons]


async def _last_choices(app: App, address: str) -> list[str]:
    """What a "#2" as the first line points at: the last reply of an earlier run."""

    def work(session: Session) -> list[str]:
        whom = people.find(session, "terminal", address)
        said = outbox.said_since(session, whom.address_id, 0) if whom else []
        return [c["id"] for c in said[-1].said.get("choices", [])] if said else []

    return await to_thread.run_sync(app.store.run, work)


def _lines(typed: bool) -> Iterator[str]:
    if typed:
        print("Labas. Ctrl-D to leave.\n", file=sys.stderr)
    while True:
        if typed:
            print("> ", end="", file=sys.stderr, flush=True)
        raw = sys.stdin.buffer.readline()
        if not raw:
            return
        yield raw.decode("utf-8", errors="replace").rstrip("\r\n")


def _incoming(line: str, address: str, shown: _Shown) -> Incoming:
    message = Incoming("terminal", address, new_id(), text=line)
    if line.startswith("#") and line[1:].strip().isdecimal():
        index = int(line[1:].strip()) - 1
        if 0 <= index < len(shown.ids):
            return replace(message, text=None, choice=shown.ids[index])
    return message


def _print(reply: Outgoing, outcome: str | None, as_json: bool) -> None:
    """``outcome``: that of the turn so far. What comes after a result (a question, a place to go) belongs to it."""
    if as_json:
        made = {
            "say": reply.say,
            "text": reply.text,
            "choices": [{"id": b.id, "label": b.label} for b in reply.buttons],
            "language": reply.language,
            "outcome": outcome,
        }
        print(json.dumps(made, ensure_ascii=False), flush=True)
        return
    print(reply.text)
    for number, button in enumerate(reply.buttons, 1):
        print(f"  #{number} {button.label}")
    if reply.document is not None:
        print(f"  [{reply.document.name}, {len(reply.document.content)} bytes]")
    print(flush=True)
