"""What an amount of time means: an age, how long something has lasted, or a moment from now (rules 8 and 13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from nlu.when import almanac
from nlu.when.atoms import Atom, Day
from nlu.when.line import Line
from nlu.when.quantities import Quantity, quantity_at

# "age_me": "3ndi 25 3am" is an age, "3ndi 3 iyyam" an illness.
Role = Literal["in", "since", "age", "age_me", "every", None]
_FRENCH_OF = ("de", "du", "des", "d")
_IN = ("f", "fi", "في")
_WHENS = ("rel", "noon", "prayer", "prayer_weak", "weekday")
_SMALL = ("day", "week", "hour", "minute")


@dataclass(frozen=True, slots=True)
class Told:
    """An amount in words ``start`` up to ``found.end``, with what the words around it, up to ``end``, make of it.

    ``led``: words before it say so; else it is a guess.
    """

    role: Role
    start: int
    found: Quantity
    end: int
    led: bool


def told_at(line: Line, i: int, birth: bool) -> Told | None:
    """The amount that words ``i`` and following lead to; ``birth`` when it is of a birth, said or expected."""
    role, j = _role_at(line, i)
    for _ in range(3):
        if role is None or quantity_at(line, j, False) or not line.has(j, "filler"):
            break
        j += 1
    if role and j > i and not line.joined(j) and role != "age":
        return None
    found = quantity_at(line, j, _alone_is_one(line, i, j, role))
    if found is None:
        return None
    led = role is not None
    role, end = (role, found.end) if role == "every" else _told_after(line, i, role, found, birth)
    return Told(role, j, found, end, led)


def span_at(line: Line, i: int, now: datetime, birth: bool) -> Atom | None:
    """A span at word ``i`` with the words that say what it is; ``birth`` when it is of a birth, said or expected."""
    told = told_at(line, i, birth)
    if told is None:
        return None
    role, found, end = told.role, told.found, told.end
    if role == "every":
        return Atom("skip", i, end)
    if role is None:
        return Atom("skip", i, end) if end > found.end else None
    if role == "in":
        return _later(i, end, found, now)
    of_age = role in ("age", "age_me") and not {"hour", "minute"} & found.amounts.keys()
    value = _age(found) if of_age else _lasting(found)
    return Atom("value", i, end, value=value) if value else None


def _alone_is_one(line: Line, i: int, j: int, role: Role) -> bool:
    """Whether a unit without a number, led to as ``role``, means one of it."""
    if line.has(i, "she", "en") or line.words[i].text == "à":
        return False
    day = line.has(j, "nhar")
    if role == "age":
        return not (line.has(i, "child") and day)
    if role == "since":
        return not (line.has(i, "from") and day) and not line.article(j)
    return role == "in" and not day and not line.article(j)


def _role_at(line: Line, i: int) -> tuple[Role, int]:
    """What leads to a span at ``i`` and where the span may start."""
    if line.has(i, "every"):
        return "every", line.skip(i + 1, "the")
    if line.has(i, "from") and line.norm(i) not in _FRENCH_OF:
        return _from_role_at(line, i)
    if line.has(i, "after"):
        # "على بعد ساعتين" is a distance.
        return (None, i) if line.norm(i - 1) in ("على", "علي", "3la") else ("in", i + 1)
    if line.has(i, "in"):
        return "in", line.skip(i + 1, "of")
    if line.norm(i) == "d" and line.has(i + 1, "ici"):
        return "in", i + 2
    if (line.has(i, "f") and line.has(i + 1, "in")) or (line.norm(i) == "bout" and line.norm(i + 1) == "de"):
        return "in", i + 2
    if line.has(i, "since", "during", "en") or line.norm(i) == "قبل":
        return "since", i + 1
    ago = _ago_end(line, i)
    return ("since", ago) if ago else _age_role_at(line, i)


def _from_role_at(line: Line, i: int) -> tuple[Role, int]:
    """From now in "mn daba", after in "mn b3d", since in "mn jouj iyyam"; "ch7al mn sa3a", "mn 14h" are no spans."""
    if line.has(i - 1, "what") or line.has(i + 1, "clock_token"):
        return None, i
    if line.has(i + 1, "now"):
        return "in", line.skip(i + 2, "to", "article_only")
    return ("in", i + 2) if line.has(i + 1, "after") else ("since", i + 1)


def _ago_end(line: Line, i: int) -> int | None:
    """Index after "il y a", "y a", "il ya", "ça fait"."""
    if line.has(i, "it") and line.has(i + 1, "there") and line.norm(i + 2) == "a":
        return i + 3
    pair = (line.norm(i), line.norm(i + 1))
    if pair in (("il", "ya"), ("y", "a")) or (line.has(i, "it", "she") and pair[1] == "fait"):
        return i + 2
    return None


def _age_role_at(line: Line, i: int) -> tuple[Role, int]:
    if line.has(i, "exact_age", "has_age"):
        j = i + 1
        for _ in range(2):
            j = line.skip(j, "of", "exact_age", "has_age", "the", "from", "filler")
        return "age", j
    if line.has(i, "has_age_me"):
        return "age_me", i + 1
    if line.has(i, "child"):
        j = i + 1
        for _ in range(2):
            j = line.skip(j, "of", "has_age", "child")
        return "age", j + (line.norm(j) in ("a", "ayant"))
    if line.has(i, "she") and line.norm(i + 1) in ("a", "ont", "avait") and line.words[i + 1].text != "à":
        return "age", i + 2
    if line.norm(i) == "j" and line.norm(i + 1) == "ai":
        return "age_me", i + 2
    if line.words[i].text == "à" and not line.has(i + 1, "unit1"):
        return "age", i + 1
    return None, i


def _told_after(line: Line, i: int, role: Role, found: Quantity, birth: bool) -> tuple[Role, int]:
    """The role once the words after the amount are read, and the index after them; None when it is no span."""
    j = found.end
    small = next(iter(found.amounts)) in _SMALL
    if from_now := _from_now_end(line, j):
        return "in", from_now
    of_age = line.skip(j, "of", "f", "from")
    if of_age > j and line.has(of_age, "exact_age", "life") and line.joined(of_age):
        return "age", of_age + 1
    if role is None:
        role, j = _unled(line, found, small, birth)
    if role in ("age", "age_me") and small and not birth and _goes_on(line, i, j, role):
        role = "since"
    if birth and role == "since":
        role = "age"
    if role == "in" and line.has(i, "after"):
        role = _after_role(line, i, j, found)
    return role, j


def _from_now_end(line: Line, j: int) -> int | None:
    """Index after "mn daba", "à partir d'aujourd'hui" behind an amount."""
    if line.has(j, "from") and line.has(j + 1, "now"):
        return j + 2
    if line.norm(j) == "a" and line.has(j + 1, "from_now"):
        end = line.skip(j + 2, "of")
        return line.skip(line.skip(end, "rel", "now"), "hui")
    return None


def _unled(line: Line, found: Quantity, small: bool, birth: bool) -> tuple[Role, int]:
    """The role of an amount that nothing leads to: years and months are ages, the rest durations."""
    j = found.end
    if line.has(j, "hadi") and not line.at_end(j):
        return "since", j + 1
    if line.has(j, "after") and line.joined(j) and not line.has(j + 1, *_WHENS):
        # "2h après la piqûre": how long after, not when.
        return "since", j + 1
    if birth:
        return "age", j
    if line.has(j, "f") and line.has(j + 1, "unit1") and not line.has(j + 2, "next", "li", "this", "num"):
        # "3 days a week"
        return None, j + 2
    if found.bare or (found.one and next(iter(found.amounts)) in ("day", "hour")):
        return None, j
    return ("since" if small else "age"), j


def _after_role(line: Line, i: int, j: int, found: Quantity) -> Role:
    """A duration in "after 3 days of treatment", an age in "après 5 ans"; else "after" counts from today."""
    from_day = line.has(j, "from") and line.has(j + 1, "now", "rel")
    if line.has(j, "of", "from") and not line.at_end(j) and j == found.end and not from_day:
        return "since"
    return "age" if line.norm(i) == "apres" and "year" in found.amounts else "in"


def _goes_on(line: Line, i: int, j: int, role: Role) -> bool:
    """Whether "3ndo 3 iyyam …" tells how long an illness has lasted rather than an age."""
    if role == "age_me":
        return True
    if line.has(j, "pronoun") or (line.has(j, "and") and line.has(j + 1, "pronoun")):
        return not line.near(i, i + 1, 4, 1, "child")
    if line.at_end(j) or line.norm(j) in _IN or line.has(j + 1, "exact_age", "life"):
        return False
    return line.has(j, "of", "from", "f")


def _later(i: int, j: int, found: Quantity, now: datetime) -> Atom | None:
    """The moment or the day that lies the amount from now."""
    amounts = found.amounts
    days = amounts.get("day", 0) + 7 * amounts.get("week", 0)
    if "hour" in amounts or "minute" in amounts:
        minutes = round(amounts.get("hour", 0) * 60 + amounts.get("minute", 0))
        try:
            then = now + timedelta(days=days, minutes=minutes)
        except OverflowError:
            return None
        value = {"kind": "datetime", "date": then.date().isoformat(), "time": f"{then:%H:%M}"}
        return Atom("value", i, j, value=value)
    months = amounts.get("year", 0) * 12 + amounts.get("month", 0)
    day = almanac.add_months(now.date(), int(months))
    day = almanac.add_days(day, int(days + 30 * (months - int(months)))) if day else None
    return Atom("day", i, j, day=Day(fixed=day)) if day else None


def _age(found: Quantity) -> dict[str, Any]:
    """The age in the unit said (rule 13); half a month is fifteen days."""
    amounts = found.amounts
    years, months = amounts.get("year", 0), amounts.get("month", 0)
    if years and years == int(years) and not months:
        return {"kind": "age", "age_years": int(years)}
    if years or (months and months == int(months)):
        return {"kind": "age", "age_months": int(years * 12 + months)}
    if months:
        return {"kind": "age", "age_days": int(months * 30)}
    return {"kind": "age", "age_days": int(amounts.get("week", 0) * 7 + amounts.get("day", 0))}


def _lasting(found: Quantity) -> dict[str, Any] | None:
    """A duration in days, months as 30 and years as 365, or in hours; minutes alone are none."""
    amounts = found.amounts
    days = amounts.get("day", 0) + 7 * amounts.get("week", 0)
    days += 30 * amounts.get("month", 0) + 365 * amounts.get("year", 0)
    if days:
        return {"kind": "duration", "duration_days": int(days)}
    hours = amounts.get("hour", 0)
    if hours:
        return {"kind": "duration", "duration_hours": int(hours) if hours == int(hours) else hours}
    return None
