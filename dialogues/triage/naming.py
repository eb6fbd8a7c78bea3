"""The complaints that a message names: those of the model, and those that its words name all the same.

``naming.yml`` holds the words. It lets nobody who says what hurts be answered with a menu because of a spelling.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from dialogues.reading import Reading
from dialogues.triage.lists import read_lists
from dialogues.triage.words import words

_LISTS = "naming"
_BETWEEN = r"(?: \S+){0,4} "
# "And", "in", "with" and the article are written together with the word after them.
_ATTACHED = "(?:[وفبل]?(?:ال)?|l)?"
# So many words before a complaint may deny it.
_DENIED_WITHIN = 3


def symptoms_in(reading: Reading) -> frozenset[str]:
    """The codes of the symptoms that a message says are there."""
    told = {e.value for e in reading.all("symptom")} - reading.denied
    told |= _in_words(reading.words) - reading.denied
    told -= _found("not_meant", reading.words)
    if len(told) > 1:
        # "My chest hurts when I cough" complains of the chest.
        told -= _found("occasions", reading.words)
    hidden = {code for name in told for code in read_lists(_LISTS)["hides"].get(name, ())}
    return frozenset(told - hidden)


def leads_in(reading: Reading) -> frozenset[str]:
    """The protocols that a message leads to by its words, where there is no code for what it complains of."""
    return frozenset(_found("leads", reading.words))


def _found(section: str, said: tuple[str, ...]) -> set[str]:
    text = " ".join(said)
    return {code for code, pattern in _section(section).items() if pattern.search(text)}


@cache
def _section(name: str) -> dict[str, re.Pattern[str]]:
    rows = read_lists(_LISTS)[name].items()
    return {code: re.compile(_pattern([row] if isinstance(row, str) else row)) for code, row in rows}


@lru_cache(maxsize=256)
def _in_words(said: tuple[str, ...]) -> frozenset[str]:
    text = " ".join(said)
    return frozenset(
        code
        for code, pattern in _patterns().items()
        if any(not _is_denied(text, found) for found in pattern.finditer(text))
    )


def _is_denied(text: str, found: re.Match[str]) -> bool:
    """ "Pas de fièvre", "bla skhana", "بدون ألم". What is itself a "does not" is not denied by it."""
    denying = words("denial") | words("absent")
    if not denying.isdisjoint(found.group().split()) or not words("never_no").isdisjoint(found.group().split()):
        return False
    before = text[: found.start()].split()[-_DENIED_WITHIN:]
    return not denying.isdisjoint(before) or (before[-1:] in (["ma"], ["ما"]) and found.group().endswith(("ch", "ش")))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = read_lists(_LISTS)
    made: dict[str, list[str]] = {code: list(patterns) for code, patterns in data["says"].items()}
    for code, part in data["hurts"].items():
        rows = [f"(?:{data['hurt']}) ~ (?:{part})", f"(?:{part}) ~ (?:{data['hurt']})"]
        made.setdefault(code, []).extend(rows)
    return {code: re.compile(_pattern(rows)) for code, rows in made.items()}


def _pattern(rows: list[str]) -> str:
    between = f"{_BETWEEN}{_ATTACHED}"
    return rf"(?<!\S){_ATTACHED}(?:{'|'.join(f'(?:{row})' for row in rows)})(?!\S)".replace(" ~ ", between)
