"""Says which words of a message are denied, over, only asked about, or a manner of speaking.

The rules name what is dangerous; the readers brought together here hold, once for all of them, why a dangerous word
may not mean danger. The words they go by are the ``grammar`` lists of the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlu.danger_clauses import Clauses
from nlu.danger_frames import read_frames
from nlu.danger_negation import read_denials
from nlu.danger_time import Time
from nlu.danger_words import Hit
from nlu.normalise import Token

__all__ = ["GRAMMAR", "Scope", "read_scope"]

GRAMMAR = (
    "negator-verb", "negator-ma", "negator-noun", "negator-after", "negator-rest", "neither", "never", "not-a-negator",
    "ne", "have", "modal", "filler", "verb-after-ma", "halt", "and", "go-on", "contrast",
    "past", "that-was", "past-auxiliary", "present", "now-word", "lately", "settled", "since", "well-again",
    "people", "person", "self", "knowledge", "prevention", "condition", "what-to-do", "asks", "i-do", "unreal", "fear",
    "story", "watches", "laugh", "topic", "animal", "thing", "attacks", "of", "figure",
)  # fmt: skip
"""The grammar lists the readers go by; each must be in the rules."""


DESPITE = frozenset({"well-again", "laugh", "fear"})
"""The lists that undo no danger of a rule that says so: who feels well again may still have swallowed a poison."""
_NOTHING: frozenset[str] = frozenset()


class Scope:
    """What may be counted of one message. ``despite``: which of ``DESPITE`` do not matter for the rule that asks."""

    def __init__(self, clauses: Clauses) -> None:
        self.sentence = clauses.sentence
        self._denied_by, self._doubtful = read_denials(clauses)
        frames = read_frames(clauses)
        self._hidden, self._general = frames.hidden, frames.general
        self._time = Time(clauses, self._denied_by)
        self._undone = {"laugh": frames.laughed, "fear": frames.feared, "well-again": self._time.eased}

    def affirms(self, hit: Hit) -> bool:
        """Whether ``hit`` stands without a denial, whenever it was."""
        return not hit.negated_form and not any(self._denied(i, hit) and not self._doubtful[i] for i in hit.places)

    def asserts(self, hit: Hit, despite: frozenset[str] = _NOTHING) -> bool:
        """Whether ``hit`` is said to be so, now."""
        return self.affirms(hit) and self.mentions(hit, despite)

    def denies(self, hit: Hit, despite: frozenset[str] = _NOTHING) -> bool:
        """Whether ``hit`` is said not to be so, now ("ne respire pas"): what a rule's ``not`` asks for."""
        if not self.is_denied(hit):
            return False
        if "fear" not in despite and any(self._undone["fear"][i] for i in hit.places):
            return False
        return not any(self._hidden[i] or self._time.was[i] or self._time.settled[i] for i in hit.places)

    def mentions(self, hit: Hit, despite: frozenset[str] = _NOTHING) -> bool:
        """Whether ``hit`` is spoken of at all, denied or not: what a rule's ``about`` asks for."""
        return not any(self._hidden[i] or self._general[i] for i in hit.places) and not self._over(hit, despite)

    def is_denied(self, hit: Hit) -> bool:
        """Whether ``hit`` is denied, whenever it was and whatever for."""
        return hit.negated_form or any(self._denied(i, hit) for i in hit.places)

    def _denied(self, i: int, hit: Hit) -> bool:
        # A negation inside the phrase is part of it: "sans connaissance" is not denied by its own "sans".
        return self._denied_by[i] >= 0 and not hit.start <= self._denied_by[i] < hit.end

    def _over(self, hit: Hit, despite: frozenset[str]) -> bool:
        time = self._time
        if any(time.was[i] or time.settled[i] for i in hit.places):
            return True
        if any(marks[i] for name, marks in self._undone.items() if name not in despite for i in hit.places):
            return True
        # A verb in the present keeps its sentence in the present ("hadi 3am w sdri kaydrni").
        return any(time.past[i] for i in hit.places) and not any(time.present[i] for i in hit.places)


def read_scope(text: str, tokens: Sequence[Token], roles: Mapping[str, Sequence[Hit]]) -> Scope:
    """What may be counted of ``text``; ``roles`` are the hits of the ``GRAMMAR`` lists."""
    return Scope(Clauses(text, tokens, roles))
