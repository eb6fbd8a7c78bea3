"""Finds known names in a message: services, places, facilities, symptoms, body parts, medicines, vaccines, relations.

Pure Python over ``nlu.normalise``: the training, the NLU server and the tests use the same code. A name is a sequence
of words; small joining words and the article do not count, and a preposition written together with its word is taken
off (فتمارة, ftanja). A word matches by its norm or, for spelling variants, by its consonant skeleton if the vowels are
near as well. The longest name wins; one found inside it loses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nlu.normalise import Token, skeleton, tokenize

__all__ = ["GLUE", "Gazetteer", "Name", "Span", "name_words", "without_overlaps"]

# Words that join the parts of a name and may be there or not.
GLUE = frozenset(
    "d dial dyal dyl dialo dyalo de du des la le les l el al s n ta3 nta3 ta f fi au aux a en et o w u une un"
    " ديال دي د تاع نتاع متاع ف في ب ل من و".split()
)
# Words after which a name that is also a common word, or a way of address ("khoya"), is meant as a name.
CONTEXT_WORDS = frozenset(
    "f fi fe a en au d de mn men saken sakna sakn skent kanskon jay jaya ville quartier hay douar commune madina mdina"
    " habite vis sur vers pres proche l b 7da 9rib pour chez m3a 3nd dial dyal"
    " ف في من ب ل ساكن ساكنه مدينه حي دوار جماعه اسكن نسكن كنسكن قرب حدا جنب بجانب الي مع عند ديال د".split()
)
# Where two kinds claim the same words, the earlier one keeps them.
KIND_ORDER = (
    *("phone", "temperature", "duration", "service", "vaccine", "symptom", "facility", "relation"),
    *("medicine", "body_part", "city", "person_name"),
)
MIN_FUZZY_LETTERS = 5
MIN_FUZZY_BONES = 3
# Kinds whose ambiguous words are marked in their lists: they are not blocked for all sentences.
NEVER_BLOCKED = frozenset({"body_part", "medicine"})
# Kinds with many short words, and many ordinary words near them: "temps" is no temple, "couleur" no collyrium.
FUZZY_BONES_OF = {"body_part": 6, "medicine": 5}

_STROKE = "ـ"
_SOFT_LATIN = str.maketrans({"9": "k", "q": "k", "c": "k", "7": "h", "3": "a", "5": "x", "w": "o", "u": "o", "y": "i"})
_SOFT_ARABIC = str.maketrans({"ط": "ت", "ص": "س", "ض": "د", "ظ": "د", "ذ": "د", "ث": "ت", "ق": "ك"})


@dataclass(frozen=True, slots=True)
class Name:
    """One written name: what it names, its canonical value, and what it needs to be one.

    ``only_in_context``: a word before it; ``unsure``: the agreement of the sequence model.
    """

    entity: str
    value: str
    text: str
    only_in_context: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A name found: ``text == message[start:end]``, ``first`` and ``last`` the tokens it covers (both included).

    One that is not ``exact`` is only likely: a near spelling, or a word with other senses too. A ``hidden`` one is an
    ordinary word that also names something: it only lends its value where the sequence model finds a name.
    """

    entity: str
    value: str
    text: str
    start: int
    end: int
    first: int
    last: int
    exact: bool = True
    hidden: bool = False


def _is_arabic(word: str) -> bool:
    return "؀" <= word[:1] <= "ۿ"


@lru_cache(maxsize=8_192)
def _readings(norm: str) -> tuple[tuple[str, int], ...]:
    """The word and what is left without a joined article or preposition, each with the letters to leave out."""
    readings = [(norm, 0)]
    if _is_arabic(norm):
        for prefix, cut in (
            ("وال", 1),
            ("فال", 1),
            ("بال", 1),
            ("لل", 2),
            ("ال", 0),
            ("و", 1),
            ("ف", 1),
            ("ب", 1),
            ("ل", 1),
        ):
            if norm.startswith(prefix) and len(norm) - len(prefix) >= 3:
                readings.append((norm[len(prefix) :], cut))
    elif len(norm) >= 5 and norm[0] in "fbl":
        readings.append((norm[1:], 0 if norm[0] == "l" else 1))
    return tuple(readings)


@lru_cache(maxsize=8_192)
def _soft(norm: str) -> str:
    if _is_arabic(norm):
        return norm.removeprefix("ال").translate(_SOFT_ARABIC)
    return norm.replace("ou", "o").replace("kh", "x").replace("sh", "ch").translate(_SOFT_LATIN).replace("e", "i")


@lru_cache(maxsize=16_384)
def _near(one: str, other: str) -> bool:
    """Whether two words with the same skeleton are spellings of one word: same script, at most a vowel or two apart."""
    if _is_arabic(one) != _is_arabic(other):
        return False
    a, b = _soft(one), _soft(other)
    if min(len(a), len(b)) < (4 if _is_arabic(one) else MIN_FUZZY_LETTERS - 1):
        return a == b
    allowed = 1 if max(len(a), len(b)) <= 7 else 2
    return abs(len(a) - len(b)) <= allowed and _distance(a, b) <= allowed


def _distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def _bare(norm: str) -> str:
    return norm[2:] if norm.startswith("ال") and len(norm) >= 5 else norm


def name_words(text: str) -> tuple[str, ...]:
    """The words by which a name is found: without article, without joining words unless one letter ("vitamine D")."""
    tokens = tokenize(text)
    last = len(tokens) - 1
    content = [t for i, t in enumerate(tokens) if t.norm not in GLUE or (i == last and len(t.norm) == 1)]
    return tuple(_bare(token.norm) for token in content or tokens)


@dataclass(frozen=True, slots=True)
class _Step:
    """How far one way through the trie has come."""

    node: dict[str, Any]
    tokens: tuple[int, ...]  # the tokens matched
    words: tuple[str, ...]  # as read, without prefix
    cut: int
    exact: bool


class Gazetteer:
    """A trie over word keys. Build it from names; ``find`` is what the message is asked."""

    def __init__(self, names: Iterable[Name], blocked: Iterable[str] = ()) -> None:
        """``blocked``: norms that, alone, must not count as a name (common words of the training sentences)."""
        self.names = list(names)
        self.blocked = frozenset(blocked)
        self._words: list[tuple[str, ...]] = []
        self._root: dict[str, Any] = {}
        for number, name in enumerate(self.names):
            words = name_words(name.text)
            self._words.append(words)
            if not words:
                continue
            self._store(words, number, exact=True)
            bones = tuple(skeleton(word) for word in words)
            least = FUZZY_BONES_OF.get(name.entity, MIN_FUZZY_BONES)
            if sum(map(len, bones)) >= least and all(len(b) > 1 and not b.isdigit() for b in bones):
                self._store(tuple("~" + b for b in bones), number, exact=False)
        # Which names may begin with a word depends on the word alone, and people use the same words over and over.
        self._beginnings = lru_cache(maxsize=8_192)(self._begin)

    def _is_blocked(self, name: Name, number: int, step: _Step) -> bool:
        word = self._words[number][0] if step.exact else _bare(step.words[0])
        return word in self.blocked and name.entity not in NEVER_BLOCKED

    def _store(self, keys: Sequence[str], number: int, exact: bool) -> None:
        node = self._root
        for key in keys:
            node = node.setdefault(key, {})
        node.setdefault("" if exact else "~", []).append(number)

    def find(self, tokens: Sequence[Token]) -> list[Span]:
        """The names in a message, longest first choice, without overlaps, in text order."""
        return without_overlaps(self.candidates(tokens))

    def candidates(self, tokens: Sequence[Token]) -> list[Span]:
        """All names that words of a message may be, overlapping and hidden ones too."""
        return [span for i in range(len(tokens)) for span in self._from(tokens, i)]

    def _from(self, tokens: Sequence[Token], first: int) -> list[Span]:
        spans: list[Span] = []
        if tokens[first].norm in GLUE and len(tokens) > 1:
            return spans
        beginnings = self._beginnings(tokens[first].norm)
        stack = [_Step(node, (first,), (word,), cut, exact) for node, word, cut, exact in beginnings]
        while stack:
            step = stack.pop()
            for number in step.node.get("" if step.exact else "~", ()):
                name = self.names[number]
                if not step.exact and not all(map(_near, step.words, self._words[number])):
                    continue
                hidden = len(step.words) == 1 and self._is_blocked(name, number, step)
                if hidden and not step.exact:
                    continue
                if not name.only_in_context or _in_context(tokens, step):
                    spans.append(_span(name, tokens, step, hidden))
            position = step.tokens[-1] + 1
            skipped = 0
            while position < len(tokens) and skipped <= 2:
                stack += self._steps(step, tokens, position)
                if tokens[position].norm not in GLUE:
                    break
                position, skipped = position + 1, skipped + 1
        return spans

    def _begin(self, norm: str) -> tuple[tuple[dict[str, Any], str, int, bool], ...]:
        """Where a first word leads: the node, the word as read, the letters left out, whether it is exact."""
        return tuple(
            (node, word, cut, exact)
            for word, cut in _readings(norm)
            for exact, key in ((True, word), (False, "~" + _bones(word)))
            if (node := self._root.get(key)) is not None
        )

    def _steps(self, step: _Step, tokens: Sequence[Token], position: int) -> Iterable[_Step]:
        if len(step.node) == 1 and ("" in step.node or "~" in step.node):
            return  # no name goes on from here
        for word, _ in _readings(tokens[position].norm):
            node = step.node.get(word if step.exact else "~" + _bones(word))
            if node is not None:
                yield _Step(node, (*step.tokens, position), (*step.words, word), step.cut, step.exact)


@lru_cache(maxsize=8_192)
def _bones(word: str) -> str:
    return skeleton(word)


def _in_context(tokens: Sequence[Token], step: _Step) -> bool:
    first, last = step.tokens[0], step.tokens[-1]
    if step.cut:
        return True
    others = [t for i, t in enumerate(tokens) if not first <= i <= last and t.norm not in GLUE]
    return not others or (first > 0 and tokens[first - 1].norm in CONTEXT_WORDS)


def _letters(text: str, count: int) -> int:
    """How many characters the first ``count`` letters of a word take, the strokes that only lengthen it included."""
    at = 0
    while at < len(text) - 1 and (count or text[at] == _STROKE):
        count -= text[at] != _STROKE
        at += 1
    return at


def _span(name: Name, tokens: Sequence[Token], step: _Step, hidden: bool) -> Span:
    first, last = step.tokens[0], step.tokens[-1]
    start = tokens[first].start + _letters(tokens[first].text, step.cut)
    exact = step.exact and not name.unsure and not hidden
    return Span(name.entity, name.value, "", start, tokens[last].end, first, last, exact, hidden)


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The longest spans that do not overlap, exact ones and earlier kinds first, without hidden ones; in text order."""
    rank = {kind: i for i, kind in enumerate(KIND_ORDER)}
    ordered = sorted(
        (span for span in spans if not span.hidden),
        key=lambda s: (s.first - s.last, not s.exact, s.start - s.end, rank.get(s.entity, 99), s.start, s.value),
    )
    taken: set[int] = set()
    kept: list[Span] = []
    for span in ordered:
        covered = range(span.first, span.last + 1)
        if not taken.intersection(covered):
            taken.update(covered)
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)
