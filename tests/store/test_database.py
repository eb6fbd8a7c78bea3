"""Opening a database: keys of the first start, mistakes that end with a sentence, units of work."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from store import people
from store.crypto import KeysError
from store.database import Session, Store, open_store
from store.errors import StoreError
from store.models import Person
from tests.store.world import NOW, meet, together


def test_first_start_makes_keys_and_says_so(empty_url: str, tmp_path: Path) -> None:
    keys_file = tmp_path / "new" / "keys.json"
    store = open_store(empty_url, keys_file)
    assert store.keys_created
    assert str(keys_file) in store.keys_message
    meet(store, "1001")
    store.close()
    again = open_store(empty_url, keys_file)
    assert not again.keys_created
    with again.read() as session:
        whom = people.find(session, "telegram", "1001")
        assert whom is not None
        found = people.address_of(session, whom.address_id)
        assert found is not None
        assert found.address == "1001"
    again.close()


def test_lost_keys_are_not_made_again(empty_url: str, tmp_path: Path) -> None:
    keys_file = tmp_path / "keys.json"
    open_store(empty_url, keys_file).close()
    keys_file.unlink()
    with pytest.raises(KeysError, match="does not exist"):
        open_store(empty_url, keys_file)
    assert not keys_file.exists()


@pytest.mark.parametrize("stolen", ["keys", "index"])
def test_keys_of_another_database_are_refused(empty_url: str, tmp_path: Path, stolen: str) -> None:
    keys_file = tmp_path / "keys.json"
    open_store(empty_url, keys_file).close()
    content = json.loads(keys_file.read_text())
    fresh = "A" * 43 + "="
    content[stolen] = {"k1": fresh} if stolen == "keys" else fresh
    keys_file.write_text(json.dumps(content))
    with pytest.raises(KeysError, match="not the one this database was written with"):
        open_store(empty_url, keys_file)


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("", "not an address"),
        ("labas.db", "not an address"),
        ("mysql://localhost/labas", "mysql"),
        ("sqlite://", "needs a file"),
        ("sqlite:////no/such/folder/labas.db", "cannot be opened"),
        ("postgresql:///labas?host=/no/such/socket", "cannot be opened"),
    ],
)
def test_wrong_address_gives_a_sentence(tmp_path: Path, address: str, complaint: str) -> None:
    with pytest.raises(StoreError, match=complaint):
        open_store(address, tmp_path / "keys.json")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "labas.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{path}", tmp_path / "keys.json")


def test_two_processes_start_on_an_empty_database(empty_url: str, tmp_path: Path) -> None:
    results = together([lambda: open_store(empty_url, tmp_path / "keys.json")] * 4)
    stores = [result for result in results if isinstance(result, Store)]
    assert len(stores) == 4, results
    assert sum(store.keys_created for store in stores) == 1
    meet(stores[0], "1001")
    with stores[3].read() as session:
        assert people.find(session, "telegram", "1001") is not None
    for store in stores:
        store.close()


def test_nothing_stays_after_an_exception(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as session:
        people.find_or_create(session, "telegram", "1001", NOW)
        _ = 1 / 0
    with store.read() as session:
        assert people.find(session, "telegram", "1001") is None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_reader_sees_one_moment(store: Store) -> None:
    """On SQLite a reader keeps its view while a writer commits, and neither waits for the other."""
    with store.read() as session:
        assert people.find(session, "telegram", "1001") is None
        meet(store, "1001")
        assert people.find(session, "telegram", "1001") is None
    with store.read() as session:
        assert people.find(session, "telegram", "1001") is not None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_sqlite_is_set_up_to_keep_what_it_confirmed(store: Store) -> None:
    with store.read() as session:
        names = ("journal_mode", "synchronous", "foreign_keys")
        settings = [session.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    assert settings == ["wal", 2, 1]  # 2 is FULL: a commit survives a power cut


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_readers_cannot_write_on_postgresql(store: Store) -> None:
    with pytest.raises(DBAPIError, match="read-only"), store.read() as session:
        people.find_or_create(session, "telegram", "1001", NOW)
    meet(store, "1001")  # the same connections write again


def test_writers_of_two_processes_wait_for_each_other(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    whom = meet(stores[0])

    def count(store: Store) -> None:
        for _ in range(10):
            with store.write() as session:
                people.lock(session, whom.person_id)
                person = session.get_one(Person, whom.person_id, populate_existing=True)
                person.turns += 1

    results = together([lambda store=store: count(store) for store in stores])
    assert results == [None] * 4
    with stores[0].read() as session:
        assert session.get_one(Person, whom.person_id).turns == 40


def test_run_does_work_again_after_a_deadlock(store: Store) -> None:
    one, two = meet(store, "1"), meet(store, "2")
    ready = threading.Barrier(2)
    tries = []

    def touch(first: str, second: str) -> str:
        waited = False

        def work(session: Session) -> str:
            nonlocal waited
            tries.append(first)
            session.execute(update(Person).where(Person.id == first).values(turns=Person.turns + 1))
            if not waited and not store.is_embedded:
                waited = True
                ready.wait(10)
            session.execute(update(Person).where(Person.id == second).values(turns=Person.turns + 1))
            return first

        return store.run(work)

    ids = (one.person_id, two.person_id)
    results = together([lambda: touch(*ids), lambda: touch(*reversed(ids))])
    assert sorted(map(str, results)) == sorted(ids)
    with store.read() as session:
        assert [session.get_one(Person, person_id).turns for person_id in ids] == [2, 2]
    # PostgreSQL ends one of the two, and on a busy machine the other as well when the first has come again.
    assert len(tries) in ((2,) if store.is_embedded else (3, 4))


def test_ping_answers_while_a_writer_works(store: Store) -> None:
    store.ping()
    with store.write() as session:
        people.find_or_create(session, "telegram", "1001", NOW)
        started = time.monotonic()
        store.ping()
        assert time.monotonic() - started < 1


def test_units_of_work_are_not_nested(store: Store) -> None:
    with pytest.raises(RuntimeError, match="inside another"), store.write() as _, store.write():
        pass
    meet(store)  # the lock is free again


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_lost_connections_are_replaced(store: Store, postgres_server: str) -> None:
    meet(store)
    kill_all = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname LIKE 'test_%'"
    )

    def kill() -> None:
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(kill_all)

    kill()
    whom = meet(store)  # a connection that died in the pool
    tries = []

    def work(session: Session) -> int:
        people.lock(session, whom.person_id)
        if not tries:
            kill()
        tries.append(1)
        session.execute(update(Person).where(Person.id == whom.person_id).values(turns=7))
        return len(tries)

    assert store.run(work) == 2
    with store.read() as session:
        assert session.get_one(Person, whom.person_id).turns == 7
