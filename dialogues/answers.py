"""What a message answers to the commonest questions, whether the model answered or not."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from itertools import pairwise

from dialogues.reading import Reading

_AFFIRMING = frozenset({"affirm"})
SURE_OF_YES = 0.85
WORDS_OF_YES = 6
_YES_FIRST = frozenset(
    "oui ouais wi ok okay daccord ah aah iyeh iyyeh eh wakha waxa safi نعم اه ايه اييه واخا اجل موافق موافقه".split()
)
_RESTRICTIONS = frozenset(
    "mais walakin walakine lakin sauf wach 3lach pourquoi comment kifach ولكن لكن والاكن واش علاش لماذا كيف هل".split()
)
_QUESTION_MARKS = frozenset("?؟")
_DENYING = frozenset({"deny"})
_DENIALS = frozenset(
    "non ne n pas surtout attendez attends garde gardez garder rien jamais lla blati bellati bla "
    "khelli khellih khelliha khalli khalih khaliha kheliw "
    "لا بلاتي خلي خليه خليها خليو خليوه انتظروا انتظر لم لن احتفظ احتفظوا بلا".split()
)
_PROBLEM = frozenset(
    "mochkil mouchkil mochkila mouchkila bas souci soucis probleme problemes مشكل مشكله باس مانع".split()
)
_BEFORE_PROBLEM = frozenset(
    "bla pas de d aucun machi makayn mafiha ma kayn kayna fiha بلا لا ما مافيها كاين فيها ماشي".split()
)
_DENIED = re.compile(r"^(?:ma.{2,}(?:ch|sh)|ما.{2,}ش)$")
# Longest name that is kept; longer texts are no names.
NAME_LENGTH = 60
_NOT_IN_NAMES = re.compile(r"[\d<>@#{}\[\]\\/=_*|~^%$]|[^\w\s'’.\-]", re.UNICODE)


def says_yes(reading: Reading) -> bool:
    """A plain yes, or a whole sentence that the model is sure of. A question ("why?") is none, nor is a lone word that
    no list of ours holds: names and "maybe" look like a yes to a model."""
    if says_plain_yes(reading):
        return True
    if reading.intent not in _AFFIRMING or not reading.is_sure or reading.confidence < SURE_OF_YES:
        return False
    return len(reading.words) > 1 and not _QUESTION_MARKS & set(reading.text) and "no" not in reading.cues


def says_plain_yes(reading: Reading) -> bool:
    """A yes without the model's help, for what cannot be undone and for consent: a cue, or a short sentence that begins
    with a yes ("oui transmettez", "iyeh makayn mochkil") and neither denies, nor restricts, nor asks."""
    if "yes" in reading.cues:
        return True
    words = _without_no_problem(reading.words)
    if not words or words[0] not in _YES_FIRST or len(reading.words) > WORDS_OF_YES or "no" in reading.cues:
        return False
    return not (_denies(words) or _RESTRICTIONS & set(words) or _QUESTION_MARKS & set(reading.text))


def says_no(reading: Reading) -> bool:
    """A no by cue, or by an intent that is sure."""
    return "no" in reading.cues or (reading.is_sure and reading.intent in _DENYING and "yes" not in reading.cues)


def refuses(reading: Reading) -> bool:
    """Whether words of denying or keeping are in the text: "don't delete", "ما تمسحوش", "khelli lmaw3id".

    For questions whose yes undoes something: a model takes "don't cancel" for "cancel".
    """
    return says_no(reading) or _denies(_without_no_problem(reading.words))


def _denies(words: tuple[str, ...]) -> bool:
    # "la" is no in Darija and an article in French: a no when it comes first.
    if _DENIALS & set(words) or words[:1] == ("la",):
        return True
    after_ma = any(a in ("ma", "ما") and b.endswith(("ch", "sh", "ش")) for a, b in pairwise(words))
    return after_ma or any(_DENIED.match(word) for word in words)


def _without_no_problem(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without "no problem", which denies nothing."""
    kept: list[str] = []
    for word in words:
        if word in _PROBLEM and kept and kept[-1] in _BEFORE_PROBLEM:
            while kept and kept[-1] in _BEFORE_PROBLEM:
                kept.pop()
            continue
        kept.append(word)
    return tuple(kept)


def a_name(reading: Reading) -> str | None:
    """A person's name: the entity if one was found, else the whole text when it can be one (at most four words)."""
    entity = reading.first("person_name")
    text = (entity.text if entity else reading.text).strip(" .,!؟?\n\t")
    words = text.split()
    if not words or len(text) > NAME_LENGTH or _NOT_IN_NAMES.search(text):
        return None
    if entity is None and (len(words) > 4 or reading.cues):
        return None
    return " ".join(words)


def parse_day(value: str) -> date | None:
    """An ISO date, or None."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def parse_moment(value: str) -> datetime | None:
    """An ISO local moment without zone, or None."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if moment.tzinfo else moment


def parse_time(value: str) -> time | None:
    """An ISO time of day without zone, or None."""
    try:
        found = time.fromisoformat(value)
    except ValueError:
        return None
    return None if found.tzinfo else found
