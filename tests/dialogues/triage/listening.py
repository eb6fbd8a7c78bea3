"""Reads messages without the model: names by list and pattern, and whoever names a complaint reports one.

What the model adds is measured with the real one; here the talk itself is tested, quickly.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import anyio

from dialogues.reading import Reading
from nlu.gazetteer import Gazetteer, without_overlaps
from nlu.names import all_names
from nlu.normalise import tokenize
from nlu.patterns import pattern_spans
from nlu.reader import Reader

_KINDS = frozenset({"symptom", "body_part", "relation", "city", "temperature", "duration", "medicine", "vaccine"})


@cache
def _names() -> Gazetteer:
    return all_names()


class Lists:
    """Answers as the NLU server would, from the lists alone."""

    async def parse(self, text: str) -> dict[str, Any]:
        tokens = tokenize(text)
        names = [span for span in _names().find(tokens) if span.entity in _KINDS]
        spans = without_overlaps([*names, *(s for s in pattern_spans(tokens, text, names) if s.entity in _KINDS)])
        complains = any(span.entity in ("symptom", "body_part") for span in spans)
        return {
            "intent": {"name": "report_symptom" if complains else "inform", "confidence": 0.9},
            "doubt": "none",
            "entities": [
                {"entity": s.entity, "value": s.value, "start": s.start, "end": s.end, "text": text[s.start : s.end]}
                for s in spans
            ],
        }


def read(text: str, now: datetime) -> Reading:
    """The reading of one message."""
    return anyio.run(Reader(Lists()).read, text, now)
