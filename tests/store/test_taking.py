"""Taking many messages at once: the first lane first, each once, in order at an address, and only what is wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from dialogues.effects import GiveConsent, Lane, Say, StopMessages
from store import attempts, outbox, pacing, people, taking
from store.attempts import Beginning
from store.database import Store
from store.lanes import UNASKED
from store.models import Address, Message
from store.outbox import Failed, Failure, Sent
from store.pacing import FREE, Pace
from tests.store.world import NOW, act, together
from tests.store.world import meet as met

SECOND = timedelta(seconds=1)


def meet(store: Store, address: str = "1001") -> people.Whom:
    """A person who agreed to everything."""
    whom = met(store, address)
    act(store, whom, [GiveConsent("reminders", True, "v1"), GiveConsent("care", True, "v1")])
    return whom


def put(store: Store, whom: people.Whom, lane: Lane = "broadcast", now=NOW, say: str = "x") -> str:
    with store.write() as session:
        return outbox.enqueue(session, whom.address_id, Say(say, lane=lane), now, language="fr")


def take(store: Store, now=NOW, most: int = 50, pace: Pace = FREE) -> list[str]:
    """What a sender would begin now: the messages' ids; they stay on the wire."""
    with store.write() as session:
        found = taking.take(session, "telegram", UNASKED, pace, now, most)
        attempts.begin_held(session, [Beginning(one.message.id, one.message.tries + 1, {}) for one in found], "me", now)
        writing = [pacing.Writing(one.message.address_id, one.before) for one in found]
        pacing.note_written(session, pace, writing, now)
        return [one.message.id for one in found]


def state(store: Store, message: str) -> tuple[str, str | None]:
    with store.read() as session:
        row = session.get_one(Message, message)
        return row.state, row.failure


def settle(store: Store, message: str, result, now=NOW) -> None:
    from store.models import Attempt

    with store.write() as session:
        attempt = session.query(Attempt).filter_by(message_id=message).order_by(Attempt.number.desc()).first()
        assert attempt is not None
        attempts.settle_all(session, [(attempt.id, result)], now)


def test_appointments_before_vaccines_before_campaigns_and_the_oldest_first(store: Store) -> None:
    made = {}
    for number, lane in enumerate(("broadcast", "vaccine", "appointment", "broadcast", "vaccine", "appointment")):
        whom = meet(store, str(number))
        made[put(store, whom, lane, NOW - (10 - number) * SECOND)] = number
    put(store, meet(store, "9"), "reply")
    assert [made[message] for message in take(store)] == [2, 5, 1, 4, 0, 3]
    assert take(store) == []


def test_at_an_address_one_of_a_lane_at_a_time_and_in_order(store: Store) -> None:
    whom = meet(store)
    first, second = put(store, whom), put(store, whom)
    other = put(store, whom, "appointment")
    assert [take(store), take(store)] == [[other], [first]], "another lane does not wait"
    assert take(store) == []
    settle(store, first, Failed("503", Failure.NOT_SENT))
    assert take(store) == [], "what waits for its next try holds back what is behind it"
    assert take(store, NOW + 2 * SECOND) == [first]
    settle(store, first, Sent("m1"))
    assert take(store, NOW + 2 * SECOND) == [second]


@pytest.mark.parametrize(
    ("why", "lane", "goes"),
    [
        ("late", "broadcast", False),
        ("blocked", "appointment", False),
        ("stopped", "appointment", False),
        ("no_consent", "vaccine", False),
        ("no_consent", "appointment", True),
        ("unwanted", "broadcast", False),
        ("unwanted", "appointment", True),
    ],
)
def test_what_is_not_wanted_is_dropped_with_its_reason(store: Store, why: str, lane: Lane, goes: bool) -> None:
    whom = meet(store)
    now = NOW
    if why == "late":
        now += outbox.LIFETIMES[lane]
    elif why == "stopped":
        act(store, whom, [StopMessages()])
    elif why == "no_consent":
        act(store, whom, [GiveConsent("reminders", False, "v1")], now=NOW + SECOND)
        now += SECOND
    with store.write() as session:
        address = session.get_one(Address, whom.address_id)
        address.blocked_at = NOW if why == "blocked" else None
        address.marketing_stopped_at = NOW if why == "unwanted" else None
    message = put(store, whom, lane)
    assert (take(store, now) == [message]) is goes
    assert state(store, message) == (("sending", None) if goes else ("expired", why))


@pytest.mark.parametrize(
    ("lane", "goes"), [("appointment", True), ("care", False), ("vaccine", False), ("broadcast", False)]
)
def test_who_never_said_yes_is_not_written_to(store: Store, lane: Lane, goes: bool) -> None:
    """They agreed to appointments, and nobody asked for more."""
    message = put(store, met(store), lane)
    assert (take(store) == [message]) is goes
    assert state(store, message) == (("sending", None) if goes else ("expired", "no_consent"))


@pytest.mark.parametrize("lane", ["appointment", "vaccine", "broadcast"])
@pytest.mark.parametrize(
    ("held_for", "until", "first"),
    [("template_reclassed", 300, "second"), ("daily_tier", 0, "first"), (None, 300, None)],
    ids=["held", "held, looked at now", "waits for its next try"],
)
def test_what_is_held_does_not_hold_back_what_may_go(
    store: Store, lane: Lane, held_for: str | None, until: int, first: str | None
) -> None:
    whom = meet(store)
    made = {"first": put(store, whom, lane), "second": put(store, whom, lane)}
    with store.write() as session:
        outbox.put_off(session, made["first"], NOW + until * SECOND, held_for)
    assert take(store) == ([] if first is None else [made[first]])


def test_a_blocked_person_gets_nothing_more_until_they_write(store: Store) -> None:
    """Three campaigns: one try, and none after it; then they write, and the fourth arrives."""
    whom = meet(store)
    for _ in range(3):
        message = put(store, whom)
        if take(store) == [message]:
            settle(store, message, Failed("blocked", Failure.NEVER))
    from store.models import Attempt

    with store.read() as session:
        assert session.query(Attempt).count() == 1
    meet(store)
    assert take(store) == []
    message = put(store, whom)
    assert take(store) == [message]


def test_a_row_that_cannot_be_read_ends_and_the_others_go(store: Store) -> None:
    broken, fine = put(store, meet(store, "1")), put(store, meet(store, "2"))
    with store.write() as session:
        session.query(Message).filter_by(id=broken).update({"params": "v9.x"})
    assert take(store) == [fine]
    assert state(store, broken) == ("failed", "our_bug")


def test_a_person_who_had_their_share_waits_and_others_go(store: Store) -> None:
    pace = Pace(per_second=30, person_every=1, person_burst=3)
    whom, other = meet(store, "1"), meet(store, "2")
    lanes: tuple[Lane, ...] = ("appointment", "vaccine", "broadcast")
    first, second, third = (put(store, whom, lane) for lane in lanes)
    fine = put(store, other)
    assert take(store, pace=pace) == [first, fine]
    assert take(store, pace=pace) == [second]
    assert take(store, pace=pace) == []
    assert state(store, third)[0] == "pending"
    assert take(store, NOW + SECOND, pace=pace) == [third]


@pytest.mark.parametrize("most", [1, 7])
def test_many_senders_take_each_message_once(open_again: Callable[[], Store], most: int) -> None:
    stores = [open_again() for _ in range(4)]
    for number in range(40):
        put(stores[0], meet(stores[0], str(number)))

    def work(store: Store) -> list[str]:
        taken: list[str] = []
        while found := take(store, most=most):
            taken += found
        return taken

    found = together([lambda store=store: work(store) for store in stores])
    counts = Counter(message for each in found for message in each)  # type: ignore[union-attr]
    assert len(counts) == 40
    assert set(counts.values()) == {1}


def test_how_many_are_worth_a_turn(store: Store) -> None:
    for number in range(5):
        put(store, meet(store, str(number)))
    with store.read() as session:
        assert taking.how_many(session, "telegram", UNASKED, NOW, 3) == 3
        assert taking.how_many(session, "telegram", UNASKED, NOW, 30) == 5
        assert taking.how_many(session, "whatsapp", UNASKED, NOW, 30) == 0
        assert taking.how_many(session, "telegram", UNASKED, NOW - SECOND, 30) == 0


def test_the_farewell_of_a_batch_ends_the_guest(store: Store) -> None:
    from dialogues.effects import Forget
    from store.models import Attempt, Person

    whom = meet(store)
    done = act(store, whom, [Forget(), Say("erased")])
    with store.write() as session:
        attempt = outbox.begin_attempt(session, done.messages[0], NOW, {"text": "x"})
        assert attempt is not None
        attempts.settle_all(session, [(attempt, Sent("m1"))], NOW)
        assert session.query(Person).count() == 0
        assert session.query(Attempt).count() == 0
