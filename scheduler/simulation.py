"""The clock turned forward over a store, from one moment at which something happens to the next.

For a copy of the data (``labas simulate``) and for tests: it does what the ticks of every process do, and nothing goes
over a wire.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from dialogues.effects import Say
from scheduler import sending
from scheduler.planner import Planner, heal, look
from scheduler.sending import Outcome
from scheduler.situation import NameOf
from store import cases, clock, due, erasure, waiting
from store.database import Session, Store

# When the day's look is taken, and what has to be looked at by then is.
NIGHT = time(3, 0)
# In place of a child's name, where nobody but the parents is to read it.
MASK = "•••"
_STEP = timedelta(minutes=1)


def tick(store: Store, now: datetime, *, owner: str = "simulation", mask: NameOf | None = None) -> list[Outcome]:
    """What the ticks do, once; ``now`` is aware."""
    planner = Planner()

    def pass_on(session: Session) -> None:
        planner.plan(session, [*waiting.pass_on(session, now), *cases.fall_silent(session, now)], now)

    store.run(pass_on)
    look(store, planner, now)
    heal(store, planner, now)
    return sending.run(store, owner, now, mask=mask)


def forward(
    store: Store, start: datetime, end: datetime, *, mask: NameOf | None = None
) -> Iterator[tuple[datetime, list[Outcome]]]:
    """What would happen from ``start`` to before ``end`` (wall times), moment by moment."""
    wall = start
    while wall < end:
        now = clock.utc(wall)
        yield wall, tick(store, now, mask=mask)
        if wall.time() == NIGHT:
            store.run(lambda session, now=now: erasure.purge(session, now))  # type: ignore[misc]
        wall = max(_next(store, wall), wall + _STEP)


@dataclass(frozen=True, slots=True)
class Event:
    """What would happen at a moment to somebody, who is known by a number alone.

    ``say`` is the message, with children's names masked, when one would be sent; else ``kinds`` came to ``state``.
    """

    at: datetime
    person: int
    kinds: tuple[str, ...]
    state: str
    reason: str | None
    language: str | None
    say: Say | None


def simulate(store: Store, folder: Path, start: datetime, days: int) -> Iterator[Event]:
    """What would happen in so many days from ``start`` (wall time), tried on a copy of the store in ``folder``."""
    copy = store.copied_to(folder / "simulated.db")
    numbers: dict[str, int] = {}
    try:
        for wall, outcomes in forward(copy, start, start + timedelta(days=days), mask=lambda child: MASK):
            for group in _by_message(outcomes):
                first = group[0]
                person = numbers.setdefault(first.row.person_id, len(numbers) + 1)
                kinds = tuple(dict.fromkeys(outcome.row.kind for outcome in group))
                yield Event(wall, person, kinds, first.state, first.reason, first.language, first.say)
    finally:
        copy.close()


def _by_message(outcomes: Iterable[Outcome]) -> list[list[Outcome]]:
    """Rows that went into one message together, others alone; what is only put off is no event."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.state != "planned":
            groups.setdefault(outcome.message_id or outcome.row.id, []).append(outcome)
    return list(groups.values())


def _next(store: Store, wall: datetime) -> datetime:
    """The next night, or a moment before it at which a row, an offer or a case wants to be looked at."""
    night = datetime.combine(wall.date(), NIGHT)
    moments = [night if night > wall else night + timedelta(days=1)]
    with store.read() as session:
        moments += [clock.local(at) for at in _waiting_for(session) if at]
    found = min(moments)
    # Up to the whole minute, as everything is planned.
    return found if not (found.second or found.microsecond) else found.replace(second=0, microsecond=0) + _STEP


def _waiting_for(session: Session) -> tuple[datetime | None, ...]:
    return due.next_moment(session), waiting.next_moment(session), cases.next_moment(session)
