"""Reads the word lists under ``data/gazetteers`` into names.

Each list says which entity it holds and, for every canonical value, its words in the four varieties; ``city.yml`` has
its own form and is joined with the commune register by ``nlu.places``. Besides, a list may have

* ``a|b`` in a word: both spellings, in all combinations with the other words of the name;
* ``possessed``: by variety, the endings for "my", "his" …, with which every single word but the ``whole`` ones is a
  name too;
* ``only_in_context``: ways of address that are names only after "for", "with" and the like;
* ``unsure``: words with another sense too, which count only where the sequence model agrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from nlu.gazetteer import Gazetteer, Name, name_words
from nlu.places import ordinary_words, place_names

__all__ = ["GAZETTEERS", "all_names", "canonical_values", "list_names"]

GAZETTEERS = Path(__file__).parent / "data" / "gazetteers"
_VARIETIES = ("ary", "ary-Latn", "ar", "fr")
# "ktef" loses its vowel before an ending that begins with one: "ktfi".
_AFTER_CONSONANTS = ("و", "o", "ou", "u", "i", "ي")
_ELIDED = re.compile(r"(?<=[^aeiou])e(?=[^aeiou]$)")


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
    ways_of_address = _keys(content.get("only_in_context", ()))
    unsure = _keys(content.get("unsure", ()))
    whole = _keys(content.get("whole", ()))
    endings: Mapping[str, Sequence[str]] = content.get("possessed", {})
    names: dict[tuple[str, tuple[str, ...]], Name] = {}
    for value, varieties in content["values"].items():
        unknown = set(varieties) - set(_VARIETIES)
        if unknown:
            raise ValueError(f"{path.name}: {value}: unknown variety {sorted(unknown)}")
        for variety, words in varieties.items():
            for written in words:
                if not isinstance(written, str):
                    raise ValueError(f"{path.name}: {value}: {written!r} must be quoted")
                for text in _forms(written, endings.get(variety, ()), whole):
                    key = name_words(text)
                    name = Name(entity, value, text, key in ways_of_address, key in unsure)
                    names.setdefault((value, key), name)
    return list(names.values())


def _keys(written: Sequence[Any]) -> frozenset[tuple[str, ...]]:
    return frozenset(name_words(text) for entry in written for text in _spellings(str(entry)))


def _spellings(written: str) -> Iterator[str]:
    """Every combination of the spellings given with ``|``."""
    return (" ".join(words) for words in product(*(word.split("|") for word in written.split())))


def _forms(written: str, endings: Sequence[str], whole: frozenset[tuple[str, ...]]) -> Iterator[str]:
    """The spellings of a name and, for single words, their possessed forms."""
    for text in _spellings(written):
        yield text
        if endings and " " not in text and name_words(text) not in whole:
            yield from _possessed(text, endings)


def _possessed(word: str, endings: Sequence[str]) -> Iterator[str]:
    if word.endswith(("ة", "a")):
        word = word[:-1] + ("ت" if word.endswith("ة") else "t")
    elif (word.endswith("ين") and len(word) > 3) or (word.endswith("in") and len(word) > 4):
        # "3inin", her eyes: "3iniha"
        word, endings = word[:-1], [ending for ending in endings if ending not in _AFTER_CONSONANTS]
    elif word[-1] in "iouyيو":
        return  # a form of its own: "kerchi"
    for ending in endings:
        yield (_ELIDED.sub("", word) if ending[0] in "iou" else word) + ending
