"""What stands in the inbox, with whose it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from store import sealed
from store.database import Session, Store
from store.models import Address, Inbox


@dataclass(frozen=True)
class Row:
    """``address`` is the person's key on the channel; None for what no person sent."""

    address: str | None
    state: str
    code: str | None


def rows(store: Store) -> list[Row]:
    """Everything, oldest first."""
    with store.read() as session:
        found = session.execute(
            select(Inbox, Address)
            .outerjoin(Address, Address.id == Inbox.address_id)
            .order_by(Inbox.received_at, Inbox.id)
        )
        return [
            Row(_opened(session, address) if address else None, inbox.state, inbox.code) for inbox, address in found
        ]


def _opened(session: Session, address: Address) -> str:
    return str(sealed.unseal(session, "address", "address", address.id, address.address))
