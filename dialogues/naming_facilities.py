"""Facilities as people name them: by a proper name, or by what kind of place they are.

"CHU de Fès" is a kind and a town, "centre de santé Hay Salam" a kind and a quarter, "sbitar" a kind alone; a bare kind
is never a name.
"""

from __future__ import annotations

from collections.abc import Sequence

from dialogues.facts import FacilityFact, Facts
from dialogues.reading import Reading

# What people ask for by a common noun (codes of the gazetteer), and the codes of the dossier (3.2) that it can be.
KINDS: dict[str, frozenset[str]] = {
    "health_centre": frozenset({"DR", "CSR1", "CSR2", "CSU1", "CSU2"}),
    "dispensary": frozenset({"DR", "CSR1"}),
    "hospital": frozenset({"HP", "CHP", "CHR", "CHU"}),
    "emergency_room": frozenset({"UMP", "HP", "CHP", "CHR", "CHU"}),
    "maternity": frozenset({"MA", "CSR2", "CHP", "CHR", "CHU"}),
}
NAMES_SHOWN = 4
# A text longer than this is no name of a place.
NAME_WORDS = 6
# A quarter's name follows its facility's kind within so many characters ("centre de santé de Hay Salam").
_APART = 6
# A proper name of which no part was recognised has at most so many words.
_NAME_AFTER = 3


def kind_named(reading: Reading) -> str | None:
    """The kind of facility that the message speaks of, or None."""
    return next((e.value for e in reading.all("facility") if e.value in KINDS), None)


def is_about_place(reading: Reading) -> bool:
    """Whether the whole text may be a place's name: short, and nothing else was found in it."""
    if not 0 < len(reading.words) <= NAME_WORDS or reading.cues or reading.when:
        return False
    return not (reading.first("person_name") or reading.first("relation") or reading.first("phone"))


def by_name(reading: Reading, facts: Facts, *, is_asked: bool) -> Sequence[FacilityFact]:
    """Facilities called by name in the message; when the place was asked for, the whole text may be that name."""
    for query in _names(reading, facts):
        named = facts.facilities_named(query, limit=NAMES_SHOWN)
        if named:
            return named
    if is_asked and is_about_place(reading) and not any(facts.place(c.value) for c in reading.all("city")):
        return facts.facilities_named(reading.text, limit=NAMES_SHOWN)
    return ()


def _names(reading: Reading, facts: Facts) -> list[str]:
    """What may be proper names: a kind with the words after it. A kind in a town ("maternité à Marrakech") is none."""
    made: list[str] = []
    for facility in reading.all("facility"):
        following = next((c for c in reading.all("city") if 0 <= c.start - facility.end <= _APART), None)
        if following is not None and facts.place(following.value) is not None:
            continue
        if following is not None:
            made.append(reading.text[facility.start : following.end])
            continue
        after = reading.text[facility.end :].split()[:_NAME_AFTER]
        if len(facility.text.split()) > 1 or (after and not reading.when):
            made.append(" ".join([facility.text, *after]))
    return made
