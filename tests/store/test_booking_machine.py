"""Random people book, move, cancel and are forgotten; a simple model says what each step must answer."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import make_url

from dialogues.effects import Book, CancelBooking, Effect, MoveBooking
from dialogues.errors import Refused
from store import people
from store.database import Store, open_store
from tests.store.world import FACILITY, NOW, act, add_facility, at, meet

SEATS = 2
STARTS = [at(8, 30), at(9), at(9, 30)]
PEOPLE = ["1", "2", "3", "4"]
FOR_WHOM = ["", "Yassine"]
_numbers = itertools.count()


class Bookings(RuleBasedStateMachine):
    """``mine`` maps (person, beneficiary) to (booking id, start): exactly the live bookings there must be."""

    opener: Callable[[], Store]

    @initialize()
    def begin(self) -> None:
        self.store = type(self).opener()
        with self.store.write() as session:
            add_facility(session, seats=SEATS)
        self.people: dict[str, people.Whom] = {}
        self.mine: dict[tuple[str, str], tuple[str, datetime]] = {}
        self.now = NOW

    def attempt(self, name: str, effect: Effect) -> list[str] | str:
        if name not in self.people:
            self.people[name] = meet(self.store, name, now=self.now)
        try:
            return act(self.store, self.people[name], [effect], now=self.now).bookings
        except Refused as refused:
            return refused.reason

    def taken(self, starts: datetime) -> int:
        return sum(1 for _, when in self.mine.values() if when == starts)

    @rule(name=st.sampled_from(PEOPLE), starts=st.sampled_from(STARTS), beneficiary=st.sampled_from(FOR_WHOM))
    def book(self, name: str, starts: datetime, beneficiary: str) -> None:
        answer = self.attempt(name, Book(FACILITY, "generalist", starts, beneficiary))
        if (name, beneficiary) in self.mine:
            assert answer == "already_booked"
        elif self.taken(starts) == SEATS:
            assert answer == "slot_taken"
        else:
            assert isinstance(answer, list)
            self.mine[name, beneficiary] = (answer[0], starts)

    @precondition(lambda self: self.mine)
    @rule(data=st.data(), starts=st.sampled_from(STARTS))
    def move(self, data: st.DataObject, starts: datetime) -> None:
        name, beneficiary = data.draw(st.sampled_from(sorted(self.mine)))
        booking, before = self.mine[name, beneficiary]
        answer = self.attempt(name, MoveBooking(booking, starts))
        if starts == before:
            assert answer == "already_booked"
        elif self.taken(starts) == SEATS:
            assert answer == "slot_taken"
        else:
            assert answer == [booking]
            self.mine[name, beneficiary] = (booking, starts)

    @precondition(lambda self: self.mine)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(sorted(self.mine)))
        booking, _ = self.mine.pop(who)
        assert self.attempt(who[0], CancelBooking(booking)) == []
        assert self.attempt(who[0], CancelBooking(booking)) == "gone"
        assert self.attempt(who[0], MoveBooking(booking, STARTS[0])) == "gone"

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.people)))
        with self.store.write() as session:
            people.forget(session, self.people.pop(name).person_id, self.now)
        self.mine = {who: what for who, what in self.mine.items() if who[0] != name}

    @rule()
    def purge(self) -> None:
        with self.store.write() as session:
            assert people.purge(session, self.now).guests == 0

    @invariant()
    def store_agrees(self) -> None:
        with self.store.read() as session:
            facts = {name: self.store.facts(session, whom.person_id, self.now) for name, whom in self.people.items()}
            found = {
                (name, row.beneficiary): (row.id, row.starts) for name, fact in facts.items() for row in fact.bookings()
            }
            assert found == self.mine
            any_one = self.store.facts(session, "anyone", self.now)
            left = {
                slot.starts: slot.seats_left for slot in any_one.free_slots(FACILITY, "generalist", STARTS[0].date())
            }
        for starts in STARTS:
            assert left.get(starts, 0) == SEATS - self.taken(starts)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()


def run(opener: Callable[[], Store], examples: int) -> None:
    machine = type("Machine", (Bookings,), {"opener": staticmethod(opener)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=20, deadline=timedelta(seconds=5), database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_on_sqlite(sqlite_template: Path, keys_file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:

        def opener() -> Store:
            path = Path(folder) / f"{next(_numbers)}.db"
            shutil.copy(sqlite_template, path)
            return open_store(f"sqlite:///{path}", keys_file)

        run(opener, examples=15)


def test_on_postgresql(postgres_server: str, postgres_template: str, keys_file: Path) -> None:
    def opener() -> Store:
        name = f"machine_{next(_numbers)}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
        url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
        return open_store(url, keys_file)

    run(opener, examples=6)
