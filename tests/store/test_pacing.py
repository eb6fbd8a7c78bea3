"""The pace that all replicas share, against the platform's own limits, on a clock that only moves when told to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from dialogues.effects import Lane, Say
from store import outbox, pacing, people
from store.database import Store
from store.pacing import FREE, Pace, Slots, Writing, Written
from tests.platforms.telegram_rules import Rates
from tests.store.world import NOW, meet, together

SECOND = timedelta(seconds=1)
TELEGRAM = Pace(per_second=30, person_every=1, person_burst=5)
WHATSAPP = Pace(per_second=80, person_every=6, person_burst=45, counts_inbound=True, daily_people=3)


def reserve(store: Store, lane: Lane, now=NOW, wanted: int = 1, pace: Pace = TELEGRAM) -> Slots | None:
    with store.write() as session:
        return pacing.reserve(session, "telegram", pace, lane, now, wanted)


def test_four_replicas_use_nine_tenths_of_the_limit_and_never_pass_it(store: Store) -> None:
    moments: list[float] = []
    now, end = NOW, NOW + 20 * SECOND
    while now < end:
        for _ in range(4):
            slots = reserve(store, "broadcast", now, 48)
            if slots is not None:
                moments += [slots.start + slots.every * number for number in range(slots.count)]
        now += SECOND / 10
    rates = Rates()
    start = NOW.timestamp()
    for number, moment in enumerate(sorted(moments)):
        rates.check(number, moment - start)
    within = [moment for moment in moments if moment < start + 20]
    assert 0.9 * 30 * 20 <= len(within) <= 30 * 20


def test_replies_come_soon_and_danger_at_once_while_a_campaign_runs(store: Store) -> None:
    while reserve(store, "broadcast", wanted=48):
        pass
    reply, danger = reserve(store, "reply"), reserve(store, "danger")
    assert reply is not None
    assert danger is not None
    assert 0 < reply.start - NOW.timestamp() <= 0.6
    assert danger.start == NOW.timestamp()
    # What passed ahead is paid by what comes after it.
    assert reserve(store, "broadcast") is None
    assert reserve(store, "broadcast", NOW + SECOND) is not None


def test_a_reply_whose_turn_is_far_off_waits_as_a_row(store: Store) -> None:
    granted = 0
    while reserve(store, "reply") is not None:
        granted += 1
    assert granted == pytest.approx(2 * 30, rel=0.1)


def test_replicas_that_reserve_at_once_never_get_the_same_turn(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    reserve(stores[0], "reply")

    def turns(store: Store) -> list[float]:
        return [slots.start for _ in range(10) if (slots := reserve(store, "reply")) is not None]

    found = together([lambda store=store: turns(store) for store in stores])
    moments = sorted(moment for each in found for moment in each)  # type: ignore[union-attr]
    assert len(moments) == 40
    assert all(later - earlier > 0.02 for earlier, later in pairwise(moments))


@pytest.mark.parametrize("pace", [TELEGRAM, FREE])
@pytest.mark.parametrize(
    ("bulk_only", "held"), [(False, ("reply", "appointment", "broadcast")), (True, ("broadcast",))]
)
def test_a_pause_holds_its_lanes_and_is_never_shortened(
    store: Store, pace: Pace, bulk_only: bool, held: tuple[Lane, ...]
) -> None:
    with store.write() as session:
        pacing.pause(session, "telegram", NOW + 30 * SECOND, "flood", bulk_only=bulk_only)
        pacing.pause(session, "telegram", NOW + 5 * SECOND, "flood", bulk_only=bulk_only)
    lanes: tuple[Lane, ...] = ("danger", "reply", "appointment", "broadcast")
    for later, expected in ((29, held), (31, ())):
        now = NOW + later * SECOND
        refused = [lane for lane in lanes if reserve(store, lane, now, pace=pace) is None]
        assert tuple(refused) == expected


def test_what_comes_in_is_taken_off_where_the_platform_counts_it(store: Store) -> None:
    first = reserve(store, "reply", pace=WHATSAPP)
    pacing.note_inbound("telegram", 40)
    second, third = reserve(store, "reply", pace=WHATSAPP), reserve(store, "reply", pace=WHATSAPP)
    assert first is not None
    assert second is not None
    assert third is not None
    assert third.start - first.start == pytest.approx(42 / (80 * 0.97), rel=0.01)


@pytest.mark.parametrize(("pace", "at_once"), [(TELEGRAM, 4), (WHATSAPP, 44), (FREE, 100)])
def test_a_person_gets_a_burst_and_then_one_after_the_other(store: Store, pace: Pace, at_once: int) -> None:
    whom = meet(store)
    sent, now = 0, NOW
    with store.write() as session:
        while sent < 100 and pacing.wait_of_person(pacing.written(session, whom.address_id), pace, now) is None:
            before = pacing.written(session, whom.address_id)
            pacing.note_written(session, pace, [Writing(whom.address_id, before)], now)
            sent += 1
        assert sent == at_once
        if pace is not FREE:
            later = pacing.wait_of_person(pacing.written(session, whom.address_id), pace, now)
            assert later == now + timedelta(seconds=pace.person_every)


def test_who_wants_to_be_left_alone_a_while_is(store: Store) -> None:
    until = NOW + 4 * SECOND
    assert pacing.wait_of_person(Written(waits_until=until), FREE, NOW) == until
    assert pacing.wait_of_person(Written(waits_until=until), FREE, until) is None


def test_only_so_many_people_are_written_to_first_in_a_day(store: Store) -> None:
    def opens(now) -> bool:
        with store.write() as session:
            return pacing.may_open(session, "whatsapp", WHATSAPP, "appointment", now)

    assert [opens(NOW + timedelta(hours=hour)) for hour in (0, 1, 2, 3)] == [True, True, True, False]
    assert not opens(NOW + timedelta(hours=24))
    assert opens(NOW + timedelta(hours=25))


def test_campaigns_leave_a_part_of_the_day_to_what_people_asked_for(store: Store) -> None:
    pace = Pace(per_second=80, daily_people=10)
    with store.write() as session:
        lanes: tuple[Lane, ...] = ("broadcast", "appointment")
        opened = {lane: sum(pacing.may_open(session, "whatsapp", pace, lane, NOW) for _ in range(20)) for lane in lanes}
    assert opened == {"broadcast": 8, "appointment": 2}


def test_a_clock_that_was_wrong_stops_nobody(store: Store) -> None:
    """A replica an hour ahead reserved a turn; everybody else goes on."""
    assert reserve(store, "reply", NOW + timedelta(hours=1)) is not None
    found = reserve(store, "reply", NOW + timedelta(minutes=1))
    assert found is not None
    assert found.start == (NOW + timedelta(minutes=1)).timestamp()
    assert reserve(store, "broadcast", NOW + timedelta(minutes=2)) is not None


def test_a_burst_that_came_in_is_no_debt_for_later(store: Store) -> None:
    pacing.note_inbound("telegram", 1000)
    first, second = reserve(store, "reply", pace=WHATSAPP), reserve(store, "reply", NOW + SECOND, pace=WHATSAPP)
    assert first is not None
    assert second is not None
    assert second.start - NOW.timestamp() < 1.1


def test_replicas_do_not_share_the_last_place_of_a_day(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]

    def opens(store: Store) -> int:
        done = 0
        for _ in range(3):
            with store.write() as session:
                done += pacing.may_open(session, "whatsapp", WHATSAPP, "appointment", NOW)
        return done

    assert sum(together([lambda store=store: opens(store) for store in stores])) == WHATSAPP.daily_people


def test_somebody_counts_once_a_day(store: Store) -> None:
    assert pacing.is_open(Written(opened_at=NOW), NOW + timedelta(hours=23))
    assert not pacing.is_open(Written(opened_at=NOW), NOW + timedelta(hours=24))
    whom = meet(store)
    with store.write() as session:
        before = pacing.written(session, whom.address_id)
        pacing.note_written(session, WHATSAPP, [Writing(whom.address_id, before, opens=True)], NOW)
        after = pacing.written(session, whom.address_id)
        pacing.note_written(session, WHATSAPP, [Writing(whom.address_id, after, opens=True)], NOW + SECOND)
        assert pacing.written(session, whom.address_id).opened_at == NOW


def test_an_erased_person_leaves_no_pace_behind(store: Store) -> None:
    whom = meet(store)
    with store.write() as session:
        pacing.note_written(session, TELEGRAM, [Writing(whom.address_id, Written())], NOW)
        people.forget(session, whom.person_id, NOW)
        assert pacing.written(session, whom.address_id) == Written()


def test_held_messages_are_released(store: Store) -> None:
    whom, other = meet(store, "1"), meet(store, "2")
    with store.write() as session:
        for who, reason in ((whom, "window"), (whom, "halt"), (other, "no_template")):
            row = outbox.enqueue(session, who.address_id, Say("x"), NOW, language="fr")
            outbox.put_off(session, row, NOW + timedelta(hours=1), reason)
        assert outbox.waiting(session, NOW) == []
        assert outbox.release_held(session, address_id=whom.address_id) == 1
        assert outbox.waiting(session, NOW) == [whom.address_id]
        assert outbox.release_held(session, channel="whatsapp", reasons=["no_template"]) == 0
        assert outbox.release_held(session, channel="telegram", reasons=["no_template"]) == 1
        assert outbox.waiting(session, NOW) == [whom.address_id, other.address_id]
