"""Finds sentences of the frozen sets that the training has too, exactly or nearly: a measure over them is a fiction.

Compared are normal forms (so spelling, accents and letter variants do not hide a copy). Near means that of all the
words in the two sentences at least ``NEAR`` are in both. People who never met write the same short sentences: "oui" in
both is common property and no leak. Whatever the training has too is left out of the measure (``sets.read_sets``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from nlu.normalise import normal_text

__all__ = ["NEAR", "SHORT", "Leak", "find_leaks"]

NEAR = 0.85
SHORT = 3  # sentences of so many words or fewer are not compared


@dataclass(frozen=True, slots=True)
class Leak:
    """A measured sentence, the training sentence it is too like, and how like: 1.0 is the same words."""

    text: str
    trained: str
    likeness: float


def find_leaks(texts: Iterable[str], trained: Mapping[str, str]) -> list[Leak]:
    """Every one of ``texts`` that is too like a sentence of the training, with the likest; most alike first.

    ``trained``: the training's sentences by their normal form.
    """
    known = {text: frozenset(normal.split()) for normal, text in trained.items()}
    rarity = Counter(word for words in known.values() for word in words)
    # Two sets so alike share a word among the rarest few of each: only sentences that do are compared in full.
    by_word: dict[str, list[str]] = defaultdict(list)
    for text, words in known.items():
        for word in _rarest(words, rarity):
            by_word[word].append(text)
    leaks = []
    for text in texts:
        words = frozenset(normal_text(text).split())
        if len(words) <= SHORT:
            continue
        near = {other for word in _rarest(words, rarity) for other in by_word.get(word, ())}
        likest = max(near, key=lambda other: (_likeness(words, known[other]), other), default=None)
        if likest is not None and (likeness := _likeness(words, known[likest])) >= NEAR:
            leaks.append(Leak(text, likest, round(likeness, 3)))
    return sorted(leaks, key=lambda leak: (-leak.likeness, leak.text))


def _rarest(words: frozenset[str], rarity: Counter[str]) -> list[str]:
    return sorted(words, key=lambda word: (rarity[word], word))[: len(words) - ceil(NEAR * len(words)) + 1]


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)
