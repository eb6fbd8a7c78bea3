"""The judges of an intent: two that read the words in different ways, and one that reads the sentence's meaning.

They are fitted and held out together; ``calibration`` learns from the held-out scores whom to believe in what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from nlu.components.features import Words
from nlu.components.linear import LinearModel
from nlu.components.parallel import in_processes
from nlu.components.ridge import RidgeModel
from nlu.components.views import Features

__all__ = ["Judges", "Material"]

FloatArray = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Material:
    """Training sentences as each judge reads them. ``vectors``: one row a sentence, or None."""

    letters: Features
    words: Features
    vectors: FloatArray | None

    @classmethod
    def of(cls, documents: Sequence[Words], vectors: FloatArray | None, config: dict[str, Any]) -> Material:
        """Count the documents as the classifier's ``config`` says."""
        views = [(str(name), float(weight), int(least)) for name, weight, least in config["views"]]
        counted = [(str(name), float(weight), int(least)) for name, weight, least in config["counted"]]
        every = list(dict.fromkeys([*views, *counted]))
        with in_processes(partial(_count, documents)) as count:
            found = dict(zip(every, count(every), strict=True))
        letters, words = (Features.joined([found[view] for view in wanted]) for wanted in (views, counted))
        return cls(letters, words, vectors)

    def some(self, rows: Sequence[int]) -> Material:
        """Only these sentences."""
        vectors = None if self.vectors is None else self.vectors[rows]
        return Material(self.letters.some(rows), self.words.some(rows), vectors)


def _count(documents: Sequence[Words], view: tuple[str, float, int]) -> Features:
    return Features.by_one(documents, *view)


@dataclass(frozen=True, slots=True)
class Judges:
    """Trained together on the same sentences. ``meaning`` is None where there are no sentence vectors."""

    margins: LinearModel
    counts: LinearModel
    meaning: RidgeModel | None

    @classmethod
    def fit(cls, material: Material, labels: Sequence[str], config: dict[str, Any]) -> Judges:
        """``config``: the classifier's own."""
        return cls(
            LinearModel.learn(material.letters, labels, learner="margins", strength=float(config["strength"])),
            LinearModel.learn(material.words, labels, learner="counts", strength=float(config["smoothing"])),
            None if material.vectors is None else RidgeModel.fit(material.vectors, labels, float(config["penalty"])),
        )

    @property
    def classes(self) -> list[str]:
        """The intents, in the order of all scores."""
        return self.margins.classes

    def by_words(self, words: Words) -> list[FloatArray]:
        """What the two judges of words say: one score a class each."""
        return [self.margins.scores(words), centred(self.counts.scores(words))]

    def of_all(self, material: Material) -> list[FloatArray]:
        """What each judge says of many messages: one row a message."""
        found = [self.margins.scores_of(material.letters), centred(self.counts.scores_of(material.words))]
        if self.meaning is not None and material.vectors is not None:
            found.append(self.meaning.scores(material.vectors))
        return found

    def familiar(self, words: Words) -> float:
        """The share of a message's words that the training sentences have, in whatever spelling; figures count as
        known, and a message of figures only as familiar; one of single letters ("zzz") is not."""
        norms, bones = self.counts.vocabulary("words"), self.counts.vocabulary("bone_words")
        said = [(n, b) for n, b in zip(words.norms, words.bones, strict=True) if len(n) > 1 and not n[:1].isdigit()]
        if not said:
            return 1.0 if any(n[:1].isdigit() for n in words.norms) else 0.0
        return sum(n in norms or (len(b) > 1 and b in bones) for n, b in said) / len(said)

    def save(self, folder: Path) -> None:
        """Write all of them."""
        self.margins.save(folder, "margins")
        self.counts.save(folder, "counts")
        if self.meaning is not None:
            self.meaning.save(folder, "meaning")

    @classmethod
    def load(cls, folder: Path) -> Judges:
        """Read what ``save`` wrote."""
        meaning = RidgeModel.load(folder, "meaning") if (folder / "meaning.npz").exists() else None
        return cls(LinearModel.load(folder, "margins"), LinearModel.load(folder, "counts"), meaning)


def centred(scores: FloatArray) -> FloatArray:
    """Scores about their mean: a long sentence's counts are all large, which says nothing about its intent."""
    result: FloatArray = scores - scores.mean(axis=-1, keepdims=True)
    return result
