"""Readings of real texts: times, cues, words and danger signs as Labas has them; intent and entities as by a model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import anyio
import yaml

from dialogues.reading import Entity, Reading
from nlu.normalise import normal_text
from nlu.reader import Reader
from tests.dialogues.world import NOW

GAZETTEERS = Path(__file__).resolve().parents[2] / "nlu" / "data" / "gazetteers"
_NAMES = ("Salma", "Adam", "Sara", "Ilyas", "Yahya", "Hiba", "سلمى", "آدم", "ياسين", "إلياس")


def told(text: str, intent: str | None = None) -> Reading:
    """The reading of a text at nine on a Tuesday; vaccines, relations and a few names in it are found."""
    read: Reading = anyio.run(Reader(None).read, text, NOW)
    entities = [e for kind in ("vaccine", "relation") for e in _found(kind, text)]
    entities += [Entity("person_name", n, n, text.find(n), text.find(n) + len(n)) for n in _NAMES if n in text]
    sure = {"intent": intent, "confidence": 0.9, "doubt": "none"} if intent else {"doubt": "low"}
    return replace(read, entities=tuple(entities), **sure)  # type: ignore[arg-type]


@cache
def _gazetteer(kind: str) -> Mapping[str, list[str]]:
    data = yaml.safe_load((GAZETTEERS / f"{kind}.yml").read_text("utf-8"))
    return {code: [form for forms in rows.values() for form in forms] for code, rows in data["values"].items()}


def _found(kind: str, text: str) -> list[Entity]:
    found = []
    for code, forms in _gazetteer(kind).items():
        for form in sorted(forms, key=len, reverse=True):
            at = re.search(rf"(?<!\w)و?({re.escape(form)})(?!\w)", text, re.IGNORECASE)
            if at and normal_text(form):
                found.append(Entity(kind, code, at[1], at.start(1), at.end(1)))
                break
    return sorted(found, key=lambda entity: entity.start)
