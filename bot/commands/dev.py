"""`labas dev platforms`: Telegram and WhatsApp on this machine, with a phone page for each, to try Labas without an
account. The platforms are the tests' own, so the command needs a checkout of the source."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator

from bot.settings import read_settings

_NOT_HERE = "labas dev platforms runs from a checkout of the source only: the platforms are in tests/platforms."
_PATIENCE = 30.0


def run(port: int, labas: str | None, *, with_labas: bool) -> int:
    """Run the platforms until SIGINT or SIGTERM; 1 with a sentence when they are not here."""
    try:
        from tests.platforms import by_hand  # noqa: F401
    except ImportError:
        print(_NOT_HERE, file=sys.stderr)
        return 1
    settings = read_settings()
    return asyncio.run(_run(port, labas or f"http://127.0.0.1:{settings.port}", with_labas=with_labas))


async def _run(port: int, labas: str, *, with_labas: bool) -> int:
    from tests.platforms import by_hand

    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with by_hand.running(port, labas, has_time=with_labas) as platforms:
        print(f"\nPhones:\n  Telegram  {platforms.pages}/telegram\n  WhatsApp  {platforms.pages}/whatsapp")
        if not with_labas:
            lines = " \\\n  ".join(f"{name}={shlex.quote(value)}" for name, value in platforms.settings.items())
            print(f"\nStart Labas in another window:\n\n  {lines} \\\n  uv run labas serve\n")
        print("Ctrl-C stops it.", flush=True)
        if not with_labas:
            return await _until(stopped, None)
        env = {**os.environ, **platforms.settings}
        async with _child(platforms.labas, env) as child:
            submitting = asyncio.create_task(_submit(platforms.subscribed, env))
            try:
                return await _until(stopped, child)
            finally:
                submitting.cancel()


async def _submit(subscribed: asyncio.Event, env: dict[str, str]) -> None:
    """Hand in the WhatsApp templates once Labas is there, as its operator would."""
    await subscribed.wait()
    command = [sys.executable, "-m", "bot", "whatsapp", "templates", "submit"]
    async with _child(command, env, quiet=True) as child:
        if await child.wait():
            print("labas: not all WhatsApp templates were taken; labas whatsapp templates says more.", file=sys.stderr)


async def _until(stopped: asyncio.Event, child: Process | None) -> int:
    """Wait for a signal, or for the end of Labas: its exit code."""
    waiting = asyncio.create_task(stopped.wait())
    ending = asyncio.create_task(child.wait()) if child else None
    await asyncio.wait([task for task in (waiting, ending) if task], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    return ending.result() if ending and ending.done() else 0


@contextlib.asynccontextmanager
async def _child(command: list[str], env: dict[str, str], *, quiet: bool = False) -> AsyncIterator[Process]:
    """A process that ends with the block."""
    stdout = asyncio.subprocess.DEVNULL if quiet else None
    child = await asyncio.create_subprocess_exec(*command, env=env, stdout=stdout)
    try:
        yield child
    finally:
        if child.returncode is None:
            # Ctrl-C in a terminal reaches the child as well; the same signal twice within a second is one to it.
            child.send_signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(child.wait(), _PATIENCE)
        if child.returncode is None:
            child.kill()
            await child.wait()
