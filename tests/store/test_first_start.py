"""Processes that start together on a new database fill it once, and errors keep the values to themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import open_data
from bot.settings import Settings
from store import holidays
from store.database import Session, Store
from store.errors import StoreError
from store.models import Facility, Holiday
from tests.store.world import NOW, together


def test_all_replicas_start_at_once(empty_url: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", database_url=empty_url)
    opened = together([lambda: open_data(settings, lambda: NOW)] * 4)
    assert all(isinstance(store, Store) for store in opened), opened
    with opened[0].read() as session:
        assert session.scalar(select(func.count()).select_from(Holiday)) == len(holidays.known())
        facilities = session.scalar(select(func.count()).select_from(Facility))
        assert facilities
    for store in opened:
        store.close()


def test_holidays_are_loaded_once_by_all(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    added = together([lambda store=store: store.run(holidays.load) for store in stores])
    assert sorted(added) == [0, 0, 0, len(holidays.known())]


def test_a_database_that_cannot_be_filled_is_one_sentence(url: str, keys_file: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", database_url=url, keys_file=keys_file)
    store = open_data(settings, lambda: NOW)
    with store.write() as session:
        session.execute(text("DROP TABLE holiday"))
    store.close()
    with pytest.raises(StoreError, match="cannot be filled"):
        open_data(settings, lambda: NOW)


def test_errors_show_no_values(store: Store) -> None:
    def fail(session: Session) -> None:
        session.execute(text("SELECT missing FROM person WHERE id = :name"), {"name": "Fatima Zahra"})

    with pytest.raises(SQLAlchemyError) as raised:
        store.run(fail)
    assert "Fatima" not in str(raised.value)
