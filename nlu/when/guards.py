"""What looks like a time and is none: greetings, towns and hospitals named after a day, blood pressures, doses."""

from __future__ import annotations

from nlu.when.line import Line

# What follows the weekday in names of towns and markets, both scripts, in norm view.
_TOWN_TAIL = frozenset(
    "soualem swalem soulem kourt draa oulad ouled wlad awlad frej belfaa chtouka gharbia lgharbia elgharbia "
    "zemamra zmamra sahel gzoula jazoula guerdane lguerdan gerdan shaim sahim s7im fna lfna ketama ayacha "
    "taourirt gharb lgharb ait beni bni sidi bouguedra meskala imoulass السوالم سوالم كورت الدرا دراع اولاد "
    "الاولاد فرج شتوكه الغربيه الزمامره زمامره الساحل كزوله جزوله الكردان سحيم الفنا فنا كتامه عياشه تاوريرت "
    "الغرب ايت بني سيدي بوكدره النمه نمه الكبير".split()
)
_TOWN_HEAD = frozenset(("commune", "douar", "qiyadat", "jama3at"))
_MARKETS = ("marche", "marchi", "lmarche", "lmarchi")
_OF = ("d", "du", "dyal", "ديال")
_ARTICLES = ("el", "l", "al", "la", "ال")
_MEASURE_UNITS = frozenset(
    "kg kgs kilo kilos g gr mg ml cl cm mm km m l litre litres dh dhs gram mmhg mmol "
    "درهم كيلو كيلوغرام غرام كغ مل سم ملل".split()
)
_COUNTED = ("dose", "doses", "jelba", "جرعه", "جلبه", "page")
_GREETED = ("part", "tonight", "unit1", "units", "rel", "weekend", "weekday", "weekday_weak", "nhar")
_WISHED = ("part", "noon", "weekend", "unit1", "week_word", "greeting_end")


def greeting_at(line: Line, i: int) -> int | None:
    """Index after a greeting or wish that uses a time word ("sbah lkhir", "bonne nuit", "جمعة مباركة"), or None."""
    if line.has(i, *_GREETED) and line.has(i + 1, "greeting_after") and line.joined(i + 1):
        return i + 2
    if not line.has(i, "good"):
        return None
    j = line.skip(line.skip(line.skip(i + 1, "end", "begin"), "of"), "after")
    if line.has(j, *_WISHED) and not line.has(j, "next"):
        return line.skip(j + 1, "end_word")
    return None


def is_town(line: Line, i: int) -> bool:
    """Whether the weekday at ``i`` is in the name of a town or a market (Souk Sebt, Had Soualem, خميس الزمامرة)."""
    k = i - 1
    while k > 0 and line.joined(k + 1) and (line.norm(k) in _ARTICLES or line.norm(k) in _OF):
        k -= 1
    of = line.norm(k + 1) in _OF
    head = line.has(k, "souk") or line.norm(k) in _TOWN_HEAD or (of and line.norm(k) in _MARKETS)
    if head and line.joined(k + 1):
        return True
    tail = i + 2 if line.norm(i + 1) in _ARTICLES else i + 1
    return line.joined(i + 1) and line.norm(tail) in _TOWN_TAIL


def named_place_end(line: Line, i: int) -> int | None:
    """Index after a place at ``i`` that is named after a date (hôpital du 20 Août, شارع 2 مارس), or None."""
    if not line.has(i, "place"):
        return None
    k = line.skip(i + 1, "of")
    if not line.has(k, "num", "day_word") or not line.joined(k) or not line.joined(i + 1):
        return None
    for month in (k + 1, k + 2):
        if line.has(month, "month", "month_weak"):
            end = month + 1
            return end + 1 if len(str(line.get(end, "digits") or "")) == 4 else end
    return None


def is_measure(line: Line, i: int, j: int) -> bool:
    """Whether the figures in words ``i`` to ``j`` are a blood pressure, a temperature, a weight, a dose or a count."""
    if line.near(i, j, 4, 3, "measure") or line.near(i, j, 99, 99, "pressure"):
        return True
    if line.norm(i - 1) in _COUNTED and line.joined(i):
        # "dose 2/3"
        return True
    counted = line.norm(j) in _MEASURE_UNITS or line.has(j, "units", "things", "unit1", "dose")
    return line.joined(j) and counted and not line.has(j, "nhar")


def is_percent(line: Line, j: int) -> bool:
    """Whether a percent or degree sign follows the word before ``j``."""
    return line.plain[line.words[j - 1].end :][:2].lstrip()[:1] in ("%", "°")
