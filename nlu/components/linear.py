"""A linear text classifier that is quick to train, small to store and fast to ask.

Each view is a tf-idf vector of unit length times the view's weight. It learns in one of two ways, which err in
different places: scikit-learn's linear SVM, one class against the rest ("margins"), or its complement naive Bayes
("counts"). Asking is dict look-ups and one numpy gather; scoring needs no scikit-learn. Stored as numpy arrays and
JSON, never as a pickle.
"""

# ruff: noqa: PLC0415 - scikit-learn and its like are imported where they train; serving must not load them.

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import Any, Literal

import numpy as np

from nlu.components.features import LETTER_RUN, LETTERS, VIEWS, Words, grams_of

__all__ = ["Features", "Learner", "LinearModel"]

FloatArray = np.ndarray[Any, np.dtype[np.float32]]
Learner = Literal["margins", "counts"]
# How exactly the SVM is solved: finer takes longer and changes no decision.
TOLERANCE = 0.05
REMEMBERED = 8_192


class _View:
    """One view's vocabulary and weights."""

    def __init__(self, name: str, weight: float, vocabulary: dict[str, int], idf: FloatArray) -> None:
        self.name, self.weight, self.vocabulary, self.idf = name, weight, vocabulary, idf
        # People use the same words over and over: the columns of a word's letter runs are remembered.
        self._of_word = lru_cache(maxsize=REMEMBERED)(self._columns_of_word)

    @classmethod
    def fit(cls, name: str, weight: float, min_df: int, documents: Sequence[Words]) -> _View:
        frequency: Counter[str] = Counter()
        for document in documents:
            frequency.update(set(_grams(name, document)))
        kept = sorted(gram for gram, count in frequency.items() if count >= min_df)
        idf = np.array([np.log((1 + len(documents)) / (1 + frequency[g])) + 1 for g in kept], dtype=np.float32)
        return cls(name, weight, {gram: i for i, gram in enumerate(kept)}, idf)

    def vector(self, document: Words) -> tuple[np.ndarray[Any, Any], FloatArray]:
        """Column numbers and values of one message; both empty when nothing is known."""
        if self.name in LETTERS:
            parts = [self._of_word(word) for word in LETTERS[self.name](document)]
            found = np.concatenate(parts) if parts else np.empty(0, np.int32)
            columns, counts = np.unique(found, return_counts=True)
        else:
            seen = Counter(map(self.vocabulary.get, VIEWS[self.name](document)))
            seen.pop(None, None)
            columns = np.fromiter(seen.keys(), dtype=np.int32, count=len(seen))
            counts = np.fromiter(seen.values(), dtype=np.float32, count=len(seen))
        values = (1 + np.log(counts, dtype=np.float32)) * self.idf[columns]
        length = float(np.sqrt(values @ values)) or 1.0
        return columns, values * (self.weight / length)

    def _columns_of_word(self, word: str) -> np.ndarray[Any, Any]:
        find = self.vocabulary.get
        found = (find(gram) for gram in grams_of(word, *LETTER_RUN))
        return np.array([column for column in found if column is not None], dtype=np.int32)


def _grams(view: str, document: Words) -> list[str]:
    if view in LETTERS:
        return [gram for word in LETTERS[view](document) for gram in grams_of(word, *LETTER_RUN)]
    return VIEWS[view](document)


@dataclass(frozen=True, slots=True)
class Features:
    """Messages counted by some views: a sparse row each."""

    views: list[_View]
    matrix: Any  # scipy's CSR, (messages, features of all views)

    @classmethod
    def of(cls, documents: Sequence[Words], views: Sequence[tuple[str, float, int]]) -> Features:
        """Count ``documents``; what each view knows is learnt from them too."""
        from scipy import sparse

        fitted = [_View.fit(name, weight, min_df, documents) for name, weight, min_df in views]
        return cls(fitted, sparse.hstack([_matrix(view, documents) for view in fitted]).tocsr())

    def some(self, rows: Sequence[int]) -> Features:
        """Only these messages."""
        return Features(self.views, self.matrix[list(rows)])


class LinearModel:
    """Scores every class of a message; see the module's text."""

    def __init__(self, classes: Sequence[str], views: Sequence[_View], coef: FloatArray, bias: FloatArray) -> None:
        """``coef``: one row a feature (views in order), one column a class; in half precision as it is stored, which
        takes half the memory and changes no decision."""
        self.classes = list(classes)
        self.views = list(views)
        self.bias = bias
        self._coef = coef
        self._parts: list[FloatArray] = []
        row = 0
        for view in self.views:
            self._parts.append(coef[row : row + len(view.vocabulary)])
            row += len(view.vocabulary)

    @property
    def size(self) -> int:
        """How many features it knows."""
        return len(self._coef)

    @classmethod
    def fit(
        cls,
        documents: Sequence[Words],
        labels: Sequence[str],
        views: Sequence[tuple[str, float, int]],
        *,
        strength: float = 0.3,
    ) -> LinearModel:
        """Train the SVM. ``views``: (name, weight, least number of messages a feature is in); ``strength``: its C."""
        return cls.learn(Features.of(documents, views), labels, learner="margins", strength=strength)

    @classmethod
    def learn(cls, features: Features, labels: Sequence[str], *, learner: Learner, strength: float) -> LinearModel:
        """Train on messages counted before; ``strength``: the SVM's C, or how much the counts are smoothed."""
        classes = sorted(set(labels))
        if len(classes) < 2:
            width = features.matrix.shape[1]
            return cls(classes, features.views, np.zeros((width, len(classes)), np.float32), np.zeros(1, np.float32))
        learn = _margins if learner == "margins" else _counts
        coef, bias = learn(features.matrix, list(labels), strength)
        if len(classes) == 2 and coef.shape[1] == 1:  # scikit-learn gives one column for two classes
            coef, bias = np.hstack([-coef, coef]), np.concatenate([-bias, bias])
        return cls(classes, features.views, coef.astype(np.float32), bias.astype(np.float32))

    def scores_of(self, features: Features) -> FloatArray:
        """The scores of messages counted with the same views, one row each."""
        scores: FloatArray = features.matrix @ self._coef + self.bias
        return scores

    def scores(self, document: Words) -> FloatArray:
        """One score a class, in the order of ``classes``."""
        total = self.bias.copy()
        for view, part in zip(self.views, self._parts, strict=True):
            columns, values = view.vector(document)
            if len(columns):
                total += values @ part[columns]
        return total

    def vocabulary(self, view: str) -> Mapping[str, int]:
        """The features of one view; empty when the model does not have it."""
        return next((v.vocabulary for v in self.views if v.name == view), {})

    def save(self, folder: Path, name: str) -> None:
        """Write ``<name>.npz`` (half precision) and ``<name>.json``."""
        arrays = {f"idf_{i}": view.idf for i, view in enumerate(self.views)}
        np.savez_compressed(folder / f"{name}.npz", coef=self._coef.astype(np.float16), bias=self.bias, **arrays)
        meta = {
            "classes": self.classes,
            "views": [[view.name, view.weight, list(view.vocabulary)] for view in self.views],
        }
        (folder / f"{name}.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> LinearModel:
        """Read what ``save`` wrote."""
        meta = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
            views = [
                _View(view, weight, {intern(gram): n for n, gram in enumerate(grams)}, arrays[f"idf_{i}"])
                for i, (view, weight, grams) in enumerate(meta["views"])
            ]
            coef, bias = arrays["coef"], arrays["bias"]
        return cls(meta["classes"], views, coef, bias)


def _margins(matrix: Any, labels: Sequence[str], strength: float) -> tuple[FloatArray, FloatArray]:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=strength, tol=TOLERANCE, random_state=7).fit(matrix, labels)
    return machine.coef_.T, machine.intercept_


def _counts(matrix: Any, labels: Sequence[str], strength: float) -> tuple[FloatArray, FloatArray]:
    from sklearn.naive_bayes import ComplementNB

    machine = ComplementNB(alpha=strength).fit(matrix, labels)
    return machine.feature_log_prob_.T, np.zeros(len(machine.classes_))


def _matrix(view: _View, documents: Sequence[Words]) -> Any:
    from scipy import sparse

    columns, values, ends = [], [], [0]
    for document in documents:
        found, weights = view.vector(document)
        columns.append(found)
        values.append(weights)
        ends.append(ends[-1] + len(found))
    shape = (len(documents), len(view.vocabulary))
    return sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=shape)
