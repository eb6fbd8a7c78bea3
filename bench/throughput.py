"""How many messages a second one NLU server reads, and two behind one list of addresses. Prints one JSON object.

    uv run python bench/throughput.py [--seconds N] [--model FILE]

The asking is done by another process, over 1, 4 and 16 connections that are kept open, each sending its next message as
soon as the last is answered; with two servers every other connection goes to the second. The asker writes and reads
plain bytes, so that it costs little beside what it measures; on two cores two servers and the asker still share them,
and ``cores`` tells how far a doubling can be seen at all.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path

from nlu.environment import ensure_environment
from nlu.examples import read_examples
from nlu.models import DATA, ensure_model
from nlu.process import NluProcess

CONNECTIONS = (1, 4, 16)
WARM_UP_SECONDS = 1.0


async def measure(model: Path, seconds: float) -> dict[str, object]:
    """The figures: requests a second, and the milliseconds of one, for one server and for two."""
    python = ensure_environment()
    texts = [example.text for example in islice(read_examples(DATA), 0, None, 7)]
    loop = asyncio.get_running_loop()
    found: dict[str, object] = {"bench": "throughput", "model": model.name, "cores": os.cpu_count()}
    async with AsyncExitStack() as stack:
        servers: list[tuple[int, str]] = []
        asker = stack.enter_context(ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")))
        for name in ("one_server", "two_servers"):
            server = await stack.enter_async_context(NluProcess(model, python))
            servers.append((server.port, server.token))
            await loop.run_in_executor(asker, ask, servers, texts, len(servers), WARM_UP_SECONDS)
            found[name] = {
                f"c{connections}": await loop.run_in_executor(asker, ask, servers, texts, connections, seconds)
                for connections in CONNECTIONS
                if connections >= len(servers)
            }
    return found


def ask(servers: list[tuple[int, str]], texts: list[str], connections: int, seconds: float) -> dict[str, float]:
    """Ask for some seconds over some connections, from this process."""
    return asyncio.run(_ask(servers, texts, connections, seconds))


async def _ask(servers: list[tuple[int, str]], texts: list[str], connections: int, seconds: float) -> dict[str, float]:
    took: list[float] = []
    ends = time.perf_counter() + seconds

    async def one(number: int) -> None:
        port, token = servers[number % len(servers)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (begun := time.perf_counter()) < ends:
            text = texts[(number * 1_009 + len(took)) % len(texts)]
            writer.write(request(text, token))
            status = await reader.readuntil(b"\r\n\r\n")
            head = status.lower()
            if not head.startswith(b"http/1.1 200"):
                raise RuntimeError(f"the server answered {status[:40]!r}")
            await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
            took.append((time.perf_counter() - begun) * 1000)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(connections)))
    passed = time.perf_counter() - begun
    ordered = sorted(took)
    return {
        "per_second": round(len(ordered) / passed),
        "p50_ms": round(ordered[len(ordered) // 2], 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 2),
    }


def request(text: str, token: str) -> bytes:
    """One request, as bytes."""
    body = json.dumps({"text": text}).encode()
    head = (
        "POST /model/parse HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="for each number of connections")
    parser.add_argument("--model", type=Path, help="default: the one that fits the data")
    options = parser.parse_args()
    print(json.dumps(asyncio.run(measure(options.model or ensure_model(), options.seconds))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
