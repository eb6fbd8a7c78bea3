"""Run by alembic for every migration command; ``store.migrate`` hands in the engine."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine, text

from store.migrate import LOCK
from store.models import Base

engine: Engine = context.config.attributes["engine"]

with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        # One transaction for all steps, begun before the revision is read, on SQLite too (whose BEGIN we give
        # ourselves): else a process that starts at the same time comes in between two steps, and does the next as well.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    # The advisory lock ends with the connection, which is not pooled again: store.migrate disposes the engine.
