"""Short answers understood without a model, in all four varieties: yes, no, stop, a number, a language, and the like.

A cue fires only when the whole message is that answer. Polite words do not count ("la chokran" is a no), a wish may
stand before a command ("bghit nhder m3a bnadem"), and phrases of yes or no may be joined ("ah wakha, safi"); anything
else in the message, and there is no cue. The phrases are data: ``data/cues.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nlu.normalise import fold_digits, normal_form, skeleton, tokenize

__all__ = ["CUES", "find_cues"]

DATA = Path(__file__).parent / "data" / "cues.yml"
CUES = frozenset(
    "yes no stop human menu help back other later earlier unsure any first last".split()
)  # and language:<variety>, number:<n>
# A wish in front may belong to a command, not to a yes: "bghit la" is no answer.
_AFTER_WISH = frozenset({"stop", "human", "menu", "help", "back", "other", "later", "earlier"})
_REPEATABLE = frozenset({"yes", "no"})
MOST_WORDS = 12
MOST_NUMBER = 99
LEAST_LOOSE_LETTERS = 4
_COMMAND = re.compile(r"^/(start|menu|help|stop)(?:@\w+)?$", re.ASCII)
_COMMANDS = {"start": "menu", "menu": "menu", "help": "help", "stop": "stop"}

_SIGN_VARIANTS = frozenset("\ufe0f\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The compiled word lists."""

    polite: frozenset[Words]
    wish: frozenset[Words]
    exact: dict[Words, frozenset[str]]
    loose: dict[Words, frozenset[str]]
    lead: frozenset[Words]
    tail: frozenset[Words]
    numbers: dict[str, int]
    signs: dict[str, frozenset[str]]
    longest: int


def find_cues(text: str) -> frozenset[str]:
    """The cues of a message: mostly none or one."""
    command = _COMMAND.match(text.strip().lower())
    if command:
        return frozenset({_COMMANDS[command[1]]})
    tokens = tokenize(text)
    phrases = _phrases()
    if not tokens:
        return _by_signs(text, phrases)
    if len(tokens) > MOST_WORDS:
        return frozenset()
    norms = tuple(token.norm for token in tokens)
    number = _number(norms, text, phrases)
    if number is not None:
        return frozenset({f"number:{number}"})
    return _spoken(norms, phrases)


def _by_signs(text: str, phrases: _Phrases) -> frozenset[str]:
    """The cue of a message of emoji; their variants of colour do not matter."""
    bare = {sign for sign in text if not sign.isspace() and sign not in _SIGN_VARIANTS}
    found = [cue for cue, signs in phrases.signs.items() if bare and bare <= signs]
    return frozenset(found)


def _spoken(norms: Words, phrases: _Phrases) -> frozenset[str]:
    """The cues that all words of the message together make."""
    whole = phrases.exact.get(norms) or _loosely(norms, phrases)
    if whole:
        return whole
    rest, wished = _without(norms, phrases)
    if not rest:
        return frozenset()
    found = phrases.exact.get(rest) or _loosely(rest, phrases) or _joined(norms, phrases)
    if wished:
        found = frozenset(cue for cue in found if cue in _AFTER_WISH or cue.startswith("language:"))
    return found


def _without(norms: Words, phrases: _Phrases) -> tuple[Words, bool]:
    """The words without polite ones at either end and without a wish in front; whether there was a wish."""
    wished = False
    changed = True
    while changed and norms:
        changed = False
        for length in range(min(phrases.longest, len(norms)), 0, -1):
            if norms[:length] in phrases.polite:
                norms, changed = norms[length:], True
                break
            if norms[:length] in phrases.wish and len(norms) > length:
                norms, changed, wished = norms[length:], True, True
                break
            if norms[len(norms) - length :] in phrases.polite:
                norms, changed = norms[: len(norms) - length], True
                break
    return norms, wished


def _loosely(norms: Words, phrases: _Phrases) -> frozenset[str]:
    bones = _bones(norms)
    return phrases.loose.get(bones, frozenset()) if sum(map(len, bones)) >= LEAST_LOOSE_LETTERS else frozenset()


def _joined(norms: Words, phrases: _Phrases) -> frozenset[str]:
    """Yes after yes, or no after no, with polite words between: "ah wakha", "non non merci"."""
    kinds: set[str] = set()
    position = 0
    while position < len(norms):
        for length in range(min(phrases.longest, len(norms) - position), 0, -1):
            piece = norms[position : position + length]
            cues = phrases.exact.get(piece, frozenset()) & _REPEATABLE
            if cues or piece in phrases.polite:
                kinds |= cues
                position += length
                break
        else:
            return frozenset()
    return frozenset(kinds) if len(kinds) == 1 else frozenset()


def _number(norms: Words, text: str, phrases: _Phrases) -> int | None:
    """The number that the message is: a figure or a number word, with "number" before it at most."""
    if re.search(r"[+%°]|\d\s*[/:.,]\s*\d", fold_digits(text).replace("n°", "n ")):
        return None
    rest = norms
    changed = True
    while changed and len(rest) > 1:
        changed = False
        for length in (2, 1):
            if len(rest) > length and (rest[:length] in phrases.lead or rest[:length] in phrases.polite):
                rest, changed = rest[length:], True
                break
            if len(rest) > length and (rest[-length:] in phrases.polite or rest[-length:] in phrases.tail):
                rest, changed = rest[:-length], True
                break
    if len(rest) != 1:
        return None
    word = rest[0]
    if word.isdigit():
        return int(word) if 1 <= int(word) <= MOST_NUMBER and len(word) <= 2 else None
    return phrases.numbers.get(word)


def _bones(norms: Iterable[str]) -> Words:
    return tuple(skeleton(norm) for norm in norms)


@cache
def _phrases() -> _Phrases:
    content: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    exact: dict[Words, set[str]] = {}
    loose: dict[Words, set[str]] = {}
    for section in ("strict", "loose"):
        for cue, varieties in content[section].items():
            if cue not in CUES:
                raise ValueError(f"{DATA.name}: no such cue: {cue}")
            for words in varieties.values():
                for phrase in _split(words):
                    exact.setdefault(phrase, set()).add(cue)
                    if section == "loose":
                        loose.setdefault(_bones(phrase), set()).add(cue)
    for language, words in content["languages"].items():
        for phrase in _split(words):
            exact.setdefault(phrase, set()).add(f"language:{language}")
    numbers = content["numbers"]
    compiled = {normal_form(str(word)): int(value) for value, words in numbers["words"].items() for word in words}
    polite = frozenset(_split(content["polite"]))
    wish = frozenset(_split(content["wish"]))
    every = [*exact, *polite, *wish]
    return _Phrases(
        polite=polite,
        wish=wish,
        exact={phrase: frozenset(cues) for phrase, cues in exact.items()},
        # A skeleton that stands for two cues says neither.
        loose={bones: frozenset(cues) for bones, cues in loose.items() if len(cues) == 1},
        lead=frozenset(_split(numbers["lead"])),
        tail=frozenset(_split(numbers["tail"])),
        numbers=compiled,
        signs={cue: frozenset(signs) for cue, signs in content["signs"].items()},
        longest=max(map(len, every)),
    )


def _split(words: Sequence[object]) -> list[Words]:
    """Phrases as sequences of norms. YAML reads ``no`` and ``yes`` as truth values: they are put back."""
    texts = ["yes" if word is True else "no" if word is False else str(word) for word in words]
    return [phrase for text in texts if (phrase := tuple(token.norm for token in tokenize(text)))]
