"""Engines for the two databases, set up so that one code path behaves the same on both."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from store.errors import StoreError

_SQLITE_WAIT_SECONDS = 30
# Any number but that of the migrations, the same in every replica.
_FILL_LOCK = 727_002
_POSTGRES_OPTIONS = "-c lock_timeout=15s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    # The driver's own transaction handling is switched off: it does not BEGIN for SELECT, DDL or SAVEPOINT.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    # A read that later writes would fail with SQLITE_BUSY_SNAPSHOT, which no busy timeout helps: writers say so first.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def fill_alone(session: Session) -> None:
    """Until this transaction ends no other process fills the database with what comes with this version.

    Processes that start together look and insert one after the other. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_FILL_LOCK)))


def make_engine(url: str) -> Engine:
    """The engine of a ``sqlite:///file`` or ``postgresql://…`` address; StoreError for anything else.

    Errors do not show the values of their statement, which may be personal data.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("The database address is not an address such as sqlite:///file or postgresql://…") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StoreError("SQLite needs a file: sqlite:////folder/labas.db")
        engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": _SQLITE_WAIT_SECONDS})
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
        return engine
    if backend == "postgresql":
        options = f"{parsed.query.get('options', '')} {_POSTGRES_OPTIONS}".strip()
        return create_engine(
            parsed,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=10,
            connect_args={"options": options},
        )
    raise StoreError(f'The database address names "{backend}"; only sqlite and postgresql are supported.')
