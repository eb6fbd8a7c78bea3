"""Which button on the screen a message means that names one in words of its own: "au visage" for "visage ou lèvres".

Only what is said there is compared, never guessed at: a tie, a denial that the label does not share, or words that are
in no label point at nothing, and the flow asks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dialogues.triage.words import words
from nlu.normalise import Token, tokenize

# Longer messages tell something of their own.
MOST_WORDS = 8
_LEAST_LETTERS, _LEAST_SKELETON = 3, 3
# How many of the message's words that matter must stand in the label.
_LEAST_SHARE = 0.5


def pointed(text: str, choices: Iterable[Mapping[str, Any]]) -> str | None:
    """The id of the one choice whose label the message shares most words with; None when there is no such one."""
    said = tokenize(text)
    if not 0 < len(said) <= MOST_WORDS:
        return None
    matter = _matter(said)
    if not matter:
        return None
    scored = []
    for choice in choices:
        label = tokenize(str(choice["label"]))
        if _denies(said) != _denies(label):
            continue
        shared = sum(any(_same(word, other) for other in label) for word in matter)
        scored.append((shared, str(choice["id"])))
    best = max(scored, default=(0, ""))
    is_only = sum(shared == best[0] for shared, _ in scored) == 1
    return best[1] if best[0] and is_only and best[0] >= _LEAST_SHARE * len(matter) else None


def _matter(said: list[Token]) -> list[Token]:
    """The words that tell one label from another."""
    idle = words("idle") | words("denial") | words("know")
    return [t for t in said if t.norm not in idle and (len(t.norm) >= _LEAST_LETTERS or t.norm.isdecimal())]


def _same(word: Token, other: Token) -> bool:
    if word.norm == other.norm:
        return True
    bones = word.skeleton
    return bones == other.skeleton and len(bones) >= _LEAST_SKELETON and not word.norm.isdecimal()


def _denies(said: list[Token]) -> bool:
    denying = words("denial")
    return any(t.norm in denying for t in said)
