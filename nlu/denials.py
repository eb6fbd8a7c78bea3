"""Which complaints a message denies: "il tousse mais pas de fièvre", "ma fihch skhana", "لا توجد حرارة".

It reads negation as the danger net does, so that one notion of "not" holds for all.
"""

from __future__ import annotations

from collections.abc import Iterable

from nlu.danger_age import age_hits
from nlu.danger_rules import load_rules
from nlu.danger_scope import read_scope
from nlu.danger_words import Hit
from nlu.normalise import tokenize

__all__ = ["denied"]


def denied(text: str, spans: Iterable[tuple[str, int, int]]) -> frozenset[str]:
    """The names of the ``spans`` (name, first character, character after it) that ``text`` says are not so."""
    named = list(spans)
    if not named:
        return frozenset()
    rules = load_rules()
    tokens = tokenize(text)
    hits = rules.lexicon.hits(tokens, given=dict(zip(rules.ages, age_hits(tokens), strict=True)))
    scope = read_scope(text, tokens, {name: hits.get(number, []) for name, number in rules.grammar.items()})
    found: set[str] = set()
    said: set[str] = set()
    for name, start, end in named:
        places = tuple(i for i, token in enumerate(tokens) if token.start < end and start < token.end)
        if not places:
            continue
        hit = Hit(places[0], places[-1] + 1, places, False)
        (said if scope.affirms(hit) else found).add(name)
    return frozenset(found - said)
