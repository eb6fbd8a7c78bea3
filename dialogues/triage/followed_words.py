"""The word lists of ``followed.yml``: better, the same, worse, as people write it. In doubt it is none of them."""

from __future__ import annotations

from functools import cache

from dialogues.effects import CaseAnswer
from dialogues.reading import Reading
from dialogues.triage.lists import read_lists

# A longer message tells more than how it goes, and is read as a whole.
MOST_WORDS = 8
REACH_OF_NOT = 2


@cache
def _phrases(group: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(str(phrase).split()) for phrase in read_lists("followed")[group])


def _places(said: tuple[str, ...], group: str) -> list[int]:
    """Where in a message the phrases of a group begin."""
    return [
        i
        for phrase in _phrases(group)
        for i in range(len(said) - len(phrase) + 1)
        if said[i : i + len(phrase)] == phrase
    ]


def says_but(reading: Reading) -> bool:
    """Whether something stands against what was said first ("better, but …")."""
    return bool(_places(reading.words, "but"))


def told(reading: Reading) -> CaseAnswer | None:
    """Better, same or worse, in a short message that says one of them.

    Worse needs no more than its word, and goes before the others. "Not better" is the same as before; "not worse" is
    nothing to be sure of.
    """
    said = reading.words
    if not said or len(said) > MOST_WORDS or says_but(reading):
        return None
    if places := _places(said, "worse"):
        return None if _denied(said, places) else "worse"
    if _places(said, "same"):
        return "same"
    if places := _places(said, "better"):
        return "same" if _denied(said, places) else "better"
    return None


def _denied(said: tuple[str, ...], places: list[int]) -> bool:
    """Whether a "not" stands right before one of the words."""
    nots = _phrases("not")
    return any((word,) in nots for place in places for word in said[max(0, place - REACH_OF_NOT) : place])
