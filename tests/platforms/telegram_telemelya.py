"""telemelya, a Bot API fake that somebody else wrote, without the Redis and the object store that it asks for.

Run as a program it serves on a free port and prints the port. It knows no secrets of webhooks, so whoever stands
between it and us adds the header (``secret_adder``).
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
API_KEY = "key-of-the-tests"


async def _serve() -> None:
    import socket

    import fakeredis.aioredis
    import uvicorn
    from telemelya.server.app import app
    from telemelya.server.media import media_manager
    from telemelya.server.state import state_manager

    async def nothing(*_: Any) -> None: ...

    async def connect() -> None:
        state_manager._redis = fakeredis.aioredis.FakeRedis(decode_responses=True)

    media_manager.connect = media_manager.close = nothing
    state_manager.connect = connect
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        await uvicorn.Server(uvicorn.Config(app, log_level="warning")).serve(sockets=[listening])


@contextlib.contextmanager
def telemelya() -> Iterator[str]:
    """Its base address, while it runs."""
    command = [sys.executable, "-m", "tests.platforms.telegram_telemelya"]
    process = subprocess.Popen(
        command, cwd=ROOT, env={"AUTH_KEYS": API_KEY, "PATH": "/usr/bin:/bin"}, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def secret_adder(site: Any, secret: str) -> Any:
    """The same ASGI app, as if each call to it carried the secret."""

    async def with_secret(scope: Any, receive: Any, send: Any) -> None:
        header = (b"x-telegram-bot-api-secret-token", secret.encode())
        await site({**scope, "headers": [*scope["headers"], header]}, receive, send)

    return with_secret


if __name__ == "__main__":
    asyncio.run(_serve())
