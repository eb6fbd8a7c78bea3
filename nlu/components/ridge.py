"""Scores the intents by a sentence's meaning alone: ridge regression from its vector, solved in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["RidgeModel"]

FloatArray = np.ndarray[Any, np.dtype[np.float32]]


class RidgeModel:
    """``scores`` of every class; see the module's text."""

    def __init__(self, classes: Sequence[str], weights: FloatArray) -> None:
        """``weights``: one row a number of the vector and a last one for the bias, one column a class."""
        self.classes = list(classes)
        self._weights = weights

    @classmethod
    def fit(cls, vectors: FloatArray, labels: Sequence[str], penalty: float) -> RidgeModel:
        """``vectors``: one row a sentence; ``penalty``: how dear large weights are."""
        classes = sorted(set(labels))
        column = {label: i for i, label in enumerate(classes)}
        wanted = np.full((len(labels), len(classes)), -1.0, dtype=np.float32)
        wanted[np.arange(len(labels)), [column[label] for label in labels]] = 1.0
        known = np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
        square = known.T @ known + penalty * np.eye(known.shape[1], dtype=np.float32)
        return cls(classes, np.linalg.solve(square, known.T @ wanted).astype(np.float32))

    def scores(self, vectors: FloatArray) -> FloatArray:
        """One score a class, in the order of ``classes``; of one vector or of one a row."""
        result: FloatArray = vectors @ self._weights[:-1] + self._weights[-1]
        return result

    def save(self, folder: Path, name: str) -> None:
        """Write ``<name>.npz``, in half precision."""
        np.savez_compressed(folder / f"{name}.npz", classes=self.classes, weights=self._weights.astype(np.float16))

    @classmethod
    def load(cls, folder: Path, name: str) -> RidgeModel:
        """Read what ``save`` wrote."""
        with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
            return cls([str(label) for label in stored["classes"]], stored["weights"].astype(np.float32))
