"""Who writes to us: a person, the addresses they write from, and what they agreed to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Utc, row_id, sealed


class Person(Base):
    """A citizen. Before a first consent the row holds no name and no phone.

    ``leaving`` marks the empty guest that only waits for the farewell after an erasure.
    """

    __tablename__ = "person"

    id: Mapped[str] = row_id()
    name: Mapped[str | None] = sealed()
    phone: Mapped[str | None] = sealed()
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    language: Mapped[str | None] = mapped_column(String(16))
    language_fixed: Mapped[bool] = mapped_column(default=False)
    turns: Mapped[int] = mapped_column(default=0)
    leaving: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Utc)


class Address(Base):
    """Where a person can be reached on a channel. ``last_number`` counts the messages, which gives them their order.

    On WhatsApp ``address`` is the user id (BSUID), or the phone number while no user id is known; ``phone`` is the
    number that goes with a user id, if the platform told it. ``heard_at`` is the platform's own time of the person's
    last message, from which its 24 hours count; ``marketing_stopped_at``: they want no marketing messages.
    """

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "address_index"),)

    id: Mapped[str] = row_id()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = sealed()
    address_index: Mapped[str] = mapped_column(String(64))
    last_number: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Utc)
    last_inbound_at: Mapped[datetime | None] = mapped_column(Utc)
    stopped_at: Mapped[datetime | None] = mapped_column(Utc)
    blocked_at: Mapped[datetime | None] = mapped_column(Utc)
    phone: Mapped[str | None] = sealed()
    heard_at: Mapped[datetime | None] = mapped_column(Utc)
    marketing_stopped_at: Mapped[datetime | None] = mapped_column(Utc)


class Alias(Base):
    """Another key under which the platform speaks of an address: its phone number, or a user id it had before."""

    __tablename__ = "alias"
    __table_args__ = (UniqueConstraint("channel", "alias_index"),)

    id: Mapped[str] = row_id()
    address_id: Mapped[str] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    alias_index: Mapped[str] = mapped_column(String(64))
    is_phone: Mapped[bool]


class Consent(Base):
    """One yes or no to one purpose. Rows are never changed; the newest of a purpose counts."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "person_id", "purpose", "at"),)

    id: Mapped[str] = row_id()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(32))
    granted: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Utc)
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    text_version: Mapped[str] = mapped_column(String(32))
