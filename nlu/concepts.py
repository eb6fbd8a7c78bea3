"""What a word is about, whatever variety it is of: the small lexicon of ``data/concepts.yml``.

Beside the words themselves the model reads their concepts, so that a sentence it has only seen with "décaler" also
teaches "nbedel" and "تأجيل". French words count by their beginning; Darija and Arabic ones also when conjugated, by
taking the usual beginnings and endings off their skeleton.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.normalise import Token, normal_form, skeleton, tokenize

__all__ = ["LEXICON", "Concepts"]

LEXICON = Path(__file__).parent / "data" / "concepts.yml"
# Beginnings and endings of conjugated words, as they are left in a skeleton.
_BEGINNINGS = ("kn", "kt", "Gn", "Gt", "st", "mt", "n", "t", "y", "a", "k", "G", "m", "s", "f", "w", "b", "l")
_ENDINGS = ("thm", "hm", "km", "th", "tk", "tn", "hS", "tS", "lk", "lh", "ln", "t", "h", "k", "n", "l", "S")
LEAST_ROOT = 3
LEAST_STEM = 3


class Concepts:
    """The compiled lexicon. ``of`` gives the concepts of one word, mostly none or one."""

    def __init__(self, lexicon: dict[str, dict[str, list[str]]]) -> None:
        """``lexicon``: concept to its ``stems`` and ``words``."""
        self.lexicon = lexicon
        self._stems: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        self._roots: dict[str, set[str]] = {}
        for concept, entry in lexicon.items():
            for stem in entry.get("stems", ()):
                self._stems.setdefault(normal_form(stem), set()).add(concept)
            for phrase in entry.get("words", ()):
                tokens = tokenize(str(phrase))
                if len(tokens) != 1:  # joined words are left to the n-grams
                    continue
                norm = tokens[0].norm
                self._words.setdefault(norm, set()).add(concept)
                root = skeleton(norm)
                if len(root) >= LEAST_ROOT and not norm.isdigit():
                    self._roots.setdefault(root, set()).add(concept)
        self._cached = lru_cache(maxsize=8_192)(self._find)

    @classmethod
    def read(cls, path: Path = LEXICON) -> Concepts:
        """The project's lexicon."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def of(self, norm: str) -> tuple[str, ...]:
        """The concepts of a word, in the order of their names."""
        return self._cached(norm)

    def sequence(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        """The concepts of a message, in the order of its words."""
        return tuple(concept for token in tokens for concept in self.of(token.norm))

    def _find(self, norm: str) -> tuple[str, ...]:
        found = set(self._words.get(norm, ()))
        bare = norm[2:] if norm.startswith("ال") else norm
        found |= self._words.get(bare, set())
        if not found and norm.isascii():
            for length in range(LEAST_STEM, len(norm) + 1):
                found |= self._stems.get(norm[:length], set())
        if not found:
            for root in _roots_of(skeleton(norm)):
                found |= self._roots.get(root, set())
                if found:
                    break
        return tuple(sorted(found))


def _roots_of(bones: str) -> list[str]:
    """The skeleton, and what is left of it without beginnings and endings; nearest to the whole first."""
    roots = [bones]
    starts = [bones[len(b) :] for b in _BEGINNINGS if bones.startswith(b)]
    for form in [bones, *starts]:
        roots.append(form)
        roots += [form[: -len(e)] for e in _ENDINGS if form.endswith(e)]
    return [root for root in dict.fromkeys(roots) if len(root) >= LEAST_ROOT]
