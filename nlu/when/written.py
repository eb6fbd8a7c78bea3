"""Dates written in digits: always day/month(/year), or year-month-day; "12/25" is no date (rule 10)."""

from __future__ import annotations

import re
from datetime import date

from nlu.when import almanac
from nlu.when.atoms import Atom, Day
from nlu.when.guards import is_measure
from nlu.when.line import Line

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\w)")
_DMY = re.compile(
    r"(\d{1,2})(?:\s?([/.\-])\s?|\s)(\d{1,2})(?:(?:\s?\2\s?|\s)(\d{4})|\s?\2\s?(\d{2}))(?![\d/\-]*\d)(?![^\W\d_])"
)
_DM = re.compile(r"(\d{1,2})(?:/| / |\s?-\s?|\.)(\d{1,2})(?![/.\-]?\d)(?!\s?[%°])(?![^\W\d_])")
_DM_SPACED = re.compile(r"(\d{1,2}) (0\d|1[0-2])(?![\w/:.,-])")
# A leap year: 29/02 is a day of the year.
_LEAP = 2024


def written_at(line: Line, i: int, today: date, past: bool) -> Atom | None:
    """A date in digits at word ``i``; ``past`` when a two-digit year may be of the last century."""
    if i >= len(line) or line.words[i].glued or not line.words[i].text[:1].isdigit():
        return None
    start = line.words[i].start
    if start > 1 and line.plain[start - 1] in "/-.:," and line.plain[start - 2].isdigit():
        return None
    if found := _ISO.match(line.plain, start):
        return _fixed(line, i, found.end(), int(found[1]), int(found[3]), int(found[4]))
    if found := _DMY.match(line.plain, start):
        year = _full_year(found[4] or found[5], today.year, past)
        if found[2] or found[4]:
            return _fixed(line, i, found.end(), year, int(found[3]), int(found[1]))
        return None
    led = line.has(i - 1, "nhar", "masc", "tarikh") and line.joined(i)
    found = _DM.match(line.plain, start) or (_DM_SPACED.match(line.plain, start) if led else None)
    if found is None or almanac.day_or_none(_LEAP, int(found[2]), int(found[1])) is None:
        return None
    j = line.word_at(found.end())
    if not led and is_measure(line, i, j):
        return None
    return Atom("day", i, j, day=Day(number=int(found[1]), month=int(found[2])))


def _fixed(line: Line, i: int, end: int, year: int, month: int, number: int) -> Atom | None:
    day = almanac.day_or_none(year, month, number)
    return Atom("day", i, line.word_at(end), day=Day(fixed=day)) if day else None


def _full_year(text: str, today_year: int, past: bool) -> int:
    if len(text) == 4:
        return int(text)
    year = today_year // 100 * 100 + int(text)
    return year - 100 if past and year > today_year else year
