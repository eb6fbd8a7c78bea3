"""A followed triage with the clock moved: asked twice, answered or silent, and never a word after its end."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogues.effects import (
    AnswerCase,
    CaseAnswer,
    CloseChild,
    Effect,
    GiveConsent,
    OpenCase,
    Outcome,
    RegisterChild,
    SetReminders,
    StopMessages,
)
from nlu.normalise import skeleton
from scheduler.sending import Outcome as Sent
from store import cases, handoffs, outbox, people
from store.clock import utc
from store.database import Store, open_store
from store.models import Case
from tests.scheduler.world import BIRTH, live, messages, planning, rows, said, states, tick
from tests.store.world import FACILITY, act, meet

# A Tuesday at nine; local time reads the same as UTC.
NOW = datetime(2026, 11, 24, 9, 0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DELAYS: dict[Outcome, int] = {"home": 24, "today": 24, "soon": 72, "emergency": 48, "ambulance": 48}


def a_case(outcome: Outcome = "home", subject: str = "self", follows: str | None = None) -> OpenCase:
    return OpenCase(
        outcome, ("fever",), ("fever.otherwise",), {"shared.days": "2", "age": "10957"}, {"general": 1, "fever": 1},
        subject, follows=follows,
    )  # fmt: skip


def followed(
    store: Store, outcome: Outcome = "home", address: str = "3003", subject: str = "self"
) -> tuple[people.Whom, str]:
    """Somebody whose triage is followed from now on, and the case's id."""
    whom = meet(store, address)
    act(store, whom, [GiveConsent("care", True, "care-1"), a_case(outcome, subject)], now=utc(NOW))
    return whom, open_id(store, whom)


def open_id(store: Store, whom: people.Whom) -> str:
    with store.read() as session:
        return cases.of_person(session, whom.person_id)[0].id


def ended(store: Store, case_id: str) -> str | None:
    with store.read() as session:
        return session.get_one(Case, case_id).closed_for


def on_the_list(store: Store) -> list[str]:
    with store.read() as session:
        return [row.reason for row in handoffs.open_requests(session)]


def asked_at(done: list[Sent]) -> list[datetime]:
    return [outcome.row.due for outcome in done if outcome.state == "sent"]


@pytest.mark.parametrize(("outcome", "hours"), DELAYS.items())
def test_asked_after_its_time_once_more_a_day_later_and_then_silent(world: Store, outcome: Outcome, hours: int) -> None:
    _, case = followed(world, outcome)
    done = live(world, NOW, 7)
    assert asked_at(done) == [NOW + hours * HOUR, NOW + hours * HOUR + DAY]
    kind = "case.emergency" if outcome == "ambulance" else f"case.{outcome}"
    assert {outcome.row.kind for outcome in done} == {kind}
    first = done[0].say
    assert first is not None and first.lane == "care"
    wanted = ("seen", "not_seen") if outcome == "today" else ("better", "same", "worse")
    assert [choice.id for choice in first.choices] == [f"re.case.{answer}.{case}" for answer in wanted]
    assert ended(world, case) == "silent"
    # Only an emergency that fell silent is put before somebody.
    assert on_the_list(world) == (["case"] if outcome in ("emergency", "ambulance") else [])


@pytest.mark.parametrize(
    ("at", "first", "second"),
    [
        (datetime(2026, 11, 24, 3, 0), datetime(2026, 11, 25, 9, 0), datetime(2026, 11, 26, 9, 0)),
        (datetime(2026, 11, 24, 23, 30), datetime(2026, 11, 26, 9, 0), datetime(2026, 11, 27, 9, 0)),
    ],
)
def test_nobody_is_asked_at_night(world: Store, at: datetime, first: datetime, second: datetime) -> None:
    whom = meet(world, "3003")
    act(world, whom, [GiveConsent("care", True, "care-1"), a_case()], now=utc(at))
    done = live(world, at, 7)
    assert asked_at(done) == [first, second]
    # A day to answer the second, from when it was really asked.
    with world.read() as session:
        assert session.query(Case).one().closed_at == utc(second + DAY)


ANSWERS: list[tuple[Outcome, CaseAnswer, str | None, int]] = [
    ("home", "better", "better", 0), ("today", "seen", "seen", 0), ("emergency", "better", "better", 0),
    ("home", "same", None, 2), ("today", "not_seen", None, 2), ("emergency", "same", None, 2),
    ("home", "worse", None, 2),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "answer", "end", "further"), ANSWERS)
def test_an_answer_ends_it_or_asks_anew_a_day_later(
    world: Store, outcome: Outcome, answer: CaseAnswer, end: str | None, further: int
) -> None:
    whom, case = followed(world, outcome)
    first = NOW + timedelta(hours=DELAYS[outcome])
    live(world, NOW, 3)
    act(world, whom, [AnswerCase(case, answer)], now=utc(first + HOUR))
    assert ended(world, case) == end
    assert set(states(world, whom).values()) <= {"sent", "planned", "resolved answered"}
    later = live(world, first + 2 * HOUR, 7)
    assert asked_at(later) == [first + HOUR + (n + 1) * DAY for n in range(further)]


@pytest.mark.parametrize(
    ("outcome", "answer", "listed"), [("home", "same", []), ("emergency", "same", ["case"]), ("today", "not_seen", [])]
)
def test_the_same_twice_ends_it_and_an_emergency_is_put_before_staff(
    world: Store, outcome: Outcome, answer: CaseAnswer, listed: list[str]
) -> None:
    whom, case = followed(world, outcome)
    act(world, whom, [AnswerCase(case, answer)], now=utc(NOW + 3 * DAY))
    assert ended(world, case) is None
    act(world, whom, [AnswerCase(case, answer)], now=utc(NOW + 4 * DAY))
    assert ended(world, case) == answer
    assert on_the_list(world) == listed
    assert live(world, NOW + 4 * DAY, 7) == []


ENDS: list[tuple[str, list[Effect], str]] = [
    ("stop", [StopMessages()], "cancelled stopped"),
    ("consent taken back", [GiveConsent("care", False, "care-1")], "cancelled no_consent"),
    ("no reminders at all", [SetReminders(None, "off")], "cancelled stopped"),
    ("better", [AnswerCase("case", "better")], "resolved answered"),
    ("over", [AnswerCase("case", "over")], "cancelled stopped"),
    ("more urgent now", [a_case("today")], "cancelled replaced"),
    ("worse, and asked again", [a_case("emergency", follows="case")], "resolved answered"),
]


@pytest.mark.parametrize(("effects", "state"), [case[1:] for case in ENDS], ids=[case[0] for case in ENDS])
def test_what_ends_it_ends_it_at_once(world: Store, effects: list[Effect], state: str) -> None:
    whom, case = followed(world)
    mine = [AnswerCase(case, e.answer) if isinstance(e, AnswerCase) else e for e in effects]
    mine = [a_case("emergency", follows=case) if isinstance(e, OpenCase) and e.follows else e for e in mine]
    act(world, whom, mine, now=utc(NOW + HOUR))
    assert {row.state + f" {row.reason}" for row in rows(world, whom) if row.subject == case} == {state}


def test_a_calmer_triage_of_the_same_person_leaves_the_emergency_followed(world: Store) -> None:
    whom, case = followed(world, "emergency")
    act(world, whom, [a_case("home")], now=utc(NOW + HOUR))
    assert ended(world, case) is None
    # And one about somebody else replaces nothing.
    act(world, whom, [a_case("ambulance", "mother")], now=utc(NOW + HOUR))
    assert ended(world, case) is None


def test_written_but_not_on_the_wire_when_it_is_answered(world: Store) -> None:
    whom, case = followed(world)
    assert tick(world, NOW + DAY)
    act(world, whom, [AnswerCase(case, "better")], now=utc(NOW + DAY))
    with world.write() as session:
        assert outbox.pending(session, whom.address_id, utc(NOW + DAY)) == []


def test_a_second_silence_of_somebody_on_the_list_asks_for_no_second_place(world: Store) -> None:
    followed(world, "emergency")
    whom, _ = followed(world, "ambulance", subject="mother")
    live(world, NOW, 7)
    assert on_the_list(world) == ["case"]
    assert len(messages(world, whom)) == 4


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        ("self", "case.how_self"), ("", "case.how_self"), ("mother", "case.how_relation"),
        ("other_in_law", "case.how_relation"), ("child:gone", "case.how_relation"),
    ],
)  # fmt: skip
def test_whom_it_is_about(world: Store, subject: str, message: str) -> None:
    followed(world, subject=subject)
    assert [what for _, what in said(live(world, NOW, 2))] == [message]


def test_a_followed_child_is_named_but_not_in_a_simulation(world: Store) -> None:
    whom = meet(world, "3003")
    child = act(
        world, whom, [GiveConsent("reminders", True, "v1"), RegisterChild("Adam", BIRTH, "m", FACILITY)]
    ).children[0]
    act(world, whom, [GiveConsent("care", True, "care-1"), a_case("today", f"child:{child}")], now=utc(NOW))
    [first] = [o for o in live(world, NOW, 2) if o.row.kind == "case.today"]
    assert first.say is not None and first.say.message == "case.seen_child"
    assert first.say.params["child"]["value"] == "Adam"


@pytest.mark.parametrize("reason", ["died", "moved", "mistake"])
def test_nobody_asks_how_a_child_is_that_is_no_longer_followed(world: Store, reason: str) -> None:
    whom = meet(world, "3003")
    agreed = [GiveConsent("reminders", True, "v1"), GiveConsent("care", True, "care-1")]
    child = act(world, whom, [*agreed, RegisterChild("Adam", BIRTH, "m", FACILITY)], now=utc(NOW)).children[0]
    act(world, whom, [a_case("emergency", f"child:{child}"), a_case("home", "self")], now=utc(NOW))
    act(world, whom, [CloseChild(child, reason)], now=utc(NOW + HOUR))  # type: ignore[arg-type]
    assert {o.row.kind for o in live(world, NOW + HOUR, 7)} == {"case.home"}
    assert on_the_list(world) == []


STEP = st.tuples(
    st.integers(1, 60), st.sampled_from(["better", "same", "worse", "seen", "not_seen", "stop", "again", "refuse", "-"])
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes=st.lists(st.sampled_from(sorted(DELAYS)), min_size=1, max_size=2), steps=st.lists(STEP, max_size=5))
def test_never_a_follow_up_after_the_end(
    sqlite_template: Path,
    keys_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
    outcomes: list[Outcome],
    steps: list[tuple[int, str]],
) -> None:
    """Whatever is answered when: what is written about a case is written while it is open, and at most twice a turn."""
    path = tmp_path_factory.mktemp("cases") / "labas.db"
    shutil.copy(sqlite_template, path)
    store = planning(open_store(f"sqlite:///{path}", keys_file, fold=skeleton))
    try:
        whom = meet(store, "3003")
        opened = [a_case(outcome, f"relation{number}") for number, outcome in enumerate(outcomes)]
        act(store, whom, [GiveConsent("care", True, "care-1"), *opened], now=utc(NOW))
        wall = NOW
        for hours, what in steps:
            live(store, wall, 0)
            for _ in range(hours // 6):
                wall += 6 * HOUR
                tick(store, wall)
            _does(store, whom, what, wall)
        for _ in range(60):
            wall += 6 * HOUR
            tick(store, wall)
        with store.read() as session:
            for case in session.query(Case):
                asked = [r for r in rows(store, whom) if r.subject == case.id and r.state == "sent"]
                assert case.state == "closed" and case.closed_at is not None
                assert all(r.settled_at and r.settled_at <= case.closed_at for r in asked)
                assert len({r.visit for r in asked}) == len(asked) <= 2 * case.turn
        assert {r.state for r in rows(store, whom)} <= {"sent", "resolved", "cancelled", "expired"}
    finally:
        store.close()


def _does(store: Store, whom: people.Whom, what: str, wall: datetime) -> None:
    with store.read() as session:
        still_open = cases.of_person(session, whom.person_id)
    others: dict[str, list[Effect]] = {
        "stop": [StopMessages()],
        "again": [GiveConsent("care", True, "care-1"), a_case("soon", "relation0")],
        "refuse": [GiveConsent("care", False, "care-1")],
        "-": [],
    }
    answers: list[Effect] = [AnswerCase(case.id, what) for case in still_open[:1]]  # type: ignore[arg-type]
    effects = others.get(what, answers)
    if effects:
        act(store, whom, effects, now=utc(wall))
