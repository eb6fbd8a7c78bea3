"""From one day to another: du lundi au mercredi, men tnin 7tta l jem3a, entre le 3 et le 7, 12-15 janvier (rule 9)."""

from __future__ import annotations

from datetime import date

from nlu.when import almanac
from nlu.when.atoms import Atom, Day, Span
from nlu.when.days import day_at
from nlu.when.line import Line
from nlu.when.numbers import number_at

_DASHES = ("-", "–", "—", "→", "/")
_NOT_DAY = ("units", "unit1", "things", "half", "quarter", "minus")
# Above twelve a bare number is a day, not an hour.
_LAST_HOUR = 12


def from_to_at(line: Line, i: int, today: date, past: bool) -> Atom | None:
    """A stretch at word ``i`` whose two ends are days; two bare numbers may be hours and are then none."""
    between = line.has(i, "between")
    opened = between or line.has(i, "from", "start_from")
    k = i + opened
    k = line.skip(k, "from") if line.has(i, "start_from") else k
    first = _end_at(line, k, today, past)
    if first is None and opened and line.has(i, "masc"):
        k, first = i, _end_at(line, i, today, past)
    if first is None or first.day is None or (k > i and not line.joined(k)):
        return None
    j, joint = _joint(line, first.j, between, opened)
    second = _end_at(line, j, today, past) if joint else None
    if second is None or second.day is None:
        return None
    led = line.has(k, "masc", "nhar")
    if not opened and not _stands_unopened(first.day, second.day, led):
        return None
    if not led and _may_be_hours(first.day, second.day) and not _says_days(line, i, j, first.day, second.day, opened):
        return None
    span = _ends(first.day, second.day, today, past)
    return Atom("range", i, second.j, span=span) if span and span[0] <= span[1] else None


def _end_at(line: Line, i: int, today: date, past: bool) -> Atom | None:
    """A day at word ``i``, a bare number included; "from tomorrow" is tomorrow here."""
    found = day_at(line, i, today, past)
    if found:
        shift = found.value.get("shift")
        if isinstance(shift, int):
            from_tomorrow = line.has(i - 1, "from") and line.get(i, "rel") == 1
            day = almanac.add_days(today, 1 if from_tomorrow else shift)
            found.day = Day(fixed=day) if day else None
        return found if found.day else None
    number = number_at(line, i)
    if number and 1 <= number[0] <= 31 and not line.has(number[1], *_NOT_DAY):
        return Atom("day", i, number[1], day=Day(number=number[0]))
    weak = line.get(i, "weekday_weak")
    return Atom("day", i, i + 1, day=Day(weekday=weak)) if isinstance(weak, int) else None


def _joint(line: Line, j: int, between: bool, opened: bool) -> tuple[int, bool]:
    """Whether something joins the end that stops before ``j`` to another, and the index of the other."""
    if j >= len(line):
        return j, False
    if line.plain[line.words[j - 1].end : line.words[j].start].strip() in _DASHES:
        return j, True
    if line.words[j].breaks:
        return j, False
    k = j
    while k - j < 3 and line.has(k, "to") and not line.has(k, "weekday") and (k == j or line.joined(k)):
        k += 1
    if k == j and between and line.has(k, "and"):
        k += 1
    if k > j:
        return (k + 1 if line.has(k, "f", "article_only") and not line.has(k, "num", "weekday") else k), True
    # "men tnin lkhmis": what looks like the article is "to".
    article = line.article(k) or (line.norm(k)[:1] in ("l", "ل") and line.norm(k) != "lundi")
    return j, opened and article and line.has(k, "weekday")


def _stands_unopened(first: Day, second: Day, led: bool) -> bool:
    """Whether two ends without "from" are a stretch: two weekdays, or a number and a date ("12-15 janvier")."""
    weekdays = first.weekday is not None and second.weekday is not None
    return weekdays or second.month is not None or led


def _may_be_hours(first: Day, second: Day) -> bool:
    open_first = first.number is not None and first.month is None
    return open_first and second.month is None and second.month_shift is None and second.fixed is None


def _says_days(line: Line, i: int, j: int, first: Day, second: Day, opened: bool) -> bool:
    """Whether two bare numbers are days: a day word, "du … au", or a number above twelve says so."""
    if second.number is None or not opened:
        return False
    high = max(first.number or 0, second.number) > _LAST_HOUR
    return high or line.has(j, "nhar", "masc") or line.norm(i) == "du"


def _ends(first: Day, second: Day, today: date, past: bool) -> Span | None:
    """Both dates: the start is its next occurrence, the end the first that fits after it."""
    if second.week is not None and first.weekday is not None:
        first = first.in_week(second.week)
    dated = second.month is not None or second.fixed is not None or second.month_shift is not None
    if first.number is not None and first.month is None and first.month_shift is None and dated:
        # "du 12 au 15 janvier": the first number takes the month of the second.
        end = second.resolve(today, past)
        start = almanac.day_or_none(end.year, end.month, first.number) if end else None
        return (start, end) if start and end else None
    if first.month is not None and second.fixed is not None:
        start = almanac.day_or_none(second.fixed.year, first.month, first.number or 0)
        return (start, second.fixed) if start else None
    start = first.resolve(today, past)
    if start is None:
        return None
    if second.weekday is not None and second.week is None:
        return start, almanac.next_weekday(start, second.weekday)
    end = second.resolve(today if second.week is not None else start, past and second.week is not None)
    return (start, end) if end else None
