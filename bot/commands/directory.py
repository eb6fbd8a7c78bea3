"""`labas facilities …` and `labas db …`."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.bootstrap import open_data, wall_clock
from bot.settings import read_settings
from store import facilities, migrate
from store.errors import StoreError
from store.facilities import ImportRefused


def import_file(file: Path) -> int:
    """Import a CSV file of facilities; 1 and a line for each bad row when it is refused."""
    try:
        content = file.read_bytes()
    except OSError as error:
        print(f"labas: {file} cannot be read: {error.strerror}", file=sys.stderr)
        return 1
    store = open_data(read_settings(), wall_clock)
    try:
        with store.write() as session:
            done = facilities.import_csv(session, content, wall_clock(), places=store.places)
    except ImportRefused as refused:
        for row in refused.errors:
            print(f"{file.name}:{row.line}: {row.message}", file=sys.stderr)
        print("labas: nothing was imported", file=sys.stderr)
        return 1
    finally:
        store.close()
    print(f"{done.created} new, {done.updated} changed")
    return 0


def template() -> int:
    """Print the header and an example row."""
    print(facilities.template(), end="")
    return 0


def upgrade() -> int:
    """Bring the database to the current form."""
    settings = read_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    try:
        migrate.upgrade(settings.store_url)
    except StoreError as error:
        print(f"labas: {error}", file=sys.stderr)
        return 1
    print(f"database is at {migrate.current(settings.store_url)}")
    return 0
