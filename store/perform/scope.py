"""What every effect needs to know about the call it is part of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit
from store.models import Address


@dataclass(slots=True)
class Scope:
    """One call of ``perform``. ``person_id`` and ``address_id`` change when the person is forgotten on the way."""

    session: Session
    actor: str
    person_id: str
    address_id: str
    inbox_id: str | None
    now: datetime
    language: str
    expires_at: datetime | None
    messages: list[str] = field(default_factory=list)
    bookings: list[str] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    touched: dict[str, None] = field(default_factory=dict)

    @property
    def who(self) -> str:
        """The actor as the audit names it."""
        return f"person:{self.person_id}" if self.actor == "person" else self.actor

    @property
    def owner(self) -> str | None:
        """Whose rows may be changed: a person reaches only their own; None means anybody's.

        Whether staff may is decided before they get here.
        """
        return self.person_id if self.actor == "person" else None

    def touch(self, *person_ids: str) -> None:
        """What is known of these people changed too: what they are to be reminded of is derived again."""
        self.touched.update(dict.fromkeys(person_ids))

    def audit(self, action: str, table: str, row_id: str | None, **detail: Any) -> None:
        """Record what was done; no personal data in ``detail``."""
        audit.record(self.session, self.who, action, table, row_id, self.now, **detail)

    def channel(self) -> str:
        """The channel of the address of this call."""
        return self.session.scalars(select(Address.channel).where(Address.id == self.address_id)).one()
