"""Reads the word lists under ``data/gazetteers`` into names.

Each list says which entity it holds and, for every canonical value, its words in the four varieties; ``city.yml`` has
its own form and is joined with the commune register by ``nlu.places``.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from nlu.gazetteer import Gazetteer, Name
from nlu.places import ordinary_words, place_names

__all__ = ["GAZETTEERS", "all_names", "canonical_values", "list_names"]

GAZETTEERS = Path(__file__).parent / "data" / "gazetteers"
_VARIETIES = ("ary", "ary-Latn", "ar", "fr")


def list_names(folder: Path = GAZETTEERS) -> list[Name]:
    """Every name of every list. Raises ValueError on a list of the wrong form, naming the file and the value."""
    names = place_names(folder)
    for path in sorted(folder.glob("*.yml")):
        if path.stem != "city":
            names += _read(path)
    return names


def all_names(folder: Path = GAZETTEERS) -> Gazetteer:
    """The lists, ready to find names with."""
    return Gazetteer(list_names(folder), ordinary_words(folder))


def canonical_values(folder: Path = GAZETTEERS) -> dict[str, tuple[str, ...]]:
    """The canonical values by entity, places left out."""
    values: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.yml")):
        if path.stem != "city":
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            values[content["entity"]] = tuple(content["values"])
    return values


def _read(path: Path) -> list[Name]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    entity = content["entity"]
    names: list[Name] = []
    ways_of_address = {str(text) for text in content.get("only_in_context", ())}
    for value, varieties in content["values"].items():
        unknown = set(varieties) - set(_VARIETIES)
        if unknown:
            raise ValueError(f"{path.name}: {value}: unknown variety {sorted(unknown)}")
        for words in varieties.values():
            for text in words:
                if not isinstance(text, str):
                    raise ValueError(f"{path.name}: {value}: {text!r} must be quoted")
                names.append(Name(entity, value, text, text in ways_of_address))
    return names
