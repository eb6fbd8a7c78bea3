"""Bringing a database to the form that this version needs; commands and the start-up call it, not the alembic tool."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from store import revision
from store.engine import make_engine
from store.errors import StoreError

# Any number, the same in every replica: those that start together upgrade one after the other.
LOCK = 727_001
# Alembic keeps the migration under way in module globals.
_one_at_a_time = threading.Lock()


@contextmanager
def _config(url: str) -> Iterator[Config]:
    engine = make_engine(url)
    config = Config()
    config.set_main_option("script_location", str(revision.FOLDER).replace("%", "%%"))
    config.attributes["engine"] = engine
    try:
        with _one_at_a_time:
            yield config
    finally:
        engine.dispose()


def upgrade(url: str, target: str = "head") -> None:
    """Upgrade to a revision, by default the newest; nothing happens when the database has it. StoreError if unknown."""
    with _config(url) as config:
        try:
            command.upgrade(config, target)
        except CommandError as error:
            raise StoreError(f"The database cannot be upgraded: {error}. Is it of a newer version?") from error


def downgrade(url: str, target: str = "base") -> None:
    """Go back to a revision; ``base`` is the empty database. The data of dropped tables are lost."""
    with _config(url) as config:
        command.downgrade(config, target)


def check(url: str) -> None:
    """StoreError when the tables of the code and of the database differ."""
    with _config(url) as config:
        try:
            command.check(config)
        except CommandError as error:
            raise StoreError(f"The database does not fit this version: {error}") from error


def draft(url: str, message: str) -> None:
    """For developers: write the next migration from the difference between the models and a database."""
    with _config(url) as config:
        command.revision(config, message, autogenerate=True, rev_id=f"{int(revision.newest()) + 1:04d}")


def current(url: str) -> str | None:
    """The revision of the database at an address, or None before the first."""
    engine = make_engine(url)
    try:
        return revision.of(engine)
    finally:
        engine.dispose()
