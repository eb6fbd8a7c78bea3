"""From a line to its atoms: at each word the longest reading wins."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from nlu.when import almanac
from nlu.when.atoms import Atom, Day
from nlu.when.births import REACH_AFTER, birth_words, mark_births
from nlu.when.clock import clock_at
from nlu.when.corrections import is_moving
from nlu.when.days import day_at
from nlu.when.guards import greeting_at, named_place_end
from nlu.when.line import Line
from nlu.when.parts import part_at
from nlu.when.ranges import range_at
from nlu.when.spans import span_at

Expecting = Literal["appointment", "birth"] | None


def atoms_of(line: Line, now: datetime, expecting: Expecting) -> list[Atom]:
    """All atoms of the line in order; births carry ``value["birth"]``."""
    births = birth_words(line)
    expected = expecting == "birth"
    moving = is_moving(line)
    atoms: list[Atom] = []
    i = 0
    while i < len(line):
        skipped = greeting_at(line, i) or named_place_end(line, i)
        if skipped:
            i = skipped
            continue
        birth = expected or any(0 <= i - b <= REACH_AFTER and not line.has(b, "born_mother") for b in births)
        atom = _best_at(line, i, now, birth, moving, atoms[-1] if atoms else None)
        if atom is None or atom.j <= i:
            i += 1
            continue
        if atom.kind == "part" and "shift" in atom.value:
            # "la nuit dernière" brings its own day.
            day = almanac.add_days(now.date(), atom.value["shift"])
            atoms.append(Atom("day", atom.i, atom.i, day=Day(fixed=day)))
        if atom.kind != "skip":
            atom.past = atom.past or _since(line, atom)
            atoms.append(atom)
        i = atom.j
    mark_births(line, atoms, births, expected)
    return atoms


def _best_at(line: Line, i: int, now: datetime, birth: bool, moving: bool, before: Atom | None) -> Atom | None:
    word = line.words[i]
    if not word.senses and not word.text[:1].isdigit():
        return None
    today = now.date()
    behind = before if before is not None and before.kind == "day" and before.j == i and line.joined(i) else None
    day = day_at(line, i, today, birth)
    if day and "shift" in day.value:
        fixed = almanac.add_days(today, day.value["shift"])
        day = Atom("day", day.i, day.j, day=Day(fixed=fixed), value=day.value) if fixed else None
    if behind and _same_weekday(line, i, behind, now):
        return day or Atom("skip", i, i + 1)
    best = day
    past = birth or (line.has(i - 1, "since") and line.joined(i))
    for found in (
        clock_at(line, i, behind is not None),
        span_at(line, i, now, birth),
        range_at(line, i, today, past, moving),
        part_at(line, i),
    ):
        if found and (best is None or found.j > best.j):
            best = found
    return best


def _same_weekday(line: Line, i: int, before: Atom, now: datetime) -> bool:
    """Whether "ghedda tlata" is the same day said twice, tomorrow being Tuesday, and not three o'clock."""
    weak = line.get(i, "weekday_weak")
    day = before.day.resolve(now.date()) if before.day else None
    return weak is not None and day is not None and day.weekday() == weak and line.at_end(i + 1)


def _since(line: Line, atom: Atom) -> bool:
    """Whether a day is said as the start of something going on: "depuis lundi", "mn ltnin w ana mrid"."""
    if atom.kind != "day":
        return False
    k = atom.i - 1
    while k > 0 and line.has(k, "the", "nhar", "article_only") and not line.has(k, "since", "from"):
        k -= 1
    if line.has(k, "since") and line.joined(atom.i):
        return True
    going_on = line.has(atom.j, "pronoun") or (line.has(atom.j, "and") and line.has(atom.j + 1, "pronoun"))
    return line.has(k, "from") and line.norm(k) not in ("de", "du", "des") and going_on
