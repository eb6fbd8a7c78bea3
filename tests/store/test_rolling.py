"""A replica of the version before runs beside the new ones for a while: what it writes and reads is there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from dialogues.effects import Say
from store import migrate, outbox, people
from store.database import Store, open_store
from store.models import Message
from tests.store.world import NOW, act, meet

MINUTE = timedelta(minutes=1)
# As the version before writes one: it knows neither channel, next_at nor tries.
OLD_INSERT = text(
    "INSERT INTO message (id, address_id, number, say, lane, ask_location, language, actor, state, created_at,"
    " expires_at, retry_at) VALUES (:id, :at, :number, 'hello', 'reply', false, 'fr', 'person', :state, :now, :late,"
    " :retry)"
)
OLD_TRY = text("INSERT INTO attempt (id, message_id, number, state, at) VALUES (:id, :id, 1, 'calling', :now)")


def write_as_before(
    store: Store, whom: people.Whom, number: int, state: str = "pending", retry: timedelta | None = None
) -> str:
    """A message of the version before; its id."""
    moment = NOW.replace(tzinfo=None)
    values = {
        "id": f"old{number}", "at": whom.address_id, "number": number, "state": state, "now": moment,
        "late": moment + timedelta(hours=12), "retry": None if retry is None else moment + retry,
    }  # fmt: skip
    with store.write() as session:
        session.execute(OLD_INSERT, values)
        if state == "sending" or retry is not None:
            session.execute(OLD_TRY, {"id": values["id"], "now": moment})
    return f"old{number}"


def test_what_it_writes_is_taken_over_and_sent(store: Store) -> None:
    whom = meet(store)
    first, second = write_as_before(store, whom, 1, retry=MINUTE), write_as_before(store, whom, 2)
    with store.read() as session:
        assert outbox.waiting(session, NOW, channels=["telegram"]) == [], "nobody finds it"
    with store.write() as session:
        assert outbox.adopt(session) == 2
        assert outbox.adopt(session) == 0
    with store.write() as session:
        assert outbox.pending(session, whom.address_id, NOW) == [], "the first waits for its next try"
        assert outbox.waiting(session, NOW + MINUTE, channels=["telegram"]) == [whom.address_id]
        ready = outbox.pending(session, whom.address_id, NOW + MINUTE)
    assert [(message.id, message.channel, message.tries) for message in ready] == [
        (first, "telegram", 1),
        (second, "telegram", 0),
    ]
    with store.write() as session:
        assert outbox.begin_attempt(session, first, NOW + MINUTE, {}) is not None


@pytest.mark.parametrize("adopted", [True, False])
def test_a_call_that_it_died_in_ends(store: Store, adopted: bool) -> None:
    whom = meet(store)
    message = write_as_before(store, whom, 1, "sending")
    if adopted:
        with store.write() as session:
            assert outbox.adopt(session) == 1
    with store.write() as session:
        assert outbox.sweep_calling(session, NOW + 5 * MINUTE) == 1
    with store.read() as session:
        assert session.get_one(Message, message).state == "unknown"


def test_it_reads_what_is_written_now(store: Store) -> None:
    [message] = act(store, meet(store), [Say("one")]).messages
    with store.read() as session:
        assert session.execute(text("SELECT id, retry_at FROM message")).all() == [(message, None)]


def test_what_was_open_before_the_upgrade_goes_on(empty_url: str, keys_file: Path) -> None:
    migrate.upgrade(empty_url, "0005")
    store = open_store(empty_url, keys_file, migrate_first=False)
    with store.write() as session:
        session.execute(
            text(
                "INSERT INTO person (id, language_fixed, turns, leaving, created_at) VALUES ('p', false, 0, false, :n)"
            ),
            {"n": NOW.replace(tzinfo=None)},
        )
        session.execute(
            text(
                "INSERT INTO address (id, person_id, channel, address, address_index, last_number, created_at)"
                " VALUES ('a', 'p', 'telegram', 'x', 'x', 5, :n)"
            ),
            {"n": NOW.replace(tzinfo=None)},
        )
    whom = people.Whom("p", "a")
    for number, state, retry in ((1, "sent", None), (2, "pending", MINUTE), (3, "pending", None), (4, "sending", None)):
        write_as_before(store, whom, number, state, retry)
    store.close()
    migrate.upgrade(empty_url)
    store = open_store(empty_url, keys_file)
    with store.read() as session:
        rows = [(row.channel, row.next_at - NOW, row.tries) for row in session.query(Message).order_by(Message.number)]
    store.close()
    nothing = timedelta(0)
    assert rows[1:] == [("telegram", MINUTE, 1), ("telegram", nothing, 0), ("telegram", nothing, 1)]
