"""How long something has lasted, as ISO 8601: depuis deux semaines, hadi 3 iyyam, منذ أسبوع, mn jouj swaye3.

The contract of ``docs/when.md`` counts durations in days or hours, for what is done with them; here the unit said is
kept and the place is that of the amount alone, for whoever reads what a person complains of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from nlu.normalise import Token
from nlu.when.births import REACH_AFTER, birth_words
from nlu.when.guards import greeting_at, named_place_end
from nlu.when.lexicon import pieces
from nlu.when.line import Line
from nlu.when.quantities import Quantity, quantity_at
from nlu.when.scan import atoms_of
from nlu.when.spans import Told, told_at

__all__ = ["Lasting", "lasting_in"]

# Senses without which a message has no duration: an amount in one word, or a unit with a number or what leads to it.
_AMOUNTS = frozenset(("unit2", "dozen", "clock_token"))
_UNITS = frozenset(("unit1", "units"))
_BESIDE_UNITS = frozenset("num count half quarter third since from during hadi en there".split())
_AMOUNT, _UNIT, _BESIDE = 1, 2, 4
# "mn" is from, "j" is I, "moi" is me, unless a figure stands before them.
_MOSTLY_OTHER = frozenset(("mn", "j", "moi"))
# Atoms are only asked what they cover, which no present moment changes.
_ANY_DAY = datetime(2026, 1, 1)
_DAYS_OF_MONTH, _DAYS_OF_WEEK, _HOURS_OF_DAY = 30, 7, 24


@dataclass(frozen=True, slots=True)
class Lasting:
    """An amount of time ``text[start:end]``; ``said``: words beside it say that it lasted, else it only may have."""

    value: str
    start: int
    end: int
    said: bool


def lasting_in(text: str, tokens: Sequence[Token]) -> list[Lasting]:
    """The durations of ``text``, whose tokens are ``tokens``, in order; ages and "in three days" are none."""
    if not _may_tell(tokens):
        return []
    line = Line(text)
    found = list(_told(line))
    if not found:
        return []
    taken = {k for atom in atoms_of(line, _ANY_DAY, None) if atom.kind != "value" for k in range(atom.i, atom.j)}
    return [
        Lasting(value, *_place(line, told), _is_said(line, told))
        for told in found
        if not taken.intersection(range(told.start, told.found.end)) and (value := _iso(told.found))
    ]


def _place(line: Line, told: Told) -> tuple[int, int]:
    """Where the amount stands, without the one letter glued before it: "بشهرين", "f3amayn"."""
    start, end = line.place(told.start, told.found.end)
    if not line.words[told.start].glued:
        return start, end
    word = line.words[told.start].text
    return start + 1 + (len(word) > 1 and word[1] == "ـ"), end


def _may_tell(tokens: Sequence[Token]) -> bool:
    """Whether the words, wherever they stand, could make a duration; most messages are done here."""
    told = 0
    for k, token in enumerate(tokens):
        says = _says(token.norm)
        if says & _UNIT and token.norm in _MOSTLY_OTHER and not (k and tokens[k - 1].norm.isdigit()):
            says &= ~_UNIT
        told |= says
        if told & _AMOUNT or told == _UNIT | _BESIDE:
            return True
    return False


@lru_cache(maxsize=16_384)
def _says(norm: str) -> int:
    """What a word has for a duration: a whole amount, a unit, what stands beside one."""
    says = _BESIDE if norm == "قبل" else 0
    for senses, _ in pieces(norm):
        says |= 0 if _AMOUNTS.isdisjoint(senses) else _AMOUNT
        says |= 0 if _UNITS.isdisjoint(senses) else _UNIT
        says |= 0 if _BESIDE_UNITS.isdisjoint(senses) else _BESIDE
    return says


def _told(line: Line) -> list[Told]:
    """What may be durations: told as such, or amounts that nothing leads to."""
    births = birth_words(line)
    found = []
    i = 0
    while i < len(line):
        skipped = greeting_at(line, i) or named_place_end(line, i)
        birth = any(0 <= i - b <= REACH_AFTER and not line.has(b, "born_mother") for b in births)
        told = None if skipped else told_at(line, i, birth)
        if told is None:
            i = skipped or i + 1
            continue
        a_day = told.found.bare and "day" in told.found.amounts
        if not a_day and (told.role == "since" or (told.role == "age" and not told.led and not birth)):
            found.append(told)
        i = told.found.end if _is_of_next(line, told) else max(told.end, i + 1)
    return found


def _is_said(line: Line, told: Told) -> bool:
    """Whether words say "since", "for", "it has been"; "قبل" is also before, "à" how old, "en" within, "5h" an hour."""
    if told.led:
        by_clock = line.has(told.start, "clock_token") and line.norm(told.start - 1) in ("depuis", "mn")
        return told.role == "since" and not by_clock and line.words[told.start - 1].text not in ("قبل", "à", "en")
    return line.has(told.found.end, "hadi") and told.end > told.found.end and not _is_of_next(line, told)


def _is_of_next(line: Line, told: Told) -> bool:
    """Whether a "hadi" after the amount leads to another one: "jelba d 9 chhour hadi 3 iyyam"."""
    return line.has(told.found.end, "hadi") and quantity_at(line, told.found.end + 1, False) is not None


def _iso(found: Quantity) -> str:
    """``P2W``, ``P1Y6M``, ``PT1H30M``; an empty string for no time at all. Half a month is fifteen days."""
    amounts = found.amounts
    months = amounts.get("year", 0) * 12 + amounts.get("month", 0)
    days = amounts.get("day", 0) + (months - int(months)) * _DAYS_OF_MONTH
    weeks = amounts.get("week", 0)
    if weeks != int(weeks) or (weeks and (days or months)):
        days, weeks = days + weeks * _DAYS_OF_WEEK, 0
    minutes = round((amounts.get("hour", 0) + (days - int(days)) * _HOURS_OF_DAY) * 60 + amounts.get("minute", 0))
    years, months = divmod(int(months), 12) if "year" in amounts else (0, int(months))
    date = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (int(weeks), "W"), (int(days), "D")) if n)
    hours, minutes = divmod(minutes, 60)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
    return f"P{date}{'T' if time else ''}{time}" if date or time else ""
