"""Puts the figures together: one plain dictionary, which is the JSON report and what the other forms are drawn from.

Shares and probabilities are 0 to 1. Every slice is named by its ``set`` (first, strangers) and ``variety`` (one of the
four, "mixed", or "all").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from nlu.entity_cases import score_entities
from nlu.evaluation.figures import auroc, bins_of, expected_error, macro_f1, percentile, scores_of, share
from nlu.evaluation.judging import Judged, JudgedDate, Readings
from nlu.evaluation.sets import EMERGENCY, MIXED, OUT_OF_SCOPE, Sets
from nlu.examples import VARIETIES

__all__ = ["ALL", "DISTRESS", "figures_of", "out_of_scope_score"]

ALL = "all"
SLICES = (*VARIETIES, MIXED, ALL)
DISTRESS = "report_mental_distress"
# Neither is an ordinary sentence: the net may well hear danger in both.
_NOT_ORDINARY = frozenset({EMERGENCY, DISTRESS})
SENTENCES_KEPT = 200


def figures_of(sets: Sets, readings: Readings) -> dict[str, Any]:
    """Everything but what the model and the data are, which the caller knows."""
    judged = readings.judged
    slices = list(_slices(sets, judged))
    return {
        "sets": {name: {"left_out": sets.left_out.get(name, 0)} for name in sets.names},
        "leaks": [asdict(leak) for leak in sets.leaks],
        "slices": [_slice(name, variety, rows) for name, variety, rows in slices if _of(rows, "intent")],
        "intents": [
            {"set": name, "variety": variety, "intent": intent, "support": score.support}
            | {"precision": _round(score.precision), "recall": _round(score.recall), "f1": _round(score.f1)}
            for name, variety, rows in slices
            for intent, score in scores_of(_pairs(rows)).items()
        ],
        "confusions": _confusions(judged),
        "calibration": [
            _calibration(name, rows) for name, variety, rows in slices if variety == ALL and _of(rows, "intent")
        ],
        "danger": [_danger(name, variety, rows) for name, variety, rows in slices],
        "danger_sentences": _danger_sentences(judged),
        "dates": _dates(readings.dates),
        "entities": _entities(sets, readings),
        "time": {
            "calls": len(readings.milliseconds),
            "p50_ms": _round(percentile(readings.milliseconds, 0.5)),
            "p99_ms": _round(percentile(readings.milliseconds, 0.99)),
        },
    }


def out_of_scope_score(judged: Judged) -> float:
    """How far out of scope a sentence looks: one minus the probability of the best intent that is in scope."""
    return 1.0 - max((chance for intent, chance in judged.chances if intent != OUT_OF_SCOPE), default=0.0)


def _slices(sets: Sets, judged: Sequence[Judged]) -> Iterator[tuple[str, str, list[Judged]]]:
    for name in sets.names:
        for variety in SLICES:
            rows = [j for j in judged if j.case.set == name and variety in (j.case.variety, ALL)]
            if rows:
                yield name, variety, rows


def _of(rows: Iterable[Judged], *kinds: str) -> list[Judged]:
    return [j for j in rows if j.case.kind in kinds]


def _pairs(rows: Iterable[Judged]) -> list[tuple[str, str | None]]:
    return [(str(j.case.intent), j.intent) for j in _of(rows, "intent")]


def _slice(name: str, variety: str, every: Sequence[Judged]) -> dict[str, Any]:
    rows = _of(every, "intent")
    sure = [j for j in rows if j.doubt == "none"]
    told = [j for j in rows if j.variety is not None and j.case.variety != MIXED]
    outside = [out_of_scope_score(j) for j in rows if j.case.intent == OUT_OF_SCOPE]
    inside = [out_of_scope_score(j) for j in rows if j.case.intent != OUT_OF_SCOPE]
    return {
        "set": name,
        "variety": variety,
        "sentences": len(rows),
        "macro_f1": _round(macro_f1(scores_of(_pairs(rows)))),
        "accuracy": _round(share(sum(j.right for j in rows), len(rows))),
        "sure": _round(share(len(sure), len(rows))),
        "right_when_sure": _round(share(sum(j.right for j in sure), len(sure))),
        "calibration_error": _round(expected_error(bins_of((j.confidence, j.right) for j in rows))),
        "out_of_scope_auroc": _round(auroc(outside, inside)) if outside and inside else None,
        "variety_told": len(told),
        "variety_right": _round(share(sum(j.variety == j.case.variety for j in told), len(told))) if told else None,
    }


def _confusions(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Pairs (right, given) with their sentences, the most frequent first."""
    pairs: dict[tuple[str, str | None], list[Judged]] = {}
    for j in _of(judged, "intent"):
        if not j.right:
            pairs.setdefault((str(j.case.intent), j.intent), []).append(j)
    return [
        {"right": right, "given": given, "count": len(rows), "sentences": [_sentence(j) for j in rows]}
        for (right, given), rows in sorted(pairs.items(), key=lambda pair: (-len(pair[1]), str(pair[0])))
    ]


def _sentence(j: Judged) -> dict[str, Any]:
    return {"set": j.case.set, "variety": j.case.variety, "text": j.case.text, "confidence": _round(j.confidence)} | (
        {"doubt": j.doubt}
    )


def _calibration(name: str, every: Sequence[Judged]) -> dict[str, Any]:
    bins = bins_of((j.confidence, j.right) for j in _of(every, "intent"))
    rounded = [{key: _round(value) for key, value in asdict(one).items()} for one in bins]
    return {"set": name, "error": _round(expected_error(bins)), "bins": rounded}


def _danger(name: str, variety: str, rows: Sequence[Judged]) -> dict[str, Any]:
    """How many of the emergencies, of their look-alikes and of ordinary sentences raised the alarm, and who did."""
    groups: dict[str, Callable[[Judged], bool]] = {
        "emergencies": _is_emergency,
        "lookalikes": lambda j: j.case.kind == "lookalike",
        "ordinary": _is_ordinary,
    }
    return {"set": name, "variety": variety} | {
        group: {
            "sentences": len(members),
            "net": sum(bool(j.danger) for j in members),
            "model": sum(j.intent == EMERGENCY for j in members),
            "either": sum(j.alarmed for j in members),
        }
        for group, belongs in groups.items()
        for members in [[j for j in rows if belongs(j)]]
    }


def _is_emergency(j: Judged) -> bool:
    return j.case.intent == EMERGENCY


def _is_ordinary(j: Judged) -> bool:
    return j.case.kind == "intent" and j.case.intent not in _NOT_ORDINARY


def _danger_sentences(judged: Sequence[Judged]) -> dict[str, list[dict[str, Any]]]:
    def told(j: Judged) -> dict[str, Any]:
        return _sentence(j) | {"given": j.intent, "danger": list(j.danger)}

    return {
        "missed": [told(j) for j in judged if _is_emergency(j) and not j.alarmed],
        "false_alarms_on_lookalikes": [told(j) for j in judged if j.case.kind == "lookalike" and j.alarmed],
        "false_alarms_on_ordinary": [told(j) for j in judged if _is_ordinary(j) and j.alarmed][:SENTENCES_KEPT],
    }


def _dates(dates: Sequence[JudgedDate]) -> dict[str, Any]:
    return {
        "slices": [
            {"variety": variety, "sentences": len(rows), "right": _round(share(sum(d.right for d in rows), len(rows)))}
            for variety in (*VARIETIES, ALL)
            for rows in [[d for d in dates if variety in (d.case.variety, ALL)]]
            if rows
        ],
        "wrong": [
            {"variety": d.case.variety, "text": d.case.text, "now": d.case.now.isoformat()}
            | {"expect": d.case.expect, "given": d.given}
            for d in dates
            if not d.right
        ],
    }


def _entities(sets: Sets, readings: Readings) -> dict[str, Any]:
    """An entity counts when its place, its kind and, where the case asks for it, its value are right."""
    rows = [(variety, case, found) for (variety, case), found in zip(sets.entities, readings.entities, strict=True)]
    slices = []
    for variety in (*VARIETIES, ALL):
        some = [(case, found) for of, case, found in rows if variety in (of, ALL)]
        if some:
            score = score_entities([case for case, _ in some], [found for _, found in some])
            slices.append(
                {
                    "variety": variety,
                    "marks": score.right + score.missed,
                    "precision": _round(share(score.right, score.right + score.wrong)),
                    "recall": _round(share(score.right, score.right + score.missed)),
                    "f1": _round(score.f1),
                }
            )
    every = score_entities([case for _, case, _ in rows], [found for _, _, found in rows])
    marks = Counter(mark.entity for _, case, _ in rows for mark in case.marks)
    return {
        "slices": slices,
        "kinds": [{"kind": kind, "marks": marks[kind], "f1": _round(f1)} for kind, f1 in every.by_kind.items()],
        "wrong": [
            {"variety": variety, "text": case.text}
            | {"missed": [f"{mark.entity}:{mark.value}" for mark in case.missed(found)]}
            | {"too_many": [f"{kind}:{value}" for kind, _, _, value in case.too_many(found)]}
            for variety, case, found in rows
            if case.missed(found) or case.too_many(found)
        ],
    }


def _round(value: float) -> float:
    return round(value, 4)
