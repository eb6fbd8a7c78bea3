"""Reading one message through the client and the real NLU server: latency, memory, cold start. Prints one JSON object.

    uv run python bench/parse.py [--calls N]

Times on a shared machine wander; so each parse is followed by a ``/status`` round trip through the same client, and the
ratio of the two is what can be compared between runs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import islice
from pathlib import Path

from nlu.client import NluClient
from nlu.environment import ensure_environment
from nlu.examples import read_examples
from nlu.models import DATA, ensure_model
from nlu.process import NluProcess

WARM_UP = 100


async def measure(calls: int) -> dict[str, float | int | str]:
    """The figures of one run: times in milliseconds, memory in megabytes."""
    python, model = ensure_environment(), ensure_model()
    process = NluProcess(model, python)
    begun = time.perf_counter()
    await process.start()
    cold = time.perf_counter() - begun
    try:
        async with NluClient([process.url], process.token) as client:
            texts = [example.text for example in islice(read_examples(DATA), 0, None, 7)]
            for text in texts[:WARM_UP]:
                await client.parse(text)
            parses, rounds = [], []
            for number in range(calls):
                parses.append(await timed(partial(client.parse, texts[number % len(texts)])))
                rounds.append(await timed(client.status))
        memory = resident_megabytes(process.pid)
    finally:
        await process.stop()
    parse, status = percentiles(parses), percentiles(rounds)
    return {
        "model": model.name,
        "calls": calls,
        "parse_p50_ms": parse[0],
        "parse_p99_ms": parse[1],
        "status_p50_ms": status[0],
        "status_p99_ms": status[1],
        "parse_over_status_p50": round(parse[0] / status[0], 2),
        "nlu_rss_mb": round(memory, 1),
        "cold_start_s": round(cold, 2),
        "cold_start_over_parse_p50": round(cold * 1000 / parse[0]),
    }


def resident_megabytes(pid: int | None) -> float:
    """What a process holds in memory, as Linux tells it; 0 elsewhere."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds that ``work`` takes."""
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1000


def percentiles(times: list[float]) -> tuple[float, float]:
    """The 50th and 99th percentile, rounded."""
    cuts = statistics.quantiles(times, n=100)
    return round(cuts[49], 3), round(cuts[98], 3)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=1000)
    options = parser.parse_args()
    print(json.dumps(asyncio.run(measure(options.calls))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
