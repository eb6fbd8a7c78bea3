"""Migrations go up, fit the models, go down, and leave nothing; the audit only grows."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from store import migrate
from store.database import Store
from store.engine import make_engine
from store.errors import StoreError
from store.revision import newest
from tests.store.world import meet


def tables(url: str) -> set[str]:
    engine = make_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def execute(url: str, statement: str) -> None:
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def test_up_check_down_and_up_again(empty_url: str) -> None:
    assert migrate.current(empty_url) is None
    migrate.upgrade(empty_url)
    assert migrate.current(empty_url) == newest()
    migrate.check(empty_url)
    migrate.upgrade(empty_url)
    migrate.downgrade(empty_url)
    assert tables(empty_url) <= {"alembic_version"}
    assert migrate.current(empty_url) is None
    migrate.upgrade(empty_url)
    migrate.check(empty_url)


def test_feedback_that_was_kept_with_its_person_is_kept_without(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0002")
    moment = "'2026-11-24 08:00:00'"
    execute(
        empty_url,
        f"INSERT INTO person (id, language_fixed, turns, leaving, created_at) VALUES ('p', false, 0, false, {moment})",
    )
    execute(empty_url, f"INSERT INTO feedback (id, person_id, text, created_at) VALUES ('f', 'p', 'x', {moment})")
    migrate.upgrade(empty_url)
    execute(empty_url, "DELETE FROM person")
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, text FROM feedback")).all() == [("f", "x")]
    engine.dispose()
    migrate.downgrade(empty_url, "0002")


def test_check_notices_a_difference(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    execute(empty_url, "ALTER TABLE person ADD COLUMN nickname VARCHAR(20)")
    with pytest.raises(StoreError, match="does not fit this version"):
        migrate.check(empty_url)


def test_database_of_a_newer_version_is_refused(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    execute(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer version"):
        migrate.upgrade(empty_url)


def test_replicas_that_start_together_upgrade_once(empty_url: str) -> None:
    code = "import sys; from store import migrate; migrate.upgrade(sys.argv[1])"
    replicas = [subprocess.Popen([sys.executable, "-c", code, empty_url]) for _ in range(3)]
    assert [replica.wait(60) for replica in replicas] == [0, 0, 0]
    migrate.check(empty_url)


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_audit_only_grows(store: Store, statement: str) -> None:
    meet(store)
    with pytest.raises(DBAPIError, match="append-only"), store.write() as session:
        session.execute(text(statement))
    with store.read() as session:
        assert session.execute(text("SELECT count(*) FROM audit WHERE actor LIKE 'person:%'")).scalar() == 1
