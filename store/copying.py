"""A copy of the data to try things on: always a SQLite file of its own, whatever the database is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, insert, select

from store.engine import make_engine
from store.models import (
    Attempt,
    Audit,
    Base,
    Correction,
    Feedback,
    Handoff,
    Inbox,
    Message,
    Seal,
    SignInTry,
    Staff,
    StaffSession,
    Talk,
)

# What nobody needs who only wants to know what comes: what was said, and who did what.
_LEFT_OUT = frozenset(
    model.__tablename__
    for model in (
        Attempt,
        Audit,
        Correction,
        Feedback,
        Handoff,
        Inbox,
        Message,
        Seal,
        SignInTry,
        Staff,
        StaffSession,
        Talk,
    )
)
_AT_ONCE = 1000


def copy(source: Engine, target: Path) -> Engine:
    """The engine of a new SQLite file that holds the same data; it must not exist yet."""
    url = f"sqlite:///{target}"
    if source.dialect.name == "sqlite":
        made = make_engine(url)
        from_, into = source.raw_connection(), made.raw_connection()
        try:
            cast("Any", from_.driver_connection).backup(into.driver_connection)
        finally:
            from_.close()
            into.close()
        return made
    from store import migrate  # noqa: PLC0415 - alembic is heavy and seldom needed

    migrate.upgrade(url)
    made = make_engine(url)
    # One consistent look, however long it takes.
    options = source.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with options.connect() as reading, made.begin() as writing:
        for table in Base.metadata.sorted_tables:
            if table.name in _LEFT_OUT:
                continue
            rows = reading.execution_options(yield_per=_AT_ONCE).execute(select(table))
            for part in rows.mappings().partitions(_AT_ONCE):
                writing.execute(insert(table), [dict(row) for row in part])
    return made
