"""What a platform tells that is no message to be answered: kept in the inbox all the same, under the same unique key.

So a repetition is known as one, and nothing authentic is lost: what is understood is done at once, what is not waits
sealed in quarantine for staff.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DataError, SQLAlchemyError
from sqlalchemy.orm import Session

from store import codec, inbox, sealed
from store.errors import UNREADABLE
from store.ids import new_id
from store.models import Inbox
from store.models.base import table

State = Literal["done", "quarantined"]

# What one message can be the reason of (also somebody's row that no key opens any more); anything else (a full disk, a
# database that is away) would meet any other, too.
_OF_THE_MESSAGE = (*UNREADABLE, ArithmeticError)

_INBOX = table(Inbox)
_STORED = select(_INBOX.c.external_index).where(
    _INBOX.c.channel == bindparam("channel"), _INBOX.c.external_index.in_(bindparam("indexes", expanding=True))
)


def is_its_own_fault(error: BaseException) -> bool:
    """Whether what could not be stored is itself the reason, so that to try it again leads to the same."""
    if isinstance(error, SQLAlchemyError):
        return isinstance(error, DataError)
    return isinstance(error, _OF_THE_MESSAGE)


def stored(session: Session, channel: str, external_ids: Collection[str]) -> set[str]:
    """Those of them that the channel has delivered before."""
    by_index = {inbox.index_of(session, channel, external_id): external_id for external_id in external_ids}
    found = session.scalars(_STORED, {"channel": channel, "indexes": sorted(by_index)})
    return {by_index[index] for index in found}


def keep(
    session: Session,
    channel: str,
    external_id: str,
    now: datetime,
    *,
    code: str,
    state: State = "done",
    address_id: str | None = None,
    payload: str | None = None,
) -> bool:
    """Keep it; False when it was kept before. ``code`` says what it is; ``payload`` is sealed, for quarantine only."""
    row_id = new_id()
    values = {
        "id": row_id, "channel": channel, "external_index": inbox.index_of(session, channel, external_id),
        "address_id": address_id, "state": state, "code": code[:64], "deliveries": 0,
        "payload": None if payload is None else sealed.seal(
            session, "inbox", "payload", row_id, codec.dumps([external_id, {"raw": payload}])
        ),
        "received_at": now, "done_at": now,
    }  # fmt: skip
    return inbox.insert_new(session, values)
