"""The statements of every turn find their rows by an index, however large the tables grow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Table, text

from store import (
    attempts,
    bookings,
    consents,
    due,
    facts,
    identity,
    inbox,
    looks,
    news,
    outbox,
    people,
    receipts,
    slots,
    taking,
    talks,
)
from store.database import Store
from store.lanes import LANES, UNASKED, URGENT
from store.models import Base
from tests.store.world import MORNING, NOW, TODAY, TOMORROW

STATEMENTS: list[tuple[Any, dict[str, Any], str]] = [
    (people._FIND, {"on": "telegram", "index": "x"}, "autoindex_address"),
    (consents._CONSENTS, {"person": "x"}, "ix_consent_person_id_purpose_at"),
    (inbox._PENDING, {"address_id": "x"}, "ix_inbox_"),
    (inbox._FINISH, {"row": "x", "delivery": 1, "now": NOW}, "pk_inbox|autoindex_inbox"),
    (talks._LOAD, {"person": "x"}, "pk_talk|autoindex_talk"),
    (outbox._PENDING, {"at_address": "x", "now": NOW, "most": 9}, "ix_message_open"),
    (outbox._EXPIRE, {"now": NOW, "most": 9}, "ix_message_expires"),
    (outbox._ADOPT_PENDING, {}, "ix_message_next"),
    (outbox._ADOPT_SENDING, {}, "ix_attempt_state_at"),
    (outbox.due_at(NOW, URGENT, ["telegram", "whatsapp"]), {}, "ix_message_next"),
    (attempts._COUNT_UNKNOWN, {"row": "x"}, "autoindex_attempt"),
    *((taking._BY_LANE[lane], {"on": "telegram", "now": NOW, "most": 9}, "ix_message_next") for lane in LANES),
    (taking._WAITING, {"on": "telegram", "lanes": list(UNASKED), "now": NOW, "most": 9}, "ix_message_next"),
    (receipts._FIND, {"on": "whatsapp", "trackers": ["x"], "indexes": ["x"]}, "attempt"),
    (news._STORED, {"channel": "whatsapp", "indexes": ["x"]}, "autoindex_inbox"),
    (identity._WITH_PHONE, {"on": "whatsapp", "index": "x", "phone": "x"}, "autoindex_address"),
    (slots._TAKEN, {"facility": "x", "service": "x", "first": MORNING, "last": MORNING}, "uq_booking_live_seat"),
    (bookings._SEATS, {"facility": "x", "service": "x", "starts": MORNING}, "uq_booking_live_seat"),
    (slots._WEEKLY, {"facility": "x", "service": "x"}, "pk_agenda|autoindex_agenda"),
    (slots._EXCEPTIONS, {"facility": "x", "service": "x", "first": TODAY, "last": TOMORROW}, "ix_agenda_exception"),
    (due._FIRST, {"now": NOW, "most": 9}, "ix_due_open"),
    (looks._READY, {"today": TODAY, "most": 9}, "ix_child_look_on"),
    (facts._BOOKINGS, {"person": "x", "now": datetime(2026, 11, 24)}, "ix_booking_person_id|uq_booking_live_person"),
]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("statement", "values", "index"), STATEMENTS)
def test_hot_statements_use_an_index(store: Store, statement: Any, values: dict[str, Any], index: str) -> None:
    with store.read() as session:
        connection = session.connection()
        made = statement.compile(connection).construct_expanded_state(values)
        bound = tuple(
            made.processors[name](made.parameters[name]) if name in made.processors else made.parameters[name]
            for name in made.positiontup
        )
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {made.statement}", bound)]
    first = next(step for step in plan if "SEARCH" in step or "SCAN" in step)
    assert not any(step.startswith("SCAN") for step in plan), plan
    assert any(name in " ".join(plan).replace("sqlite_", "") for name in index.split("|")), (first, plan)


def test_foreign_keys_that_cascade_have_an_index(store: Store) -> None:
    """Erasing a person must not read whole tables."""
    missing = []
    for table in Base.metadata.sorted_tables:
        firsts = {next(iter(index.columns)).name for index in table.indexes}
        firsts |= {next(iter(constraint.columns)).name for constraint in _keys(table)}
        missing += [
            f"{table.name}.{key.parent.name}"
            for key in table.foreign_keys
            if key.ondelete and key.parent.name not in firsts
        ]
    assert missing == []
    with store.read() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1


def _keys(table: Table) -> list[Any]:
    return [
        constraint
        for constraint in table.constraints
        if constraint.__visit_name__ in ("primary_key_constraint", "unique_constraint")
    ]
