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

    @property
    def who(self) -> str:
        """The actor as the audit names it."""
        return f"person:{self.person_id}" if self.actor == "person" else self.actor

    def audit(self, action: str, table: str, row_id: str | None, **detail: Any) -> None:
        """Record what was done; no personal data in ``detail``."""
        audit.record(self.session, self.who, action, table, row_id, self.now, **detail)

    def channel(self) -> str:
        """The channel of the address of this call."""
        return self.session.scalars(select(Address.channel).where(Address.id == self.address_id)).one()
