"""The hour itself, in digits or words, before it is known whether a bare number is an hour (see ``clock.py``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.when.guards import is_percent
from nlu.when.line import Line
from nlu.when.minutes import ROUND_MINUTES, minutes_after
from nlu.when.numbers import simple_number_at
from nlu.when.parts import part_at

_H = re.compile(r"(\d{1,2})\s?(?:h|H)(?:\s?:?\s?(\d{2})(?!\d))?(?:\s?(?:mn|min|minutes))?(?![^\W\d_])(?!\s?/\s?\d)")
_COLON = re.compile(r"(\d{1,2})\s?:\s?(\d{2})(?::\d{2})?(?:\s?(?:h|min|mn))?(?!\w)")
_DOT = re.compile(r"(\d{1,2})([.,])(\d{2})(?![\d.,]*\d)(?!\w)")
_PM = re.compile(r"(\d{1,2})\s?pm\b", re.IGNORECASE)
_RUN = re.compile(r"([01]?\d|2[0-3])([0-5][05])(?!\w)")
FRENCH_HOURS = frozenset(("heure", "heures", "h", "hr", "hrs"))


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour read in words up to ``end``; ``sure`` when its form alone says so, ``word`` when it is no digit."""

    hour: int
    minutes: int
    end: int
    sure: bool
    word: bool = False


def hour_at(line: Line, i: int, lead: int) -> Hour | None:
    """An hour at word ``i``; ``lead`` is how strongly the words before lead to one (0 to 2)."""
    if i >= len(line):
        return None
    return _written(line, i, lead) or _twelve(line, i) or _ordinal(line, i) or _spoken(line, i, lead)


def lets_be_hour(line: Line, j: int) -> bool:
    """Whether what stands at ``j``, after a bare number, lets it be an hour: no unit, no counted thing."""
    if is_percent(line, j):
        return False
    if line.at_end(j) or line.has(j, "part", "weekday", "rel", "next"):
        return True
    if line.has(j, "units", "things", "unit2", "digits", "month", "month_weak"):
        return False
    if line.has(j, "unit1") and not line.has(j, "nhar"):
        return False
    if not line.has(j, "of", "from") or line.has(j, "the"):
        return True
    k = line.skip(j + 1, "the", "article_only", "of")
    if part_at(line, k, near_hour=True) or line.has(k, "nhar", "rel", "weekday", "this", "weekday_weak", "now"):
        return True
    return not line.has(j, "of") and not line.has(k, "life")


def _written(line: Line, i: int, lead: int) -> Hour | None:
    """10h30, 10:30, 3pm, 10.30, and after a leading word also 1030."""
    word = line.words[i]
    if word.glued or not word.text[:1].isdigit():
        return None
    for pattern in (_H, _COLON):
        found = pattern.match(line.plain, word.start)
        if found and int(found[1]) < 24 and int(found[2] or 0) < 60:
            if not lead and not found[2] and line.near(i, i + 1, 3, 3, "wait"):
                return None
            return Hour(int(found[1]), int(found[2] or 0), line.word_at(found.end()), True)
    if found := _PM.match(line.plain, word.start):
        return Hour(int(found[1]) % 12 + 12, 0, line.word_at(found.end()), True)
    return _dotted(line, i, lead) or _run(line, i, lead)


def _dotted(line: Line, i: int, lead: int) -> Hour | None:
    """10.30 where it cannot be a date, or a leading word says that it is an hour."""
    found = _DOT.match(line.plain, line.words[i].start)
    if not found or int(found[1]) > 23 or int(found[3]) > 59 or line.near(i, i + 1, 4, 2, "measure"):
        return None
    point = found[2] == "."
    led = lead and (point or line.norm(i - 1) != "a")
    if led or (point and int(found[3]) > 12 and int(found[1])):
        return Hour(int(found[1]), int(found[3]), line.word_at(found.end()), True)
    return None


def _run(line: Line, i: int, lead: int) -> Hour | None:
    word = line.words[i]
    lengths = (4,) if line.words[i - 1].text in ("à", "À") else (3, 4)
    if lead < 2 or len(word.text) not in lengths:
        return None
    found = _RUN.match(line.plain, word.start)
    if found and found.end() == word.end and lets_be_hour(line, i + 1):
        return Hour(int(found[1]), int(found[2]), i + 1, True)
    return None


def _twelve(line: Line, i: int) -> Hour | None:
    """Midnight, and noon with minutes; noon alone is a part of the day."""
    if line.has(i, "midnight"):
        return Hour(0, 0, i + 1, True)
    if line.has(i, "noonish", "half") and line.get(i + 1, "part") == "night" and not line.has(i - 1, "and"):
        return Hour(0, 0, i + 2, True)
    if not line.has(i, "noon"):
        return None
    if minutes_after(line, i + 1)[0]:
        return Hour(12, 0, i + 1, True)
    number = simple_number_at(line, i + 1) if line.joined(i + 1) else None
    if number and number[0] in ROUND_MINUTES and lets_be_hour(line, number[1]):
        return Hour(12, number[0], number[1], True)
    return None


def _ordinal(line: Line, i: int) -> Hour | None:
    """الثالثة, الحادية عشرة."""
    hour = line.get(i, "hour_word")
    if not isinstance(hour, int):
        return None
    if line.has(i + 1, "teen") and hour in (1, 2, 11):
        return Hour(12 if hour == 2 else 11, 0, i + 2, False, True)
    return Hour(hour, 0, i + 1, False, True)


def _spoken(line: Line, i: int, lead: int) -> Hour | None:
    if lead == 2 and line.get(i, "weekday") == 2 and line.norm(i)[-1:] in ("a", "ا", "ه"):
        # "m3a larb3a": the weekday's spelling, but only hours follow m3a.
        return Hour(4, 0, i + 1, False, True)
    number = simple_number_at(line, i)
    if number is None or not 0 <= number[0] <= 24 or (lead < 2 and line.has(i, "weekday")):
        return None
    value, j = number
    if line.norm(j) in FRENCH_HOURS and not line.words[j].breaks:
        return _heures(line, i, value, j, lead)
    minutes = line.norm(j)
    if (
        lead
        and line.has(i, "digits")
        and line.joined(j)
        and len(minutes) == 2
        and minutes.isdigit()
        and int(minutes) < 60
    ):
        # "m3a 10 30"
        return Hour(value % 24, int(minutes), j + 1, True) if lets_be_hour(line, j + 1) else None
    return Hour(value % 24, 0, j, False, not line.has(i, "digits"))


def _heures(line: Line, i: int, value: int, j: int, lead: int) -> Hour | None:
    """The hour of "dix heures trente", heures being word ``j``; hours that were waited are no hour of the day."""
    if not lead and line.near(i, j, 3, 3, "wait"):
        return None
    minutes, end = 0, j + 1
    found = simple_number_at(line, end) if line.joined(end) else None
    if found and 0 < found[0] < 60:
        counted = line.get(found[1], "units") == "minute"
        if counted or lets_be_hour(line, found[1]):
            minutes, end = found[0], found[1] + counted
    return Hour(value % 24, minutes, end, value < 24 and (value != 1 or lead > 0 or minutes > 0))
