"""One answer in twenty is lost after the platform carried the call out: nothing is said twice for it.

    uv run python -m bench.answers [--rows N] [--platform …] [--database …]

A campaign as in ``bench.broadcast``, without kills, over a network that resets the connection after the call, answers
with a gateway's page, or answers later than anybody waits. ``repeated_blindly`` counts messages that were tried again
after a call whose answer never came, though nothing had proved that it did not arrive. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import broadcast
from bench.crowd import databases, opened

ROWS, RATE = 10_000, 0.05


def repeated_blindly(url: str, keys_file: Path) -> int:
    """Messages with a further try after one that nobody knows the end of."""
    from sqlalchemy import func, select
    from sqlalchemy.orm import aliased

    from store.models import Attempt

    store, later = opened(url, keys_file), aliased(Attempt)
    with store.read() as session:
        found = session.scalar(
            select(func.count(func.distinct(Attempt.message_id))).where(
                Attempt.state == "unknown", later.message_id == Attempt.message_id, later.number > Attempt.number
            )
        )
    store.close()
    return found or 0


async def run(platform: str, url: str, keys_file: Path, rows: int, *, lease: float = broadcast.LEASE) -> dict[str, Any]:
    """One campaign over a bad network."""
    from tests.platforms.faults import Fault, Mishaps

    kinds = (Fault.RESET_AFTER, Fault.GATEWAY_AFTER, Fault.LATE, Fault.RESET_BEFORE, Fault.PROXY_FORBIDS)
    mishaps = Mishaps(RATE, kinds)
    found = await broadcast.run(platform, url, keys_file, rows, 0, 0, mishaps, lease=lease, read_seconds=0.5)
    blind = repeated_blindly(url, keys_file)
    good = found["delivered_twice"] == found["lost"] == blind == 0 and mishaps.struck > 0
    settled = platform == "telegram" or found["unknown"] <= 0.005 * mishaps.struck
    return {**found, "mishaps": mishaps.struck, "repeated_blindly": blind, "ok": good and settled}


async def _all(options: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {}
    for platform in options.platform or ("telegram", "whatsapp"):
        with databases() as urls, tempfile.TemporaryDirectory() as folder:
            for name in options.database or ("postgresql", "sqlite"):
                keys_file = Path(folder) / f"{name}-keys.json"
                results[f"{platform}/{name}"] = await run(platform, urls[name], keys_file, options.rows)
    return results


def main() -> int:
    """Run and print; 1 when the bar was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--platform", action="append", choices=("telegram", "whatsapp"))
    parser.add_argument("--database", action="append", choices=("postgresql", "sqlite"))
    results = asyncio.run(_all(parser.parse_args()))
    print(json.dumps({"bench": "answers", "workers": broadcast.WORKERS, "rate": RATE, **results}))
    return 0 if all(result["ok"] for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
