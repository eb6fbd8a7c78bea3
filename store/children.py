"""Children whose vaccinations are followed: registering, doses, reminders on and off, the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogues.calculators import vaccine_history
from dialogues.calculators.spans import add_months
from dialogues.calculators.vaccine_files import calendar_for
from dialogues.calculators.vaccine_history import Given, HistoryError
from dialogues.effects import RemindersState, Sex
from dialogues.errors import Refused
from dialogues.facts import DoseFact
from store import sealed
from store.clock import local
from store.crypto import normal
from store.ids import new_id
from store.models import Child, Dose, Facility

MOST_CHILDREN = 20
GROWN_UP_MONTHS = 18 * 12


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A followed child in clear; ``doses`` are those that stand, by day."""

    id: str
    person_id: str
    name: str
    birth: date
    sex: Sex
    facility_id: str | None
    reminders: RemindersState
    paused_until: date | None
    doses: tuple[DoseFact, ...]


def of_person(session: Session, person_id: str, today: date) -> list[ChildRow]:
    """The children of a person that are followed, the youngest first. A pause that is over counts as on."""
    session.flush()
    rows = session.scalars(select(Child).where(Child.person_id == person_id, Child.closed_at.is_(None))).all()
    doses = standing_doses(session, [row.id for row in rows])
    made = []
    for row in rows:
        paused = row.reminders == "paused" and row.paused_until is not None and row.paused_until > today
        state = row.reminders if row.reminders != "paused" else "paused" if paused else "on"
        made.append(
            ChildRow(
                row.id, row.person_id, sealed.must_get(session, row, "name"), birth_of(session, row),
                cast("Sex", row.sex), row.facility_id, cast("RemindersState", state),
                row.paused_until if paused else None, doses.get(row.id, ()),
            )
        )  # fmt: skip
    return sorted(made, key=lambda child: (child.birth, child.id), reverse=True)


def birth_of(session: Session, row: Child) -> date:
    """The birth date of a child."""
    return date.fromisoformat(sealed.must_get(session, row, "birth"))


def standing_doses(session: Session, child_ids: Iterable[str]) -> dict[str, tuple[DoseFact, ...]]:
    """By child the doses that were not taken back, by day."""
    found: dict[str, tuple[DoseFact, ...]] = {}
    for row in session.scalars(
        select(Dose)
        .where(Dose.child_id.in_(list(child_ids)), Dose.undone_at.is_(None))
        .order_by(Dose.given_on, Dose.antigen, Dose.number, Dose.id)
    ):
        fact = DoseFact(row.id, row.antigen, row.number, row.given_on)
        found[row.child_id] = (*found.get(row.child_id, ()), fact)
    return found


def register(
    session: Session, person_id: str, name: str, birth: date, sex: Sex, facility: str | None, now: datetime
) -> str:
    """Follow a child; returns its id. Refused: bad_birth, already_registered, too_many."""
    today = local(now).date()
    if birth > today or add_months(birth, GROWN_UP_MONTHS) <= today:
        raise Refused("bad_birth")
    mine = (Child.person_id == person_id, Child.closed_at.is_(None))
    index = sealed.vault_of(session).blind("child", f"{normal(name)}\x00{birth.isoformat()}")
    if session.execute(select(Child.id).where(*mine, Child.twin_index == index)).first():
        raise Refused("already_registered")
    if (session.scalar(select(func.count()).select_from(Child).where(*mine)) or 0) >= MOST_CHILDREN:
        raise Refused("too_many")
    row = Child(
        id=new_id(), person_id=person_id, twin_index=index, sex=sex, facility_id=_known(session, facility),
        reminders="on", counts_from=today, look_on=today, created_at=now,
    )  # fmt: skip
    sealed.put(session, row, "name", name)
    sealed.put(session, row, "birth", birth.isoformat())
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise Refused("already_registered") from None  # told from another device in the same moment
    return row.id


def _known(session: Session, facility: str | None) -> str | None:
    if facility is not None and session.get(Facility, facility) is None:
        raise Refused("gone")
    return facility


def one(session: Session, child_id: str, person_id: str | None) -> Child:
    """A followed child, and (when given) the person's; else Refused("gone")."""
    row = session.get(Child, child_id)
    if row is None or row.closed_at is not None or person_id not in (None, row.person_id):
        raise Refused("gone")
    return row


def set_facility(session: Session, row: Child, facility: str | None) -> None:
    """The usual centre of a child. Refused: gone, for a facility that is not there."""
    row.facility_id = _known(session, facility)


def record_dose(
    session: Session, row: Child, antigen: str, number: int | None, given_on: date, by: str, now: datetime
) -> str:
    """Keep that a dose was given; returns its id. Refused: before_birth, future, already_given, unknown."""
    birth = birth_of(session, row)
    if given_on < birth:
        raise Refused("before_birth")
    if given_on > local(now).date():
        raise Refused("future")
    stands = standing_doses(session, [row.id]).get(row.id, ())
    if any(dose.antigen == antigen and dose.given_on == given_on for dose in stands):
        raise Refused("already_given")
    try:
        # The engine must be able to read every history that is kept; what it is told here is this dose alone.
        vaccine_history.check(calendar_for(birth), birth, row.sex, [Given(antigen, number, given_on)], given_on)
    except HistoryError:
        raise Refused("unknown") from None
    dose = Dose(
        id=new_id(), child_id=row.id, antigen=antigen, number=number, given_on=given_on, recorded_at=now,
        recorded_by=by,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(dose)
            session.flush()
    except IntegrityError:
        raise Refused("already_given") from None
    return dose.id


def undo_dose(session: Session, dose_id: str, person_id: str | None, now: datetime) -> str:
    """Take a dose back; returns the child's id. What it had settled is reminded of as from today. Refused: gone."""
    dose = session.get(Dose, dose_id)
    if dose is None or dose.undone_at is not None:
        raise Refused("gone")
    child = one(session, dose.child_id, person_id)
    dose.undone_at = now
    child.counts_from = local(now).date()
    return child.id


def set_reminders(
    session: Session, person_id: str | None, child_id: str | None, state: RemindersState, until: date | None,
    now: datetime,
) -> list[str]:  # fmt: skip
    """Reminders of one child, or of all of the person's; returns the ids. Refused: gone (also a pause without a day
    to come)."""
    today = local(now).date()
    if state == "paused" and (until is None or until <= today):
        raise Refused("gone")
    if child_id is not None:
        rows = [one(session, child_id, person_id)]
    else:
        rows = list(session.scalars(select(Child).where(Child.person_id == person_id, Child.closed_at.is_(None))))
    for row in rows:
        if state == "on" and row.reminders != "on":
            # What was missed meanwhile is reminded of from now on, not from its day.
            row.counts_from = max(row.counts_from, today)
        row.reminders, row.paused_until = state, until if state == "paused" else None
        row.look_on = today
    return [row.id for row in rows]


def close(row: Child, reason: str, now: datetime) -> None:
    """The child is no longer followed."""
    row.closed_for, row.closed_at, row.look_on = reason, now, None
