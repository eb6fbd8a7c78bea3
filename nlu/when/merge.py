"""From atoms to answers: which of the moments of a text is meant, and the order in which they are given."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from nlu.when.atoms import Atom
from nlu.when.clusters import Cluster, between, clusters_of, values_of
from nlu.when.corrections import clause_of, declined_at, is_moving
from nlu.when.line import Line

# The most useful first: an appointment is a moment, then a day; what is told of a child or an illness comes after.
_RANK = {
    "datetime": 0.0,
    "date": 1.0,
    "range": 2.0,
    "birthdate": 2.2,
    "time": 2.4,
    "age": 2.6,
    "duration": 2.7,
    "part": 2.8,
}
# How far down a past day, today beside another day, a day only told, and one declined are moved.
_PAST, _TODAY, _TOLD, _DECLINED = 1.65, 0.3, 1.5, 5.0
_BIRTH_FIRST = 5.0
# Words between "I can't" and the day, between "I'd like" and the day.
_REACH = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer: its value, its words ``i`` to ``j``, and how far down the list it stands."""

    value: dict[str, Any]
    i: int
    j: int
    rank: float


def readings_of(line: Line, atoms: list[Atom], now: datetime, birth_first: bool) -> list[Reading]:
    """All answers of the line, most useful first, each once."""
    today = now.date()
    moving = is_moving(line)
    clusters = clusters_of(line, atoms, today, moving)
    _decline(line, clusters)
    if moving:
        _move(line, clusters)
    _prefer_wanted(line, [c for c in clusters if c.dated])
    alternatives = between(line, 0, len(line), "or")
    found = [
        Reading(value, c.i, c.j, _rank(value, today, alternatives) + c.penalty)
        for c in clusters
        for value in values_of(c, today)
    ]
    for atom in atoms:
        alone = _alone(atom, today)
        if alone is not None:
            found.append(Reading(alone, atom.i, atom.j, _rank(alone, today) - birth_first * _BIRTH_FIRST))
    found.sort(key=lambda r: (r.rank, r.i))
    return [r for n, r in enumerate(found) if all(r.value != other.value for other in found[:n])]


def _rank(value: dict[str, Any], today: date, alternatives: bool = False) -> float:
    kind = value["kind"]
    rank = _RANK["date" if kind == "part" and "date" in value else kind]
    if kind != "birthdate" and str(value.get("date", value.get("to", "9999"))) < today.isoformat():
        rank += _PAST
    # "lyoum kaydrni …, bghit ghedda": the other day is meant; in "lyoum wla ghedda" both are.
    if kind == "date" and value["date"] == today.isoformat() and not alternatives:
        rank += _TODAY
    return rank


def _alone(atom: Atom, today: date) -> dict[str, Any] | None:
    """The answer of an atom that joins no other: an age, a duration, a moment from now, a birth."""
    if atom.kind == "value":
        return atom.value
    if not atom.value.get("birth"):
        return None
    if atom.kind == "part":
        # "zad had sbah"
        return {"kind": "birthdate", "birthdate": today.isoformat()}
    if atom.kind == "day" and atom.day is not None:
        born = atom.day.resolve(today, past=True)
        return {"kind": "birthdate", "birthdate": born.isoformat()} if born and born <= today else None
    if atom.span:
        return {"kind": "range", "from": atom.span[0].isoformat(), "to": atom.span[1].isoformat()}
    return None


def _decline(line: Line, clusters: list[Cluster]) -> None:
    """Days that are said to be impossible, or to be given up, stand behind the others."""
    if len(clusters) < 2:
        return
    for k in range(len(line)):
        if not declined_at(line, k):
            continue
        start, end = clause_of(line, k)
        following = [c for c in clusters if k < c.i < end and c.i - k <= _REACH]
        preceding = [c for c in clusters if start <= c.i and c.j <= k]
        if following:
            following[0].demote(_DECLINED)
        elif preceding:
            preceding[-1].demote(_DECLINED)


def _move(line: Line, clusters: list[Cluster]) -> None:
    """In a text that moves an appointment the last day, or the last alternatives, are meant."""
    dated = [c for c in clusters if c.dated]
    moved = dated if len(dated) > 1 else clusters
    target = len(moved) - 1
    while target > 0 and between(line, moved[target - 1].j, moved[target].i, "or"):
        target -= 1
    for cluster in moved[: max(0, target)]:
        cluster.demote(_DECLINED)


def _prefer_wanted(line: Line, dated: list[Cluster]) -> None:
    """In "mon rdv du 15, je le veux le 22" the day that is asked for stands before the one that is told."""
    for before, after in itertools.pairwise(dated):
        asked = between(line, max(before.j, after.i - _REACH), after.i, "want")
        if asked and not between(line, 0, before.i, "want"):
            before.demote(_TOLD)
