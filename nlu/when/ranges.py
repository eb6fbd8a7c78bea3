"""Stretches of days: weeks, weekends, months, years, and the beginnings and ends of them (rule 5)."""

from __future__ import annotations

from datetime import date, timedelta

from nlu.when import almanac
from nlu.when.atoms import Atom, Span
from nlu.when.days import day_at
from nlu.when.fromto import from_to_at
from nlu.when.line import Line
from nlu.when.numbers import number_at, year_at

_MONTH_LEADS = ("f", "begin", "end", "middle", "this", "of", "clock_weak", "from", "to", "after", "before", "en")


def range_at(line: Line, i: int, today: date, past: bool, moving: bool) -> Atom | None:
    """The longest stretch of days at word ``i``; ``moving`` when "from … to …" moves an appointment instead."""
    best: Atom | None = None
    for found in (
        None if moving else from_to_at(line, i, today, past),
        _weekend_at(line, i, today),
        _edge_at(line, i, today, past),
        _month_at(line, i, today, past),
        _unit_at(line, i, today),
        _year_at(line, i),
    ):
        if found and (best is None or found.j > best.j):
            best = found
    return best


def _mark(line: Line, i: int) -> tuple[int | None, int]:
    """The mark after a unit that ends before ``i``: 1 next, -1 last, 0 this, None without; and the index after it."""
    if not line.joined(i):
        return None, i
    j = line.skip(i, "li")
    if line.has(j, "next", "after_it"):
        return 1, j + 1
    if line.has(j, "last"):
        return -1, j + 1
    if (line.has(i, "who") and line.has(i + 1, "come")) or (
        line.has(j, "from", "of") and line.has(j + 1, "after", "after_it")
    ):
        # "qui vient", "li mn b3d", "d'après"
        return 1, j + 2
    if line.has(i, "current"):
        return 0, i + 1
    return (0, i + 2) if line.has(i, "en") and line.has(i + 1, "current") else (None, i)


def _unit_at(line: Line, i: int, today: date) -> Atom | None:
    """A whole week, month or year: "had simana", "le mois prochain", "السنة المقبلة", "dans la semaine"."""
    j = i + line.has(i, "this")
    before = _french_mark(line, j)
    unit_word = j + bool(before)
    unit = line.get(unit_word, "unit1")
    if unit not in ("week", "month", "year") or (unit_word > i and not line.joined(unit_word)):
        return None
    shift, end = (before, unit_word + 1) if before else _mark(line, unit_word + 1)
    if shift is None and j > i:
        shift = 0
    if shift is None and unit == "week":
        if line.norm(i - 1) == "la" and line.has(i - 2, "in"):
            shift = 0
        else:
            return _week_of_at(line, i, unit_word + 1, today)
    if shift is None:
        return None
    return _unit_span(unit, i, line.skip(end, "ici") if shift == 0 else end, shift, today)


def _unit_span(unit: str, i: int, end: int, shift: int, today: date) -> Atom | None:
    if unit == "week":
        return Atom("range", i, end, span=almanac.week_of(today, shift), week=shift)
    if unit == "month":
        return Atom("range", i, end, span=almanac.month_from(today, shift), month_shift=shift)
    year = today.year + shift
    return Atom("range", i, end, span=(date(year, 1, 1), date(year, 12, 31))) if 1 <= year <= 9999 else None


def _french_mark(line: Line, j: int) -> int:
    """1 or -1 for "la prochaine semaine", "le dernier mois"; in Darija marks follow ("daz chher": a month passed)."""
    norm = line.norm(j)
    if norm[:5] not in ("proch", "derni") or norm.endswith("s") or not line.has(j + 1, "unit1"):
        return 0
    return 1 if line.has(j, "next") else -1


def _week_of_at(line: Line, i: int, k: int, today: date) -> Atom | None:
    """The week that holds a date: "la semaine du 12"."""
    if not line.has(k, "masc", "nhar") or not line.joined(k):
        return None
    holder = day_at(line, k, today)
    held = holder.day.resolve(today) if holder and holder.day and "shift" not in holder.value else None
    return Atom("range", i, holder.j, span=almanac.week_of(held)) if holder and held else None


def _weekend_at(line: Line, i: int, today: date) -> Atom | None:
    """The next Saturday and its Sunday; "last weekend" the one before, "of next week" the one in it."""
    j = line.skip(i, "this")
    end_of_week = 0
    if line.has(j, "weekend"):
        j += 1
    elif line.has(j, "week_word") and line.has(j + 1, "end_word"):
        j += 2
    elif line.has(j, "end") and (end_of_week := _week_word_end(line, j + 1)):
        j = end_of_week
    else:
        return None
    mark, end = _mark(line, j)
    if mark == -1:
        saturday = almanac.last_weekday(today, 6) - timedelta(days=1)
    elif mark == 1 and end_of_week:
        saturday = almanac.week_of(today, 1)[0] + timedelta(days=5)
    else:
        saturday, end = _saturday(line, end, today)
    return Atom("range", i, end, span=(saturday, saturday + timedelta(days=1)))


def _saturday(line: Line, end: int, today: date) -> tuple[date, int]:
    k = end
    for _ in range(2):
        k = line.skip(k, "of", "the", "from", "f")
    week = _unit_at(line, k, today) if line.joined(k) else None
    if week and week.week is not None:
        return almanac.week_of(today, week.week)[0] + timedelta(days=5), week.j
    return almanac.next_weekday(today, 5), end


def _week_word_end(line: Line, i: int) -> int:
    k = i
    for _ in range(2):
        k = line.skip(k, "of", "the", "article_only", "this")
    return k + 1 if line.get(k, "unit1") == "week" and line.joined(k) else 0


def _month_at(line: Line, i: int, today: date, past: bool) -> Atom | None:
    """A month as a whole: its name, "mois de mars", "chher 3"; weak names (may, out, mars) need a leading word."""
    found = _named_month(line, i)
    if found is None:
        return None
    month, j = found
    if year := year_at(line, line.skip(j, "of", "f")):
        return Atom("range", i, year[1], span=almanac.month_of(year[0], month), month=month)
    mark, j = _mark(line, j)
    return Atom("range", i, j, span=almanac.whole_month(today, month, past or mark == -1), month=month)


def _named_month(line: Line, i: int) -> tuple[int, int] | None:
    if line.has(i, "month"):
        return int(line.get(i, "month")), i + 1
    if line.has(i, "month_weak"):
        led = line.has(i - 1, *_MONTH_LEADS) and line.joined(i)
        followed = line.has(i + 1, "next", "last") or year_at(line, i + 1) is not None
        return (int(line.get(i, "month_weak")), i + 1) if led or followed or len(line) == 1 else None
    return _month_by_unit(line, i)


def _month_by_unit(line: Line, i: int) -> tuple[int, int] | None:
    """The month of "chher jouj", "mois de mars", "شهر 5" (rule 14); in a pregnancy "f chher 7" is no July."""
    if line.get(i, "unit1") != "month":
        return None
    k = line.skip(i + 1, "of")
    if not line.joined(k):
        return None
    name = line.get(k, "month") or line.get(k, "month_weak")
    if name:
        return int(name), k + 1
    number = number_at(line, k)
    if number is None or k != i + 1 or not 1 <= number[0] <= 12:
        return None
    if line.has(number[1], "units", "unit1", "half") or line.near(i, i, 99, 99, "pregnant"):
        return None
    return None if line.norm(i) == "mois" and not line.has(k, "digits") else number


def _edge_of(span: Span, edge: str) -> Span:
    """The first ten days of a month, the last from the 21st, the ten between; of a week or a year a third likewise."""
    first, last = span
    third = timedelta(days=(last - first).days // 3)
    begin, end = (first + third, last - third) if first.month != last.month or first.day != 1 else _decades(first)
    if edge == "begin":
        return first, begin
    if edge == "end":
        return end, last
    return begin + timedelta(days=1), end - timedelta(days=1)


def _decades(first: date) -> Span:
    return first.replace(day=10), first.replace(day=21)


def _edge_at(line: Line, i: int, today: date, past: bool) -> Atom | None:
    """A part of a month, a week or a year: "fin du mois", "début mars", "lkher d chher", "منتصف الشهر"."""
    edge = next((e for e in ("begin", "end", "middle") if line.has(i, e)), None)
    if edge is None and line.has(i, "first") and line.norm(i) not in ("premier", "1er"):
        edge = None if line.has(i - 1, "nhar", "masc") else "begin"
    other_day = line.norm(i) in ("اخر", "akhor") and line.has(i - 1, "nhar", "unit1", "what")
    if edge is None or other_day:
        return None
    k = i + 1
    for _ in range(2):
        k = line.skip(k, "of", "article_only", "the") if line.joined(k) else k
    if not line.joined(k):
        return None
    # "أول مارس" is its first day, "بداية مارس" its beginning.
    named = line.has(i, "begin") or not line.has(i, "first")
    found = (_month_at(line, k, today, past) if named else None) or _unit_at(line, k, today)
    if found and found.span:
        return Atom("range", i, found.j, span=_edge_of(found.span, edge))
    return _edge_of_present(line, i, k, edge, today)


def _edge_of_present(line: Line, i: int, k: int, edge: str, today: date) -> Atom | None:
    """An edge of the present month, or of the next once it is over; of the present year only its end."""
    unit = line.get(k, "unit1")
    led = k > i + 1 or line.article(k) or line.has(i, "end", "begin")
    if unit == "month" and led and not line.has(k + 1, "num"):
        span = _edge_of(almanac.month_from(today, 0), edge)
        if span[1] < today:
            span = _edge_of(almanac.month_from(today, 1), edge)
        return Atom("range", i, k + 1, span=span)
    if unit == "year" and edge == "end" and line.norm(k) in ("annee", "l3am", "العام", "السنه"):
        return Atom("range", i, k + 1, span=_edge_of((date(today.year, 1, 1), date(today.year, 12, 31)), edge))
    return None


def _year_at(line: Line, i: int) -> Atom | None:
    """A whole year: "en 2027", "f 3am 2020", "سنة 2025"."""
    unit = line.get(i, "unit1") == "year"
    if not (unit or line.has(i, "f", "clock_weak", "en")) or not line.joined(i + 1):
        return None
    year = year_at(line, i if unit else i + 1)
    return Atom("range", i, year[1], span=(date(year[0], 1, 1), date(year[0], 12, 31))) if year else None
