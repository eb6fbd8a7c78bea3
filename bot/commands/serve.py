"""`labas serve`: everything in one process group, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence

import structlog
import uvicorn
from anyio import to_thread
from starlette.routing import BaseRoute

from bot import logs
from bot.bootstrap import App, build, open_data, wall_clock
from bot.channels import telegram, web, whatsapp
from bot.channels.base import Channel
from bot.commands.progress import progress
from bot.settings import Settings, read_settings, unknown_names
from bot.shared_clock import EVERY, SharedClock
from bot.ticks import ticks
from bot.understanding import Understanding, understanding
from bot.web.app import create
from bot.work import Worker
from scheduler import ticks as clock
from scheduler.ticks import Tick
from store import inbox

log = structlog.get_logger(__name__)

# How long a stop waits for answers under way, in seconds; what is left is found in the inbox at the next start.
DRAIN = 20
# A second signal within so many seconds is the first one again.
SAME_SIGNAL = 1.0


def run(host: str | None, port: int | None) -> int:
    """Serve until SIGINT or SIGTERM; 1 with a sentence when the start fails."""
    settings = read_settings()
    given = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update=given)
    logs.configure(settings.log_level, as_json=settings.log_json)
    for name in unknown_names():
        print(f"labas: {name} is no setting of ours and does nothing; is it misspelt?", file=sys.stderr)
    asyncio.run(_serve(settings))
    return 0


# Transactions at the same time, beside those that store what comes in. More of them only take the processor from one
# another: with ten, four replicas on two cores acknowledged half as many updates a second as with four (bench.storm).
THREADS = 4


async def _serve(settings: Settings) -> None:
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    store = await to_thread.run_sync(open_data, settings, wall_clock)
    if store.keys_created:
        print(store.keys_message, file=sys.stderr)
    with progress() as show:
        understood = understanding(settings, show)
        reader = await understood.__aenter__()
    try:
        channels: dict[str, Channel] = {"web": web.Web()}
        if settings.telegram_token:
            channels["telegram"] = telegram.Telegram(settings.telegram_token, settings.telegram_api)
        if settings.whatsapp_token:
            channels["whatsapp"] = whatsapp.channel_of(settings)
        shared = SharedClock(store, wall_clock)
        await to_thread.run_sync(shared.look)
        app = build(settings, store, reader, channels, shared)

        async def look_at_the_clock() -> None:
            await to_thread.run_sync(shared.look)

        async with _at_work(app, Tick("clock", EVERY, look_at_the_clock)) as routes:
            await _listen(app, routes, reader)
    finally:
        await understood.__aexit__(None, None, None)
        await to_thread.run_sync(store.close)


@contextlib.asynccontextmanager
async def _at_work(app: App, *more: Tick) -> AsyncIterator[Sequence[BaseRoute]]:
    """The worker, the clock and the receiving side of Telegram and WhatsApp; yields the routes that channels need."""
    worker = Worker(app.work)
    if app.store.is_embedded:
        # No other process works on it: what is under way was the former life's.
        await to_thread.run_sync(app.store.run, inbox.release_all)
        await to_thread.run_sync(app.delivery.take_over)
    ticking = clock.start([*ticks(app), *more])
    try:
        async with (
            app.delivery.running(),
            telegram.receiving(app, worker.wake) as routes,
            whatsapp.receiving(app, worker.wake) as others,
        ):
            yield [*routes, *others]
    finally:
        ticking.shutdown(wait=False)
        await worker.drain(DRAIN)


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again after its own shutdown, and so end the process before the
    worker, the channels, the NLU child and the database have been closed in order."""

    asked_at = 0.0

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Finish what is under way, then return from ``serve``; asked again after a moment, at once.

        The same signal often comes twice: to the process group, and passed on by ``uv run``.
        """
        now = time.monotonic()
        if not self.should_exit:
            self.asked_at = now
        self.force_exit = now - self.asked_at > SAME_SIGNAL
        self.should_exit = True


async def _listen(app: App, routes: Sequence[BaseRoute], reader: Understanding) -> None:
    settings = app.settings
    site = create(app, routes=routes, nlu_state=reader.state)
    server = _Server(
        uvicorn.Config(
            site,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=DRAIN,
        )
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.05)
    if server.started:
        port = server.servers[0].sockets[0].getsockname()[1]
        base = settings.public_url or f"http://{settings.host}:{port}"
        print(f"\nLabas is ready.\n  web chat  {base}/\n  console   {base}/console\nCtrl-C stops it.", flush=True)
    await serving
