"""The figures, as plain functions of what was right and what was given: F1, calibration, ranking, percentiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Bin", "Score", "auroc", "bins_of", "expected_error", "macro_f1", "percentile", "scores_of", "share"]

BINS = 10


@dataclass(frozen=True, slots=True)
class Score:
    """One class: how often it was right (``support``), how often it was given, and how often both."""

    support: int
    given: int
    both: int

    @property
    def precision(self) -> float:
        """Of those given, the share that is right; 0 when it was never given."""
        return self.both / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        """Of those right, the share that was given; 0 when there are none."""
        return self.both / self.support if self.support else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return 2 * self.both / (self.support + self.given) if self.support + self.given else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose probability lies in one tenth: how many, how sure on average, and how many were right."""

    start: float
    count: int
    confidence: float
    accuracy: float


def scores_of(pairs: Iterable[tuple[str, str | None]]) -> dict[str, Score]:
    """A score for each class that occurs among the right ones; pairs are (right, given)."""
    support: Counter[str] = Counter()
    given: Counter[str | None] = Counter()
    both: Counter[str] = Counter()
    for right, got in pairs:
        support[right] += 1
        given[got] += 1
        both[right] += right == got
    return {name: Score(support[name], given[name], both[name]) for name in sorted(support)}


def macro_f1(scores: dict[str, Score]) -> float:
    """The mean F1 over classes, each counting the same; 0 without any."""
    return share(sum(score.f1 for score in scores.values()), len(scores))


def bins_of(answers: Iterable[tuple[float, bool]]) -> list[Bin]:
    """(probability, right) pairs in tenths of the probability; empty tenths are left out."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        held.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    return [
        Bin(
            number / BINS,
            len(rows),
            sum(confidence for confidence, _ in rows) / len(rows),
            sum(right for _, right in rows) / len(rows),
        )
        for number, rows in sorted(held.items())
    ]


def expected_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: how far, on average, the probability told is from the share that is right."""
    count = sum(one.count for one in bins)
    return share(sum(one.count * abs(one.confidence - one.accuracy) for one in bins), count)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive one scores above a negative one, ties half; 0.5 when either side is empty."""
    if not positive or not negative:
        return 0.5
    counts = Counter(negative)
    wins = Counter(positive)
    below, total = 0, 0.0
    for value in sorted({*counts, *wins}):
        total += wins[value] * (below + counts[value] / 2)
        below += counts[value]
    return total / (len(positive) * len(negative))


def percentile(ordered: Sequence[float], part: float) -> float:
    """The value below which ``part`` (0 to 1) of the sorted values lie; 0 when there are none."""
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0


def share(part: float, whole: float) -> float:
    """``part`` of ``whole``; 0 when there is no whole."""
    return part / whole if whole else 0.0
