"""Cuts a message into sentences, clauses and parts, which all other readers of its scope go by.

A sentence ends at a full stop or a new line; a clause also at a comma, a dash or a "but"; a part also where a "now"
begins, because what is told before it may be long over and what comes after it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from nlu.danger_words import Hit
from nlu.normalise import Token

__all__ = ["DARIJA_PRESENT", "GLUED_AND", "Clauses"]

DARIJA_PRESENT = re.compile(
    r"^(?:ma|w)?(?:[kt]a[iytn]|ke[ytn]|ki(?=[tnhs])|k[ytn])\w{2}|^(?:ما|م|و)?(?:كي|كن|كت|تي)\w{2}"
)
"""A Darija verb in the present ("kaydrni", كيتنفس), which keeps its clause in the present."""

GLUED_AND = re.compile(r"^و(?!لا$).{3}")
"""An Arabic "and" written together with the word after it, which begins anew."""

_HARD_STOP = re.compile(r"[.!?؟;؛\n\r]")
_QUESTION_MARK = re.compile(r"[?؟]")
_SOFT_STOP = re.compile(r"[,،:()\-–—…/]")


class Clauses:
    """The words of one message, where each list of the grammar occurs in it, and how it is cut.

    ``at[role][i]`` is the longest hit of that list that begins at token ``i``. ``sentence``, ``segment`` (clause) and
    ``part`` number the stretches, one number for each token; ``questions`` are the sentences with a question mark.
    """

    def __init__(self, text: str, tokens: Sequence[Token], roles: Mapping[str, Sequence[Hit]]) -> None:
        self.tokens, self.roles, self.n = tokens, roles, len(tokens)
        self.words = [token.norm for token in tokens]
        self.at: dict[str, dict[int, Hit]] = {name: {hit.start: hit for hit in hits} for name, hits in roles.items()}
        gaps = [text[a.end : b.start] for a, b in pairwise(tokens)]
        now = self.at["present"]
        self.sentence, self.segment, self.part = [0] * self.n, [0] * self.n, [0] * self.n
        self.questions: set[int] = set()
        for i in range(1, self.n):
            if _QUESTION_MARK.search(gaps[i - 1]):
                self.questions.add(self.sentence[i - 1])
            hard = bool(_HARD_STOP.search(gaps[i - 1]))
            soft = hard or bool(_SOFT_STOP.search(gaps[i - 1])) or i in self.at["contrast"]
            self.sentence[i] = self.sentence[i - 1] + hard
            self.segment[i] = self.segment[i - 1] + soft
            self.part[i] = self.part[i - 1] + (soft or i in now)
        if tokens and _QUESTION_MARK.search(text[tokens[-1].end :]):
            self.questions.add(self.sentence[-1])

    def numbers(self, role: str, of: Sequence[int]) -> set[int]:
        """The numbers in ``of`` (sentences, segments or parts) of the places where ``role`` begins."""
        return {of[hit.start] for hit in self.roles[role]}

    def covered(self, *roles: str) -> set[int]:
        """The tokens inside any hit of ``roles``."""
        return {i for role in roles for hit in self.roles[role] for i in range(hit.start, hit.end)}

    def ahead(self, start: int, reach: int, by: int) -> Iterator[int]:
        """The tokens from ``start`` on that are in the clause of token ``by``, at most ``reach``."""
        for i in range(start, min(start + reach, self.n)):
            if self.segment[i] != self.segment[by]:
                return
            yield i
