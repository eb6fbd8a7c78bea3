"""Reading and writing the encrypted columns of a row, with the vault that the session carries."""

from __future__ import annotations

from typing import cast

from sqlalchemy.orm import Session

from store.crypto import Place, Vault
from store.models.base import Base


def vault_of(session: Session) -> Vault:
    """The vault of a session made by ``Store``."""
    return cast("Vault", session.info["vault"])


def _place(row: Base, column: str) -> Place:
    return Place(row.__tablename__, column, cast("str", row.id))  # type: ignore[attr-defined]


def seal(session: Session, table: str, column: str, row_id: str, text: str) -> str:
    """A text sealed for a row that is written without its model."""
    return vault_of(session).seal(text, Place(table, column, row_id))


def unseal(session: Session, table: str, column: str, row_id: str, value: str) -> str:
    """The text of a sealed value that was read without its model."""
    return vault_of(session).open(value, Place(table, column, row_id))


def put(session: Session, row: Base, column: str, text: str | None) -> None:
    """Seal a text into a column of the row, which must already have its id; None empties the column."""
    setattr(row, column, None if text is None else vault_of(session).seal(text, _place(row, column)))


def get(session: Session, row: Base, column: str) -> str | None:
    """The text of a sealed column; KeysError when it does not open."""
    value = cast("str | None", getattr(row, column))
    return None if value is None else vault_of(session).open(value, _place(row, column))


def must_get(session: Session, row: Base, column: str) -> str:
    """The text of a sealed column that is never empty."""
    text = get(session, row, column)
    if text is None:
        raise LookupError(f"{row.__tablename__}.{column} is empty")
    return text
