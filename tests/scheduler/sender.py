"""A worker as another process would be: deals with what is due. Run as ``python -m tests.scheduler.sender``."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from scheduler import sending
from store.clock import utc
from store.database import open_store
from store.ids import new_id
from tests.scheduler.world import planning


def main(url: str, keys_file: str, wall: str) -> None:
    """Until nothing is due at that wall time."""
    store = planning(open_store(url, Path(keys_file), migrate_first=False))
    owner, now = new_id(), utc(datetime.fromisoformat(wall))
    print("ready", flush=True)
    while done := sending.run(store, owner, now, most=1):
        print(len(done), flush=True)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
