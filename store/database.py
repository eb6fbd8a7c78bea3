"""The open store: sessions for reading and writing, and the copies in memory that reads are answered from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from store import copying, keys, planning, revision, waiting
from store.crypto import KeysError, Place, Vault
from store.directory import Directory
from store.engine import make_engine
from store.errors import StoreError
from store.facts import StoreFacts
from store.models import Seal
from store.names import Fold, plain_fold
from store.places import Places
from store.planning import Planner
from store.waiting import Hours

__all__ = ["Session", "Store", "open_store"]

T = TypeVar("T")
_TRIES = 3
_PROOF = "labas"
# Serialization failure, deadlock, lock timeout: the work was undone as a whole and may simply be done again.
_TRANSIENT_STATES = {"40001", "40P01", "55P03"}


class Store:
    """Made by ``open_store``. Thread-safe; sessions are not, each belongs to one thread."""

    def __init__(self, engine: Engine, vault: Vault, fold: Fold, *, keys_file: Path, keys_created: bool) -> None:
        self._connect(engine)
        self._info: dict[str, Any] = {"vault": vault}
        self.places = Places(fold)
        self.directory = Directory(fold, self.places)
        self.keys_created = keys_created
        self.keys_message = (
            f"New encryption keys were written to {keys_file}. Keep a copy of this file apart from the database: "
            "without it nobody can read names, phone numbers and messages again."
        )

    @property
    def is_embedded(self) -> bool:
        """Whether the database lives in this process, so that no other process works on it."""
        return self._engine.dialect.name == "sqlite"

    def plan_with(self, planner: Planner, hours: Hours) -> None:
        """From now on reminders are derived in every unit of work that changes facts, and seats that become free are
        offered at hours at which messages may be sent."""
        self._info |= {planning.KEY: planner, waiting.KEY: hours}

    def copied_to(self, file: Path) -> Store:
        """Another store over a copy of the data in a new SQLite file, with the same keys and the same planner."""
        made = copy(self)
        made._connect(copying.copy(self._engine, file))
        return made

    def _connect(self, engine: Engine) -> None:
        self._engine = engine
        self._readers = engine.execution_options(**self._reading(engine))
        # One writer at a time is SQLite's rule; waiting here is fair, waiting in its busy loop is not.
        self._writer = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        self._thread = threading.local()

    @staticmethod
    def _reading(engine: Engine) -> dict[str, bool]:
        return {"reads": True} if engine.dialect.name == "sqlite" else {"postgresql_readonly": True}

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One unit of work: committed as a whole at the end, nothing of it stays after an exception.

        Not to be nested: a second writer of the same thread would wait for the first for ever (RuntimeError).
        """
        if getattr(self._thread, "writes", False):
            raise RuntimeError("a unit of work inside another")
        self._thread.writes = True
        try:
            with (
                self._writer,
                Session(self._engine, info=self._info, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        finally:
            self._thread.writes = False

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent look that writes nothing."""
        with Session(self._readers, info=self._info, autoflush=False) as session, session.begin():
            yield session

    def run(self, work: Callable[[Session], T]) -> T:
        """``work`` in a unit of work of its own, done again when the database gave way to another (at most 3 tries)."""
        for _ in range(_TRIES - 1):
            try:
                with self.write() as session:
                    return work(session)
            except DBAPIError as error:
                if not is_transient(error):
                    raise
        with self.write() as session:
            return work(session)

    def facts(self, session: Session, person_id: str, now: datetime) -> StoreFacts:
        """What a flow may know, asked within this session; ``now`` is aware."""
        return StoreFacts(session, person_id, now, places=self.places, directory=self.directory)

    def moment(self) -> datetime | None:
        """Now by the database's clock, aware UTC; None for SQLite, which has none of its own."""
        if self.is_embedded:
            return None
        with self.read() as session:
            told: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
        return told.astimezone(UTC)

    def ping(self) -> None:
        """StoreError when the database does not answer."""
        try:
            with self.read() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            raise StoreError(f"The database does not answer ({type(error).__name__}).") from error

    def close(self) -> None:
        """Close the connections; the store must not be used afterwards."""
        self._engine.dispose()


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed when done again: a deadlock, a lost race, a lost connection."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _TRANSIENT_STATES


def is_away(error: BaseException) -> bool:
    """Whether the database cannot be reached now, or gave way: nothing is wrong with the work itself."""
    return isinstance(error, OperationalError | InterfaceError) or is_transient(error)


def _upgrade(engine: Engine, url: str) -> None:
    if revision.of(engine) != revision.newest():
        from store import migrate  # noqa: PLC0415 - alembic is heavy and needed once a version

        migrate.upgrade(url)


def _is_sealed(engine: Engine) -> bool:
    with engine.connect() as connection:
        if not inspect(connection).has_table(Seal.__tablename__):
            return False
        return connection.execute(text("SELECT 1 FROM seal")).first() is not None


def _open_vault(engine: Engine, keys_file: Path) -> tuple[Vault, bool]:
    created = False
    if not keys_file.exists() and not _is_sealed(engine):
        try:
            keys.create(keys_file)
            created = True
        except FileExistsError:
            pass  # another process was faster; its keys are ours
        except OSError as error:
            raise KeysError(f"The keys file {keys_file} cannot be written: {error.strerror}.") from error
    return keys.load(keys_file), created


def _check_seal(session: Session, vault: Vault) -> None:
    place = Place(Seal.__tablename__, "proof", _PROOF)
    seal = session.get(Seal, _PROOF)
    if seal is None:
        try:
            with session.begin_nested():
                session.add(Seal(id=_PROOF, proof=vault.seal(_PROOF, place), proof_index=vault.blind("seal", _PROOF)))
            return
        except IntegrityError:
            seal = session.get_one(Seal, _PROOF)  # another process was faster: its keys are those of the database
    try:
        fits = vault.open(seal.proof, place) == _PROOF and vault.blind("seal", _PROOF) == seal.proof_index
    except KeysError:
        fits = False
    if not fits:
        raise KeysError("The keys file is not the one this database was written with. Bring back the right keys file.")


def open_store(url: str, keys_file: Path, *, fold: Fold = plain_fold, migrate_first: bool = True) -> Store:
    """Open (and by default upgrade) the database, with the keys of ``keys_file``, made on the first start.

    ``fold`` gives the form of a word under which its spellings meet. Raises StoreError or KeysError, each a sentence.
    """
    engine = make_engine(url)
    try:
        vault, created = _open_vault(engine, keys_file)
        if migrate_first:
            _upgrade(engine, url)
        store = Store(engine, vault, fold, keys_file=keys_file, keys_created=created)
        with store.write() as session:
            _check_seal(session, vault)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreError(f"The database cannot be opened ({type(error).__name__}). Check its address.") from error
    except (KeysError, StoreError):
        engine.dispose()
        raise
    return store
