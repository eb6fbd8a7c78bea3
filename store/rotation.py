"""Sealing everything again with the newest key, so that old keys can be thrown away."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Column, Table, select, update
from sqlalchemy.orm import Session

from store.crypto import Place
from store.models import Base
from store.sealed import vault_of


def sealed_columns() -> list[tuple[Table, Column[str]]]:
    """Every encrypted column there is."""
    return [
        (table, cast("Column[str]", column))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info.get("sealed")
    ]


def reseal(session: Session, batch: int = 500) -> int:
    """Seal up to ``batch`` old values of each column again; returns how many.

    To be called until it is 0, each time in a transaction of its own.
    """
    vault, done = vault_of(session), 0
    for table, column in sealed_columns():
        old = select(table.c.id, column).where(column.is_not(None), ~column.startswith(f"{vault.active}:"))
        for row_id, value in session.execute(old.limit(batch)).all():
            place = Place(table.name, column.name, row_id)
            fresh = vault.seal(vault.open(value, place), place)
            # Guarded by the old value: a row that changed meanwhile is met again.
            session.execute(update(table).where(table.c.id == row_id, column == value).values({column.name: fresh}))
            done += 1
    return done
