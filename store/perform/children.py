"""Effects on children and their doses."""

from __future__ import annotations

from dialogues.effects import (
    CloseChild,
    GiveConsent,
    RecordDose,
    RegisterChild,
    SetChildFacility,
    SetReminders,
    UndoDose,
)
from dialogues.errors import Refused
from dialogues.triage.case import CHILD
from store import cases, children, people
from store.perform import person
from store.perform.scope import Scope

# The child that the same list of effects registers: its id is only known now.
NEW = "new"


def register_child(scope: Scope, effect: RegisterChild) -> None:
    """Refused: no_consent, bad_birth, already_registered, too_many."""
    if "reminders" not in people.consents(scope.session, scope.person_id):
        raise Refused("no_consent")
    child_id = children.register(
        scope.session, scope.person_id, effect.name, effect.birth, effect.sex, effect.facility, scope.now
    )
    scope.children.append(child_id)
    scope.audit("child.register", "child", child_id)


def set_child_facility(scope: Scope, effect: SetChildFacility) -> None:
    """Refused: gone."""
    row = children.one(scope.session, _id(scope, effect.child), scope.owner)
    children.set_facility(scope.session, row, effect.facility)
    scope.touch(row.person_id)
    scope.audit("child.facility", "child", row.id)


def record_dose(scope: Scope, effect: RecordDose) -> None:
    """Refused: gone, before_birth, future, already_given, unknown."""
    row = children.one(scope.session, _id(scope, effect.child), scope.owner)
    by = "person" if scope.actor == "person" else scope.actor
    dose_id = children.record_dose(scope.session, row, effect.antigen, effect.number, effect.given_on, by, scope.now)
    scope.touch(row.person_id)
    scope.audit("dose.record", "dose", dose_id, child=row.id)


def undo_dose(scope: Scope, effect: UndoDose) -> None:
    """Refused: gone."""
    child_id = children.undo_dose(scope.session, effect.dose, scope.owner, scope.now)
    scope.touch(children.one(scope.session, child_id, None).person_id)
    scope.audit("dose.undo", "dose", effect.dose, child=child_id)


def set_reminders(scope: Scope, effect: SetReminders) -> None:
    """Refused: gone. To switch them on again takes back a stop, and the no that came with it. Who wants none at all is
    not asked how they are either."""
    child = None if effect.child is None else _id(scope, effect.child)
    person_id = scope.owner or scope.person_id
    if child is not None and scope.owner is None:
        person_id = children.one(scope.session, child, None).person_id
    ids = children.set_reminders(scope.session, person_id, child, effect.state, effect.until, scope.now)
    if effect.state == "on" and scope.actor == "person":
        if people.was_stopped(scope.session, scope.person_id):
            person.give_consent(scope, GiveConsent("reminders", True, "resume"))
        person.take_back_stop(scope)
    if child is None and effect.state != "on":
        cases.stop(scope.session, person_id, scope.now)
    scope.touch(person_id)
    scope.audit("reminders.set", "child", child, state=effect.state, count=len(ids))


def close_child(scope: Scope, effect: CloseChild) -> None:
    """Refused: gone."""
    row = children.one(scope.session, _id(scope, effect.child), scope.owner)
    children.close(row, effect.reason, scope.now)
    # Whatever the reason: nobody is asked how the child is.
    cases.stop(scope.session, row.person_id, scope.now, about=f"{CHILD}{row.id}")
    scope.touch(row.person_id)
    # Not why: a death is nobody's business who reads the audit.
    scope.audit("child.close", "child", row.id)


def _id(scope: Scope, child: str) -> str:
    if child != NEW:
        return child
    if not scope.children:
        raise ValueError("a new child needs a RegisterChild among the same effects")
    return scope.children[-1]
