"""The danger net: reads every message for danger to life, before and without everything else.

Deterministic rules over words in Darija (both scripts), Arabic and French, mixed as people mix them. It needs no model,
no network and no database, so it also works when all of these are down. Missing an emergency is the worst error, and
crying wolf comes second: what is denied, long past, asked in general or a manner of speaking does not count
(``danger_scope``); what is left in doubt does.

The rules are data (``data/danger_signs.yml``), each with its source and its state of review; their words are in
``data/danger/``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.danger_age import age_hits
from nlu.danger_rules import Alternative, BadRules, Kind, Rules, Sign, Stance, load_rules
from nlu.danger_scope import Scope, read_scope
from nlu.danger_words import Hit
from nlu.normalise import tokenize

__all__ = ["MAX_CHARS", "BadRules", "Danger", "check", "load_rules", "names_a_sign"]

MAX_CHARS = 4096
"""The longest message a channel delivers. A story told in panic may come to its point at the end: no less is read."""


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger sign found: the rule's id and kind, and the characters ``start`` to ``end`` (exclusive) that say so."""

    id: str
    kind: Kind
    matched: tuple[int, int]


class _Message:
    """Where each list occurs in one message and what may be counted of it."""

    def __init__(self, text: str, rules: Rules) -> None:
        self.tokens = tokenize(text)
        self.hits = rules.lexicon.hits(self.tokens, given=dict(zip(rules.ages, age_hits(self.tokens), strict=True)))
        roles = {name: self.hits.get(number, []) for name, number in rules.grammar.items()}
        self.scope: Scope = read_scope(text, self.tokens, roles)
        self._counted: dict[tuple[Sign, frozenset[str]], Sequence[Hit]] = {}
        self._judged: dict[tuple[Stance, frozenset[str]], dict[int, bool]] = {}

    def counted(self, sign: Sign, despite: frozenset[str]) -> Sequence[Hit]:
        """The places where ``sign`` holds, for a rule that holds ``despite`` those frames."""
        key = (sign, despite)
        if key not in self._counted:
            holds = {"is": self.scope.asserts, "not": self.scope.denies, "about": self.scope.mentions}[sign.stance]
            # One word is on many lists, and all of them share its hit: it is judged once.
            judged = self._judged.setdefault((sign.stance, despite), {})
            for hit in self.hits[sign.words]:
                if id(hit) not in judged:
                    judged[id(hit)] = holds(hit, despite)
            self._counted[key] = [hit for hit in self.hits[sign.words] if judged[id(hit)]]
        return self._counted[key]

    def find(self, alternative: Alternative, despite: frozenset[str]) -> tuple[int, int] | None:
        """The first tokens (start, end) that fulfil ``alternative``."""
        if not alternative.needs <= self.hits.keys():
            return None
        if alternative.alone:
            said = {i for hit in self.counted(alternative.signs[0], despite) for i in hit.places}
            return (0, len(self.tokens)) if len(said) == len(self.tokens) else None
        counted = [self.counted(sign, despite) for sign in alternative.signs]
        spans = self._spans(counted, alternative.within)
        return next((span for span in spans if not self._silenced(span, alternative)), None)

    def names(self, alternative: Alternative) -> bool:
        """Whether the words of ``alternative`` are there, whatever is said of them."""
        if alternative.alone or not alternative.needs <= self.hits.keys():
            return False
        hits = [
            [hit for hit in self.hits[sign.words] if sign.stance != "not" or self.scope.is_denied(hit)]
            for sign in alternative.signs
        ]
        return next(self._spans(hits, alternative.within), None) is not None

    @staticmethod
    def _spans(signs: Sequence[Sequence[Hit]], within: int | None) -> Iterator[tuple[int, int]]:
        """Where each of ``signs`` occurs near the first."""
        first, *others = signs
        for hit in first:
            start, end = hit.start, hit.end
            for hits in others:
                other = _nearest(hits, hit, within)
                if other is None:
                    break
                start, end = min(start, other.start), max(end, other.end)
            else:
                yield start, end

    def _silenced(self, span: tuple[int, int], alternative: Alternative) -> bool:
        sentence = self.scope.sentence
        first, last = sentence[span[0]], sentence[span[1] - 1]
        return any(
            first <= sentence[hit.start] <= last and self._said(sign, hit)
            for sign in alternative.unless
            for hit in self.hits.get(sign.words, ())
        )

    def _said(self, sign: Sign, hit: Hit) -> bool:
        """Whether ``sign`` of an ``unless`` holds at ``hit``, whenever it was."""
        match sign.stance:
            case "is":
                return self.scope.affirms(hit)
            case "not":
                return self.scope.denies(hit)
            case _:
                return True


def _nearest(hits: Sequence[Hit], to: Hit, within: int | None) -> Hit | None:
    """The hit closest to ``to`` that is another word than it, at most ``within`` words away."""
    best: Hit | None = None
    best_gap = within if within is not None else MAX_CHARS
    at = bisect_left(hits, to.start, key=lambda h: h.start)
    for side in (range(at, len(hits)), range(at - 1, -1, -1)):
        for hit in (hits[i] for i in side):
            gap = max(hit.start - to.end, to.start - hit.end)
            if gap < 0:  # they share a word
                continue
            if gap <= best_gap:
                best, best_gap = hit, gap
            break
    return best


def check(text: str) -> list[Danger]:
    """The danger signs in ``text``, most urgent first (the order of the rules), each once; empty when there are none.

    Never raises on any text. Reads the first ``MAX_CHARS`` characters, in time linear in their number.
    """
    rules = load_rules()
    text = text[:MAX_CHARS]
    message = _Message(text, rules)
    found: list[Danger] = []
    for rule in rules.rules:
        for alternative in rule.any:
            if (span := message.find(alternative, rule.despite)) is not None:
                place = (message.tokens[span[0]].start, message.tokens[span[1] - 1].end)
                found.append(Danger(rule.id, rule.kind, place))
                break
    return found


def names_a_sign(text: str) -> bool:
    """Whether ``text`` names a danger sign at all, be it denied, long past, only asked about or a manner of speaking.

    Where ``check`` finds nothing and this is true, the sign was read and set aside; where both find nothing, it may
    have been said in words the rules do not know. Never raises on any text.
    """
    rules = load_rules()
    message = _Message(text[:MAX_CHARS], rules)
    return any(message.names(alternative) for rule in rules.rules for alternative in rule.any)
