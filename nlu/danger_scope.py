"""Says which words of a message are denied, long past, only asked about, or a manner of speaking.

The rules name what is dangerous; this file holds, once for all of them, why a dangerous word may not mean danger. The
words it goes by are the ``grammar`` lists of ``danger_signs.yml``. Scopes are kept short on purpose: a negation that
reaches too far would hide an emergency, one that reaches not far enough only asks a needless question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nlu.danger_words import Hit
from nlu.normalise import Token

__all__ = ["GRAMMAR", "Scope", "read_scope"]

GRAMMAR = (
    "negator-verb", "negator-ma", "negator-noun", "negator-after", "negator-rest", "not-a-negator", "ne", "have",
    "modal", "filler", "verb-after-ma", "halt", "and", "go-on", "contrast", "past", "past-auxiliary", "present",
    "people", "knowledge", "prevention", "condition", "what-to-do", "figure",
)  # fmt: skip
"""The grammar lists the code below goes by; each must be in the file."""

_HARD_STOP = re.compile(r"[.!?؟;؛\n\r]")
_SOFT_STOP = re.compile(r"[,،:()\-–—…/]")
_PRESENT_VERB = re.compile(
    r"^(?:ma|w)?(?:[kt]a[iytn]|ke[ytn]|ki(?=[tnhs])|k[ytn]|t[yn])\w{2}|^(?:ما|م|و)?(?:كي|كن|كت|تي)\w{2}"
)
_DARIJA_VERB = re.compile(
    r"(?:ch|sh|[^aeiou]x|chi|ش|شي)$|^k(?:a|e|i)?[ytn]|^ka|^ta[yt]|^gha|^[iyn][^aeiou]|^(?:ي|ت|ن|كي|كت|كن|غا)"
)
_GLUED_AND = re.compile(r"^و(?!لا$).{3}")
_NUMBER = re.compile(r"^\d")
_LIST_REACH = 6
_QUESTION_REACH = 10
_SHORT_ADVERBIAL = 4


@dataclass(frozen=True, slots=True)
class Scope:
    """For each token: by which token it is denied (-1: by none), whether that denial is in doubt (SMS French "plus"),
    whether it is no statement at all, whether a question of general knowledge holds it, whether it lies in the past,
    whether "was" governs it, whether it is a verb in the present, and its sentence's number."""

    denied_by: tuple[int, ...]
    doubtful: tuple[bool, ...]
    hidden: tuple[bool, ...]
    general: tuple[bool, ...]
    past: tuple[bool, ...]
    was: tuple[bool, ...]
    present: tuple[bool, ...]
    sentence: tuple[int, ...]

    def affirms(self, hit: Hit) -> bool:
        """Whether ``hit`` stands without a denial, whenever it was."""
        return not hit.negated_form and not any(self._denied(i, hit) and not self.doubtful[i] for i in hit.places)

    def asserts(self, hit: Hit) -> bool:
        """Whether ``hit`` is said to be so, now."""
        return self.affirms(hit) and self.mentions(hit)

    def denies(self, hit: Hit) -> bool:
        """Whether ``hit`` is said not to be so, now ("ne respire pas"): what a rule's ``not`` asks for."""
        if not hit.negated_form and not any(self._denied(i, hit) for i in hit.places):
            return False
        return not any(self.hidden[i] or self.was[i] for i in hit.places)

    def mentions(self, hit: Hit) -> bool:
        """Whether ``hit`` is spoken of at all, denied or not: what a rule's ``about`` asks for."""
        return not any(self.hidden[i] or self.general[i] for i in hit.places) and not self._past(hit)

    def _denied(self, i: int, hit: Hit) -> bool:
        # A negation inside the phrase is part of it: "sans connaissance" is not denied by its own "sans".
        return self.denied_by[i] >= 0 and not hit.start <= self.denied_by[i] < hit.end

    def _past(self, hit: Hit) -> bool:
        # A verb in the present keeps its sentence in the present ("hadi 3am w sdri kaydrni"), unless after "kan".
        if any(self.was[i] for i in hit.places):
            return True
        return any(self.past[i] for i in hit.places) and not any(self.present[i] for i in hit.places)


class _Reader:
    """The working state of one message."""

    def __init__(self, text: str, tokens: Sequence[Token], roles: Mapping[str, Sequence[Hit]]) -> None:
        self.tokens, self.roles, self.n = tokens, roles, len(tokens)
        self.at = {name: {h.start: h for h in reversed(hits)} for name, hits in roles.items()}
        gaps = [text[a.end : b.start] for a, b in pairwise(tokens)]
        self.sentence, self.segment = [0] * self.n, [0] * self.n
        for i in range(1, self.n):
            hard = bool(_HARD_STOP.search(gaps[i - 1]))
            soft = hard or bool(_SOFT_STOP.search(gaps[i - 1])) or i in self.at["contrast"]
            self.sentence[i] = self.sentence[i - 1] + hard
            self.segment[i] = self.segment[i - 1] + soft
        self.denied_by, self.doubtful = [-1] * self.n, [False] * self.n
        self.hidden, self.general = [False] * self.n, [False] * self.n
        self.past, self.was = [False] * self.n, [False] * self.n

    def deny(self, i: int, by: int, *, doubtful: bool = False) -> None:
        if 0 <= i < self.n and self.segment[i] == self.segment[by] and i != by and self.denied_by[i] < 0:
            self.denied_by[i], self.doubtful[i] = by, doubtful

    def deny_list(self, start: int, by: int, *, doubtful: bool = False) -> None:
        """Deny the nouns from ``start`` on: "ma 3ndouch skhana wla k7ba", up to the next verb, "et" or comma."""
        for i in range(start, min(start + _LIST_REACH, self.n)):
            if self.segment[i] != self.segment[by] or i in self.at["halt"]:
                return
            if i > start and _GLUED_AND.match(self.tokens[i].norm):
                return
            if i in self.at["and"] and (i + 1) not in self.at["go-on"] and not self.french_or(i, by):
                return
            if i > start and (_PRESENT_VERB.match(self.tokens[i].norm) or i in self.at["negator-verb"]):
                return
            self.deny(i, by, doubtful=doubtful)

    def french_or(self, i: int, by: int) -> bool:
        """Whether ``i`` is the French "ou", which carries a denial on; the Darija "ou" is "and" and begins anew."""
        french = by in self.at["negator-after"] or self.tokens[by].norm in ("sans", "aucun", "aucune", "ni")
        return french and self.tokens[i].norm == "ou"

    def deny_next(self, start: int, by: int, *, doubtful: bool = False) -> None:
        """Deny the verb that a "can", "want" or "no longer" governs, small words in between included."""
        for i in range(start, min(start + 4, self.n)):
            if _GLUED_AND.match(self.tokens[i].norm):
                return
            self.deny(i, by, doubtful=doubtful)
            if i not in self.at["filler"] and i not in self.at["modal"]:
                return

    def deny_verb(self, verb: int, by: int) -> None:
        """Deny a verb, and what it governs if it is one of having or being able."""
        self.deny(verb, by)
        if (hit := self.at["have"].get(verb)) is not None:
            self.deny_list(hit.end, by)
        elif verb in self.at["modal"]:
            self.deny_next(verb + 1, by)

    def negations(self) -> None:
        not_negators = {i for h in self.roles["not-a-negator"] for i in range(h.start, h.end)}
        for i in range(self.n):
            if i in not_negators:
                continue
            if (noun := self.at["negator-noun"].get(i)) is not None:
                self.deny_list(noun.end, i)
            elif i in self.at["negator-verb"] or (i in self.at["negator-ma"] and self.darija_follows(i)):
                self.deny_verb(i + 1, i)
            elif i in self.at["negator-after"] or i in self.at["negator-rest"]:
                self.after_verb(i)
            elif i in self.at["ne"]:
                # "elle ne respire": the second half is often left out.
                self.deny_next(i + 1, i, doubtful=True)
            for role in ("have", "modal"):
                if (own := self.at[role].get(i)) is not None and own.negated_form:
                    # "ma3ndouch", "mab9ach": the verb carries its negation.
                    if role == "have":
                        self.deny_list(own.end, i)
                    else:
                        self.deny_next(i + 1, i)

    def darija_follows(self, i: int) -> bool:
        """Whether a verb follows: "ma" is Darija "not" before one, but French "my" before a noun ("ma langue")."""
        if i + 1 >= self.n or self.segment[i] != self.segment[i + 1]:
            return False
        nxt = self.tokens[i + 1].norm
        if i + 2 in self.at["negator-ma"]:  # "ma skhef ma t9iya"
            return True
        return bool(_DARIJA_VERB.search(nxt)) or any((i + 1) in self.at[r] for r in ("have", "modal", "verb-after-ma"))

    def after_verb(self, i: int) -> None:
        """French "pas", "plus", "jamais", "rien" and Darija "walo" stand after what they deny."""
        word = self.tokens[i].norm
        ne = next((j for j in range(i - 1, max(i - 6, -1), -1) if j in self.at["ne"]), None)
        if ne is not None and self.segment[ne] != self.segment[i]:
            ne = None
        doubtful = word in ("plus", "plu") and ne is None
        if doubtful and i + 2 < self.n and _NUMBER.match(self.tokens[i + 2].norm):
            return
        first = ne + 1 if ne is not None else self.last_content(i)
        for j in range(first, i):
            if ne is not None and self.denied_by[j] == ne:
                self.denied_by[j] = -1
            self.deny(j, i, doubtful=doubtful)
        verbs = range(max(first, 0), i)
        follows = self.tokens[i + 1].norm if i + 1 < self.n else ""
        if i in self.at["negator-rest"]:
            return
        if any(j in self.at["modal"] for j in verbs):
            self.deny_next(i + 1, i, doubtful=doubtful)
        elif follows in ("de", "d") or not verbs or any(j in self.at["have"] for j in verbs):
            self.deny_list(i + 1, i, doubtful=doubtful)

    def last_content(self, i: int) -> int:
        """The nearest word before ``i`` in its segment that is no small word; ``i`` itself if there is none."""
        for j in range(i - 1, max(i - 4, -1), -1):
            if self.segment[j] != self.segment[i] or j in self.at["halt"] or j in self.at["and"]:
                break
            if j not in self.at["filler"]:
                return j
        return i

    def hide(self) -> None:
        """Mark manners of speaking, questions of general knowledge, prevention, and "what if"."""
        for hit in self.roles["figure"]:
            self.hidden[hit.start : hit.end] = [True] * (hit.end - hit.start)
        now = {self.sentence[h.start] for h in self.roles["present"]}
        asked = {self.sentence[h.start] for h in self.roles["what-to-do"]}
        personal = {self.sentence[h.start] for h in self.roles["people"]}
        spared = {"knowledge": now | personal, "prevention": set(), "condition": set(self.sentence) - (asked - now)}
        for role, marks in (("knowledge", self.general), ("prevention", self.hidden), ("condition", self.hidden)):
            for hit in self.roles[role]:
                own = self.sentence[hit.start]
                # "C'est quoi un AVC ?" is no emergency, "c'est quoi, mon fils convulse" is one.
                if own in spared[role]:
                    continue
                for i in range(hit.start, min(hit.end + _QUESTION_REACH, self.n)):
                    if i >= hit.end and self.segment[i] != self.segment[hit.end - 1]:
                        break
                    marks[i] = True

    def look_back(self) -> None:
        """Mark what is told of the past: the part of the sentence that says so, not what comes after a "now"."""
        starts = sorted({h.start for h in self.roles["present"]})
        part, parts = 0, [0] * self.n
        for i in range(1, self.n):
            part += self.segment[i] != self.segment[i - 1] or i in starts
            parts[i] = part
        size, last = Counter(parts), {part: i for i, part in enumerate(parts)}
        told: set[int] = set()
        for hit in self.roles["past"]:
            if self.hidden[hit.start]:  # "morte de peur" is no death
                continue
            told.update(parts[hit.start : hit.end])
            after = last[parts[hit.end - 1]] + 1
            # "en 2015, il a eu un AVC": a few words of time alone speak for what follows them.
            if (
                size[parts[hit.start]] <= _SHORT_ADVERBIAL
                and after < self.n
                and self.sentence[after] == self.sentence[hit.start]
            ):
                told.add(parts[after])
        told -= {parts[h.start] for h in self.roles["present"]}
        self.past = [part in told for part in parts]
        now = {self.segment[i] for i in starts}
        for hit in self.roles["past-auxiliary"]:
            if self.segment[hit.start] in now:
                continue
            for i in range(hit.start, min(hit.end + 2, self.n)):
                if i > hit.start and (i in self.at["and"] or i in self.at["halt"]):
                    break
                if self.segment[i] != self.segment[hit.start]:
                    break
                self.was[i] = True


def read_scope(text: str, tokens: Sequence[Token], roles: Mapping[str, Sequence[Hit]]) -> Scope:
    """The scope of every token of ``text``; ``roles`` are the hits of the ``GRAMMAR`` lists."""
    reader = _Reader(text, tokens, roles)
    reader.negations()
    reader.hide()
    reader.look_back()
    return Scope(
        tuple(reader.denied_by),
        tuple(reader.doubtful),
        tuple(reader.hidden),
        tuple(reader.general),
        tuple(reader.past),
        tuple(reader.was),
        tuple(bool(_PRESENT_VERB.match(t.norm)) for t in tokens),
        tuple(reader.sentence),
    )
