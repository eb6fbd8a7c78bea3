"""Fifty thousand updates, each brought five times, shuffled, over 64 connections: each is answered once.

    uv run python -m bench.storm [--updates N] [--database …]

``effects`` counts turns that were taken; ``replies`` messages that were handed over, ``doubled`` those more than once.
``ack`` is how long Telegram waits for its 200, in milliseconds. Four replicas on PostgreSQL, one process on SQLite; the
first 2 % are not counted in ``ack``, while connections are made. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench import broadcast, site
from bench.crowd import databases, opened
from bench.herd import Herd

UPDATES, TIMES, CONNECTIONS, REPLICAS = 50_000, 5, 64, 4
PATIENCE = 3600.0


async def run(url: str, keys_file: Path, updates: int, replicas: int, ledger: Path) -> dict[str, Any]:
    """One storm, and what it came to."""
    opened(url, keys_file).close()
    ports = [broadcast.free_port() for _ in range(replicas)]
    began = time.time()
    herds = [Herd(1, site.serve, (url, keys_file, began, port, ledger, site.READ_SECONDS, 60.0)) for port in ports]
    try:
        for port in ports:
            await up(port)
        brought = await _bring(ports, updates)
        await worked(url, keys_file)
    finally:
        for herd in herds:
            herd.end()
    return {**brought, **counted(url, keys_file, ledger), "seconds": round(time.time() - began, 1)}


async def up(port: int) -> None:
    """Wait until somebody listens there."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.close()
            return


async def _bring(ports: list[int], updates: int) -> dict[str, Any]:
    """Every update five times, in any order, whichever replica gets it."""
    order = [number for number in range(updates) for _ in range(TIMES)]
    random.Random(7).shuffle(order)
    left, took, statuses = iter(order), [], Counter[int]()
    people = max(updates // 5, 1)

    async def one(number: int) -> None:
        lines: dict[int, Any] = {}
        port = ports[number % len(ports)]
        for brought in left:
            began = time.perf_counter()
            statuses[await site.post(port, site.update(brought, people), lines)] += 1
            took.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    passed = time.perf_counter() - began
    counted = sorted(took[len(took) // 50 :])
    return {
        "statuses": dict(statuses), "ack_p50": round(counted[len(counted) // 2], 1),
        "ack_p99": round(counted[int(len(counted) * 0.99)], 1), "ack_most": round(counted[-1], 1),
        "per_second": round(len(order) / passed),
    }  # fmt: skip


async def worked(url: str, keys_file: Path) -> None:
    """Wait until everything that was taken is answered and every answer is on its way."""
    store = opened(url, keys_file)
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(_is_busy, store):
            await asyncio.sleep(1)
    store.close()


def _is_busy(store: Any) -> bool:
    from sqlalchemy import func, select

    from store.models import IS_OPEN, Inbox, Message

    with store.read() as session:
        unread = session.scalar(select(func.count()).select_from(Inbox).where(Inbox.state == "pending")) or 0
        unsent = session.scalar(select(func.count()).select_from(Message).where(IS_OPEN)) or 0
    return bool(unread or unsent)


def counted(url: str, keys_file: Path, ledger: Path) -> dict[str, Any]:
    """What the rows say beside what was handed over."""
    from sqlalchemy import func, select

    from store.models import Attempt, Inbox, Message, Person

    store = opened(url, keys_file)
    with store.read() as session:
        inbox = dict(session.execute(select(Inbox.state, func.count()).group_by(Inbox.state)).all())
        effects = session.scalar(select(func.sum(Person.turns))) or 0
        messages = dict(session.execute(select(Message.state, func.count()).group_by(Message.state)).all())
        of_attempt = dict(session.execute(select(Attempt.id, Attempt.message_id)).all())
        answered = session.scalar(select(func.count(func.distinct(Message.inbox_id)))) or 0
        same = (
            select(Message.inbox_id)
            .where(Message.inbox_id.is_not(None))
            .group_by(Message.inbox_id, Message.say)
            .having(func.count() > 1)
        )
        twice = len(session.execute(same).all())
    store.close()
    handed = Counter(of_attempt[line.split()[-1]] for line in ledger.read_text("utf-8").splitlines())
    return {
        "inbox": inbox, "effects": effects, "answered": answered, "answered_twice": twice, "messages": messages,
        "replies": len(handed), "doubled": sum(times > 1 for times in handed.values()),
    }  # fmt: skip


def is_good(found: dict[str, Any], updates: int) -> bool:
    """The bar."""
    return (
        found["effects"] == found["answered"] == updates
        and found["inbox"] == {"done": updates}
        and found["doubled"] == found["answered_twice"] == 0
        and set(found["statuses"]) == {200}
        and found["ack_p99"] <= 500
    )


async def _all(options: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {}
    with databases() as urls, tempfile.TemporaryDirectory() as folder:
        for name in options.database or ("postgresql", "sqlite"):
            replicas = REPLICAS if name == "postgresql" else 1
            keys_file, ledger = Path(folder) / f"{name}-keys.json", Path(folder) / f"{name}.handed"
            found = await run(urls[name], keys_file, options.updates, replicas, ledger)
            results[name] = {**found, "replicas": replicas, "ok": is_good(found, options.updates)}
    return results


def main() -> int:
    """Run and print; 1 when the bar was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--updates", type=int, default=UPDATES)
    parser.add_argument("--database", action="append", choices=("postgresql", "sqlite"))
    options = parser.parse_args()
    results = asyncio.run(_all(options))
    print(json.dumps({"bench": "storm", "updates": options.updates, "times": TIMES, **results}))
    return 0 if all(result["ok"] for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
