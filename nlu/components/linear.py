"""A linear text classifier that is quick to train, small to store and fast to ask.

Each view is a tf-idf vector of unit length times the view's weight. It learns in one of two ways, which err in
different places: scikit-learn's linear SVM, one class against the rest ("margins"), or its complement naive Bayes
("counts"). Asking is dict look-ups and one numpy gather; scoring needs no scikit-learn. Stored as numpy arrays and
JSON, never as a pickle.
"""

# ruff: noqa: PLC0415 - scikit-learn and its like are imported where they train; serving must not load them.

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from sys import intern
from typing import Any, Literal

import numpy as np

from nlu.components.features import Words
from nlu.components.views import Features, View

__all__ = ["Learner", "LinearModel"]

FloatArray = np.ndarray[Any, np.dtype[np.float32]]
Learner = Literal["margins", "counts"]
# How exactly the SVM is solved: finer takes longer and changes no decision.
TOLERANCE = 0.05


class LinearModel:
    """Scores every class of a message; see the module's text."""

    def __init__(self, classes: Sequence[str], views: Sequence[View], coef: FloatArray, bias: FloatArray) -> None:
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
                View(view, weight, {intern(gram): n for n, gram in enumerate(grams)}, arrays[f"idf_{i}"])
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
