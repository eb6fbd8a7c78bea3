"""The word lists of ``spoken.yml``: how people answer, whatever the model makes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from dialogues.reading import Reading
from dialogues.triage.lists import read_lists

# Darija says "I" with "kan-" before the verb, and "me" with "-ni" after it.
_FIRST_PERSON = re.compile(r"kan\w{3,}|كن\w{2,}|\w{3,}ni|\w{3,}ني")


@cache
def words(group: str) -> frozenset[str]:
    """The words of a group."""
    return frozenset(str(word) for word in read_lists("spoken")[group])


def pairs_in(said: Sequence[str]) -> set[str]:
    """Each two words that follow one another, joined by a space."""
    return {" ".join(said[i : i + 2]) for i in range(len(said) - 1)}


def says(reading: Reading, group: str) -> bool:
    """Whether a word of the group is in the message."""
    return not words(group).isdisjoint(reading.words)


def begins(reading: Reading, group: str) -> bool:
    """Whether a word of the message begins like one of the group."""
    stems = tuple(words(group))
    return any(word.startswith(stems) for word in reading.words)


def says_also(reading: Reading) -> bool:
    """Whether something is joined to what the message says first ("and", "but", "too"; in Arabic letters "و" is written
    together with the next word)."""
    return says(reading, "also") or any(word.startswith("و") and len(word) > 3 for word in reading.words[1:])


def speaks_of_oneself(reading: Reading) -> bool:
    """Whether somebody writes of himself: "je", "كنكحب" (I cough), "كتضرني" (it hurts me)."""
    if says(reading, "first_person"):
        return True
    others = words("not_first_person")
    return any(_FIRST_PERSON.fullmatch(word) and word not in others for word in reading.words)
