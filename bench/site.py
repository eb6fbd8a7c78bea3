"""`labas serve` in small, for benches of what comes in: Telegram's webhook, the worker and the clock, in a process.

The model is a table with one row, and the platform a file that notes what was handed over: one line a message, with the
try it was. Everything between the two is what runs in earnest.
"""

from __future__ import annotations

import asyncio
import os
import socket
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.crowd import clock_from, opened

SECRET = "a-secret-of-the-bench"
TEXT = "mes rendez-vous"
READ_SECONDS = 0.002


class OneLine:
    """Reads everything as the same wish."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def read(self, text: str, now: datetime) -> Any:
        """After a moment, as a model would."""
        from dialogues.reading import Reading

        await asyncio.sleep(self._seconds)
        words = tuple(text.split())
        return Reading(text=text, intent="check_appointment", confidence=0.9, words=words, variety="fr")


def serve(url: str, keys_file: Path, began: float, port: int, ledger: Path, read_seconds: float, lease: float) -> None:
    """Serve until killed. ``lease``: seconds that a message may be worked on, and a call may take."""
    asyncio.run(_serve(url, keys_file, began, port, ledger, read_seconds, lease))


async def _serve(
    url: str, keys_file: Path, began: float, port: int, ledger: Path, read_seconds: float, lease: float
) -> None:
    import logging
    from datetime import timedelta

    from anyio import to_thread
    from starlette.applications import Starlette

    from bot import logs
    from bot.bootstrap import build
    from bot.channels.base import FREE
    from bot.channels.telegram import Telegram
    from bot.channels.telegram.receiver import Receiver
    from bot.channels.telegram.webhook import route_to
    from bot.commands.serve import THREADS
    from bot.settings import Settings
    from bot.ticks import ticks
    from bot.work import Worker
    from scheduler import ticks as clock
    from store import inbox
    from tests.channels.serving import serving
    from tests.platforms.telegram import TOKEN

    logs.configure("ERROR", as_json=False)
    logging.getLogger("apscheduler").setLevel("ERROR")
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    inbox.claim.__defaults__ = (timedelta(seconds=lease),)
    store, handed = opened(url, keys_file), os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    class Noted(Telegram):
        """Telegram, but for the wire."""

        async def send(self, address: str, message: Any, *, tracker: str) -> str | None:
            os.write(handed, f"{address} {message.say} {tracker}\n".encode())
            return tracker

    channel = Noted(TOKEN, "http://127.0.0.1:9", FREE)
    settings = Settings(database_url=url, telegram_token=TOKEN)
    app = build(settings, store, OneLine(read_seconds), {"telegram": channel}, clock_from(began))
    app.delivery.sending.lease = timedelta(seconds=lease)
    worker = Worker(app.work)
    if store.is_embedded:
        store.run(inbox.release_all)
        app.delivery.take_over()
    ticking = clock.start([tick for tick in ticks(app) if tick.name in ("unread", "unsent")])
    with socket.create_server(("127.0.0.1", port), backlog=512) as listening:
        async with serving(Starlette(routes=[route_to(Receiver(app, channel, worker.wake), SECRET)]), listening):
            await asyncio.Event().wait()
    ticking.shutdown(wait=False)


def update(number: int, people: int) -> bytes:
    """One message as Telegram brings it, as the bytes of a request."""
    person = 1000 + number % people
    body = (
        f'{{"update_id":{number + 1},"message":{{"message_id":{number + 1},"date":1796119200,'
        f'"chat":{{"id":{person},"type":"private"}},"from":{{"id":{person},"is_bot":false,"first_name":"x"}},'
        f'"text":"{TEXT}"}}}}'
    )
    return (
        "POST /telegram/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def post(port: int, request: bytes, lines: dict[int, Any]) -> int:
    """The status of one request over the kept connection to a port; ConnectionError when the other end went away."""
    try:
        if port not in lines:
            lines[port] = await asyncio.open_connection("127.0.0.1", port)
    except OSError as error:
        raise ConnectionError from error
    reader, writer = lines[port]
    try:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        await reader.readexactly(int(length.split(b":")[1]))
    except (OSError, asyncio.IncompleteReadError) as error:
        lines.pop(port, None)
        writer.close()
        raise ConnectionError from error
    return int(head.split(b" ", 2)[1])
