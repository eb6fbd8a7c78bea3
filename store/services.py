"""The kinds of care that facilities may offer: the codes that training data, flows, wording and imports share."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Service

# In the order in which they are offered before anything was booked; minutes of a usual appointment.
MINUTES: dict[str, int] = {
    "generalist": 20, "pediatrics": 20, "vaccination": 10, "prenatal": 20, "gynecology": 20, "dentistry": 30,
    "ophthalmology": 20, "cardiology": 30, "dermatology": 20, "ent": 20, "midwife": 20, "postnatal": 20,
    "family_planning": 20, "child_growth": 15, "chronic_disease": 20, "laboratory": 10, "radiology": 20,
    "orthopedics": 20, "pulmonology": 20, "gastroenterology": 20, "urology": 20, "nephrology": 30,
    "rheumatology": 20, "neurology": 30, "endocrinology": 20, "psychiatry": 30, "physiotherapy": 30, "nutrition": 20,
}  # fmt: skip


def ensure(session: Session) -> None:
    """Add the services that the database does not know yet."""
    known = set(session.scalars(select(Service.code)))
    for rank, (code, minutes) in enumerate(MINUTES.items()):
        if code not in known:
            session.add(Service(code=code, minutes=minutes, rank=rank))
    session.flush()
