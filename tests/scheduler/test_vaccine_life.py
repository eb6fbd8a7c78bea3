"""A vaccination reminder's whole life with the clock moved: planned, sent, answered, resolved; what comes between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from dialogues.effects import (
    Book,
    CloseChild,
    Effect,
    GiveConsent,
    RecordDose,
    RegisterChild,
    SetReminders,
    StopMessages,
    UndoDose,
)
from store import outbox
from store.clock import utc
from store.database import Store
from tests.scheduler.world import (
    BIRTH,
    NOW,
    VISIT,
    live,
    messages,
    parent,
    rows,
    said,
    states,
    tick,
)
from tests.store.world import FACILITY, act, meet

DAY = timedelta(days=1)
M2 = ("BCG", "PENTA", "VPO", "ROTA", "VPC")


def at(days: int, hour: int) -> datetime:
    return datetime.combine(VISIT + days * DAY, time(hour))


def give(child: str, day: date, antigens: tuple[str, ...] = M2) -> list[Effect]:
    return [RecordDose(child, antigen, None, day) for antigen in antigens]


def test_planned_sent_answered_resolved(world: Store) -> None:
    whom, child = parent(world)
    planned = {
        ("vaccine.before", at(-7, 10)): "planned",
        ("vaccine.tomorrow", at(-1, 17)): "planned",
        ("vaccine.today", at(0, 9)): "planned",
        ("vaccine.late3", at(3, 10)): "planned",
        ("vaccine.late14", at(14, 10)): "planned",
    }
    assert {key: state for key, state in states(world, whom).items() if key in planned} == planned
    done = live(world, NOW, 21)
    assert said(done)[-3:] == [
        (VISIT - 7 * DAY, "reminder.vaccine.before"),
        (VISIT - DAY, "reminder.vaccine.tomorrow"),
        (VISIT, "reminder.vaccine.today"),
    ]
    today = next(outcome for outcome in done if outcome.row.kind == "vaccine.today")
    assert today.say is not None
    assert {choice.id for choice in today.say.choices} == {
        f"re.vaccine.{answer}.{child}:{VISIT.isoformat()}" for answer in ("given", "later", "book")
    }
    assert all(len(choice.id) <= 64 and choice.id.isascii() for choice in today.say.choices)
    # The parent taps "given": every dose of the visit is recorded, and what was planned is settled at once.
    act(world, whom, give(child, VISIT), now=utc(at(0, 11)))
    after = states(world, whom)
    assert after["vaccine.late3", at(3, 10)] == after["vaccine.late14", at(14, 10)] == "resolved given"
    assert live(world, at(0, 12), 2) == []


def test_who_does_not_answer_hears_five_times_a_visit_and_once_a_day(world: Store) -> None:
    whom, _ = parent(world)
    done = said(live(world, NOW, 45))
    m2 = [message for day, message in done if VISIT - 7 * DAY <= day <= VISIT + 30 * DAY]
    assert m2 == [
        "reminder.vaccine.before", "reminder.vaccine.tomorrow", "reminder.vaccine.today", "reminder.vaccine.late",
        "reminder.vaccine.last",
    ]  # fmt: skip
    assert len({day for day, _ in done}) == len(done)
    per_visit: dict[str, int] = {}
    for row in rows(world, whom):
        if row.state == "sent":
            per_visit[row.visit] = per_visit.get(row.visit, 0) + 1
    assert max(per_visit.values()) == 5


def test_a_child_told_late_is_reminded_from_then_on_and_at_last_asked_to_pause(world: Store) -> None:
    _, child = parent(world, birth=date(2026, 1, 14))
    done = live(world, NOW, 76)
    assert said(done) == [
        (NOW.date() + 3 * DAY, "reminder.vaccine.late"),
        (NOW.date() + 14 * DAY, "reminder.vaccine.late"),
        (NOW.date() + 44 * DAY, "reminder.vaccine.late"),
        (NOW.date() + 74 * DAY, "reminder.vaccine.last"),
    ]
    last = next(outcome.say for outcome in reversed(done) if outcome.say)
    assert f"re.vaccine.pause.{child}" in {choice.id.split(":")[0] for choice in last.choices}


def test_twins_get_one_message(world: Store) -> None:
    whom, first = parent(world)
    second = act(world, whom, [RegisterChild("Jad", BIRTH + 2 * DAY, "f", FACILITY)]).children[0]
    done = live(world, NOW, 24)
    sent = said(done)
    assert {message for _, message in sent} == {"reminder.vaccine.several"}
    # One day for both: the later one, when every dose of both counts.
    assert [day for day, _ in sent][-3:] == [date(2026, 12, 9), date(2026, 12, 15), date(2026, 12, 16)]
    assert len(messages(world, whom)) == len(sent)
    say = next(outcome.say for outcome in done if outcome.say)
    given = {choice.id.split(".")[3].split(":")[0] for choice in say.choices if ".given." in choice.id}
    assert given == {first, second}
    # One of them is vaccinated: from then on only the other is spoken of.
    act(world, whom, give(first, date(2026, 12, 16)), now=utc(datetime(2026, 12, 16, 12)))
    late = live(world, datetime(2026, 12, 17, 8), 5)
    assert said(late) == [(date(2026, 12, 19), "reminder.vaccine.late")]


def test_children_weeks_apart_get_their_own(world: Store) -> None:
    whom, _ = parent(world)
    act(world, whom, [RegisterChild("Jad", BIRTH + 10 * DAY, "f", FACILITY)])
    sent = said(live(world, NOW, 40))
    assert (VISIT - 7 * DAY, "reminder.vaccine.before") in sent
    # What falls on one day is one message: three days after one visit, a week before the other.
    assert (VISIT + 3 * DAY, "reminder.vaccine.several") in sent
    assert len({day for day, _ in sent}) == len(sent)


ENDS: list[tuple[str, list[Effect], str]] = [
    ("stop", [StopMessages()], "cancelled stopped"),
    ("consent taken back", [GiveConsent("reminders", False, "v1")], "cancelled no_consent"),
    ("off", [SetReminders("child", "off")], "cancelled off"),
    ("all off", [SetReminders(None, "off")], "cancelled off"),
    ("paused", [SetReminders("child", "paused", date(2027, 3, 1))], "cancelled paused"),
    ("died", [CloseChild("child", "died")], "cancelled closed"),
    ("given", give("child", NOW.date()), "resolved given"),
    ("booked", [Book(FACILITY, "vaccination", datetime(2026, 12, 14, 9))], "cancelled booked"),
]


@pytest.mark.parametrize(("effects", "state"), [case[1:] for case in ENDS], ids=[case[0] for case in ENDS])
def test_what_ends_it_ends_it_at_once(world: Store, effects: list[Effect], state: str) -> None:
    # Ten weeks old, so that everything of the visit can be given today.
    whom, child = parent(world, birth=date(2026, 9, 28))
    mine = [replace(e, child=child) if getattr(e, "child", None) == "child" else e for e in effects]  # type: ignore[call-arg]
    before = states(world, whom, "vaccine.")
    assert set(before.values()) == {"planned"}
    act(world, whom, mine)
    # Reminders go on after an appointment at which nothing was given.
    after = {
        key: value
        for key, value in states(world, whom, "vaccine.").items()
        if key in before and not (state == "cancelled booked" and key[1] > datetime(2026, 12, 15))
    }
    assert set(after.values()) == {state}, after


def test_resumed_reminders_come_back_without_what_is_past(world: Store) -> None:
    whom, child = parent(world)
    act(world, whom, [StopMessages()])
    assert live(world, NOW, 22) == []
    later = datetime(2026, 12, 15, 12)
    act(world, whom, [SetReminders(None, "on")], now=utc(later))
    assert {key: state for key, state in states(world, whom).items() if state == "planned"} == {
        ("vaccine.late3", at(3, 10)): "planned",
        ("vaccine.late14", at(14, 10)): "planned",
        ("vaccine.month1", at(44, 10)): "planned",
        ("vaccine.month2", at(74, 10)): "planned",
    }
    act(world, whom, [CloseChild(child, "moved")], now=utc(later))
    assert "planned" not in states(world, whom).values()


def test_a_pause_that_is_over_counts_from_its_end(world: Store) -> None:
    whom, child = parent(world)
    act(world, whom, [SetReminders(child, "paused", date(2026, 12, 21))])
    sent = said(live(world, NOW, 32))
    assert sent[:2] == [
        (date(2026, 12, 21), "reminder.vaccine.today"), (date(2026, 12, 24), "reminder.vaccine.late"),
    ]  # fmt: skip
    assert all(day >= date(2026, 12, 21) for day, _ in sent)


def test_a_dose_taken_back_is_reminded_of_again(world: Store) -> None:
    whom, child = parent(world, birth=date(2026, 9, 28))
    act(world, whom, give(child, NOW.date()))
    with world.read() as session:
        [record] = [d for c in world.facts(session, whom.person_id, utc(NOW)).children() for d in c.doses
                    if d.antigen == "PENTA"]  # fmt: skip
    act(world, whom, [UndoDose(record.id)])
    assert ("vaccine.today", datetime(2026, 11, 30, 9)) in {
        key for key, state in states(world, whom).items() if state == "planned"
    }


def test_stop_at_the_last_step(world: Store) -> None:
    """Written into the outbox, and stopped before it is on the wire."""
    whom, _ = parent(world)
    live(world, NOW, 13)
    assert tick(world, at(-7, 10))
    with world.write() as session:
        [message] = outbox.pending(session, whom.address_id, utc(at(-7, 10)))
    act(world, whom, [StopMessages()], now=utc(at(-7, 10)))
    with world.write() as session:
        assert outbox.begin_attempt(session, message.id, utc(at(-7, 10)), {}) is None
    assert live(world, at(-7, 11), 30) == []


def test_a_new_parent_without_consent_is_not_reminded(world: Store) -> None:
    whom = meet(world, "2002")
    assert rows(world, whom) == []
