"""Parts that most store tests need: a moment, a facility with two seats a slot, people who agreed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from dialogues.effects import Effect, GiveConsent
from store import people, services
from store.database import Session, Store
from store.directory import bump
from store.models import Agenda, Facility
from store.perform import Performed, perform

T = TypeVar("T")

# A Tuesday; Morocco is on UTC since 2026-09-20, so local time reads the same.
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
TOMORROW = TODAY + timedelta(days=1)
FACILITY, SECOND = "SALE-1", "SALE-2"
MORNING = datetime.combine(TOMORROW, time(8, 30))


def at(hour: int, minute: int = 0, day: date = TOMORROW) -> datetime:
    """A wall time, tomorrow unless told otherwise."""
    return datetime.combine(day, time(hour, minute))


def add_facility(session: Session, code: str = FACILITY, *, seats: int = 2, **cells: Any) -> None:
    """A health centre of Salé, Monday to Friday 8:30 to 10:30, a general and a dental appointment every half hour."""
    services.ensure(session)
    cells = {
        "name_fr": "Centre de santé Hay Salam", "name_ar": "المركز الصحي حي السلام", "kind": "CSU1",
        "commune": "04.441.01.0", "extra_services": ["nutrition"], "updated_at": NOW, **cells,
    }  # fmt: skip
    session.add(Facility(id=code, **cells))
    session.flush()
    for service in ("generalist", "dentistry"):
        for weekday in range(5):
            session.add(
                Agenda(
                    facility_id=code, service=service, weekday=weekday, opens=time(8, 30), closes=time(10, 30),
                    slot_minutes=30, seats=seats,
                )
            )  # fmt: skip
    bump(session)
    session.flush()


def meet(store: Store, address: str = "1001", *, agrees: bool = True, now: datetime = NOW) -> people.Whom:
    """A person at an address of telegram, who agreed to appointments unless told otherwise."""
    with store.write() as session:
        whom = people.find_or_create(session, "telegram", address, now)
        people.note_inbound(session, whom, now)
    if agrees:
        act(store, whom, [GiveConsent("appointments", True, "v1")], now=now)
    return whom


def act(
    store: Store, whom: people.Whom, effects: Sequence[Effect], *, now: datetime = NOW, actor: str = "person"
) -> Performed:
    """Effects in a transaction of their own."""
    with store.write() as session:
        return perform(
            session, effects, actor=actor, person_id=whom.person_id, address_id=whom.address_id, now=now,
            language="fr",
        )  # fmt: skip


def together(works: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """What each came to, all running at once in threads; an exception is a result too."""

    def guarded(work: Callable[[], T]) -> T | Exception:
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(guarded, works))
