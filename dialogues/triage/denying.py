"""A yes or a no as people say it: "no, he breathes well", "pas de sang", "kaychreb mzyan", "ما كيتقياش".

Every danger question is worded so that a yes is bad. A no is taken from a no that comes first, from what is said to be
absent, or from a plain "he is well"; never from words that say that somebody does not drink, move, wake or breathe:
those may be the very sign that was asked about. In doubt it is neither, and the question is asked once more.
"""

from __future__ import annotations

import re
from typing import Literal

from dialogues.reading import Reading
from dialogues.triage.naming import symptoms_in
from dialogues.triage.words import pairs_in, words

Answer = Literal["yes", "no"]
# Longer messages tell a story, and a word of them is no answer.
MOST_WORDS = 16
# So sure the model must be of a no in a sentence that denies something without a no in front.
SURE_OF_NO = 0.8
# "No, but …": so probable, what follows is an emergency.
URGENT_SHARE = 0.3
# How near to its "not" the word stands that is denied.
_NEAR = 4
# Before these a "la" is the Darija no; before anything else it may be the French article ("la main").
_AFTER_LA = re.compile(
    r"ka[ynt]\w+|\w*[379]\w*|l?la|ma|ma\w+ch|machi|walou?|labas|l?hamd\w*|chokran|chwiya|safi|ghir|bikhir|mzyan\w*"
    r"|wakha|fih|fiha|merci|hta|lawah"
)
_STOPS = ("،", ",", ".", "!", "؛", ";", ":", "-", "\n")


def leads_with(reading: Reading) -> Answer | None:
    """The yes or no with which the message begins."""
    said = reading.words
    start = next((i for i, word in enumerate(said) if word not in words("before_answer")), len(said))
    if said[start : start + 1] and said[start] in words("yes_first"):
        # "Ah non" is a no.
        return "no" if said[start + 1 : start + 2] and said[start + 1] in words("no_first") else "yes"
    return "no" if start < len(said) and _is_no(reading, start) else None


def told_without(reading: Reading, *, danger: bool) -> Answer | None:
    """What a message says that begins with neither: a no when something is said to be absent, or, to a danger question,
    that all is well."""
    if not reading.words or len(reading.words) > MOST_WORDS or is_doubtful(reading):
        return None
    if _says_absent(reading.words):
        return "no"
    if denies(reading):
        is_sure = reading.is_sure and reading.intent == "deny" and reading.confidence >= SURE_OF_NO
        return "no" if is_sure else None
    return "no" if danger and is_calm(reading) else None


def says_unsure(reading: Reading) -> bool:
    """ "I don't really know", in the middle of other words."""
    if "unsure" in reading.cues or not words("unsure").isdisjoint(reading.words):
        return True
    return denies(reading) and not words("know").isdisjoint(reading.words)


def is_calm(reading: Reading) -> bool:
    """Whether the message says that all is well, and names nothing that is not."""
    said = reading.words
    if denies(reading) or is_doubtful(reading) or len(said) > MOST_WORDS:
        return False
    says_well = not words("calm").isdisjoint(said) or not words("calm_pairs").isdisjoint(pairs_in(said))
    return says_well and not symptoms_in(reading)


def is_doubtful(reading: Reading) -> bool:
    """Whether something is said that cannot be a plain no: that somebody does not drink, wake, move or feel, "not any
    more", "not well", "a little", asleep."""
    said = reading.words
    pairs = pairs_in(said)
    if (set(said) & words("never_no") and "non plus" not in pairs) or pairs & words("never_no_pairs"):
        return True
    if not words("but").isdisjoint(said) and _may_be_emergency(reading):
        return True
    for place in _denials(reading):
        after = said[place : place + _NEAR]
        if not words("calm").isdisjoint(after[1:3]):
            return True
        trouble = next((i for i, word in enumerate(after) if word in words("trouble")), _NEAR)
        if any(i < trouble and _is_vital(word) for i, word in enumerate(after)):
            return True
    return False


def _may_be_emergency(reading: Reading) -> bool:
    return any(name == "report_emergency" and share >= URGENT_SHARE for name, share in reading.guesses)


def denies(reading: Reading) -> bool:
    """Whether something is denied in the message, beside a no in front of it."""
    return bool(_denials(reading))


def _says_absent(said: tuple[str, ...]) -> bool:
    return not words("absent").isdisjoint(said) or bool(pairs_in(said) & words("absent_pairs"))


def _denials(reading: Reading) -> list[int]:
    """The places at which something is denied: "pas", "ma …ch", "ليس"."""
    said = reading.words
    start = next((i for i, word in enumerate(said) if word not in words("before_answer")), 0)
    leads = start if leads_with(reading) == "no" else -1
    return [i for i, word in enumerate(said) if i != leads and (word in words("denial") or _is_ma_ch(said, i))]


def _is_ma_ch(said: tuple[str, ...], place: int) -> bool:
    """ "makaynch", "ma kayt9iyach", "ماكيشربش": Darija denies with "ma" before and "ch" after."""
    word, following = said[place], said[place + 1] if place + 1 < len(said) else ""
    if word in ("ma", "ما"):
        return following.endswith(("ch", "sh", "ش")) or following in words("after_ma")
    is_one = (word.startswith("ma") and word.endswith("ch")) or (word.startswith("ما") and word.endswith("ش"))
    return is_one and len(word) > 5


def _is_vital(word: str) -> bool:
    return word.startswith(tuple(words("vital"))) or any(stem in word for stem in words("vital_within"))


def _is_no(reading: Reading, start: int) -> bool:
    """ "La" is a no in Darija and an article in French; in Arabic "لا يشرب" is "he does not drink", while "لا، يشرب"
    and the Darija "لا كيشرب" are "no, he drinks"."""
    said = reading.words
    if said[start] not in words("no_first"):
        return False
    following = said[start + 1] if len(said) > start + 1 else ""
    if said[start] == "la" and following and not _AFTER_LA.fullmatch(following):
        return False
    if said[start] == "لا" and following in words("never_after_la"):
        return False
    if said[start] != "لا" or following[:1] not in ("ي", "ت", "ن", "ا") or following.startswith(("ال", "انه", "انا")):
        return True
    rest = reading.text.partition("لا")[2].lstrip(" ")
    return rest.startswith(_STOPS)
