"""Turns the judges' scores into honest probabilities and says when to doubt them; fitted on held-out folds.

The folds keep sentences of the same words (by skeleton, so across scripts) together, or the judges would be asked what
they were told. On the held-out scores of all judges, side by side, a multinomial regression learns whom to believe in
what and how classes crowd each other. Two thresholds are chosen on the same folds: below ``low`` the best guess should
not be acted on; above it, but with the second best nearer than ``gap``, one should ask which of the two is meant.
"""

# ruff: noqa: PLC0415 - scikit-learn and its like are imported where they train; serving must not load them.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from nlu.components.features import Words

__all__ = ["Calibration", "Thresholds", "choose_thresholds", "folds_by_words", "softmax"]

FloatArray = np.ndarray[Any, np.dtype[np.float32]]
# How many of the right answers each doubt may question; the thresholds go as high as that allows.
LOW_BUDGET = 0.05
AMBIGUOUS_BUDGET = 0.05
STRENGTH = 0.1
# The regression has a few thousand numbers to learn: more messages than this take longer and teach it nothing.
ENOUGH_MESSAGES = 12_000
# Nor do more steps than this: after five times as many the held-out messages are judged no better.
STEPS = 100
# Scores of all judges are brought to this spread before they are weighed against each other.
SPREAD = 0.35


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
    """The linear map from the judges' scores, side by side, to log-probabilities, and the thresholds."""

    weights: FloatArray  # (judges x classes, classes): log-probabilities = scores @ weights + bias, up to a constant
    bias: FloatArray
    thresholds: Thresholds
    accuracy: float  # on the held-out folds

    @classmethod
    def none(cls, judges: int, classes: int) -> Calibration:
        """Adds the scores and doubts nothing: for data too small to hold anything out."""
        weights = np.vstack([np.eye(classes, dtype=np.float32)] * judges)
        return cls(weights, np.zeros(classes, np.float32), Thresholds(), float("nan"))

    @classmethod
    def fit(cls, scores: Sequence[FloatArray], truth: Sequence[int], classes: int, sharpness: float) -> Calibration:
        """``scores``: held-out scores of each judge, one row a message; ``truth``: the right class numbers.

        ``sharpness``: how many times surer the judges of all sentences may be than those of most of them were.
        """
        from sklearn.linear_model import LogisticRegression

        right = np.asarray(truth)
        taught = np.linspace(0, len(right) - 1, min(len(right), ENOUGH_MESSAGES)).astype(int)
        if len(set(right[taught].tolist())) < classes:
            return cls.none(len(scores), classes)
        scales = np.concatenate([np.full(block.shape[1], SPREAD / (float(block.std()) or 1.0)) for block in scores])
        blocks = np.hstack(list(scores)) * scales
        regression = LogisticRegression(C=STRENGTH, max_iter=STEPS, tol=1e-3).fit(blocks[taught], right[taught])
        weights, bias = regression.coef_.T, regression.intercept_
        if classes == 2:
            weights, bias = np.hstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
        weights, bias = weights * sharpness, bias * sharpness
        judged = blocks @ weights + bias
        chances = np.sort(softmax(judged), axis=1)
        correct = judged.argmax(axis=1) == right
        thresholds = choose_thresholds(chances[:, -1], chances[:, -2], correct)
        weights = weights * scales[:, None]
        return cls(weights.astype(np.float32), bias.astype(np.float32), thresholds, float(correct.mean()))

    def chances(self, scores: Sequence[FloatArray]) -> FloatArray:
        """The probability of each class, from one message's scores by each judge."""
        return softmax(np.concatenate(list(scores)) @ self.weights + self.bias)

    def save(self, folder: Path, name: str) -> None:
        """Write ``<name>.npz``."""
        limits = np.array([self.thresholds.low, self.thresholds.gap, self.accuracy])
        np.savez_compressed(folder / f"{name}.npz", weights=self.weights, bias=self.bias, limits=limits)

    @classmethod
    def load(cls, folder: Path, name: str) -> Calibration:
        """Read what ``save`` wrote."""
        with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
            low, gap, accuracy = (float(number) for number in stored["limits"])
            return cls(stored["weights"], stored["bias"], Thresholds(low, gap), accuracy)


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
