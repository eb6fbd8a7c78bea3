"""Ten thousand messages come in while the process that takes them is killed a hundred times: each is answered once.

    uv run python -m bench.crashes [--updates N] [--kills N] [--database …]

A message counts as taken when its 200 arrived; what got none is brought again, as the platform does. The model takes
20 ms, so that many are taken and not yet worked on when a process dies. ``lost``: taken, and not answered in the end.
``answered_twice``: its turn was taken twice. ``doubled``: a reply was handed over twice. ``unknown``: a reply was on
the wire when the process died; it is not repeated. Two replicas on PostgreSQL, one process on SQLite. Prints one JSON
object.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench import broadcast, site, storm
from bench.crowd import databases, opened
from bench.herd import Herd

UPDATES, KILLS, CONNECTIONS = 10_000, 100, 16
READ_SECONDS, LEASE = 0.02, 5.0


async def run(url: str, keys_file: Path, updates: int, kills: int, replicas: int, ledger: Path) -> dict[str, Any]:
    """One run, and what it came to."""
    opened(url, keys_file).close()
    ports = [broadcast.free_port() for _ in range(replicas)]
    began = time.time()
    herds = [Herd(1, site.serve, (url, keys_file, began, port, ledger, READ_SECONDS, LEASE)) for port in ports]
    taken: set[int] = set()
    try:
        for port in ports:
            await storm.up(port)
        killing = asyncio.create_task(_kill(herds, kills, taken, updates))
        await _bring(ports, updates, taken)
        await killing
        await storm.worked(url, keys_file)
    finally:
        for herd in herds:
            herd.end()
    found = storm.counted(url, keys_file, ledger)
    lost = updates - found["answered"] if len(taken) == updates else -1
    return {
        **found, "taken": len(taken), "lost": lost, "kills": sum(herd.kills for herd in herds),
        "unknown": found["messages"].get("unknown", 0), "seconds": round(time.time() - began, 1),
    }  # fmt: skip


async def _kill(herds: list[Herd], kills: int, taken: set[int], updates: int) -> None:
    """Evenly over the whole: each time right after something was taken."""
    chance, done = random.Random(7), 0
    while done < kills:
        before = len(taken)
        while len(taken) < updates and (len(taken) == before or len(taken) < updates * done / kills):
            await asyncio.sleep(0.002)
        chance.choice(herds).kill_one()
        done += 1
        if len(taken) >= updates:
            await asyncio.sleep(0.2)


async def _bring(ports: list[int], updates: int, taken: set[int]) -> None:
    left = iter(range(updates))
    statuses: Counter[int] = Counter()

    async def one(number: int) -> None:
        lines: dict[int, Any] = {}
        for brought in left:
            tries = number
            while True:
                tries += 1
                with contextlib.suppress(ConnectionError):
                    status = await site.post(ports[tries % len(ports)], site.update(brought, updates), lines)
                    statuses[status] += 1
                    if status == 200:
                        taken.add(brought)
                        break
                await asyncio.sleep(0.02)

    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))


def is_good(found: dict[str, Any], updates: int, kills: int) -> bool:
    """The bar."""
    return (
        found["taken"] == updates
        and found["kills"] >= kills
        and found["lost"] == found["doubled"] == found["answered_twice"] == 0
        and set(found["messages"]) <= {"sent", "unknown"}
    )


async def _all(options: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {}
    with databases() as urls, tempfile.TemporaryDirectory() as folder:
        for name in options.database or ("postgresql", "sqlite"):
            replicas = 2 if name == "postgresql" else 1
            keys_file, ledger = Path(folder) / f"{name}-keys.json", Path(folder) / f"{name}.handed"
            found = await run(urls[name], keys_file, options.updates, options.kills, replicas, ledger)
            results[name] = {**found, "replicas": replicas, "ok": is_good(found, options.updates, options.kills)}
    return results


def main() -> int:
    """Run and print; 1 when the bar was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--updates", type=int, default=UPDATES)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--database", action="append", choices=("postgresql", "sqlite"))
    options = parser.parse_args()
    results = asyncio.run(_all(options))
    print(json.dumps({"bench": "crashes", "updates": options.updates, **results}))
    return 0 if all(result["ok"] for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
