"""A linear text classifier that is quick to train, small to store and fast to ask.

Each view is a tf-idf vector of unit length times the view's weight; a dense sentence vector may stand beside them.
Training is scikit-learn's linear SVM, one class against the rest. Asking is dict look-ups and one numpy gather; scoring
needs no scikit-learn. Stored as numpy arrays and JSON, never as a pickle.
"""

# ruff: noqa: PLC0415 - scikit-learn and its like are imported where they train; serving must not load them.

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlu.components.features import VIEWS, Words, char_grams

__all__ = ["LinearModel"]

FloatArray = np.ndarray[Any, np.dtype[np.float32]]


class _View:
    """One view's vocabulary and weights."""

    def __init__(self, name: str, weight: float, vocabulary: dict[str, int], idf: FloatArray) -> None:
        self.name, self.weight, self.vocabulary, self.idf = name, weight, vocabulary, idf
        self.extract = VIEWS[name]

    @classmethod
    def fit(cls, name: str, weight: float, min_df: int, documents: Sequence[Words]) -> _View:
        extract = VIEWS[name]
        frequency: Counter[str] = Counter()
        for document in documents:
            frequency.update(set(extract(document)))
        kept = sorted(gram for gram, count in frequency.items() if count >= min_df)
        idf = np.array([np.log((1 + len(documents)) / (1 + frequency[g])) + 1 for g in kept], dtype=np.float32)
        return cls(name, weight, {gram: i for i, gram in enumerate(kept)}, idf)

    def vector(self, document: Words) -> tuple[np.ndarray[Any, Any], FloatArray]:
        """Column numbers and values of one message; both empty when nothing is known."""
        counts: dict[int, int] = {}
        find = self.vocabulary.get
        for gram in self.extract(document):
            column = find(gram)
            if column is not None:
                counts[column] = counts.get(column, 0) + 1
        columns = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(values)) * self.idf[columns]
        length = float(np.sqrt(values @ values)) or 1.0
        return columns, values * (self.weight / length)


class LinearModel:
    """Scores every class of a message; see the module's text."""

    def __init__(
        self, classes: Sequence[str], views: Sequence[_View], coef: FloatArray, bias: FloatArray, dense_weight: float
    ) -> None:
        self.classes = list(classes)
        self.views = list(views)
        self.bias = bias
        self.dense_weight = dense_weight
        self._set_coef(coef)

    def _set_coef(self, coef: FloatArray) -> None:
        """``coef``: one row a feature (views in order, then the dense part), one column a class."""
        self._parts: list[FloatArray] = []
        row = 0
        for view in self.views:
            self._parts.append(coef[row : row + len(view.vocabulary)])
            row += len(view.vocabulary)
        self._dense = coef[row:]
        self._coef = coef

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
        dense: FloatArray | None = None,
        dense_weight: float = 0.0,
        strength: float = 0.3,
    ) -> LinearModel:
        """Train. ``views``: (name, weight, least number of messages a feature is in); ``strength``: the SVM's C."""
        from scipy import sparse
        from sklearn.svm import LinearSVC

        classes = sorted(set(labels))
        fitted = [_View.fit(name, weight, min_df, documents) for name, weight, min_df in views]
        blocks = [_matrix(view, documents) for view in fitted]
        if dense is not None:
            blocks.append(sparse.csr_matrix(dense * dense_weight))
        width = sum(block.shape[1] for block in blocks)
        if len(classes) < 2:
            return cls(
                classes, fitted, np.zeros((width, len(classes)), np.float32), np.zeros(1, np.float32), dense_weight
            )
        matrix = sparse.hstack(blocks).tocsr()
        machine = LinearSVC(C=strength, random_state=7).fit(matrix, list(labels))
        coef, bias = machine.coef_.T, machine.intercept_
        if len(classes) == 2:  # scikit-learn gives one column for two classes
            coef, bias = np.hstack([-coef, coef]), np.concatenate([-bias, bias])
        return cls(classes, fitted, coef.astype(np.float32), bias.astype(np.float32), dense_weight)

    def scores(self, document: Words, dense: FloatArray | None = None) -> FloatArray:
        """One margin a class, in the order of ``classes``."""
        total = self.bias.copy()
        for view, part in zip(self.views, self._parts, strict=True):
            columns, values = view.vector(document)
            if len(columns):
                total += values @ part[columns]
        if dense is not None and len(self._dense):
            total += (dense * self.dense_weight) @ self._dense
        return total

    def knows(self, document: Words) -> bool:
        """Whether any stretch of three letters of the message was in the training sentences, or any figure."""
        letters = next((view.vocabulary for view in self.views if view.name == "letters"), None)
        if letters is None or any(word[:1].isdigit() for word in document.norms):
            return True
        return any(gram in letters for gram in char_grams(document.norms, 3, 3) if not gram.isspace())

    def recombine(self, weights: FloatArray, bias: FloatArray) -> None:
        """From now on score ``scores @ weights + bias``; ``weights`` is (class, class)."""
        self.bias = (self.bias @ weights + bias).astype(np.float32)
        self._set_coef((self._coef @ weights).astype(np.float32))

    def save(self, folder: Path, name: str) -> None:
        """Write ``<name>.npz`` (half precision) and ``<name>.json``."""
        arrays = {f"idf_{i}": view.idf for i, view in enumerate(self.views)}
        np.savez_compressed(folder / f"{name}.npz", coef=self._coef.astype(np.float16), bias=self.bias, **arrays)
        meta = {
            "classes": self.classes,
            "dense_weight": self.dense_weight,
            "views": [[view.name, view.weight, list(view.vocabulary)] for view in self.views],
        }
        (folder / f"{name}.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> LinearModel:
        """Read what ``save`` wrote."""
        meta = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
            views = [
                _View(view, weight, {gram: n for n, gram in enumerate(grams)}, arrays[f"idf_{i}"])
                for i, (view, weight, grams) in enumerate(meta["views"])
            ]
            coef, bias = arrays["coef"].astype(np.float32), arrays["bias"]
        return cls(meta["classes"], views, coef, bias, float(meta["dense_weight"]))


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
