"""Sentences with the entities that must be found in them, and how well answers fit them: for tests and evaluation.

A file holds a list under ``sentences``; marks are those of the training data, ``[words](kind:value)``. Without a value
only the place and the kind are asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from nlu.examples import Mark, parse_marks

__all__ = ["EntityCase", "EntityScore", "read_entity_cases", "score_entities"]

# Kind, first and past-the-last character, canonical value.
Found = tuple[str, int, int, str]


@dataclass(frozen=True, slots=True)
class EntityCase:
    """A sentence without its marks, and the marks; a mark whose value is its words asks for no canonical value."""

    text: str
    marks: tuple[Mark, ...]

    def missed(self, found: Iterable[Found]) -> list[Mark]:
        """The marks that ``found`` does not hold, place, kind and value."""
        given = set(found)
        return [mark for mark in self.marks if not any(self._fits(mark, one) for one in given)]

    def too_many(self, found: Iterable[Found]) -> list[Found]:
        """What was found and fits no mark."""
        return [one for one in found if not any(self._fits(mark, one) for mark in self.marks)]

    def _fits(self, mark: Mark, found: Found) -> bool:
        kind, start, end, value = found
        asked = mark.value != self.text[mark.start : mark.end]
        return (kind, start, end) == (mark.entity, mark.start, mark.end) and (not asked or value == mark.value)


@dataclass(frozen=True, slots=True)
class EntityScore:
    """Over all sentences: marks found right, missed, and entities that are none; ``by_kind``: F1 of each kind."""

    right: int
    missed: int
    wrong: int
    by_kind: dict[str, float]

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0 to 1."""
        return _f1(self.right, self.missed, self.wrong)


def read_entity_cases(path: Path) -> list[EntityCase]:
    """The sentences of a file. Raises ValueError, naming the file, when it is not of the form."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    sentences = content.get("sentences") if isinstance(content, dict) else None
    if not isinstance(sentences, list) or not all(isinstance(sentence, str) for sentence in sentences):
        raise ValueError(f"{path}: no list of sentences under 'sentences'")
    return [EntityCase(*parse_marks(sentence)) for sentence in sentences]


def score_entities(cases: Sequence[EntityCase], answers: Sequence[Sequence[Found]]) -> EntityScore:
    """How well ``answers``, one a case, fit: an entity counts when place, kind and, where asked, value are right."""
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for case, found in zip(cases, answers, strict=True):
        without = case.missed(found)
        missed.update(mark.entity for mark in without)
        right.update(mark.entity for mark in case.marks if mark not in without)
        wrong.update(one[0] for one in case.too_many(found))
    kinds = sorted({*right, *missed, *wrong})
    return EntityScore(
        right.total(),
        missed.total(),
        wrong.total(),
        {kind: _f1(right[kind], missed[kind], wrong[kind]) for kind in kinds},
    )


def _f1(right: int, missed: int, wrong: int) -> float:
    return 2 * right / (2 * right + missed + wrong) if right else 0.0
