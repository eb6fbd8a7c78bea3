"""Weekdays with their marks: nhar tnin jay, lundi prochain, tnin d simana jaya, الجمعة لي فاتت (rules 1 and 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from nlu.when.atoms import Atom, Day
from nlu.when.guards import is_town
from nlu.when.line import Line

_FRENCH_DAYS = frozenset(("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"))
_LEADS = ("this", "nhar", "the", "next", "article_only")
# "لحد" is Sunday and "until".
_UNTIL_SUNDAY = ("لحد", "الحد", "l7ed", "lhed")
_WEEK_LEADS = ("of", "f", "the", "article_only", "from", "clock_weak")

# Reads a dated number at a word index ("12 janvier", "12/1", "le 12"), the weekday's date.
Dated = Callable[[int], Atom | None]


def weekday_at(line: Line, i: int, today: date, past: bool, dated: Dated) -> Atom | None:
    """A weekday at word ``i``; ``dated`` reads the date that may follow it, which then decides."""
    j, marked = _led(line, i)
    if j > i and not line.joined(j):
        return None
    weekday = line.get(j, "weekday")
    strong = weekday is not None
    if weekday is None:
        weekday = line.get(j, "weekday_weak")
    if not isinstance(weekday, int):
        return None
    k = j + 1
    mark = line.skip(k, "li") if not line.at_end(k) else k
    is_next, is_last = (line.has(mark, m) and not line.at_end(k) for m in ("next", "last"))
    told = marked or is_next or is_last
    if not (strong or _weak_is_day(line, i, j, told)) or (not told and _is_other(line, j, weekday)):
        return None
    if is_next or is_last:
        k = mark + 1
    elif line.has(k, "who") and line.has(k + 1, "come"):
        k += 2
    day = Day(weekday=weekday, past=is_last)
    if week := week_at(line, k):
        return Atom("day", i, week[1], day=day.in_week(week[0]))
    return _with_date(line, i, k, day, today, past, dated)


def _led(line: Line, i: int) -> tuple[int, bool]:
    """Index of the weekday after its leading words, and whether one of them marks it as a day (nhar, had, prochain)."""
    j, marked = i, False
    while j - i < 4 and line.has(j, *_LEADS) and (j == i or line.joined(j)):
        weak_here = line.has(j, "weekday_weak") and marked and not line.has(j + 1, "weekday", "weekday_weak")
        if line.has(j, "weekday") or weak_here:
            break
        marked = marked or line.has(j, "nhar", "this", "next")
        j += 1
    return j, marked


def _weak_is_day(line: Line, i: int, j: int, told: bool) -> bool:
    """Whether a weak weekday word is the day: a mark says so, or it stands with its article and little else."""
    if line.has(j, "num") and line.has(j - 1, "clock_strong"):
        return False
    if i == j and line.get(i, "weekday_weak") == 6 and line.has(i, "this"):
        return False
    return told or (line.article(j) and len(line) <= 3 and line.has(j, "num"))


def _is_other(line: Line, j: int, weekday: int) -> bool:
    until = weekday == 6 and line.norm(j) in _UNTIL_SUNDAY and line.has(j + 1, "now", "unit1", "rel", "this")
    return until or is_town(line, j)


def week_at(line: Line, i: int) -> tuple[int, int] | None:
    """Weeks from the present one for "of next week", "simana jaya", "cette semaine", and the index after."""
    j = i
    for _ in range(3):
        j = line.skip(j, *_WEEK_LEADS)
    this = line.has(j, "this")
    j += this
    if line.has(j, "next") and line.get(j + 1, "unit1") == "week":
        return 1, j + 2
    if line.get(j, "unit1") != "week":
        return None
    k = line.skip(j + 1, "li")
    if line.has(k, "next"):
        return 1, k + 1
    if line.has(k, "last"):
        return -1, k + 1
    if line.has(k, "who") and line.has(k + 1, "come"):
        return 1, k + 2
    return (0, line.skip(j + 1, "current", "ici")) if this or line.has(j + 1, "current") else None


def _with_date(line: Line, i: int, k: int, day: Day, today: date, past: bool, dated: Dated) -> Atom:
    """The weekday, or the date that follows it ("lundi 12 janvier", "tnin 12/1", "jeudi le 3")."""
    found = dated(k)
    if found and found.day:
        return Atom("day", i, found.j, day=found.day)
    if line.joined(k) and line.has(k, "digits") and _number_stands_alone(line, k):
        numbered = Day(number=line.get(k, "num"))
        resolved = numbered.resolve(today, past)
        # French "lundi 7" is a date; in Darija "ltnin 10" is one when the 10th is a Monday, or too late for an hour.
        french = line.norm(i) in _FRENCH_DAYS or line.norm(k - 1) in _FRENCH_DAYS
        late = numbered.number is not None and numbered.number > 12
        if resolved and (french or late or resolved.weekday() == day.weekday):
            return Atom("day", i, k + 1, day=numbered)
    return Atom("day", i, k, day=day)


def _number_stands_alone(line: Line, k: int) -> bool:
    """Whether the digits at ``k`` are a day number: no unit, no part of the day, no minutes after them."""
    rest = line.plain[line.words[k].end :]
    if not 1 <= line.get(k, "num") <= 31 or (rest[:1] in (":", "h", "/", ".") and rest.strip(". ")):
        return False
    if line.at_end(k + 1):
        return True
    if line.has(k + 1, "units", "unit1", "things", "minus", "minus_ll", "larob", "part", "half"):
        return False
    if line.has(k + 1, "and") and line.has(k + 2, "half", "quarter", "third", "qsem", "num"):
        return False
    part = line.has(line.skip(k + 2, "the", "article_only"), "part", "prayer", "noon")
    return not (line.has(k + 1, "of", "f") and part)
