"""The process is killed between its 200 and the answer: what was acknowledged is answered once it runs again, once."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.bootstrap import wall_clock
from bot.channels.base import FREE
from store import inbox, outbox
from tests.channels.serving import LINES, Lines
from tests.channels.telegram.running import make_app
from tests.platforms.telegram import BotApi, Fault

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[3]


@contextlib.contextmanager
def labas(data: Path, api_url: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.channels.telegram.crashing", str(data), api_url]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def work_on(data: Path, api_url: str) -> list[tuple[str, str]]:
    """What a new start does: take up what is waiting, settle what was on the wire. All messages and their states."""
    later = wall_clock() + timedelta(minutes=3)
    app, channel = make_app(data, api_url, "", Lines(dict(LINES)), FREE, lambda: later)
    with app.store.write() as session:
        inbox.release_all(session)
        outbox.sweep_calling(session, later)
        waiting = [*inbox.waiting(session, later), *outbox.waiting(session, later)]
    for address_id in dict.fromkeys(waiting):
        await app.work(address_id)
    with app.store.read() as session:
        from sqlalchemy import select

        from store.models import Message

        rows = session.execute(select(Message.say, Message.state).order_by(Message.number))
        states = [(row.say, row.state) for row in rows]
    await channel.close()
    app.store.close()
    return states


async def test_killed_while_the_model_reads(data: Path) -> None:
    async with BotApi(slowness=10) as api:
        person = api.person(5)
        with labas(data, api.url) as process:
            await api.until(lambda: api.updates.webhook, 30)
            for text in ("hang", "bonjour", "mes données"):
                person.says(text)
            await api.until(lambda: [p.status for p in api.updates.pushed] == [200] * 3, 10)
            process.kill()
            process.wait()
        assert person.sees == []
        states = await work_on(data, api.url)
        assert [say for say, _ in states][:1] == ["welcome"]
        assert {state for _, state in states} == {"sent"}
        assert len(person.sees) == len(states) + 1, "each message once, and the file of the last"
        assert len({shown.text for shown in person.sees if not shown.document}) == len(states)
        assert await work_on(data, api.url) == states


async def test_killed_while_a_message_is_on_the_wire(data: Path) -> None:
    """It arrived, but nobody was left to hear so: it is not said a second time."""
    async with BotApi(slowness=10, late_seconds=20) as api:
        person = api.person(5)
        with labas(data, api.url) as process:
            await api.until(lambda: api.updates.webhook, 30)
            api.faults["sendMessage"].append(Fault.LATE)
            person.says("bonjour")
            await api.until(lambda: person.sees, 10)
            process.kill()
            process.wait()
        assert len(person.sees) == 1
        states = await work_on(data, api.url)
        assert states == [("welcome", "unknown"), ("menu.offer", "sent")]
        assert len({shown.text for shown in person.sees}) == len(person.sees) == 2
