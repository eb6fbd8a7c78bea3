"""Effects on what is known about a person."""

from __future__ import annotations

from sqlalchemy import update

from dialogues.effects import Forget, GiveConsent, Purpose, SetLanguage, SetName, SetPhone, StopMessages
from dialogues.errors import Refused
from store import erasure, outbox, people, sealed
from store.ids import new_id
from store.models import Address, Consent, Person
from store.perform.scope import Scope

# Agreements that a stop takes back: what they are for is messages.
_STOPPED: tuple[Purpose, ...] = ("care", "reminders")


def set_language(scope: Scope, effect: SetLanguage) -> None:
    """The language of replies from now on."""
    person = scope.session.get_one(Person, scope.person_id)
    if (person.language, person.language_fixed) == (effect.language, effect.fixed):
        return
    person.language, person.language_fixed = effect.language, effect.fixed
    scope.audit("person.language", "person", person.id, language=effect.language, fixed=effect.fixed)


def give_consent(scope: Scope, effect: GiveConsent) -> None:
    """A row of the consent history. A yes to reminders or to being asked again also takes back a stop; without a yes to
    being asked again nothing is kept of a triage."""
    row = Consent(
        id=new_id(), person_id=scope.person_id, purpose=effect.purpose, granted=effect.granted, at=scope.now,
        channel=scope.channel(), language=scope.language, text_version=effect.text_version,
    )  # fmt: skip
    scope.session.add(row)
    scope.audit(
        "consent.give" if effect.granted else "consent.refuse", "consent", row.id,
        person=scope.person_id, purpose=effect.purpose, text_version=effect.text_version,
    )  # fmt: skip
    if effect.purpose in ("care", "reminders") and effect.granted:
        _set_stopped(scope, None)
    if effect.purpose == "care" and not effect.granted:
        erasure.erase_cases(scope.session, [scope.person_id])
    scope.session.flush()


def set_name(scope: Scope, effect: SetName) -> None:
    """Refused without any consent: nothing personal is kept before."""
    person = _consenting(scope)
    sealed.put(scope.session, person, "name", effect.name)
    scope.audit("person.name", "person", person.id)


def set_phone(scope: Scope, effect: SetPhone) -> None:
    """Refused without any consent: nothing personal is kept before."""
    person = _consenting(scope)
    sealed.put(scope.session, person, "phone", effect.phone)
    person.phone_index = sealed.vault_of(scope.session).blind("phone", effect.phone)
    scope.audit("person.phone", "person", person.id)


def _consenting(scope: Scope) -> Person:
    if not people.consents(scope.session, scope.person_id):
        raise Refused("no_consent")
    return scope.session.get_one(Person, scope.person_id)


def stop_messages(scope: Scope, effect: StopMessages) -> None:
    """Reminders and follow-ups off, what waits in the outbox dropped, at all addresses of the person."""
    agreed = people.consents(scope.session, scope.person_id)
    for purpose in _STOPPED:
        if purpose in agreed:
            give_consent(scope, GiveConsent(purpose, False, "stop"))
    _set_stopped(scope, scope.now)
    dropped = outbox.drop_unasked(scope.session, scope.person_id, scope.now)
    scope.audit("person.stop", "person", scope.person_id, dropped=dropped)


def take_back_stop(scope: Scope) -> None:
    """Messages that were not asked for may come again."""
    _set_stopped(scope, None)


def _set_stopped(scope: Scope, moment: object) -> None:
    scope.session.execute(update(Address).where(Address.person_id == scope.person_id).values(stopped_at=moment))


def forget(scope: Scope, effect: Forget) -> None:
    """Erase the person. A fresh guest takes the address until the farewell is delivered, then it is erased too."""
    session = scope.session
    old = session.get_one(Address, scope.address_id)
    channel, address, number = old.channel, sealed.must_get(session, old, "address"), old.last_number
    heard_at = old.heard_at
    waiting = erasure.detach_waiting(session, old.id, scope.inbox_id)
    scope.touch(*erasure.forget(session, scope.person_id, scope.now, actor=scope.who))
    whom = people.find_or_create(session, channel, address, scope.now)
    guest = session.get_one(Person, whom.person_id)
    guest.leaving = True
    fresh = session.get_one(Address, whom.address_id)
    # A web page asks for what is newer than the number it has seen: the count goes on. And WhatsApp takes a farewell
    # only in the hours after they wrote.
    fresh.last_number, fresh.heard_at = number, heard_at
    session.flush()
    erasure.attach_waiting(session, waiting, whom.address_id)
    scope.person_id, scope.address_id = whom.person_id, whom.address_id
