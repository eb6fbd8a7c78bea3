"""How many messages a second are handed to a platform that answers in 4 ms, beside procrastinate with the same sends.

    uv run --with procrastinate python -m bench.handover [--rows N]

Two worker processes on PostgreSQL, each with 48 requests at the same time; the platform is a wait of 4 ms in the
worker. Ours puts each message into words, asks stop, consent, expiry and quiet hours, commits the try before the call
and what came of it after, encrypted. Procrastinate's jobs carry the finished text, and do the same wait. Prints one
JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.crowd import clock_from, databases, gather, opened, states

ROWS, WORKERS, HANDS, ANSWER = 10_000, 2, 48, 0.004


class Quick:
    """A platform that takes everything, after a moment."""

    name = "quick"

    def __init__(self) -> None:
        from bot.channels import LIMITS
        from store.pacing import FREE

        self.limits, self.pace = LIMITS["telegram"], FREE
        self.sent = 0

    async def send(self, address: str, message: Any, *, tracker: str) -> str | None:
        """Never fails."""
        await asyncio.sleep(ANSWER)
        self.sent += 1
        return f"m{self.sent}"


def work(url: str, keys_file: Path, began: float, ready: Any, go: Any) -> None:
    """One worker until nothing is left."""
    from bot.bulk import Bulk
    from bot.sending import Sending

    store, channel = opened(url, keys_file), Quick()
    bulk = Bulk(Sending(store, {channel.name: channel}, clock_from(began)), channel, HANDS)
    ready.release()
    go.wait()
    asyncio.run(bulk.round())
    store.close()


def ours(url: str, keys_file: Path, rows: int) -> dict[str, Any]:
    """Our rate."""
    gather(url, keys_file, rows, Quick.name)
    seconds = _together(work, (url, keys_file, time.time()))
    found = states(url, keys_file)
    return {"per_second": round(rows / seconds), "seconds": round(seconds, 2), "states": found}


def theirs(url: str, rows: int) -> dict[str, Any] | None:
    """Procrastinate's rate; None when it is not installed."""
    if not _has_procrastinate():
        return None
    asyncio.run(_defer(url, rows))
    seconds = _together(their_work, (url,))
    return {"per_second": round(rows / seconds), "seconds": round(seconds, 2), "states": asyncio.run(_jobs(url))}


def _has_procrastinate() -> bool:
    with contextlib.suppress(ImportError):
        import procrastinate  # noqa: F401

        return True
    return False


def _app(url: str) -> Any:
    import procrastinate

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=2, max_size=10))

    @app.task(name="send")
    async def send(address: str, text: str) -> None:
        await asyncio.sleep(ANSWER)

    return app


async def _defer(url: str, rows: int) -> None:
    app = _app(url)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        jobs = [{"address": str(number), "text": "Au revoir, et bonne santé."} for number in range(rows)]
        for start in range(0, rows, 1000):
            await app.tasks["send"].batch_defer_async(*jobs[start : start + 1000])


def their_work(url: str, ready: Any, go: Any) -> None:
    """One worker of procrastinate until nothing is left."""

    async def run() -> None:
        app = _app(url)
        async with app.open_async():
            ready.release()
            await asyncio.to_thread(go.wait)
            await app.run_worker_async(concurrency=HANDS, wait=False, install_signal_handlers=False)

    asyncio.run(run())


async def _jobs(url: str) -> dict[str, int]:
    import psycopg

    async with await psycopg.AsyncConnection.connect(url) as connection:
        rows = await connection.execute("SELECT status, count(*) FROM procrastinate_jobs GROUP BY status")
        return {row[0]: row[1] for row in await rows.fetchall()}


def _together(target: Any, args: tuple[Any, ...]) -> float:
    """Seconds from the moment that all workers are ready to the end of the last."""
    context = multiprocessing.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    workers = [context.Process(target=target, args=(*args, ready, go)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    began = time.perf_counter()
    go.set()
    for worker in workers:
        worker.join()
    return time.perf_counter() - began


def main() -> int:
    """Run and print; 1 when a message did not arrive."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    found: dict[str, Any] = {"bench": "handover", "rows": rows, "workers": WORKERS, "cores": os.cpu_count()}
    with databases() as urls, tempfile.TemporaryDirectory() as folder:
        found["labas"] = ours(urls["postgresql"], Path(folder) / "keys.json", rows)
        found["procrastinate"] = theirs(urls["postgresql"], rows)
    if found["procrastinate"]:
        found["ratio"] = round(found["labas"]["per_second"] / found["procrastinate"]["per_second"], 2)
    print(json.dumps(found))
    return 0 if found["labas"]["states"] == {"sent": rows} else 1


if __name__ == "__main__":
    sys.exit(main())
