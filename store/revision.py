"""Which form a database has and which this version wants: asked at every start, so without the weight of alembic."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

FOLDER = Path(__file__).parent / "migrations"


def newest() -> str:
    """The newest revision there is."""
    return max(path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def of(engine: Engine) -> str | None:
    """The revision of a database, or None before the first."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
