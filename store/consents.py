"""What a person agreed to now; offered by ``store.people`` too."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from store.models import Consent
from store.models.base import table

_CONSENT = table(Consent)
_CONSENTS = (
    select(_CONSENT.c.purpose, _CONSENT.c.granted)
    .where(_CONSENT.c.person_id == bindparam("person"))
    .order_by(_CONSENT.c.at, _CONSENT.c.id)
)


def consents(session: Session, person_id: str) -> frozenset[str]:
    """The purposes granted now."""
    rows = session.execute(_CONSENTS, {"person": person_id})
    latest = dict(rows.all())
    return frozenset(purpose for purpose, granted in latest.items() if granted)


def was_stopped(session: Session, person_id: str) -> bool:
    """Whether the last word on reminders is the no that came with a stop."""
    last = session.execute(
        select(_CONSENT.c.granted, _CONSENT.c.text_version)
        .where(_CONSENT.c.person_id == person_id, _CONSENT.c.purpose == "reminders")
        .order_by(_CONSENT.c.at.desc(), _CONSENT.c.id.desc())
        .limit(1)
    ).first()
    return last is not None and not last.granted and last.text_version == "stop"
