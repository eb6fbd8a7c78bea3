"""Finding a facility by what people call it: a few words of its French or Arabic name, in any spelling.

Words that nearly all facilities share tell nothing and are left out. Each other word asked for is matched by its fold
or, against typos, by its letters; a facility counts by how much of the question and of its name is matched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from dialogues.facts import FacilityFact
from store.names import Fold, words

_GENERIC = frozenset(
    "centre sante hopital hopitaux clinique dispensaire maison maternite accouchement urbain rural niveau provincial "
    "prefectoral regional hospitalier universitaire chu chp chr csu csr demo sbitar sbitare spitar mostachfa markaz "
    "si7i sihi مركز صحي صحيه مستشفي سبيطار مستوصف دار ولاده تجريبي حضري قروي مستوي اقليمي جهوي جامعي استشفائي "
    "عماله اول ثاني".split()
)
_TYPO = 80.0
_LEAST_COVERED, _LEAST_LETTERS, _SLACK = 0.6, 3, 10.0


def _telling(text: str) -> list[str]:
    # A preposition written on to the word ("بالرباط", "لوجدة") stays out of the comparison.
    found = []
    for written in words(text):
        is_joined = len(written) > 5 and written.startswith(("بال", "لل"))
        word = written.removeprefix("بال").removeprefix("لل") if is_joined else written
        if word not in _GENERIC and not word.isdigit():
            found.append(word)
    return found


class FacilityNames:
    """An index over the names of some facilities."""

    def __init__(self, facilities: Iterable[FacilityFact], fold: Fold) -> None:
        self._fold = fold
        self._names: list[tuple[FacilityFact, int]] = []
        self._with_word: dict[str, list[int]] = defaultdict(list)
        self._by_fold: dict[str, set[str]] = defaultdict(set)
        for fact in facilities:
            for name in (fact.name_fr, fact.name_ar):
                telling = set(_telling(name))
                for word in telling:
                    self._with_word[word].append(len(self._names))
                    self._by_fold[fold(word)].add(word)
                self._names.append((fact, sum(map(len, telling))))

    def search(self, text: str) -> list[tuple[float, FacilityFact]]:
        """Facilities with their likeness (0 to 100), those close to the best one only, in no order."""
        asked = _telling(text)
        total = sum(map(len, asked))
        letters_asked: dict[int, int] = defaultdict(int)
        letters_named: dict[int, int] = defaultdict(int)
        for word in asked:
            hit: dict[int, int] = {}
            for known in self._known(word):
                for place in self._with_word[known]:
                    hit[place] = max(len(known), hit.get(place, 0))
            for place, letters in hit.items():
                letters_asked[place] += len(word)
                letters_named[place] += letters
        scores: dict[str, tuple[float, FacilityFact]] = {}
        for place, covered in letters_asked.items():
            fact, length = self._names[place]
            if covered < max(_LEAST_COVERED * total, _LEAST_LETTERS):
                continue
            score = 70.0 * covered / total + 30.0 * min(1.0, letters_named[place] / length)
            if score > scores.get(fact.id, (0.0, fact))[0]:
                scores[fact.id] = (score, fact)
        best = max((score for score, _ in scores.values()), default=0.0)
        return [(score, fact) for score, fact in scores.values() if score >= best - _SLACK]

    def _known(self, word: str) -> set[str]:
        """The words of names that the word may stand for."""
        known = {word} if word in self._with_word else set()
        folded = self._fold(word)
        if len(folded) > 1:
            known |= self._by_fold.get(folded, set())
        if not known and len(word) > 3:
            hits = process.extract(word, self._with_word.keys(), scorer=fuzz.ratio, score_cutoff=_TYPO, limit=5)
            known = {hit[0] for hit in hits}
        return known
