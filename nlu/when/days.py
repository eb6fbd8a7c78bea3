"""Days of the month and days from today: le 12, 12 f chher jouj, فاتح يناير, ghedda, avant-hier (rules 2, 4, 6, 14)."""

from __future__ import annotations

from datetime import date

from nlu.when import almanac
from nlu.when.atoms import Atom, Day
from nlu.when.guards import is_percent
from nlu.when.line import Line
from nlu.when.numbers import number_at, year_at
from nlu.when.weekdays import weekday_at
from nlu.when.written import written_at

# Words that may stand between a day number and its month.
_JOINTS = ("of", "f", "from", "in", "clock_weak")
_FRENCH_OF = ("de", "du", "des")
_LEAP = 2024


def day_at(line: Line, i: int, today: date, past: bool = False) -> Atom | None:
    """The longest day expression at word ``i``; those counted from today carry ``value["shift"]`` in days."""
    j = _after_leads(line, i, weekday_stops=True)
    led = j == i or line.joined(j)

    def dated(k: int) -> Atom | None:
        return _date_at(line, k, today, past)

    best: Atom | None = None
    for found in (
        relative_at(line, i),
        weekday_at(line, i, today, past, dated),
        written_at(line, j, today, past) if led else None,
        numbered_at(line, j) if led else None,
        _lone_number_at(line, i),
    ):
        if found and (best is None or found.j > best.j):
            best = found
            best.i = i
    return best


def _after_leads(line: Line, i: int, weekday_stops: bool = False) -> int:
    """``i`` moved past "nhar", "le", "يوم", "tarikh"."""
    j = i
    while j - i < 3 and line.has(j, "nhar", "masc", "tarikh") and (j == i or line.joined(j)):
        if line.has(j, "weekday" if weekday_stops else "rel"):
            break
        j += 1
    return j


def _date_at(line: Line, k: int, today: date, past: bool) -> Atom | None:
    """A date after a weekday."""
    m = line.skip(k, "masc", "article_only") if not line.at_end(k) else k
    m = line.skip(m, "nhar", "tarikh")
    for found in (written_at(line, m, today, past), numbered_at(line, m)):
        if found:
            return found
    return _lone_number_at(line, k) if not line.at_end(k) else None


def _month_at(line: Line, i: int) -> tuple[int, int] | None:
    """A month at word ``i`` after a day number: its name (weak names too) or "chher" and its number."""
    j = i
    if line.get(j, "unit1") == "month":
        j = line.skip(j + 1, "of", "the")
        number = number_at(line, j) if line.joined(j) else None
        if number and 1 <= number[0] <= 12 and not line.has(number[1], "unit1", "units"):
            return number
    for sense in ("month", "month_weak"):
        if (month := line.get(j, sense)) is not None and not (j > i and line.words[j].breaks):
            return int(month), j + 1
    return None


def _month_unit_at(line: Line, i: int) -> tuple[int | None, int] | None:
    """Months from now for "of this month", "f chher jay" (None for a bare "فالشهر"), and the index after."""
    j = line.skip(i, "this")
    this = j > i
    if line.get(j, "unit1") != "month":
        return None
    k = line.skip(j + 1, "li")
    if line.has(k, "next"):
        return 1, k + 1
    if line.has(k, "last"):
        return -1, k + 1
    if line.has(j + 1, "this", "current"):
        return 0, j + 2
    return (0 if this else None), j + 1


def _number_of_day(line: Line, i: int) -> tuple[int, int] | None:
    if line.has(i, "first"):
        return 1, line.skip(i + 1, "nhar")
    word = line.get(i, "day_word")
    if not isinstance(word, int) or not line.article(i):
        number = number_at(line, i)
        return number if number and 1 <= number[0] <= 31 else None
    j = i + 1
    if line.has(j, "teen"):
        return (10 + word if word < 10 else word), j + 1
    tens = line.get(j + 1, "day_word") or line.get(j + 1, "num")
    return (word + int(tens), j + 2) if line.has(j, "and") and tens in (20, 30) else (word, j)


def numbered_at(line: Line, i: int) -> Atom | None:
    """A day number with its month: "12 janvier 2027", "12 f chher jouj", "فاتح يناير", "le 12 du mois prochain"."""
    number = _number_of_day(line, i)
    if number is None:
        return None
    value, j = number
    k = j
    for _ in range(2):
        k = k if line.at_end(k) else line.skip(k, *_JOINTS)
    k = line.skip(k, "the", "article_only")
    if line.at_end(k):
        return None
    month = _month_at(line, k)
    if month:
        dix_sept = line.has(i, "french_num") and line.norm(j) == "sept"
        return None if dix_sept else _in_month(line, i, value, *month)
    unit = _month_unit_at(line, k)
    if unit and (k > j or line.has(k, "this")) and not _is_beginning(line, i, j):
        return Atom("day", i, unit[1], day=Day(number=value, month_shift=unit[0]))
    return None


def _in_month(line: Line, i: int, value: int, month: int, end: int) -> Atom | None:
    """Day ``value`` of ``month``, with the year that may follow at ``end``."""
    year = year_at(line, line.skip(end, *_JOINTS))
    two = line.get(end, "digits")
    if year is None and isinstance(two, str) and len(two) == 2 and int(two) > 31 and line.joined(end):
        year = (1900 + int(two), end + 1)
    if year:
        fixed = almanac.day_or_none(year[0], month, value)
        return Atom("day", i, year[1], day=Day(fixed=fixed)) if fixed else None
    exists = almanac.day_or_none(_LEAP, month, value) is not None
    return Atom("day", i, end, day=Day(number=value, month=month)) if exists else None


def _is_beginning(line: Line, i: int, j: int) -> bool:
    """Whether "lwl d chher" is the month's beginning, not its first day as in "lwl f chher", "le premier du mois"."""
    if not line.has(i, "first") or line.norm(i) in ("premier", "1er"):
        return False
    return not line.has(j, "f", "clock_weak") and not line.has(i - 1, "nhar", "masc")


def _lone_number_at(line: Line, i: int) -> Atom | None:
    """A day of the month alone: "le 12", "nhar 12", "يوم 12" (rule 2)."""
    j = _after_leads(line, i)
    if j == i or not line.joined(j) or line.has(j, "weekday", "weekday_weak"):
        return None
    number = number_at(line, j)
    one_day = number is not None and number[0] == 1 and line.norm(j) != "1er" and not line.has(j, "digits")
    if number is None or one_day or not 1 <= number[0] <= 31 or not _is_day_number(line, i, number[1]):
        return None
    value, k = number
    if line.joined(k) and line.has(k, "current"):
        return Atom("day", i, k + 1, day=Day(number=value, month_shift=0))
    return Atom("day", i, k if line.at_end(k) else line.skip(k, "next"), day=Day(number=value))


def _is_day_number(line: Line, i: int, k: int) -> bool:
    """Whether the number before ``k`` may be a day: nothing counted, no rank, no emergency number."""
    counted = line.has(k, "units", "unit1", "things", "digits", "half", "quarter") and not line.has(k, "nhar")
    if (line.joined(k) and counted) or is_percent(line, k) or line.near(i, k, 3, 3, "call"):
        return False
    return line.has(i, "nhar") or not line.near(i, k, 3, 4, "rank")


def relative_at(line: Line, i: int) -> Atom | None:
    """Today, tomorrow, yesterday and their neighbours (rule 4); "lghda" the lunch is none of them."""
    j = i
    while line.has(j, "after") and j - i < 3 and (j == i or line.joined(j)):
        j += 1
    after = j - i
    j = line.skip(j, "article_only") if line.has(j + 1, "rel") else j
    j += line.has(j, "nhar") and line.has(j + 1, "rel")
    shift = line.get(j, "rel")
    if shift == 1:
        return _tomorrow_at(line, i, j, after)
    if after:
        return None
    if line.has(j, "first", "before", "wel") and line.get(j + 1, "rel") == -1:
        return Atom("day", i, j + 2, value={"shift": -2})
    if isinstance(shift, int):
        per_day = line.has(j - 1, "f") and line.near(j, j, 6, 0, "things")
        if shift == 0 and (per_day or _another_day(line, j)):
            return None
        return Atom("day", i, line.skip(j + 1, "hui"), value={"shift": shift})
    return _this_day_at(line, i)


def _tomorrow_at(line: Line, i: int, j: int, after: int) -> Atom | None:
    """Tomorrow at ``j``, with ``after`` words for "after" before it: "ghedda", "b3d ghedda", "men ghedda"."""
    if line.norm(j) == "ghada" and not (line.at_end(j + 1) or line.words[j + 1].senses):
        # "ghada tsoub": is going to.
        return None
    if _is_lunch(line, j, after > 0):
        return None
    from_it = line.has(i - 1, "from") and line.norm(i - 1) not in _FRENCH_OF and not line.has(i - 2, "start_from")
    return Atom("day", i, j + 1, value={"shift": 2 if not after and i == j and from_it else 1 + after})


def _this_day_at(line: Line, i: int) -> Atom | None:
    """Today as "had nhar", "ce jour"; not "ce jour-là", nor "had nhar tnin"."""
    this_day = line.has(i, "this") and line.get(i + 1, "unit1") == "day" and line.joined(i + 1)
    if not this_day or line.norm(i) in ("cet", "cette", "ces") or (line.norm(i) == "ce" and line.norm(i + 2) == "la"):
        return None
    if line.has(i + 2, "weekday", "weekday_weak", "num", "rel") and not line.at_end(i + 2):
        return None
    return Atom("day", i, i + 2, value={"shift": 0})


def _another_day(line: Line, j: int) -> bool:
    """Whether "اليوم" is that day, not today: "ذلك اليوم", "اليوم الذي", "اليوم الأول"."""
    if not line.has(j, "unit1"):
        return False
    told = line.has(j + 1, "li", "day_word", "that") or line.norm(j + 1) in ("الذي", "التي")
    return line.has(j - 1, "that", "what") or (line.joined(j + 1) and told)


def _is_lunch(line: Line, j: int, after: bool) -> bool:
    """Whether the word for tomorrow at ``j`` is lunch: it has the article, and a meal word or "after" leads to it."""
    word = line.words[j]
    if word.text.endswith("ء"):
        return True
    with_article = line.has(j, "lunch_article") or (line.has(j, "lunch") and line.article(j) and word.norm != "الغد")
    apart = line.has(j - 1, "article_only") and line.has(j, "lunch") and word.norm in ("ghda", "ghada")
    if not (with_article or apart):
        return False
    k = j - 2 if apart else j - 1
    led = line.has(k, "f", "before", "after", "of", "clock_weak", "clock_strong", "meal")
    return after or led or word.norm == "الغدا" or k < 0
