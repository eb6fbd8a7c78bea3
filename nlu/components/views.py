"""One way of counting a message, as numbers: which features it has and how much each weighs (tf-idf, unit length).

``Features`` counts all training messages in one pass; ``View.vector`` counts one message when a model is asked. Both
give the same numbers.
"""

# ruff: noqa: PLC0415 - scipy is imported where models train; serving must not load it.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from nlu.components.features import LETTER_RUN, LETTERS, VIEWS, Words, grams_of

__all__ = ["Features", "View"]

FloatArray = np.ndarray[Any, np.dtype[np.float32]]
IntArray = np.ndarray[Any, np.dtype[np.int32]]
REMEMBERED = 8_192


class View:
    """One view's vocabulary and weights."""

    def __init__(self, name: str, weight: float, vocabulary: dict[str, int], idf: FloatArray) -> None:
        self.name, self.weight, self.vocabulary, self.idf = name, weight, vocabulary, idf
        # People use the same words over and over: the columns of a word's letter runs are remembered.
        self._of_word = lru_cache(maxsize=REMEMBERED)(self._columns_of_word)

    def __reduce__(self) -> tuple[type[View], tuple[str, float, dict[str, int], FloatArray]]:
        """Between processes it travels without what it remembers."""
        return View, (self.name, self.weight, self.vocabulary, self.idf)

    def vector(self, document: Words) -> tuple[IntArray, FloatArray]:
        """Column numbers and values of one message; both empty when nothing is known."""
        if self.name in LETTERS:
            parts = [self._of_word(word) for word in LETTERS[self.name](document)]
        else:
            parts = [self._columns(VIEWS[self.name](document))]
        columns, counts = _tally(np.concatenate(parts) if parts else _NONE)
        values = (1 + np.log(counts, dtype=np.float32)) * self.idf[columns]
        length = float(np.sqrt(values @ values)) or 1.0
        return columns, values * (self.weight / length)

    def _columns_of_word(self, word: str) -> IntArray:
        return self._columns(grams_of(word, *LETTER_RUN))

    def _columns(self, grams: Sequence[str]) -> IntArray:
        found = map(self.vocabulary.get, grams)
        return np.array([column for column in found if column is not None], dtype=np.int32)


_NONE: IntArray = np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Features:
    """Messages counted by some views: a sparse row each."""

    views: list[View]
    matrix: Any  # scipy's CSR, (messages, features of all views)

    @classmethod
    def of(cls, documents: Sequence[Words], views: Sequence[tuple[str, float, int]]) -> Features:
        """Count ``documents``; what each view knows is learnt from them too.

        ``views``: name, weight, and the least number of messages that a feature must be in.
        """
        return cls.joined([cls.by_one(documents, *view) for view in views])

    @classmethod
    def joined(cls, parts: Sequence[Features]) -> Features:
        """The same messages counted by several views, side by side."""
        from scipy import sparse

        views = [view for part in parts for view in part.views]
        return cls(views, sparse.hstack([part.matrix for part in parts]).tocsr())

    @classmethod
    def by_one(cls, documents: Sequence[Words], name: str, weight: float, least: int) -> Features:
        """Count ``documents`` by one view."""
        from scipy import sparse

        grams, columns, counts, lengths = _count(documents, name)
        frequency = np.bincount(columns, minlength=len(grams))
        kept = sorted(range(len(grams)), key=grams.__getitem__)
        kept = [number for number in kept if frequency[number] >= least]
        idf = (np.log((1 + len(documents)) / (1 + frequency[kept])) + 1).astype(np.float32)
        place = np.full(len(grams), -1, dtype=np.int32)
        place[kept] = np.arange(len(kept), dtype=np.int32)
        columns = place[columns]
        known = columns >= 0
        rows = np.repeat(np.arange(len(documents)), lengths)[known]
        columns = columns[known]
        values = (1 + np.log(counts[known], dtype=np.float32)) * idf[columns]
        norms = np.sqrt(np.bincount(rows, values.astype(np.float64) ** 2, minlength=len(documents)))
        values *= (weight / np.where(norms > 0, norms, 1.0)).astype(np.float32)[rows]
        matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(documents), len(kept)))
        return cls([View(name, weight, {grams[number]: i for i, number in enumerate(kept)}, idf)], matrix)

    def some(self, rows: Sequence[int]) -> Features:
        """Only these messages."""
        return Features(self.views, self.matrix[list(rows)])


def _tally(found: IntArray) -> tuple[IntArray, IntArray]:
    """The different numbers in ``found`` and how often each is there: ``np.unique`` without what it costs to call."""
    found.sort()
    new = np.ones(len(found), dtype=bool)
    np.not_equal(found[1:], found[:-1], out=new[1:])
    first = new.nonzero()[0]
    times = np.empty(len(first), dtype=np.int32)
    np.subtract(first[1:], first[:-1], out=times[:-1], casting="unsafe")
    times[-1:] = len(found) - first[-1:]
    return found[first], times


def _count(documents: Sequence[Words], name: str) -> tuple[list[str], IntArray, IntArray, list[int]]:
    """All features that occur; then for each message after the other the numbers of its features and how often it has
    each; and how many each message has."""
    number: dict[str, int] = {}
    of_word: dict[str, IntArray] = {}

    def numbers(grams: Sequence[str]) -> IntArray:
        return np.array([number.setdefault(gram, len(number)) for gram in grams], dtype=np.int32)

    columns: list[IntArray] = [_NONE]
    counts: list[IntArray] = [_NONE]
    for document in documents:
        if name in LETTERS:
            words = LETTERS[name](document)
            for word in words:
                if word not in of_word:
                    of_word[word] = numbers(grams_of(word, *LETTER_RUN))
            parts = [of_word[word] for word in words]
            found = np.concatenate(parts) if parts else _NONE
        else:
            found = numbers(VIEWS[name](document))
        has, times = _tally(found)
        columns.append(has)
        counts.append(times)
    return list(number), np.concatenate(columns), np.concatenate(counts), [len(part) for part in columns[1:]]
