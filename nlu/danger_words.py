"""Finds the word lists of the danger rules in a message.

People in panic glue words together, forget letters and write Darija as it sounds. So one written word is looked up
under several forms: as it stands, without article, preposition or elided letter stuck to it (``lambulance``, ``fsder``,
``والسخانة``), without the ``ma…ch`` of Darija negation (``makaytnefsch``), without vowels, and for some with one wrong
letter. What a word can be is remembered, so a message costs little more than its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from nlu.danger_forms import ARABIC, bones, folded, forms, neighbours, one_slip, spelled_freely, squeezed
from nlu.danger_sound import looks_darija, sound_of, without_end
from nlu.normalise import Token

__all__ = ["MAX_GAP", "Hit", "Lexicon", "Slot", "WordPattern"]

MAX_GAP = 4
"""How many words ``..`` may stand for."""

_FUZZY_LENGTH = 6
_LONGEST = 32  # no word of the rules is longer; longer ones in a message would only cost time
_MA_WORDS = frozenset("ma maa ما وما فما".split())
_MA_CH = re.compile(r"^(?:w(?=ma)|[وف](?=م))?(ma|m|ما|م)?(.{2,}?)(?:chay|chi|shi|che|ch|sh|(?<![aeiou])x|شاي|شي|ش)$")
_VERB = re.compile(r"^(?:[kt]a?[iytn]|gh?a|ka|[yn][^aeiou]|[kt]i[^aeiou]|كي|كت|كن|غ|[يتن]..)")
_VERB_BONES = re.compile(r"^(?:kn|kt|k|Gn|Gt|G|t|n)(?=.{4})")
_SOUND_LENGTH = 5
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


def _mask(places: Iterable[int]) -> int:
    """A number whose bits are set at ``places``."""
    bits = 0
    for i in places:
        bits |= 1 << i
    return bits


def _ones(bits: int) -> Iterator[int]:
    """The places at which ``bits`` is set, from the lowest."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


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
    _sounds: dict[str, set[int]] = field(default_factory=dict)
    _sound_prefix: dict[str, set[int]] = field(default_factory=dict)
    _suffix: dict[str, set[int]] = field(default_factory=dict)
    _inside: dict[str, set[int]] = field(default_factory=dict)
    _inside_lengths: set[int] = field(default_factory=set)
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
                for text in {pattern.text, squeezed(pattern.text)}:
                    self._exact.setdefault(text, set()).add(number)
                if pattern.mode == "fuzzy":
                    for key in (pattern.text, *neighbours(pattern.text)):
                        self._fuzzy.setdefault(key, set()).add(pattern.text)
            case "bare":
                self._bare.setdefault(pattern.text, set()).add(number)
            case "prefix":
                for text in {pattern.text, squeezed(pattern.text)}:
                    self._prefix.setdefault(text, set()).add(number)
            case "bones":
                self._bones.setdefault(bones(pattern.text), set()).add(number)
            case "suffix":
                self._suffix.setdefault(pattern.text, set()).add(number)
            case _:
                self._inside.setdefault(pattern.text, set()).add(number)
                self._inside_lengths.add(len(pattern.text))
        self._add_other_spellings(pattern, number)
        return number

    def _add_other_spellings(self, pattern: WordPattern, number: int) -> None:
        """Index a word of the rules by its bones and by its sound, if these are long enough to tell it from others."""
        if pattern.mode in ("exact", "prefix", "inside") and (left := spelled_freely(pattern.text)):
            self._bones.setdefault(left, set()).add(number)
        if pattern.mode not in ("exact", "prefix") or looks_darija(pattern.text):
            return
        sound = sound_of(pattern.text)
        if pattern.mode == "exact":
            sound = without_end(sound)
        if len(sound) >= _SOUND_LENGTH:
            index = self._sounds if pattern.mode == "exact" else self._sound_prefix
            index.setdefault(sound, set()).add(number)

    def _heard(self, word: str) -> set[int]:
        """The French words of the rules that sound like ``word``, which no rule knows as it is written."""
        if len(word) < _SOUND_LENGTH or word in self.known:
            return set()
        found: set[int] = set()
        for sound in {sound_of(form) for form in forms(word)}:
            found |= self._sounds.get(without_end(sound), _NOBODY)
            for length in range(_SOUND_LENGTH, len(sound) + 1):
                found |= self._sound_prefix.get(sound[:length], _NOBODY)
        return found

    def _look_up(self, word: str) -> set[int]:
        found = set(self._bare.get(word, _NOBODY))
        written = set(forms(word))
        bare_bones: set[str] = set()
        if not written & self.known:
            written |= {squeezed(form) for form in written}
            bare_bones = {bones(form) for form in written if not form.startswith("ال")}
            if not any(letter.isdigit() for letter in word) and not ARABIC.search(word):
                # Without digits "h" may stand for ح (also after a "t": kaytharrek) and "k" for ق.
                bare_bones |= {bones(form.replace("th", "t7")) for form in written if "th" in form}
                bare_bones |= {b.replace("h", "H") for b in bare_bones} | {b.replace("k", "Q") for b in bare_bones}
        for form in written:
            found |= self._exact.get(form, _NOBODY)
            for length in range(2, min(len(form), _LONGEST) + 1):
                found |= self._prefix.get(form[:length], _NOBODY)
        for start in range(len(word) - 1):
            found |= self._suffix.get(word[start:], _NOBODY)
            for length in self._inside_lengths:
                found |= self._inside.get(word[start : start + length], _NOBODY)
        for form in bare_bones:
            found |= self._bones.get(form, _NOBODY)
            if cut := _VERB_BONES.match(form):
                found |= self._bones.get(form[cut.end() :], _NOBODY)
        return found

    def _slips(self, word: str) -> set[int]:
        if not _FUZZY_LENGTH <= len(word) <= _LONGEST or word in self.known:
            return set()
        near = {text for key in (word, *neighbours(word)) for text in self._fuzzy.get(key, ())}
        return {n for text in near if text[0] == word[0] and one_slip(word, text) for n in self._exact[text]}

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
            plain = self._slips(norm) | self._heard(norm)
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
        places, found, waiting = self._places(seen, given)
        starts: dict[int, dict[int, list[Hit]]] = {}
        begins: dict[int, tuple[int, frozenset[int]]] = {}
        todo = [*found.keys(), *waiting.keys()]
        heapify(todo)
        while todo:
            target = heappop(todo)
            if target in starts:
                continue
            here = starts[target] = {}
            for phrase, where in waiting.pop(target, {}).items():
                for i in _ones(where & self._possible(phrase, places, begins)):
                    found.setdefault(target, []).extend(self._follow(phrase, i, seen, starts))
            if not found.get(target):
                found.pop(target, None)
                continue
            found[target] = sorted(set(found[target]), key=lambda h: (h.start, h.end))
            for hit in found[target]:
                here.setdefault(hit.start, []).append(hit)
            begins[target] = _mask(here), frozenset(hit.end - hit.start for hit in found[target])
            for phrase in self._by_list.get(target, ()):
                user = self._phrases[phrase][0]
                own = waiting.setdefault(user, {})
                own[phrase] = own.get(phrase, 0) | begins[target][0]
                heappush(todo, user)
        return found

    def _places(
        self, seen: Sequence[_Seen], given: Mapping[int, Sequence[Hit]]
    ) -> tuple[dict[int, int], dict[int, list[Hit]], dict[int, dict[int, int]]]:
        """Where each word of the rules stands (as bits), the hits of single words, and for each list which of its
        phrases may begin where (as bits)."""
        alike: dict[int, list[int]] = {}
        for i, word in enumerate(seen):
            alike.setdefault(id(word), []).append(i)
        places: dict[int, int] = {}
        found = {number: list(hits) for number, hits in given.items() if hits}
        waiting: dict[int, dict[int, int]] = {}
        for tokens in alike.values():
            where, word = _mask(tokens), seen[tokens[0]]
            for numbers, negated in ((word.plain, False), (word.negated, True)):
                targets = {target for number in numbers for target in self._single.get(number, ())}
                if targets:
                    hits = [Hit(i, i + 1, (i,), negated) for i in tokens]
                    for target in targets:
                        found.setdefault(target, []).extend(hits)
                for number in numbers:
                    places[number] = places.get(number, 0) | where
                    for phrase in self._by_word.get(number, ()):
                        own = waiting.setdefault(self._phrases[phrase][0], {})
                        own[phrase] = own.get(phrase, 0) | where
        return places, found, waiting

    def _possible(
        self, phrase: int, places: Mapping[int, int], begins: Mapping[int, tuple[int, frozenset[int]]]
    ) -> int:
        """Where ``phrase`` may begin, as bits: a few shifts of whole numbers spare following it from every "a" of a
        message that is made of them. ``begins``: where the items of a list begin and how many words long they are. It
        may say yes too often, never no."""
        after = -1
        for words, lists, gap in reversed(self._phrases[phrase][1]):
            here = 0
            for number in words & places.keys():
                here |= places[number]
            here &= after
            for other in lists & begins.keys():
                starts, lengths = begins[other]
                for length in lengths:
                    here |= starts & (after >> (length - 1))
            if not here:
                return 0
            after = 0
            for skipped in range(gap + 1):
                after |= here >> (skipped + 1)
        return here

    def _follow(
        self, phrase: int, start: int, seen: Sequence[_Seen], starts: dict[int, dict[int, list[Hit]]]
    ) -> Iterator[Hit]:
        slots = self._phrases[phrase][1]
        if len(slots) == 1:  # a list within a list: its items are items of both
            same: dict[tuple[int, bool], Hit] = {}
            for other in slots[0][1]:
                for part in starts.get(other, {}).get(start, ()):
                    same.setdefault((part.end, part.negated_form), part)
            yield from same.values()
            return
        partial = [Hit(start, start, (), False)]
        for words, lists, gap in slots:
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
