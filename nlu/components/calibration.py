"""Turns margins into honest probabilities and says when to doubt them; fitted on held-out folds at each training.

The folds keep sentences of the same words (by skeleton, so across scripts) together, or the model would be asked what
it was told. On the held-out margins a multinomial regression learns how classes crowd each other; being linear, it is
folded into the model. Two thresholds are chosen on the same folds: below ``low`` the best guess should not be acted on;
above it, but with the second best nearer than ``gap``, one should ask which of the two is meant.
"""

# ruff: noqa: PLC0415 - scikit-learn and its like are imported where they train; serving must not load them.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nlu.components.features import Words

__all__ = ["Calibration", "Thresholds", "folds_by_words", "softmax"]

FloatArray = np.ndarray[Any, np.dtype[np.float32]]
# How many of the right answers each doubt may question; the thresholds go as high as that allows.
LOW_BUDGET = 0.05
AMBIGUOUS_BUDGET = 0.05
STRENGTH = 0.2


def softmax(scores: FloatArray) -> FloatArray:
    """Probabilities along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: FloatArray = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def folds_by_words(
    documents: Sequence[Words], labels: Sequence[str], count: int
) -> Iterator[tuple[list[int], list[int]]]:
    """(training, held out) index lists; messages with the same skeletons are in one fold, classes spread evenly."""
    group_of: dict[tuple[str, ...], int] = {}
    groups = [group_of.setdefault(tuple(sorted(set(d.bones))) or d.norms, len(group_of)) for d in documents]
    order = np.random.default_rng(7).permutation(len(group_of))
    seen: dict[str, int] = {}
    fold_of_group: dict[int, int] = {}
    for index in sorted(range(len(documents)), key=lambda i: order[groups[i]]):
        label = labels[index]
        if groups[index] not in fold_of_group:
            fold_of_group[groups[index]] = seen.get(label, 0) % count
            seen[label] = seen.get(label, 0) + 1
    for fold in range(count):
        held = [i for i, group in enumerate(groups) if fold_of_group[group] == fold]
        kept = [i for i, group in enumerate(groups) if fold_of_group[group] != fold]
        if held and kept:
            yield kept, held


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When to doubt."""

    low: float = 0.0
    gap: float = 0.0

    def doubt(self, first: float, second: float) -> Literal["none", "low", "ambiguous"]:
        """The doubt about a best guess of probability ``first`` before a ``second``."""
        if first < self.low:
            return "low"
        return "ambiguous" if first - second < self.gap else "none"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The linear map from margins to log-probabilities, and the thresholds."""

    weights: FloatArray  # (class, class): scores = margins @ weights + bias
    bias: FloatArray
    thresholds: Thresholds
    accuracy: float  # on the held-out folds

    @classmethod
    def none(cls, classes: int) -> Calibration:
        """Leaves margins as they are and doubts nothing: for data too small to hold anything out."""
        return cls(np.eye(classes, dtype=np.float32), np.zeros(classes, np.float32), Thresholds(), float("nan"))

    @classmethod
    def fit(cls, margins: FloatArray, truth: Sequence[int], classes: int) -> Calibration:
        """``margins``: held-out scores, one row a message; ``truth``: the right class numbers."""
        from sklearn.linear_model import LogisticRegression

        right = np.asarray(truth)
        if len(set(right.tolist())) < classes:
            return cls.none(classes)
        regression = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-3).fit(margins, right)
        weights, bias = regression.coef_.T, regression.intercept_
        if classes == 2:
            weights, bias = np.hstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
        scores = margins @ weights + bias
        chances = np.sort(softmax(scores), axis=1)
        correct = scores.argmax(axis=1) == right
        thresholds = choose_thresholds(chances[:, -1], chances[:, -2], correct)
        return cls(weights.astype(np.float32), bias.astype(np.float32), thresholds, float(correct.mean()))


def choose_thresholds(
    first: FloatArray, second: FloatArray, correct: np.ndarray[Any, np.dtype[np.bool_]]
) -> Thresholds:
    """The highest thresholds that question no more right answers than their budgets."""
    if not correct.any():
        return Thresholds()
    low = float(np.quantile(first[correct], LOW_BUDGET))
    sure = correct & (first >= low)
    gap = float(np.quantile((first - second)[sure], AMBIGUOUS_BUDGET))
    return Thresholds(low, gap)
