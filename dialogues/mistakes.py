"""Whether somebody takes back what they told: "ghlett", "je me suis trompé", "ما داروهاش"."""

from __future__ import annotations

import re
from itertools import pairwise

from dialogues.child_words import says
from dialogues.reading import Reading

# "They did not do it": in one word with its negation around it, or after "ma".
_NOT_DONE = re.compile(r"^(?:ma(?:dar|der|3t|ta|dre|lqq|l9).*(?:ch|sh)|ما(?:دار|درن|ضرب|عطا|خدا|خذا|لقح).*ش)$")
_VERB = re.compile(r"^(?:dar|der|3ta|dre|lqq|l9e|khda|دار|درن|ضرب|عطا|خدا|خذا|لقح|ياخذ|يتلق|تعط|يعط|تأخذ)")
_NEGATIONS = ("ma", "ما", "لم")
_FRENCH_VERBS = frozenset({"fait", "faite", "faits", "eu", "recu", "vaccine", "vaccinee"})


def says_mistake(reading: Reading) -> bool:
    """Whether the message says that a dose was told wrongly, or that it was not given after all."""
    return says(reading, "wrong") or says_not_given(reading)


def says_not_given(reading: Reading) -> bool:
    """Whether the message says that a dose was not given."""
    words = reading.words
    if any(_NOT_DONE.match(word) for word in words):
        return True
    if any(before in _NEGATIONS and _VERB.match(after) for before, after in pairwise(words)):
        return True
    return "pas" in words and not _FRENCH_VERBS.isdisjoint(words)
