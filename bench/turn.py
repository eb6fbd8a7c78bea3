"""How long a turn takes without the model, on SQLite: a message in, its replies rendered and handed over.

Prints one JSON object: milliseconds (p50, p99), and the ratio to a bare committed write in the same run, which is what
the disk allows.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

import anyio

from bot.messages import Incoming
from store.ids import new_id
from tests.bot.shell import Shell, shell

TURNS = 400
SCRIPT = ("rdv", "dentiste", "Rabat", "mes rdv", "non")


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def turns(played: Shell) -> list[float]:
    took = []
    for n in range(TURNS):
        incoming = Incoming("terminal", f"person {n // len(SCRIPT)}", new_id(), text=SCRIPT[n % len(SCRIPT)])
        began = time.perf_counter()
        await played.app.handle(incoming)
        took.append((time.perf_counter() - began) * 1000)
        played.terminal.take()
    return took


def bare_writes(played: Shell) -> list[float]:
    from store import people

    took = []
    for n in range(100):
        began = time.perf_counter()
        played.app.store.run(lambda session, n=n: people.find_or_create(session, "bench", str(n), played.moment[0]))
        took.append((time.perf_counter() - began) * 1000)
    return took


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, shell(Path(folder)) as played:
        took = anyio.run(turns, played)
        bare = statistics.median(bare_writes(played))
    p50 = percentile(took, 0.5)
    print(
        json.dumps(
            {
                "bench": "turn without NLU, SQLite",
                "turns": TURNS,
                "p50_ms": round(p50, 2),
                "p99_ms": round(percentile(took, 0.99), 2),
                "bare_write_ms": round(bare, 2),
                "ratio_to_bare_write": round(p50 / bare, 1),
                "goal_p50_ms": 10,
            }
        )
    )


if __name__ == "__main__":
    main()
