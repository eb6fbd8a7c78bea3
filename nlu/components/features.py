"""What the linear models count in a message: n-grams over the two views of its words, and over its word classes.

Plain functions from words to lists of strings, the same for training and for serving.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

__all__ = ["LETTERS", "LETTER_RUN", "VIEWS", "Words", "concept_grams", "grams_of", "word_grams"]


@dataclass(frozen=True, slots=True)
class Words:
    """A message as its views: norms, skeletons, word classes (a name's kind in place of the name), and concepts."""

    norms: tuple[str, ...]
    bones: tuple[str, ...]
    classes: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


def word_grams(words: Sequence[str], shortest: int, longest: int) -> list[str]:
    """Runs of ``shortest`` to ``longest`` words, joined by a space."""
    return [
        " ".join(words[i : i + size]) for size in range(shortest, longest + 1) for i in range(len(words) - size + 1)
    ]


def grams_of(word: str, shortest: int, longest: int) -> tuple[str, ...]:
    """The letter runs of one word, a space standing for each of its edges."""
    padded = f" {word} "
    grams: list[str] = []
    for size in range(shortest, longest + 1):
        if size >= len(padded):
            grams.append(padded)
            break
        grams += [padded[i : i + size] for i in range(len(padded) - size + 1)]
    return tuple(grams)


def concept_grams(concepts: Sequence[str]) -> list[str]:
    """Each concept, each pair of concepts wherever they stand, and each two that follow one another."""
    present = sorted(set(concepts))
    pairs = [f"{one}+{other}" for one, other in combinations(present, 2)]
    return [*present, *pairs, *(f"{one} {other}" for one, other in pairwise(concepts))]


# The views by name: a model's configuration names those it uses. Letter views count the runs inside each word, whatever
# stands around it; the others look at the whole message.
LETTERS: Mapping[str, Callable[[Words], Sequence[str]]] = {
    "letters": lambda words: words.norms,
    "bone_letters": lambda words: words.bones,
}
LETTER_RUN = (1, 4)
VIEWS: Mapping[str, Callable[[Words], list[str]]] = {
    "words": lambda words: word_grams(words.norms, 1, 2),
    "bone_words": lambda words: word_grams(words.bones, 1, 3),
    "classes": lambda words: [gram for gram in word_grams(words.classes, 1, 3) if "<" in gram or gram in "^$"],
    "concepts": lambda words: concept_grams(words.concepts),
}
