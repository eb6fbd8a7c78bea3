"""Reads which words of a message tell of something that is over: long past, or lately but settled.

Years ago counts as past by itself. Last week, yesterday or this morning does only when the message also says that it
is settled: treated, discharged, saved, well again. A present danger after it stands, and so does one that feeling well
does not undo (a poison, a stroke): those rules ask ``Scope`` for what is settled for good.
"""

from __future__ import annotations

import re
from collections import Counter

from nlu.danger_clauses import DARIJA_PRESENT, GLUED_AND, Clauses

__all__ = ["Time"]

_SHORT_ADVERBIAL = 4
_SINCE_REACH = 4
_IMPERFECT = re.compile(r"[a-z]{3,}(?:ait|aient|ais)$")
_ARABIC_PRESENT = re.compile(r"^(?:و|ف)?(?:[يت]|س[يتنا])\w{3}|^(?:و|ف)?أ\w{3}")
_BEFORE_A_FRENCH_VERB = frozenset("il elle ils elles on je j qui ne n se s me m ca cela".split())
_FRENCH_AUXILIARY = frozenset(
    "a ai as ont est es suis sont ete avait avais avaient etait etais etaient eu ayant".split()
)


class Time:
    """For each token: ``past`` (its part is long past), ``was`` ("was" governs it), ``present`` (a verb in the
    present), ``eased`` and ``settled`` (lately, but well again; lately, but dealt with for good)."""

    def __init__(self, clauses: Clauses, denied: tuple[int, ...]) -> None:
        self.clauses, self.n, self.words = clauses, clauses.n, clauses.words
        self.part, self.segment, self.sentence = clauses.part, clauses.segment, clauses.sentence
        self.present = tuple(bool(DARIJA_PRESENT.match(word)) for word in self.words)
        self.past, self.was = self._told(), self._was()
        recently = clauses.numbers("lately", self.part) - clauses.numbers("present", self.part)
        self._recent = recently | {self.part[i] for i in range(self.n) if self.was[i]}
        self.settled = self._over("settled", denied)
        self.eased = self._over("well-again", denied)

    def _told(self) -> tuple[bool, ...]:
        """What is told of the long past: the part of the sentence that says so, not what comes after a "now"."""
        size, last = Counter(self.part), {part: i for i, part in enumerate(self.part)}
        peopled = self.clauses.numbers("person", self.part)
        told: set[int] = set()
        figures = self.clauses.covered("figure")
        for hit in self.clauses.roles["past"]:
            if hit.start in figures:  # "morte de peur" is no death
                continue
            told.update(self.part[hit.start : hit.end])
            after = last[self.part[hit.end - 1]] + 1
            # "en 2015, il a eu un AVC": a few words of time alone speak for what follows them, and "ma soeur a accouché
            # il y a un mois, elle saigne" does not.
            if (
                size[self.part[hit.start]] <= _SHORT_ADVERBIAL
                and self.part[hit.start] not in peopled
                and after < self.n
                and self.sentence[after] == self.sentence[hit.start]
            ):
                told.add(self.part[after])
        # "he fell into a coma, that was in 2009": what stands before it in the sentence.
        dated = {self.sentence[hit.start]: hit.start for hit in self.clauses.roles["that-was"]}
        told.update(self.part[i] for i in range(self.n) if i < dated.get(self.sentence[i], 0))
        told -= self.clauses.numbers("present", self.part)
        return tuple(part in told for part in self.part)

    def _was(self) -> tuple[bool, ...]:
        """The few words that "was" or "had" governs, if nothing else in their clause says that it was just now."""
        was = [False] * self.n
        first: dict[int, int] = {}
        dating: set[int] = set()
        for hit in self.clauses.roles["present"]:
            first.setdefault(self.segment[hit.start], hit.start)
            if not self._set_against(hit.start):
                dating.add(self.segment[hit.start])
        for hit in self.clauses.roles["past-auxiliary"]:
            own = self.segment[hit.start]
            # "he choked ten minutes ago" is now; in "he was choking, and now he is well" the "now" is set against it.
            if own in dating or first.get(own, self.n) < hit.start:
                continue
            for i in self.clauses.ahead(hit.start, hit.end - hit.start + 2, hit.start):
                halts = i in self.clauses.at["halt"] and i not in self.clauses.at["person"]
                begins = i in self.clauses.at["and"] or GLUED_AND.match(self.words[i])
                if i > hit.start and (begins or halts):
                    break
                was[i] = True
        return tuple(was)

    def _set_against(self, now: int) -> bool:
        """Whether the "now" at ``now`` tells two times apart: a plain "now" or "today", or one after an "and"."""
        after_and = now > 0 and now - 1 in self.clauses.at["and"]
        return now in self.clauses.at["now-word"] or after_and or self.words[now].startswith("و")

    def _over(self, role: str, denied: tuple[int, ...]) -> tuple[bool, ...]:
        """The tokens of what happened before a word of ``role``, or in its part, and is not told as going on."""
        last, parts = 0, set()
        for hit in self.clauses.roles[role]:
            denials = (denied[i] for i in hit.places)
            if hit.negated_form or any(by >= 0 and not hit.start <= by < hit.end for by in denials):
                continue
            if self.was[hit.start]:  # "he was laughing, and then"
                continue
            since = range(max(0, hit.start - _SINCE_REACH), hit.start)
            if any(i in self.clauses.at["since"] and self.segment[i] == self.segment[hit.start] for i in since):
                continue  # "since she left the hospital"
            last = max(last, hit.start)
            parts.add(self.part[hit.end - 1])
        return tuple((i < last or self.part[i] in parts) and self._told_as_done(i) for i in range(self.n))

    def _told_as_done(self, i: int) -> bool:
        if self.part[i] in self._recent:
            return True
        word, before = self.words[i], self.words[i - 1] if i else ""
        if _IMPERFECT.search(word):
            return True
        if self.present[i] or any(_ARABIC_PRESENT.match(form) for form in (word, self.clauses.tokens[i].text)):
            return False
        if before in _BEFORE_A_FRENCH_VERB or (i and i - 1 in self.clauses.at["people"] and word[-1:] == "e"):
            # "il convulse" goes on, "il s'est évanoui" is done.
            return i + 1 < self.n and word in _FRENCH_AUXILIARY
        return True
