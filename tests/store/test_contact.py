"""Whom an answer by staff goes to, and when it goes to nobody, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from dialogues.effects import RequestHuman, Say, StopMessages
from store import handoffs, people
from store.database import Session, Store
from store.handoffs import AnswerRefused
from store.models import Address
from store.perform import perform
from tests.store.world import NOW, act, meet, together

ME, OTHER = "staff:1", "staff:2"
HOUR = timedelta(hours=1)


def taken(store: Store) -> tuple[people.Whom, str]:
    """Somebody who asked for a human, and their request, which ``ME`` took."""
    whom = meet(store, agrees=False)
    act(store, whom, [RequestHuman("asked")])
    with store.write() as session:
        [row] = handoffs.open_requests(session)
        assert handoffs.take(session, row.id, ME, NOW)
    return whom, row.id


def say(session: Session, request_id: str, seen: int = 0, actor: str = ME) -> None:
    whom = handoffs.whom_to_answer(session, request_id, actor, seen)
    perform(
        session, [Say(handoffs.ANSWER, {"text": "x"})], actor=actor, person_id=whom.person_id,
        address_id=whom.address_id, now=NOW + HOUR, language="fr",
    )  # fmt: skip


def test_it_goes_where_they_last_wrote_from_and_is_counted(store: Store) -> None:
    whom, request_id = taken(store)
    with store.write() as session:
        other = people.find_or_create(session, "web", "w1", NOW)
        session.execute(
            update(Address)
            .where(Address.id == other.address_id)
            .values(person_id=whom.person_id, last_inbound_at=NOW + HOUR)
        )
    with store.write() as session:
        assert handoffs.whom_to_answer(session, request_id, ME, 0) == people.Whom(whom.person_id, other.address_id)
        say(session, request_id)
    with store.write() as session:
        say(session, request_id, seen=1)
    with store.read() as session:
        [row] = handoffs.open_requests(session)
    assert row.answers == (handoffs.Answer(NOW + HOUR, "pending"),) * 2


def stop(store: Store, whom: people.Whom, request_id: str) -> None:
    act(store, whom, [StopMessages()], now=NOW + HOUR)


def block(store: Store, whom: people.Whom, request_id: str) -> None:
    with store.write() as session:
        session.execute(update(Address).values(blocked_at=NOW))


def forget(store: Store, whom: people.Whom, request_id: str) -> None:
    store.run(lambda session: people.forget(session, whom.person_id, NOW))


def close(store: Store, whom: people.Whom, request_id: str) -> None:
    store.run(lambda session: handoffs.close(session, request_id, OTHER, NOW))


def answered(store: Store, whom: people.Whom, request_id: str) -> None:
    store.run(lambda session: say(session, request_id))


@pytest.mark.parametrize(
    ("happens", "actor", "reason"),
    [
        (None, OTHER, "not_yours"), (stop, ME, "stopped"), (block, ME, "blocked"), (forget, ME, "gone"),
        (close, ME, "gone"), (answered, ME, "meanwhile"),
    ],
)  # fmt: skip
def test_when_it_goes_to_nobody(
    store: Store, happens: Callable[[Store, people.Whom, str], None] | None, actor: str, reason: str
) -> None:
    whom, request_id = taken(store)
    if happens is not None:
        happens(store, whom, request_id)
    with pytest.raises(AnswerRefused) as refused:
        store.run(lambda session: handoffs.whom_to_answer(session, request_id, actor, 0))
    assert refused.value.reason == reason


def test_whoever_asks_after_a_stop_is_answered(store: Store) -> None:
    whom = meet(store, agrees=False)
    act(store, whom, [StopMessages()], now=NOW - HOUR)
    _, request_id = taken(store)
    with store.write() as session:
        assert handoffs.whom_to_answer(session, request_id, ME, 0).person_id == whom.person_id


def test_a_form_sent_many_times_at_once_speaks_once(store: Store) -> None:
    _, request_id = taken(store)
    came = together([lambda: store.run(lambda session: say(session, request_id))] * 6)
    assert sorted(map(str, came)) == ["None"] + ["meanwhile"] * 5
