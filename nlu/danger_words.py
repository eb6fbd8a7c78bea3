"""Finds the word lists of the danger rules in a message.

People in panic glue words together, forget letters and write Darija as it sounds. So one written word is looked up
under several forms: as it stands, without article, preposition or elided letter stuck to it (``lambulance``, ``fsder``,
``والسخانة``), without the ``ma…ch`` of Darija negation (``makaytnefsch``), without vowels, and for some with one wrong
letter. What a word can be is remembered, so a message costs little more than its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from nlu.normalise import Token, normal_form

__all__ = ["BONES_LENGTH", "MAX_GAP", "Hit", "Lexicon", "Slot", "WordPattern", "bones", "folded"]

MAX_GAP = 4
"""How many words ``..`` may stand for."""

BONES_LENGTH = 4
"""The fewest letters of a word without vowels that are still a word of their own."""

_FUZZY_LENGTH = 6
_LONGEST = 32  # no word of the rules is longer; longer ones in a message would only cost time
_SQUEEZED_LENGTH = 5
_DOUBLED = re.compile(r"(.)\1+")
_MA_WORDS = frozenset("ma maa ما وما فما".split())
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ARABIC_ENDING = re.compile(r"(?<=.{3})(?:ها|هم|نا|ه|ا)$")
_MA_CH = re.compile(r"^(ma|m|ما|م)?(.{2,}?)(?:chay|chi|shi|che|ch|sh|(?<![aeiou])x|شاي|شي|ش)$")
_ELIDED = re.compile(r"^[ldjcsnmt](?=[aeiouh])(?=.{4})")
_LATIN_STUCK = re.compile(r"^(?:[aeo]?l|[fbwd]l?|(.)(?=\1))(?=[^aeiou])(?=.{3})")
_ARABIC_STUCK = re.compile(r"^(?:(?:[وف]?[بفكدل]?ال|[وف]?لل)(?=.{2})|[وفبلكد](?=.{3}))")
_LATIN_TENSE = re.compile(r"^(?:gha|ghe|ka|ke|ki|ta)(?=[nyt]\w{3})")
_ARABIC_TENSE = re.compile(r"^(?:غا|كا|تا|غ|ك|ت|س)(?=[نيتا]\w{2})")
_VERB = re.compile(r"^(?:[kt]a?[iytn]|gh?a|ka|[yn][^aeiou]|[kt]i[^aeiou]|كي|كت|كن|غ|[يتن]..)")
_VERB_BONES = re.compile(r"^(?:kn|kt|k|Gn|Gt|G|t|n)(?=.{4})")
_DIGRAPHS = (("kh", "x"), ("gh", "G"), ("ch", "S"), ("sh", "S"), ("th", "t"), ("dh", "d"))
_LETTERS = {
    letter: bone
    for bone, letters in {
        "b": "bpب", "t": "t6تثط", "d": "dدضذظ", "s": "szسصز", "j": "jج", "h": "h8ه", "H": "7ح", "x": "x5خ", "G": "G4غ",
        "Q": "q9gق", "k": "kcك", "f": "fvف", "m": "mم", "n": "nن", "l": "lل", "r": "rر", "S": "Sش", "3": "3ع",
    }.items()
    for letter in letters
}  # fmt: skip
# Letters that no French word has: with one of them a short word without vowels is safe from French look-alikes.
_UNFRENCH = frozenset("3xGH")
_REMEMBERED = 16384
_NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class WordPattern:
    """One written word of the rules; ``mode`` is one of bare, exact, fuzzy, prefix, suffix, inside, bones."""

    mode: str
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a phrase: any of these words, or of these lists, at most ``gap`` words after the place before."""

    words: frozenset[WordPattern]
    lists: frozenset[int]
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """Tokens ``start`` to ``end`` (exclusive) are one item of a list; ``places`` are the tokens that matter in it."""

    start: int
    end: int
    places: tuple[int, ...]
    negated_form: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """The numbers of the patterns a word matches, as itself and once its own negation is taken off."""

    plain: frozenset[int] = _NOBODY
    negated: frozenset[int] = _NOBODY


def folded(word: str) -> str:
    """The norm of ``word`` without the table of short forms, for which "kan" (was) would read as "quand"."""
    return normal_form("x" + word)[1:]


def bones(word: str) -> str:
    """``word`` without vowels in one alphabet for both scripts, so that تنفخ, tnfekh and tenfakh are one.

    Not the skeleton of ``normalise``: that one drops ع and merges ح with ه, and رضع (sucked) is not رد (answered).
    """
    if not _ARABIC.search(word):
        for pair, letter in _DIGRAPHS:
            word = word.replace(pair, letter)
    elif word.endswith("ه"):
        word = word[:-1]
    return _DOUBLED.sub(r"\1", "".join(_LETTERS.get(letter, "") for letter in word))


def _spelled_freely(word: str) -> str:
    """The bones of a Darija or Arabic word, empty where they would fit other words too."""
    if word.startswith("ال") or not (_ARABIC.search(word) or any(digit in word for digit in "3579")):
        return ""
    left = bones(word)
    own = len(left) >= BONES_LENGTH and (len(left) > BONES_LENGTH or bool(_UNFRENCH & set(left)))
    return left if own else ""


def _neighbours(word: str) -> Iterator[str]:
    """``word`` with one letter taken out, the first excepted: two such sets meet when one letter is wrong."""
    for i in range(1, len(word)):
        yield word[:i] + word[i + 1 :]


def _one_slip(a: str, b: str) -> bool:
    """Whether one letter added, lost, changed or two neighbours swapped make ``a`` out of ``b``."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[start:], b[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])


def _squeezed(word: str) -> str:
    """``word`` without doubled letters: "appel" and "apel", "kattfi9" and "katfi9" are one; short words stay."""
    squeezed = _DOUBLED.sub(r"\1", word)
    return squeezed if len(squeezed) >= _SQUEEZED_LENGTH else word


def _forms(word: str) -> Iterator[str]:
    """``word`` as it stands and without article, preposition, "ka-", "gha-" or Arabic ending stuck to it."""
    yield word
    if _ARABIC.search(word):
        if cut := _ARABIC_STUCK.match(word):
            yield word[cut.end() :]
        if word[0] in "وف" and len(word) > 3 and (cut := _ARABIC_STUCK.match(word[1:])):
            yield word[1 + cut.end() :]
        if word[0] in "وف" and len(word) > 3:
            yield word[1:]
        if cut := _ARABIC_TENSE.match(word):
            yield word[cut.end() :]
        if cut := _ARABIC_ENDING.search(word):
            yield word[: cut.start()]
        return
    for stuck in (_ELIDED, _LATIN_STUCK, _LATIN_TENSE):
        if cut := stuck.match(word):
            yield word[cut.end() :]


@dataclass(slots=True)
class Lexicon:
    """All words and phrases of the rules, indexed by what a token looks like.

    ``add`` while the rules are read, ``hits`` afterwards. Lists are numbered in the order in which they are first
    filled, and a phrase may only name lists with lower numbers, so one pass in order finds everything.
    """

    known: frozenset[str] = frozenset()
    _numbers: dict[WordPattern, int] = field(default_factory=dict)
    _exact: dict[str, set[int]] = field(default_factory=dict)
    _bare: dict[str, set[int]] = field(default_factory=dict)
    _prefix: dict[str, set[int]] = field(default_factory=dict)
    _bones: dict[str, set[int]] = field(default_factory=dict)
    _loose: list[tuple[str, str, int]] = field(default_factory=list)
    _fuzzy: dict[str, set[str]] = field(default_factory=dict)
    _single: dict[int, set[int]] = field(default_factory=dict)
    _by_word: dict[int, list[int]] = field(default_factory=dict)
    _by_list: dict[int, list[int]] = field(default_factory=dict)
    _phrases: list[tuple[int, tuple[tuple[frozenset[int], frozenset[int], int], ...]]] = field(default_factory=list)
    _size: int = 0
    _memory: dict[tuple[str, str, bool], _Seen] = field(default_factory=dict)

    def new_list(self) -> int:
        """The number of a new, empty list."""
        self._size += 1
        return self._size - 1

    def add(self, target: int, phrase: Sequence[Slot]) -> None:
        """Put one word or phrase into list ``target``."""
        slots = tuple((frozenset(self._number(w) for w in s.words), s.lists, s.gap) for s in phrase)
        words, lists, _ = slots[0]
        if len(slots) == 1:
            for number in words:
                self._single.setdefault(number, set()).add(target)
            if not lists:
                return
            slots = ((_NOBODY, lists, 0),)
        self._phrases.append((target, slots))
        for number in slots[0][0]:
            self._by_word.setdefault(number, []).append(len(self._phrases) - 1)
        for other in lists:
            self._by_list.setdefault(other, []).append(len(self._phrases) - 1)

    def _number(self, pattern: WordPattern) -> int:
        if pattern in self._numbers:
            return self._numbers[pattern]
        number = self._numbers[pattern] = len(self._numbers)
        match pattern.mode:
            case "exact" | "fuzzy":
                for text in {pattern.text, _squeezed(pattern.text)}:
                    self._exact.setdefault(text, set()).add(number)
                if pattern.mode == "fuzzy":
                    for key in (pattern.text, *_neighbours(pattern.text)):
                        self._fuzzy.setdefault(key, set()).add(pattern.text)
            case "bare":
                self._bare.setdefault(pattern.text, set()).add(number)
            case "prefix":
                for text in {pattern.text, _squeezed(pattern.text)}:
                    self._prefix.setdefault(text, set()).add(number)
            case "bones":
                self._bones.setdefault(bones(pattern.text), set()).add(number)
            case mode:
                self._loose.append((mode, pattern.text, number))
        if pattern.mode in ("exact", "prefix") and (left := _spelled_freely(pattern.text)):
            self._bones.setdefault(left, set()).add(number)
        return number

    def _look_up(self, word: str) -> set[int]:
        found = set(self._bare.get(word, _NOBODY))
        forms = set(_forms(word))
        bare_bones: set[str] = set()
        if not forms & self.known:
            forms |= {_squeezed(form) for form in forms}
            bare_bones = {bones(form) for form in forms if not form.startswith("ال")}
            if not any(letter.isdigit() for letter in word) and not _ARABIC.search(word):
                # Without digits "h" may stand for ح and "k" for ق.
                bare_bones |= {b.replace("h", "H") for b in bare_bones} | {b.replace("k", "Q") for b in bare_bones}
        for form in forms:
            found |= self._exact.get(form, _NOBODY)
            for length in range(2, min(len(form), _LONGEST) + 1):
                found |= self._prefix.get(form[:length], _NOBODY)
        for mode, text, number in self._loose:
            if text in word if mode == "inside" else word.endswith(text):
                found.add(number)
        for form in bare_bones:
            found |= self._bones.get(form, _NOBODY)
            if cut := _VERB_BONES.match(form):
                found |= self._bones.get(form[cut.end() :], _NOBODY)
        return found

    def _slips(self, word: str) -> set[int]:
        if not _FUZZY_LENGTH <= len(word) <= _LONGEST or word in self.known:
            return set()
        near = {text for key in (word, *_neighbours(word)) for text in self._fuzzy.get(key, ())}
        return {n for text in near if text[0] == word[0] and _one_slip(word, text) for n in self._exact[text]}

    def read(self, norm: str, raw: str, after_ma: bool) -> _Seen:
        """Which patterns the word of one token matches; ``after_ma``: a Darija "not" stands before it."""
        key = (norm, raw, after_ma)
        if seen := self._memory.get(key):
            return seen
        plain = self._look_up(norm) | (self._look_up(raw) if raw != norm else set())
        negated: set[int] = set()
        # "…ch" is a denial with its "ma", or on a verb in the present; else it is just how the word ends (نعيش, wach).
        cut = None if raw in self.known else _MA_CH.match(raw)
        if cut and (cut[1] or after_ma or _VERB.match(cut[2])):
            negated = self._look_up(cut[2])
            if cut[1]:
                negated |= self._look_up(cut[1] + cut[2])
        if not plain and not negated:
            plain = self._slips(norm)
        if len(self._memory) >= _REMEMBERED:
            self._memory.clear()
        seen = self._memory[key] = _Seen(frozenset(plain - negated), frozenset(negated))
        return seen

    def hits(self, tokens: Sequence[Token], given: Mapping[int, Sequence[Hit]]) -> dict[int, list[Hit]]:
        """For each list that occurs in ``tokens``, by its number, where it does, from left to right.

        ``given``: the hits of lists that are not made of words.
        """
        words = [(token.norm, folded(token.text)) for token in tokens]
        seen = [self.read(*word, i > 0 and words[i - 1][1] in _MA_WORDS) for i, word in enumerate(words)]
        found = {number: list(hits) for number, hits in given.items() if hits}
        waiting: dict[int, set[tuple[int, int]]] = {}
        for i, word in enumerate(seen):
            for numbers, negated in ((word.plain, False), (word.negated, True)):
                for number in numbers:
                    for target in self._single.get(number, ()):
                        found.setdefault(target, []).append(Hit(i, i + 1, (i,), negated))
                    for phrase in self._by_word.get(number, ()):
                        waiting.setdefault(self._phrases[phrase][0], set()).add((phrase, i))
        starts: dict[int, dict[int, list[Hit]]] = {}
        todo = [*found.keys(), *waiting.keys()]
        heapify(todo)
        while todo:
            target = heappop(todo)
            if target in starts:
                continue
            here = starts[target] = {}
            for phrase, i in waiting.pop(target, ()):
                found.setdefault(target, []).extend(self._follow(phrase, i, seen, starts))
            if not found.get(target):
                found.pop(target, None)
                continue
            found[target] = sorted(set(found[target]), key=lambda h: (h.start, h.end))
            for hit in found[target]:
                here.setdefault(hit.start, []).append(hit)
            for phrase in self._by_list.get(target, ()):
                user = self._phrases[phrase][0]
                waiting.setdefault(user, set()).update((phrase, i) for i in here)
                heappush(todo, user)
        return found

    def _follow(
        self, phrase: int, start: int, seen: Sequence[_Seen], starts: dict[int, dict[int, list[Hit]]]
    ) -> Iterator[Hit]:
        partial = [Hit(start, start, (), False)]
        for words, lists, gap in self._phrases[phrase][1]:
            grown: dict[tuple[int, int], Hit] = {}
            for hit in partial:
                for at in range(hit.end, min(hit.end + gap + 1, len(seen))):
                    if words & seen[at].plain or words & seen[at].negated:
                        negated = hit.negated_form or not words & seen[at].plain
                        grown.setdefault((at + 1, negated), Hit(start, at + 1, (*hit.places, at), negated))
                    for other in lists:
                        for part in starts.get(other, {}).get(at, ()):
                            negated = hit.negated_form or part.negated_form
                            grown.setdefault(
                                (part.end, negated), Hit(start, part.end, (*hit.places, *part.places), negated)
                            )
            partial = list(grown.values())
        yield from partial
