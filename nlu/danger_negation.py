"""Reads which words of a message are denied, in four varieties and their mixtures.

Scopes are kept short on purpose: a negation that reaches too far would hide an emergency, one that reaches not far
enough only asks a needless question.
"""

from __future__ import annotations

import re

from nlu.danger_clauses import DARIJA_PRESENT, GLUED_AND, Clauses

__all__ = ["read_denials"]

_DARIJA_VERB = re.compile(
    r"(?:ch|sh|[^aeiou]x|chi|ش|شي)$|^k(?:a|e|i)?[ytn]|^ka|^ta[yt]|^gha|^[iyn][^aeiou]|^(?:ي|ت|ن|كي|كت|كن|غا)"
)
_NOT_HAVING = re.compile(r"^(?:ma|ما)(?:3nd|3and|3end|fi|kay|b9|عند|في|كاي|بق|لي)")  # "ma3ndha la…", without its "ch"
_NUMBER = re.compile(r"^\d")
_LIST_REACH = 6
_ARTICLES = frozenset("une la cette chaque toute seule en".split())
_AFTER_NOBODY = frozenset("a est s ne n".split())


def read_denials(clauses: Clauses) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    """For each token by which token it is denied (-1: by none), and whether that is in doubt (SMS French "plus")."""
    denials = _Denials(clauses)
    denials.read()
    return tuple(denials.by), tuple(denials.doubtful)


class _Denials:
    def __init__(self, clauses: Clauses) -> None:
        self.clauses, self.at, self.words, self.n = clauses, clauses.at, clauses.words, clauses.n
        self.segment = clauses.segment
        self.by, self.doubtful = [-1] * self.n, [False] * self.n

    def deny(self, i: int, by: int, *, doubtful: bool = False) -> None:
        if 0 <= i < self.n and self.segment[i] == self.segment[by] and i != by and self.by[i] < 0:
            self.by[i], self.doubtful[i] = by, doubtful

    def deny_list(self, start: int, by: int, *, doubtful: bool = False) -> None:
        """Deny the nouns from ``start`` on: "ma 3ndouch skhana wla k7ba", up to the next verb, "et" or comma."""
        for i in self.clauses.ahead(start, _LIST_REACH, by):
            if i in self.at["halt"] or (i > start and GLUED_AND.match(self.words[i])):
                return
            if i in self.at["and"] and (i + 1) not in self.at["go-on"] and not self.french_or(i, by):
                return
            if i > start and (DARIJA_PRESENT.match(self.words[i]) or i in self.at["negator-verb"]):
                return
            self.deny(i, by, doubtful=doubtful)

    def french_or(self, i: int, by: int) -> bool:
        """Whether ``i`` is the French "ou", which carries a denial on; the Darija "ou" is "and" and begins anew."""
        french = by in self.at["negator-after"] or self.words[by] in ("sans", "aucun", "aucune", "ni")
        return french and self.words[i] == "ou"

    def deny_next(self, start: int, by: int, *, doubtful: bool = False) -> None:
        """Deny the verb that a "can", "want" or "no longer" governs, small words in between included."""
        for i in range(start, min(start + 4, self.n)):
            if GLUED_AND.match(self.words[i]):
                return
            self.deny(i, by, doubtful=doubtful)
            if not any(i in self.at[role] for role in ("filler", "modal", "person")):
                return

    def deny_verb(self, verb: int, by: int) -> None:
        """Deny a verb, and what it governs if it is one of having or being able."""
        self.deny(verb, by)
        if (hit := self.at["have"].get(verb)) is not None:
            self.deny_list(hit.end, by)
        elif verb in self.at["modal"]:
            self.deny_next(verb + 1, by)

    def read(self) -> None:
        not_negators = self.clauses.covered("not-a-negator")
        for i in range(self.n):
            if i not in not_negators:
                self.read_token(i)
                self.read_negated_verb(i)

    def read_token(self, i: int) -> None:
        """Deny what the word at ``i`` denies."""
        if (noun := self.at["negator-noun"].get(i)) is not None:
            self.deny_list(noun.end, i)
        elif i in self.at["negator-verb"] or (i in self.at["negator-ma"] and self.darija_follows(i)):
            if not self.became(i):
                self.deny_verb(i + 1, i)
        elif i in self.at["negator-after"] or i in self.at["negator-rest"] or self.nobody(i):
            self.after_verb(i)
        elif i in self.at["ne"]:
            # "elle ne respire": the second half is often left out.
            self.deny_next(i + 1, i, doubtful=True)
        elif self.nobody_did(i) or (i in self.at["neither"] and self.denied_before(i)):
            self.deny_list(i + 1, i)

    def read_negated_verb(self, i: int) -> None:
        """Deny what a verb that carries its negation governs: "ma3ndouch", "mab9ach"."""
        for role in ("have", "modal"):
            if (own := self.at[role].get(i)) is not None and own.negated_form:
                if role == "have":
                    self.deny_list(own.end, i)
                else:
                    self.deny_next(i + 1, i)

    def nobody_did(self, i: int) -> bool:
        """Whether "personne" at ``i`` is "nobody", without its "ne": "personne a perdu connaissance"."""
        follows = self.words[i + 1] if i + 1 < self.n else ""
        alone = i == 0 or self.words[i - 1] not in _ARTICLES
        return self.words[i] == "personne" and follows in _AFTER_NOBODY and alone

    def nobody(self, i: int) -> bool:
        """Whether "personne" at ``i`` is the second half of a French denial: "il n'a piqué personne"."""
        ne = range(max(i - 4, 0), i)
        return self.words[i] == "personne" and any(
            j in self.at["ne"] and self.segment[j] == self.segment[i] for j in ne
        )

    def became(self, i: int) -> bool:
        """Whether ولا is Darija "became" before a verb in the present (ولا كيرضع) and not "and not", after a denial."""
        follows = i + 1 < self.n and bool(DARIJA_PRESENT.match(self.words[i + 1]))
        return self.words[i] == "ولا" and follows and not self.denied_before(i)

    def denied_before(self, i: int) -> bool:
        """Whether a denial goes on at ``i``: "la" only after a Darija one, since it is the French article too, or where
        it opens the clause and comes again ("la skhana la walo")."""
        if self.words[i] == "la" and (i == 0 or self.segment[i - 1] != self.segment[i]):
            return any(self.words[j] in ("la", "wla", "wala") for j in self.clauses.ahead(i + 2, 2, i))
        if self.words[i] == "la" and self.words[i + 2 : i + 3] == ["la"] and self.segment[i + 2] == self.segment[i]:
            return self.words[i + 3 : i + 4] not in (["plus"], ["moins"])  # "daba la k7ba la bka"
        for j in range(i - 1, max(i - _LIST_REACH * 3, -1), -1):
            if self.segment[j] != self.segment[i]:
                return False
            if _NOT_HAVING.match(self.words[j]) or self.by[j] in self.at["negator-ma"]:
                return True
            if self.by[j] >= 0 and self.words[i] != "la":
                return True
        return False

    def darija_follows(self, i: int) -> bool:
        """Whether a verb follows: "ma" is Darija "not" before one, but French "my" before a noun ("ma langue")."""
        if i + 1 >= self.n or self.segment[i] != self.segment[i + 1]:
            return False
        nxt = self.words[i + 1]
        if i + 2 in self.at["negator-ma"]:  # "ma skhef ma t9iya"
            return True
        if i and (i - 1 in self.at["never"] or self.by[i - 1] in self.at["negator-ma"]):  # "3mmero ma …"
            return True
        return bool(_DARIJA_VERB.search(nxt)) or any((i + 1) in self.at[r] for r in ("have", "modal", "verb-after-ma"))

    def after_verb(self, i: int) -> None:
        """French "pas", "plus", "jamais", "rien" and Darija "walo" stand after what they deny."""
        ne = next((j for j in range(i - 1, max(i - 6, -1), -1) if j in self.at["ne"]), None)
        if ne is not None and self.segment[ne] != self.segment[i]:
            ne = None
        doubtful = self.words[i] in ("plus", "plu") and ne is None
        if doubtful and i + 2 < self.n and _NUMBER.match(self.words[i + 2]):
            return
        first = ne + 1 if ne is not None else self.last_content(i)
        for j in range(first, i):
            if ne is not None and self.by[j] == ne:
                self.by[j] = -1
            self.deny(j, i, doubtful=doubtful)
        verbs = range(max(first, 0), i)
        follows = self.words[i + 1] if i + 1 < self.n else ""
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
