"""A visit falls on a day on which the centre takes children; closing it or a holiday moves what is planned."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dialogues.effects import SetChildFacility
from scheduler.planner import Planner
from store import closings, holidays, people, planning
from store.clock import utc
from store.database import Store
from store.models import Holiday
from tests.scheduler.world import NOW, VISIT, live, messages, open_centre, parent, rows, said, states
from tests.scheduler.world import planning as planned
from tests.store.world import FACILITY, act


@pytest.fixture
def world(store: Store) -> Store:
    planned(store)
    open_centre(store)
    return store


def today_row(store: Store, whom: people.Whom) -> list[tuple[datetime, str]]:
    """The reminder of the day itself."""
    return [(row.due, row.state) for row in rows(store, whom) if row.kind == "vaccine.today"]


def test_a_weekend_is_passed_over(world: Store) -> None:
    # Two months old on Saturday the 12th of December: Monday.
    whom, _ = parent(world, birth=date(2026, 10, 12))
    assert today_row(world, whom) == [(datetime(2026, 12, 14, 9), "planned")]


@pytest.mark.parametrize("by", ["closed", "holiday"])
def test_a_closed_day_moves_what_was_planned(world: Store, by: str) -> None:
    whom, _ = parent(world)
    assert today_row(world, whom) == [(datetime(2026, 12, 14, 9), "planned")]
    with world.write() as session:
        if by == "closed":
            closings.close(session, FACILITY, VISIT, "staff:1", utc(NOW))
        else:
            holidays.confirm(session, "holiday.moharram", [VISIT], "staff:1", utc(NOW))
    sent = said(live(world, NOW, 26))
    assert sent[-4:] == [
        (date(2026, 12, 8), "reminder.vaccine.before"), (date(2026, 12, 14), "reminder.vaccine.tomorrow"),
        (date(2026, 12, 15), "reminder.vaccine.today"), (date(2026, 12, 18), "reminder.vaccine.late"),
    ]  # fmt: skip


def test_a_day_closed_after_the_first_reminder_is_not_said_twice(world: Store) -> None:
    whom, _ = parent(world)
    live(world, NOW, 14)
    with world.write() as session:
        closings.close(session, FACILITY, VISIT, "staff:1", utc(datetime(2026, 12, 8, 8)))
    live(world, datetime(2026, 12, 8, 9), 8)
    says = [say for say, _ in messages(world, whom)]
    assert says.count("reminder.vaccine.before") == says.count("reminder.vaccine.today") == 1
    assert messages(world, whom)[-1] == ("reminder.vaccine.today", datetime(2026, 12, 15, 9))


def test_without_any_hook_the_last_question_moves_it(world: Store) -> None:
    """Somebody wrote the holiday straight into the database: the sender asks again."""
    parent(world)
    live(world, NOW, 19)
    with world.write() as session:
        session.add(Holiday(day=VISIT, name="holiday.moharram", status="confirmed"))
    done = live(world, datetime(2026, 12, 13, 12), 3)
    moved = {(outcome.row.kind, outcome.state, outcome.reason) for outcome in done if outcome.reason}
    assert ("vaccine.tomorrow", "planned", "moved") in moved
    assert said(done)[:2] == [
        (date(2026, 12, 14), "reminder.vaccine.tomorrow"), (date(2026, 12, 15), "reminder.vaccine.today"),
    ]  # fmt: skip


def test_another_centre_has_other_days(world: Store) -> None:
    whom, child = parent(world)
    with world.write() as session:
        closings.close(session, FACILITY, VISIT, "staff:1", utc(NOW))
        Planner().plan(session, [whom.person_id], utc(NOW))
    assert today_row(world, whom)[0][0] == datetime(2026, 12, 15, 9)
    act(world, whom, [SetChildFacility(child, None)])
    assert today_row(world, whom)[0][0] == datetime(2026, 12, 14, 9)


def test_planning_again_changes_nothing(world: Store) -> None:
    whom, _ = parent(world)
    before = rows(world, whom)
    for _ in range(3):
        world.run(lambda session: planning.plan(session, [whom.person_id], utc(NOW)))
    assert rows(world, whom) == before
    assert "planned" in states(world, whom).values()
