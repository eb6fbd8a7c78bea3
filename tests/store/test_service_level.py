"""The published figures are those of the rows."""

from __future__ import annotations

from datetime import timedelta

from dialogues.effects import Lane, Say
from store import inbox, outbox, pacing, service_level
from store.database import Store
from store.outbox import Failed, Failure, Sent, Unknown
from store.results import Result
from tests.store.world import NOW, meet

SECOND = timedelta(seconds=1)


def put(store: Store, address: str, result: Result | None, after: float = 0, lane: Lane = "reply", now=NOW) -> str:
    whom = meet(store, address)
    with store.write() as session:
        message = outbox.enqueue(session, whom.address_id, Say("x", lane=lane), now, language="fr")
        if result is not None:
            attempt = outbox.begin_attempt(session, message, now, {})
            assert attempt is not None
            outbox.settle_attempt(session, attempt, result, now + after * SECOND)
    return message


def test_nothing_yet(store: Store) -> None:
    with store.read() as session:
        level = service_level.look(session, NOW)
    assert (level.lanes, level.share, level.held, level.pauses) == ([], None, {}, [])
    assert (level.inbox_waiting, level.inbox_oldest, level.quarantined) == (0, None, 0)


def test_what_is_counted(store: Store) -> None:
    for number, after in enumerate((0.0, 9.9, 10.0, 10.1, 300)):
        put(store, f"sent{number}", Sent("m"), after)
    put(store, "old", Sent("m"), now=NOW - timedelta(hours=30))
    put(store, "unknown", Unknown("timeout"), lane="broadcast")
    put(store, "blocked", Failed("403", Failure.NEVER))
    put(store, "bug", Failed("100"))
    put(store, "throttled", Failed("429", Failure.THROTTLED, 60 * SECOND))
    put(store, "waits", None, now=NOW - 7 * SECOND)
    held = put(store, "held", None)
    with store.write() as session:
        outbox.put_off(session, held, NOW + 60 * SECOND, "no_template")
        pacing.pause(session, "telegram", NOW + 60 * SECOND, "flood")
        pacing.pause(session, "whatsapp", NOW + 60 * SECOND, "131048", bulk_only=True)
        inbox.accept(session, "telegram", "u1", "1", {}, NOW - 3 * SECOND)
    with store.read() as session:
        level = service_level.look(session, NOW + SECOND)
    broadcast, reply = level.lanes
    assert (reply.channel, reply.lane, reply.handed, reply.in_time, reply.share) == ("telegram", "reply", 5, 3, 0.6)
    assert (reply.unknown, broadcast.unknown) == (0, 1)
    assert reply.failures == {"never_again": 1, "our_bug": 1}
    assert (reply.open, reply.waiting, reply.oldest) == (3, 1, NOW - 7 * SECOND)
    assert level.share == 0.6
    assert level.held == {"no_template": 1}
    assert [(p.channel, p.code, p.bulk_only) for p in level.pauses] == [
        ("telegram", "flood", False),
        ("whatsapp", "131048", True),
    ]
    assert (level.inbox_waiting, level.inbox_oldest) == (1, NOW - 3 * SECOND)


def test_what_was_dropped_says_why(store: Store) -> None:
    put(store, "late", None)
    with store.write() as session:
        outbox.expire(session, NOW + timedelta(days=2))
        [lane] = service_level.look(session, NOW + timedelta(days=2)).lanes
    assert lane.dropped == {"late": 1}
