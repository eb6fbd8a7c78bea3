"""Who a platform means, when it has several keys for one person: a user id, a phone number, a user id of before.

WhatsApp's user id is the key, the phone number may be missing, and people known by their number alone get their user id
when it first comes, if they were heard of lately. Numbers change hands, user ids do not: a number that comes with an
unknown user id is somebody new's, and the one who had it keeps everything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store import audit, people, sealed
from store.ids import new_id
from store.merging import merge
from store.models import Address, Alias
from store.models.base import table


@dataclass(frozen=True, slots=True)
class Keys:
    """What a platform calls somebody; one of the two at least. ``phone``: digits with the country's, no plus."""

    user_id: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """``heard_at``: the platform's moment of the last message; ``marketing_stopped_at`` as on the address."""

    heard_at: datetime | None
    marketing_stopped_at: datetime | None


# Operators give numbers that nobody uses to somebody else after some months.
NUMBER_KEPT = timedelta(days=90)

_ADDRESS, _ALIAS = table(Address), table(Alias)
_HOURS = select(_ADDRESS.c.heard_at, _ADDRESS.c.marketing_stopped_at).where(_ADDRESS.c.id == bindparam("row"))
_HEARD = (
    update(_ADDRESS)
    .where(
        _ADDRESS.c.id == bindparam("row"),
        or_(_ADDRESS.c.heard_at.is_(None), _ADDRESS.c.heard_at < bindparam("moment")),
    )
    .values(heard_at=bindparam("moment"))
)
_TURN = select(func.pg_advisory_xact_lock(bindparam("number")))
_BY_INDEX = select(_ADDRESS.c.id).where(
    _ADDRESS.c.channel == bindparam("on"), _ADDRESS.c.address_index == bindparam("index")
)
_WITH_PHONE = _BY_INDEX.where(
    exists().where(
        _ALIAS.c.address_id == _ADDRESS.c.id, _ALIAS.c.channel == _ADDRESS.c.channel,
        _ALIAS.c.alias_index == bindparam("phone"), _ALIAS.c.is_phone,
    )
)  # fmt: skip


def resolve(session: Session, channel: str, keys: Keys, now: datetime) -> str:
    """The address under which they are known from now on, as ``people.find_or_create`` takes it.

    Brings the rows in line with the keys: a new number is noted, one that was known by the number alone gets the user
    id, two rows that turn out to be one person's become one.
    """
    if keys.user_id is None:
        return _by_phone(session, channel, _needed(keys.phone))
    if is_noted(session, channel, keys):
        return keys.user_id
    row = _find(session, channel, keys.user_id)
    holder = None if keys.phone is None else _holder(session, channel, keys.phone, now)
    if row is None and holder is not None and _is_known_by_phone(session, holder):
        row = holder
        _rename(session, row, keys.user_id)
    if row is None:
        row = session.get_one(Address, people.find_or_create(session, channel, keys.user_id, now).address_id)
    if row.address_index != people.address_index(session, channel, keys.user_id):
        # A message of before their user id changed, come late: its number is the old one, too.
        return sealed.must_get(session, row, "address")
    if keys.phone is not None and (holder is None or holder.id != row.id or row.phone is None):
        if holder is not None and holder.id != row.id and _is_known_by_phone(session, holder):
            merge(session, row, holder, now)
        _note_phone(session, row, keys.phone)
    return keys.user_id


def take_turns(session: Session, channel: str, everybody: Iterable[Keys]) -> None:
    """Make other transactions about the same people wait, before the first write: who comes under two keys at once has
    two rows, which would otherwise be locked in any order. (SQLite has one writer anyway.)"""
    if session.get_bind().dialect.name != "postgresql":
        return
    names = {people.address_index(session, channel, key) for keys in everybody for key in _keys(keys)}
    for number in sorted(int(name[:15], 16) for name in names):
        session.execute(_TURN, {"number": number})


def is_noted(session: Session, channel: str, keys: Keys) -> bool:
    """Whether the keys say nothing new, as those of nearly every message; then ``user_id`` is their address."""
    if keys.user_id is None:
        return False
    about = {"on": channel, "index": people.address_index(session, channel, keys.user_id)}
    if keys.phone is None:
        return session.execute(_BY_INDEX, about).first() is not None
    about["phone"] = people.address_index(session, channel, keys.phone)
    return session.execute(_WITH_PHONE, about).first() is not None


def changed(session: Session, channel: str, old: Keys, new: Keys, now: datetime) -> bool:
    """The platform says that ``old`` is ``new`` from now on; False when we know neither.

    Told again, or after the first message from the new keys, it leads to the same: one person with everything.
    """
    row = next((found for key in _keys(old) if (found := _find(session, channel, key))), None)
    other = None if new.user_id is None else _find(session, channel, new.user_id)
    if other is None and new.phone is not None:
        holder = _holder(session, channel, new.phone, now)
        other = holder if holder is not None and _is_known_by_phone(session, holder) else None
    if row is None or (other is not None and other.id == row.id):
        return other is not None
    # Without a new number the old one is theirs no more: that it changed is why the platform says anything.
    phone = new.phone
    if other is not None:
        phone = phone or sealed.get(session, other, "phone")
        merge(session, row, other, now)
    name = new.user_id or new.phone
    if name is None:
        return False
    before = sealed.must_get(session, row, "address")
    if name != before:
        _rename(session, row, name)
        if not before.isdigit():
            # A message from before the change may still be on its way.
            _add_alias(session, row, before, is_phone=False)
    _note_phone(session, row, phone)
    audit.record(session, "system", "address.change", "address", row.id, now)
    return True


def heard(session: Session, address_id: str, at: datetime) -> None:
    """The person wrote at this moment of the platform's clock: its hours count from the latest one."""
    session.execute(_HEARD, {"row": address_id, "moment": at})


def hours_of(session: Session, address_id: str) -> Hours:
    """When somebody wrote last, and what they want none of. One plain look: it is asked for every message."""
    row = session.execute(_HOURS, {"row": address_id}).one()
    return Hours(row.heard_at, row.marketing_stopped_at)


def set_marketing(session: Session, channel: str, keys: Keys, at: datetime, *, stops: bool) -> bool:
    """They want no marketing messages since then, or want them again; False when we do not know them.

    Such news come in any order: a yes of before a no changes nothing.
    """
    row = next((found for key in _keys(keys) if (found := _find(session, channel, key))), None)
    if row is None:
        return False
    known = row.marketing_stopped_at
    if stops:
        row.marketing_stopped_at = at if known is None else max(at, known)
    elif known is not None and at >= known.replace(microsecond=0):  # the platform tells whole seconds
        row.marketing_stopped_at = None
    session.flush()
    return True


def phone_of(session: Session, address_id: str) -> str | None:
    """The number that the platform told for an address, in clear."""
    row = session.get(Address, address_id)
    return None if row is None else sealed.get(session, row, "phone")


def _keys(keys: Keys) -> list[str]:
    return [key for key in (keys.user_id, keys.phone) if key is not None]


def _needed(phone: str | None) -> str:
    if phone is None:
        raise ValueError("a user id or a phone number is needed")
    return phone


def _by_phone(session: Session, channel: str, phone: str) -> str:
    row = _find(session, channel, phone)
    return phone if row is None else sealed.must_get(session, row, "address")


def _find(session: Session, channel: str, key: str) -> Address | None:
    """By the key they have now, else by one they had; locked until the transaction ends."""
    index = people.address_index(session, channel, key)
    own = select(Address.id).where(Address.channel == channel, Address.address_index == index)
    row_id = session.scalar(own)
    if row_id is None:
        row_id = session.scalar(select(Alias.address_id).where(Alias.channel == channel, Alias.alias_index == index))
    if row_id is None:
        return None
    locked = select(Address).where(Address.id == row_id).with_for_update(key_share=True)
    return session.scalars(locked.execution_options(populate_existing=True)).first()


def _holder(session: Session, channel: str, phone: str, now: datetime) -> Address | None:
    """Whose number it is. Who was known by it alone and has long been silent is not taken for who has it now."""
    row = _find(session, channel, phone)
    if row is None or not _is_known_by_phone(session, row):
        return row
    if (row.last_inbound_at or row.created_at) > now - NUMBER_KEPT:
        return row
    # The number is free for who has it now, and nothing of the old one's is sent to it any more.
    _rename(session, row, f"gone.{row.id}")
    row.blocked_at = now
    audit.record(session, "system", "address.retire", "address", row.id, now)
    session.flush()
    return None


def _is_known_by_phone(session: Session, row: Address) -> bool:
    return sealed.must_get(session, row, "address").isdigit()


def _rename(session: Session, row: Address, name: str) -> None:
    index = people.address_index(session, row.channel, name)
    session.execute(delete(Alias).where(Alias.channel == row.channel, Alias.alias_index == index))
    sealed.put(session, row, "address", name)
    row.address_index = index
    session.flush()


def _note_phone(session: Session, row: Address, phone: str | None) -> None:
    """This number is theirs now, and nobody else's; the one they had is no longer."""
    session.execute(delete(Alias).where(Alias.address_id == row.id, Alias.is_phone))
    if phone is None or phone == sealed.must_get(session, row, "address"):
        row.phone = None
        session.flush()
        return
    index = people.address_index(session, row.channel, phone)
    former = session.scalar(
        select(Alias.address_id).where(Alias.channel == row.channel, Alias.alias_index == index, Alias.is_phone)
    )
    if former is not None:
        session.execute(update(Address).where(Address.id == former).values(phone=None))
        session.execute(delete(Alias).where(Alias.channel == row.channel, Alias.alias_index == index))
    sealed.put(session, row, "phone", phone)
    _add_alias(session, row, phone, is_phone=True)


def _add_alias(session: Session, row: Address, key: str, *, is_phone: bool) -> None:
    alias = Alias(
        id=new_id(), address_id=row.id, channel=row.channel, is_phone=is_phone,
        alias_index=people.address_index(session, row.channel, key),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(alias)
            session.flush()
    except IntegrityError:
        # Told twice in one moment, by two requests: the other one has noted it.
        session.expire(row)
