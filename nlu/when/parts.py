"""Parts of the day: morning, noon, afternoon, evening, night, and the prayers people date by (rule 12)."""

from __future__ import annotations

from nlu.when.atoms import Atom
from nlu.when.guards import greeting_at
from nlu.when.line import Line

_BARE = {"dawn": "morning", "noon": "noon", "asr": "afternoon", "sunset": "evening", "icha": "evening"}
_AFTER = {"dawn": "morning", "noon": "afternoon", "asr": "afternoon", "sunset": "evening", "icha": "evening"}
_BEFORE = {"dawn": "night", "noon": "morning", "asr": "afternoon", "sunset": "afternoon", "icha": "evening"}
# "طبيب الظهر" treats backs: the word is the same.
_DOCTORS = ("طبيب", "دكتور", "tbib", "docteur")
# Sabah is also a name.
_TITLES = frozenset(
    "docteur doctor madame mme mlle smiti smiyti smiya ismi smitha smito smiytha lalla "
    "السيده اسمي اسمها سميتي سميتها لاله الدكتوره الدكتور الاستاذه".split()
)
# Weak spellings that are noon even where nothing leads to them.
_BARE_WEAK = ("الزوال", "zawal")
_PARTS = ("part", "noon", "prayer", "tonight", "after", "prayer_weak", "noon_word")

# The name of a part and the index after its words.
_Named = tuple[str, int]


def part_at(line: Line, i: int, near_hour: bool = False) -> Atom | None:
    """The part of the day said at word ``i``; ``near_hour`` when an hour stands right before it."""
    if line.has(i, "part") and line.norm(i - 1) in _TITLES and line.joined(i):
        return None
    if greeting_at(line, i) is not None or (i and line.has(i - 1, "good") and line.joined(i)):
        return None
    this = line.has(i, "this") and line.has(i + 1, *_PARTS)
    k = i + this
    tonight = line.has(k, "tonight") and _is_tonight(line, k, this)
    named = ("night", k + 1) if tonight else _named_at(line, k, near_hour or this)
    if named is None:
        return None
    part, j = named
    if part == "morning":
        j = line.skip(j, "bkri")
    last = line.skip(j, "li")
    if line.has(last, "last") and line.joined(j):
        # "la nuit dernière", "الليلة الماضية": of yesterday.
        return Atom("part", i, last + 1, part=part, value={"shift": -1})
    return Atom("part", i, j, part=part, today=this or tonight)


def _is_tonight(line: Line, k: int, this: bool) -> bool:
    """Whether "lila" is this night: alone it may be any night, and a name; "had lila", "الليلة" and "f lila" are."""
    return this or line.article(k) or line.has(k - 1, "f", "this") or len(line) <= 2


def _named_at(line: Line, i: int, led: bool) -> _Named | None:
    if line.has(i, "tonight"):
        return None
    if line.has(i, "night_of") and line.has(i + 1, "weekday", "rel", "nhar", "weekday_weak"):
        return "night", i + 1
    if line.has(i, "after") and not line.has(i + 1, "rel"):
        return _relative(line, i, _AFTER)
    if line.has(i, "before"):
        return _relative(line, i, _BEFORE)
    if line.has(i, "middle_day", "noonish", "half") and line.get(i + 1, "unit1") == "day" and line.has(i + 1, "nhar"):
        return "noon", i + 2
    if line.has(i, "part"):
        return str(line.get(i, "part")), i + 1
    if line.has(i, "noon", "noon_word"):
        return "noon", i + 1
    return _bare_prayer(line, i, led or line.has(i - 1, "clock_strong"))


def _relative(line: Line, i: int, table: dict[str, str]) -> _Named | None:
    """What "after" or "before" at ``i`` makes of noon or a prayer."""
    j = line.skip(i + 1, "of", "the", "from")
    j = line.skip(j, "of", "the", "article_only")
    if line.has(j, "noonish", "middle_day") and line.get(j + 1, "unit1") == "day":
        return table["noon"], j + 2
    prayer = _prayer(line, j, weak=True)
    return (table[prayer[0]], prayer[1]) if prayer else None


def _prayer(line: Line, i: int, weak: bool) -> _Named | None:
    j = line.skip(i, "prayer_word")
    j = line.skip(j, "of") if j > i else j
    if line.has(j, "noon", "noon_word"):
        return "noon", j + 1
    name = line.get(j, "prayer")
    if name is None and (weak or j > i):
        name = line.get(j, "prayer_weak")
    return (name, j + 1) if isinstance(name, str) else None


def _bare_prayer(line: Line, i: int, led: bool) -> _Named | None:
    weak = led or line.get(i, "prayer_weak") == "sunset" or line.norm(i) in _BARE_WEAK
    prayer = _prayer(line, i, weak)
    if prayer is None:
        return None
    name, j = prayer
    before = i - 2 if line.has(i - 1, "article_only") else i - 1
    if line.has(before, "place") and line.joined(i):
        # "صيدلية الفجر", "clinique Al Fajr"
        return None
    if name == "noon" and (line.near(i, j, 3, 2, "pain") or line.norm(i - 1) in _DOCTORS):
        return None
    if name == "sunset" and not led and _is_country(line, i, j):
        return None
    return _BARE[name], j


def _is_country(line: Line, i: int, j: int) -> bool:
    """Whether "lmghreb" is Morocco rather than sunset: it is, unless a day, an hour or a prayer word leads to it."""
    if len(line) <= j - i + 1:
        return False
    k = i - 1
    while line.has(k, "f", "of", "article_only") and k > 0:
        k -= 1
    return not line.has(k, "rel", "weekday", "weekday_weak", "clock_strong", "prayer_word", "this", "num", "next")
