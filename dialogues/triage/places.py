"""Where to go for an outcome: the nearest facility of the right level that is open now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dialogues.choosing_child import find_child
from dialogues.facts import FacilityFact, Facts

_HOSPITALS = frozenset({"HP", "CHP", "CHR", "CHU"})
_EMERGENCY = _HOSPITALS | {"UMP"}
_KINDS = {
    "health_centre": frozenset({"DR", "CSR1", "CSR2", "CSU1", "CSU2"}),
    "maternity": frozenset({"MA", "CSR2", "CSU2"}) | _HOSPITALS,
    "antirabies": frozenset({"CTAR", "BMH"}),
    "hospital": _HOSPITALS,
    "emergency": _EMERGENCY,
}
# Where one goes when the right place is not there, or closed.
_INSTEAD = {
    "health_centre": "emergency",
    "maternity": "emergency",
    "antirabies": "health_centre",
    "hospital": "emergency",
}
_LOOKED_AT = 8


def near(answers: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Where the person is, as far as it is known: told, or the commune of a child's centre or of an appointment."""
    if "near" in answers:
        lat, lon = answers["near"]
        return {"near": (float(lat), float(lon))}
    if "commune" in answers:
        return {"commune": str(answers["commune"])}
    child = find_child(answers, facts)
    usual = [c.facility.commune for c in ([child] if child else facts.children()) if c.facility is not None]
    usual += [b.facility.commune for b in facts.bookings()]
    return {"commune": usual[0]} if usual else {}


def find(place: str, outcome: str, where: Mapping[str, Any], facts: Facts) -> tuple[FacilityFact | None, bool]:
    """The facility to go to and whether it is open now. For ``today`` a closed health centre gives way to the
    emergency department; for ``soon`` it does not matter when it opens."""
    kinds: list[str] = [place]
    while kinds[-1] in _INSTEAD:
        kinds.append(_INSTEAD[kinds[-1]])
    closed: FacilityFact | None = None
    for kind in kinds:
        found = facts.facilities(kinds=_KINDS[kind], limit=_LOOKED_AT, **where)
        ready = [f for f in found if outcome == "soon" or is_open(f, facts, today=outcome == "today")]
        if ready:
            return ready[0], True
        closed = closed or (found[0] if found else None)
    return closed, False


def is_open(facility: FacilityFact, facts: Facts, *, today: bool) -> bool:
    """Whether it is open now; with ``today``, also when it opens or closes later today, at least half an hour away."""
    if facility.open_all_day or (facility.kind in _EMERGENCY and not facility.hours):
        return True
    now = facts.now
    if facts.holiday(now.date()) is not None:
        return False
    latest = (now + timedelta(minutes=30)).time() if now.hour < 23 else now.time()
    rows = [h for h in facility.hours if h.weekday == now.weekday()]
    return any((today or h.opens <= now.time()) and latest < h.closes for h in rows)
