"""The facility of the benches that book: one centre with one opening, in an empty store."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.database import Session

__all__ = ["CENTRE", "open_centre"]

CENTRE = "BENCH"


def open_centre(session: Session, now: datetime, weekday: int, opens: time, closes: time, seats: int) -> None:
    """Put the centre and its opening hours for a generalist into the session; 0 is Monday."""
    from store import services
    from store.models import Agenda, Facility

    services.ensure(session)
    session.add(
        Facility(
            id=CENTRE, name_fr="Centre", name_ar="مركز", kind="CSU1", commune="04.421.01.0", extra_services=[],
            updated_at=now,
        )
    )  # fmt: skip
    session.flush()
    session.add(
        Agenda(
            facility_id=CENTRE, service="generalist", weekday=weekday, opens=opens, closes=closes, slot_minutes=20,
            seats=seats,
        )
    )  # fmt: skip
