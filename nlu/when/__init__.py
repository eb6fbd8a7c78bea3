"""What a date or an hour in a message means, in Darija (both scripts), Standard Arabic and French, mixed freely.

The rules are those of ``nlu/when.md``; every moment is Africa/Casablanca wall time and ``now`` is always a parameter.
Pure functions over the standard library: they run in the bot's process, need no model and never raise on any text.

Answers are plain dictionaries in the form of the contract: ``{"kind": "date", "date": "2027-01-12"}``,
``{"kind": "datetime", "date": …, "time": "HH:MM"}``, and so on for the other kinds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nlu.when.line import Line
from nlu.when.merge import readings_of
from nlu.when.scan import Expecting, atoms_of

__all__ = ["Expecting", "Found", "find_all", "read", "read_all"]


@dataclass(frozen=True, slots=True)
class Found:
    """One time expression: its meaning, and the stretch ``text[start:end]`` that its words cover, others included."""

    value: dict[str, Any]
    start: int
    end: int


def find_all(text: str, now: datetime, expecting: Expecting = None) -> list[Found]:
    """Every time expression of ``text`` with its place, most useful first; ``now`` is naive wall time.

    ``expecting`` is what the open question asks for: after "when was the child born?" ("birth") every date is a birth
    date and every span an age; an open question about an appointment is read as no question, for that is the default.
    """
    line = Line(text)
    if not line.words:
        return []
    readings = readings_of(line, atoms_of(line, now, expecting), now, birth_first=expecting == "birth")
    return [Found(reading.value, *line.place(reading.i, reading.j)) for reading in readings]


def read_all(text: str, now: datetime, expecting: Expecting = None) -> list[dict[str, Any]]:
    """Every time expression of ``text`` in the form of the contract, most useful first; empty when there is none."""
    return [found.value for found in find_all(text, now, expecting)]


def read(text: str, now: datetime, expecting: Expecting = None) -> dict[str, Any]:
    """The most useful time expression of ``text``, or ``{"kind": "none"}``."""
    found = read_all(text, now, expecting)
    return found[0] if found else {"kind": "none"}
