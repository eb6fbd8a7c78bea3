"""What must be said, and each try at saying it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Double, ForeignKey, Index, String, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Utc, row_id, sealed

_WHERE_OPEN = text("state IN ('pending', 'sending')")
_WHERE_PENDING = text("state = 'pending'")
_WHERE_SETTLED = text("settled_at IS NOT NULL")


class Message(Base):
    """A message id with its parameters; words are made when it is sent. ``number`` orders the messages of an address.

    pending → sending → sent | failed | unknown; pending → expired. A failed try that may be repeated goes back to
    pending with a later ``next_at``. ``held_for`` says what a pending one waits for, if it is not its turn; ``failure``
    is why it ended otherwise than sent (``store.results.Failure``, or ``late stopped blocked unwanted no_consent
    gone``). ``tries`` counts its attempts; ``channel`` is its address's. ``retry_at`` is of the version before, and
    goes with the next.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("address_id", "number"),
        Index("ix_message_open", "address_id", "number", sqlite_where=_WHERE_OPEN, postgresql_where=_WHERE_OPEN),
        Index(
            "ix_message_next",
            "channel",
            "lane",
            "next_at",
            sqlite_where=_WHERE_PENDING,
            postgresql_where=_WHERE_PENDING,
        ),
        Index("ix_message_expires", "expires_at", sqlite_where=_WHERE_PENDING, postgresql_where=_WHERE_PENDING),
        # Without those that are open: SQLite would rather read all of these here than look for the few that are due.
        Index(
            "ix_message_settled", "state", "settled_at", sqlite_where=_WHERE_SETTLED, postgresql_where=_WHERE_SETTLED
        ),
    )

    id: Mapped[str] = row_id()
    address_id: Mapped[str] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    inbox_id: Mapped[str | None] = mapped_column(ForeignKey("inbox.id", ondelete="SET NULL"), index=True)
    say: Mapped[str] = mapped_column(String(100))
    params: Mapped[str | None] = sealed()
    choices: Mapped[str | None] = sealed()
    outcome: Mapped[str | None] = mapped_column(String(16))
    document: Mapped[str | None] = mapped_column(String(64))
    lane: Mapped[str] = mapped_column(String(16))
    ask_location: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="pending")
    created_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    next_at: Mapped[datetime] = mapped_column(Utc)
    retry_at: Mapped[datetime | None] = mapped_column(Utc)
    held_for: Mapped[str | None] = mapped_column(String(32))
    tries: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(16))
    settled_at: Mapped[datetime | None] = mapped_column(Utc)


class Attempt(Base):
    """One try, committed before the call: calling → sent | failed | unknown. ``said`` is what really went out.

    ``owner`` is the process that makes it; its lease ends a while after ``at``. ``receipt`` is the furthest that the
    platform reported: accepted, sent, delivered, read, failed.
    """

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("message_id", "number"), Index(None, "state", "at"))

    id: Mapped[str] = row_id()
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="calling")
    external_id: Mapped[str | None] = sealed()
    external_index: Mapped[str | None] = mapped_column(String(64), index=True)
    code: Mapped[str | None] = mapped_column(String(64))
    owner: Mapped[str | None] = mapped_column(String(32))
    receipt: Mapped[str | None] = mapped_column(String(16))
    receipt_at: Mapped[datetime | None] = mapped_column(Utc)
    said: Mapped[str | None] = sealed()
    at: Mapped[datetime] = mapped_column(Utc)
    settled_at: Mapped[datetime | None] = mapped_column(Utc)


class Line(Base):
    """How fast one address may be written to, under the address's id.

    ``paced_to``: when its next message would be due if none came in bursts. ``waits_until``: the platform wants this
    person left alone until then. ``opened_at``: when they were last written to outside the hours in which one may
    write freely. ``undelivered``: how many messages in a row could not be delivered.
    """

    __tablename__ = "line"

    id: Mapped[str] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"), primary_key=True)
    paced_to: Mapped[datetime | None] = mapped_column(Utc)
    waits_until: Mapped[datetime | None] = mapped_column(Utc)
    opened_at: Mapped[datetime | None] = mapped_column(Utc)
    undelivered: Mapped[int] = mapped_column(default=0)


class Lane(Base):
    """What all replicas share about a channel's pace. ``id`` is the channel; times are seconds since 1970, for adding
    up in the database.

    ``next_at``: when the next message may leave. ``paused_until``, ``bulk_paused_until``: nothing leaves before, or no
    campaigns. ``echoed_at``: the start of the newest try that the platform has given a receipt of.
    """

    __tablename__ = "lane"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    next_at: Mapped[float] = mapped_column(Double, default=0.0)
    paused_until: Mapped[float] = mapped_column(Double, default=0.0)
    bulk_paused_until: Mapped[float] = mapped_column(Double, default=0.0)
    pause_code: Mapped[str | None] = mapped_column(String(64))
    echoed_at: Mapped[float] = mapped_column(Double, default=0.0)


class Opened(Base):
    """How many people were written to first, hour by hour: the platform's daily limit is counted from it."""

    __tablename__ = "opened"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    people: Mapped[int] = mapped_column(default=0)


# Literals, so that the partial index serves (see IS_LIVE of bookings).
IS_PENDING = Message.state == literal_column("'pending'")
IS_OPEN = Message.state.in_([literal_column("'pending'"), literal_column("'sending'")])
