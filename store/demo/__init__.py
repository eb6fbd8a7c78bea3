"""Made-up facilities over real communes, so that a fresh installation can be tried. Every name says so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.engine import fill_alone
from store.facilities import write
from store.facility_rows import FacilityRow, parse
from store.models import Facility
from store.places import Places

_FILE = Path(__file__).parent / "facilities.yaml"


def rows(places: Places) -> list[FacilityRow]:
    """The demo facilities; RowRejected when the file has a mistake."""
    content: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    found = []
    for entry in content["facilities"]:
        cells = {**content["profiles"][entry["profile"]], **entry}
        cells["name_fr"] += " (démo)"
        cells["name_ar"] += " (تجريبي)"
        cells["address_fr"] = "Adresse de démonstration"
        cells["address_ar"] = "عنوان تجريبي"
        found.append(parse({name: str(cell) for name, cell in cells.items()}, places))
    return found


def load(session: Session, places: Places, now: datetime) -> int:
    """Load the demo facilities into a database without any; returns how many. Others may do so at the same time."""
    fill_alone(session)
    if session.execute(select(Facility.id).limit(1)).first() is not None:
        return 0
    return write(session, rows(places), now, is_demo=True).created
