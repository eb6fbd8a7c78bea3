"""Amounts of time: jouj simanat, 3 snin w nes, une demi-heure, سنة وثلاثة أشهر, chehrayn."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.when.line import Line
from nlu.when.numbers import number_at

# "2h", "1h30" as a length of time.
_HOURS = re.compile(r"^(\d{1,2})h([0-5]\d)?(?:mn|min)?$")
_ORDER = ("year", "month", "week", "day", "hour", "minute")
# After a unit without a number, these make of it something else than "one": chher 3, simana jaya, nhar tnin.
_NOT_ONE = (
    *("next", "last", "num", "count", "first", "current", "li", "rel"),
    *("weekday", "weekday_weak", "month", "month_weak"),
)
_SHARES = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}


@dataclass(slots=True)
class Quantity:
    """Amounts by unit, halves included (``{"year": 1, "month": 3}``), in the words up to ``end``."""

    amounts: dict[str, float]
    end: int
    # No number was said: "3ndo 3am".
    bare: bool = False
    # The number was French "un(e)": "un jour" is no amount.
    one: bool = False


def quantity_at(line: Line, i: int, alone: bool) -> Quantity | None:
    """An amount at word ``i``; ``alone`` when a unit without number means one ("3ndo 3am", "b3d chher")."""
    found = _single(line, i, alone)
    if found is None:
        return None
    unit = next(iter(found.amounts))
    for _ in range(3):
        if line.at_end(found.end):
            break
        k = line.skip(found.end, "and")
        share = _share_at(line, found.end, k, unit)
        if share:
            found.amounts[unit] += share[0]
            found.end = share[1]
            continue
        more = _single(line, k, alone=k > found.end)
        smaller = next(iter(more.amounts)) if more else ""
        if more is None or smaller not in _ORDER[_ORDER.index(unit) + 1 :] or (more.bare and line.has(k, "nhar")):
            break
        found.amounts[smaller] = found.amounts.get(smaller, 0) + more.amounts[smaller]
        unit, found.end = smaller, more.end
    return found


def _share_at(line: Line, end: int, k: int, unit: str) -> tuple[float, int] | None:
    """A half or a quarter after an amount of ``unit``; not "and half an hour", nor "and four months"."""
    if not (k > end and line.has(k, "half", "quarter")) and line.norm(end) != "demi":
        return None
    if line.has(k, "count") and line.has(k + 1, "units"):
        return None
    other = line.get(k + 1, "unit1") if not line.at_end(k + 1) else None
    share = _SHARES["half" if line.has(k, "half") else "quarter"]
    if other == unit:
        return share, k + 2
    return (share, k + 1) if other is None or line.has(k + 1, "nhar") else None


def _single(line: Line, i: int, alone: bool) -> Quantity | None:
    """One number with one unit."""
    if (unit := line.get(i, "unit2")) is not None:
        return Quantity({unit: 2}, i + 1)
    if (token := line.get(i, "clock_token")) is not None:
        hours = _HOURS.match(token)
        whole = hours and not _slash_after(line, i)
        return Quantity({"hour": int(hours[1]) + int(hours[2] or 0) / 60}, i + 1) if hours and whole else None
    return _dozen(line, i) or _share_of_unit(line, i) or _counted(line, i) or _unit_alone(line, i, alone)


def _slash_after(line: Line, k: int) -> bool:
    """Whether a slash follows: "7j/7" and "24h/24" are no amounts."""
    return line.plain[line.words[k].end : line.words[k].end + 1] == "/"


def _dozen(line: Line, i: int) -> Quantity | None:
    """Une quinzaine, une dizaine de jours."""
    k = i + 1 if line.get(i, "num") == 1 and line.has(i + 1, "dozen") else i
    dozen = line.get(k, "dozen")
    if not isinstance(dozen, int):
        return None
    unit = line.get(line.skip(k + 1, "of"), "units")
    if unit:
        return Quantity({unit: dozen}, line.skip(k + 1, "of") + 1)
    return Quantity({"day": dozen}, k + 1) if dozen in (8, 15) and not line.has(k + 1, "of") else None


def _share_of_unit(line: Line, i: int) -> Quantity | None:
    """Half or part of a unit: "nes sa3a", "une demi-heure", "un quart d'heure", "نصف شهر"."""
    j = i + 1 if line.get(i, "num") == 1 and line.has(i + 1, "half", "quarter") else i
    share = next((amount for sense, amount in _SHARES.items() if line.has(j, sense)), None)
    k = line.skip(line.skip(j + 1, "of"), "article_only")
    if share is None or (line.has(j, "count") and line.has(k, "units")) or not line.joined(k):
        return None
    unit = line.get(k, "unit1")
    whole = unit == "hour" or (unit in ("year", "month") and share == _SHARES["half"])
    return Quantity({unit: share}, k + 1) if whole else None


def _counted(line: Line, i: int) -> Quantity | None:
    """A number and its unit: "3 d l iyyam", "tlt snin", "quinze jours"."""
    number = number_at(line, i)
    count = line.get(i, "count")
    if count is not None and (number is None or not line.has(number[1], "unit1", "units", "of")):
        number = (int(count), i + 1)
    if number is None:
        return None
    value, j = number
    k = line.skip(j, "of")
    if k > j or line.has(j, "article_only"):
        k = line.skip(k, "article_only", "the")
    unit = line.get(k, "units") or line.get(k, "unit1")
    if unit is None or not line.joined(k) or _slash_after(line, k):
        return None
    if line.words[k].glued and k == j and not line.has(i, "digits"):
        return None
    if unit == "day" and not line.has(k, "units") and _names_a_day(line, k):
        return None
    return Quantity({unit: value}, k + 1, one=value == 1 and line.has(i, "french_num"))


def _names_a_day(line: Line, k: int) -> bool:
    """Whether "nhar" or "اليوم" at ``k`` belongs to a weekday or to today rather than to the number before it."""
    return line.has(k, "rel") or (line.has(k, "nhar") and line.has(k + 1, "weekday", "weekday_weak"))


def _unit_alone(line: Line, i: int, alone: bool) -> Quantity | None:
    """A unit without a number, with "one" after it ("chher wa7ed", "سنة واحدة"), or with more ("عام ونص")."""
    unit = line.get(i, "unit1")
    if unit is None:
        return None
    if line.get(i + 1, "num") == 1 and not line.has(i + 1, "digits", "french_num") and line.joined(i + 1):
        # Latin "chher wa7ed" is January unless something says that it is a span.
        said = alone or unit in ("year", "week", "hour") or (unit == "month" and not line.norm(i).isascii())
        return Quantity({unit: 1}, i + 2) if said else None
    more = line.has(i + 2, "half", "unit2") or (line.has(i + 2, "num", "count") and line.has(i + 3, "units", "unit1"))
    if line.has(i + 1, "and") and more and not line.has(i, "nhar"):
        return Quantity({unit: 1}, i + 1)
    if not alone or (line.has(i + 1, *_NOT_ONE) and not line.at_end(i + 1)):
        return None
    return Quantity({unit: 1}, i + 1, bare=True)
