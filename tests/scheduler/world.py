"""A store with the planner in it, a parent with a child, and a clock that is turned by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dialogues.effects import GiveConsent, RegisterChild
from scheduler import simulation
from scheduler.hours import hours
from scheduler.planner import Planner
from scheduler.sending import Outcome
from store import due, people
from store.clock import local, utc
from store.database import Store
from store.due import DueRow
from store.models import Agenda, Message
from tests.store.world import FACILITY, act, add_facility, meet

# A Tuesday at nine, as in the tests of the store; local time reads the same.
NOW = datetime(2026, 11, 24, 8, 0)
# Two months old on Monday the 14th of December.
BIRTH = date(2026, 10, 14)
VISIT = date(2026, 12, 14)


def planning(store: Store) -> Store:
    """The store as the start-up leaves it."""
    store.plan_with(Planner(), hours().first)
    return store


def open_centre(store: Store, *, vaccination: bool = True) -> None:
    """The health centre of the store tests, with vaccinations from Monday to Friday."""
    with store.write() as session:
        add_facility(session, seats=1)
        if vaccination:
            for weekday in range(5):
                session.add(
                    Agenda(
                        facility_id=FACILITY, service="vaccination", weekday=weekday, opens=time(9, 0),
                        closes=time(12, 0), slot_minutes=30, seats=2,
                    )
                )  # fmt: skip


def parent(store: Store, address: str = "1001", *, birth: date = BIRTH, name: str = "Adam") -> tuple[people.Whom, str]:
    """Somebody who agreed to reminders, and the id of their child."""
    whom = meet(store, address)
    done = act(store, whom, [GiveConsent("reminders", True, "v1"), RegisterChild(name, birth, "m", FACILITY)])
    return whom, done.children[0]


def rows(store: Store, whom: people.Whom) -> list[DueRow]:
    """All due rows of a person, by day."""
    with store.read() as session:
        return due.rows_of(session, [whom.person_id])


def states(store: Store, whom: people.Whom, kind: str = "") -> dict[tuple[str, datetime], str]:
    """By kind and wall time the state, and the reason where there is one."""
    return {
        (row.kind, row.due): f"{row.state} {row.reason}" if row.reason else row.state
        for row in rows(store, whom)
        if row.kind.startswith(kind)
    }


def tick(store: Store, wall: datetime, owner: str = "worker") -> list[Outcome]:
    """What every process does all the time, once, at a wall time."""
    return simulation.tick(store, utc(wall), owner=owner)


def live(store: Store, start: datetime, days: int) -> list[Outcome]:
    """Turn the clock forward; what became of all that was due."""
    end = start + timedelta(days=days)
    return [outcome for _, done in simulation.forward(store, start, end) for outcome in done]


def said(outcomes: list[Outcome]) -> list[tuple[date, str]]:
    """Day and message of what was sent, one a message."""
    found: dict[str, tuple[date, str]] = {}
    for outcome in outcomes:
        if outcome.say is not None and outcome.message_id is not None and outcome.row.state == "claimed":
            found.setdefault(outcome.message_id, (outcome.row.due.date(), outcome.say.message))
    return list(found.values())


def messages(store: Store, whom: people.Whom) -> list[tuple[str, datetime]]:
    """The messages in the outbox of a person, in order, each with when it was written, as wall time."""
    with store.read() as session:
        found = session.query(Message).filter(Message.address_id == whom.address_id).order_by(Message.number)
        return [(row.say, local(row.created_at)) for row in found]
