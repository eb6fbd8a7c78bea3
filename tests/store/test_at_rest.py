"""Nothing personal can be read in the database, and after an erasure nothing is left to read even with the keys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from dialogues.effects import (
    Book,
    Choice,
    GiveConsent,
    JoinWaitingList,
    LeaveFeedback,
    OpenCase,
    RecordDose,
    RegisterChild,
    RequestHuman,
    Say,
    SetName,
    SetPhone,
)
from store import case_review, identity, inbox, keys, outbox, people, rotation, talks
from store.crypto import KeysError
from store.database import Store, open_store
from store.models import Base, Case
from tests.store.world import FACILITY, MORNING, NOW, act, add_facility

SECRETS = {
    "address": "212655443322@c.us", "external": "wamid.HBgMMjEyNjU1NDQzMzIy", "name": "Zoubida Tazi",
    "phone": "+212655443322", "beneficiary": "حفيدي يونس", "payload": "عندي الحريق فالكرش", "talk": "answer-secret-77",
    "param": "param-secret-78", "choice": "choice-secret-79", "said": "Bonjour Zoubida, à demain",
    "child": "Nounours Tazi", "birth": "2026-10-03", "waiting": "لأختي سناء",
    "feedback": "l’accueil était froid", "sent": "wamid.OUTGOING80", "number": "212699887766",
    "complaint": "complaint-secret-81", "answer": "answer-secret-82", "subject": "subject-secret-83",
    "note": "note-secret-84",
}  # fmt: skip


@pytest.fixture
def known(store: Store) -> tuple[Store, people.Whom]:
    """A store with one person of whom everything is known that can be."""
    with store.write() as session:
        add_facility(session)
        accepted = inbox.accept(
            session, "whatsapp", SECRETS["external"], SECRETS["address"], {"text": SECRETS["payload"]}, NOW
        )
    whom = people.Whom(accepted.person_id, accepted.address_id)
    act(
        store, whom,
        [
            GiveConsent("appointments", True, "v1"), SetName(SECRETS["name"]), SetPhone(SECRETS["phone"]),
            Book(FACILITY, "generalist", MORNING, SECRETS["beneficiary"]), RequestHuman("asked"),
            LeaveFeedback(SECRETS["feedback"]), GiveConsent("reminders", True, "v1"),
            RegisterChild(SECRETS["child"], date.fromisoformat(SECRETS["birth"]), "f", FACILITY),
            GiveConsent("care", True, "v1"),
            OpenCase("home", (SECRETS["complaint"],), (), {"x": SECRETS["answer"]}, {}, SECRETS["subject"]),
            RecordDose("new", "BCG", 1, date(2026, 10, 5)), JoinWaitingList(FACILITY, "dentistry", SECRETS["waiting"]),
            Say("booking.done", {"x": SECRETS["param"]}, (Choice("yes", "choice", {"x": SECRETS["choice"]}),)),
        ],
    )  # fmt: skip
    with store.write() as session:
        identity.resolve(session, "whatsapp", identity.Keys(SECRETS["address"], SECRETS["number"]), NOW)
        case_review.correct(session, session.query(Case).one().id, "staff:1", "today", SECRETS["note"], NOW)
        talks.save(session, whom.person_id, flow="book", version="1", state={"x": SECRETS["talk"]}, now=NOW)
        [message] = outbox.pending(session, whom.address_id, NOW)
        attempt = outbox.begin_attempt(session, message.id, NOW, {"text": SECRETS["said"]})
        outbox.settle_attempt(session, attempt, outbox.Sent(SECRETS["sent"]), NOW)
    return store, whom


def bytes_on_disk(store: Store, url: str) -> Iterator[bytes]:
    """The files of a SQLite database (with its log), or every table of a PostgreSQL one as text."""
    if store.is_embedded:
        path = Path(str(make_url(url).database))
        for file in path.parent.glob(path.name + "*"):
            yield file.read_bytes()
    else:
        with store.read() as session:
            for table in Base.metadata.sorted_tables:
                for row in session.execute(text(f"SELECT * FROM {table.name}")):
                    yield repr(tuple(row)).encode()


def readable(store: Store, url: str) -> set[str]:
    content = b"\n".join(bytes_on_disk(store, url))
    return {what for what, secret in SECRETS.items() if secret.encode() in content}


def test_nothing_personal_is_readable(known: tuple[Store, people.Whom], url: str) -> None:
    store, whom = known
    assert readable(store, url) == set()
    with store.read() as session:
        told = repr(people.export(session, whom.person_id))
    # The test would see them if they were there: with the keys they are.
    assert {what for what, secret in SECRETS.items() if secret in told} >= set(SECRETS) - {"choice", "sent", "feedback"}
    assert FACILITY.encode() in b"\n".join(bytes_on_disk(store, url))


def test_every_sealed_column_is_exercised(known: tuple[Store, people.Whom]) -> None:
    """A new encrypted column that this file does not fill would not be tested."""
    store, _ = known
    with store.read() as session:
        for table, column in rotation.sealed_columns():
            values = session.scalars(select(column).where(column.is_not(None))).all()
            assert values, f"{table.name}.{column.name}"
            assert all(value.startswith("k1:") for value in values)


def test_forgotten_means_gone_from_every_table(known: tuple[Store, people.Whom], url: str) -> None:
    store, whom = known
    with store.write() as session:
        people.forget(session, whom.person_id, NOW)
    left = {}
    with store.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = session.execute(select(table)).all()
            if rows and table.name not in ("facility", "agenda", "service", "revision", "seal"):
                left[table.name] = rows
    # What stays: the audit, which knows ids only, the dedupe key, which belongs to nobody and holds nothing, and the
    # feedback, which nobody can tell whose it was.
    assert set(left) == {"audit", "feedback", "inbox"}
    assert whom.person_id not in repr(left["feedback"])
    [row] = left["inbox"]
    assert (row.address_id, row.payload, row.state) == (None, None, "done")
    assert whom.address_id not in repr(left["audit"])
    assert all(secret not in repr(left) for secret in SECRETS.values())
    assert readable(store, url) == set()
    with store.write() as session:
        again = people.find_or_create(session, "whatsapp", SECRETS["address"], NOW)
        assert again.created
        assert again.person_id != whom.person_id


def test_forgetting_one_leaves_the_others(known: tuple[Store, people.Whom]) -> None:
    store, whom = known
    with store.write() as session:
        other = people.find_or_create(session, "telegram", "7", NOW)
    act(
        store, other, [GiveConsent("appointments", True, "v1"), SetName("Karim"), Book(FACILITY, "generalist", MORNING)]
    )
    with store.write() as session:
        people.forget(session, whom.person_id, NOW)
    with store.read() as session:
        facts = store.facts(session, other.person_id, NOW)
        assert facts.person.name == "Karim"
        assert len(facts.bookings()) == 1
        # The seat of the one who is gone is free again.
        assert facts.free_slots(FACILITY, "generalist", MORNING.date())[0].seats_left == 1


def test_rotation(known: tuple[Store, people.Whom], url: str, keys_file: Path, tmp_path: Path) -> None:
    store, whom = known
    with store.read() as session:
        before = people.export(session, whom.person_id)
    own_keys = tmp_path / "own-keys.json"
    shutil.copy(keys_file, own_keys)
    keys.add_key(own_keys)
    rotated = open_store(url, own_keys)
    done = 0
    while True:
        with rotated.write() as session:
            if not (count := rotation.reseal(session, batch=2)):
                break
        done += count
    assert done >= len(rotation.sealed_columns())
    with rotated.read() as session:
        for _, column in rotation.sealed_columns():
            assert all(value.startswith("k2:") for value in session.scalars(select(column).where(column.is_not(None))))
    rotated.close()
    keys.drop_old(own_keys)
    after = open_store(url, own_keys)
    with after.read() as session:
        assert people.export(session, whom.person_id) == before
        assert people.find(session, "whatsapp", SECRETS["address"]).person_id == whom.person_id
    after.close()
    with pytest.raises(KeysError, match="not the one this database was written with"):
        open_store(url, keys_file)
