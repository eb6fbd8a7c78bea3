"""Hours of the day: m3a l3chra w nes, 3 qell rbe3, الساعة العاشرة والنصف, trois heures moins le quart, demain 10h30.

A bare number is no hour. It becomes one by what stands around it: a word that leads to an hour (m3a, à, الساعة),
minutes, a part of the day, or a day right before it.
"""

from __future__ import annotations

from nlu.when.atoms import Atom, Clock
from nlu.when.days import numbered_at
from nlu.when.hours import FRENCH_HOURS, Hour, hour_at, lets_be_hour
from nlu.when.line import Line
from nlu.when.minutes import minutes_after
from nlu.when.numbers import simple_number_at
from nlu.when.parts import part_at

_UNTIL = ("7tta", "hta", "7ta", "tal", "7tal", "حتي")
_ON = ("3la", "على", "علي", "sur")
_BETWEEN_LEADS = ("the", "article_only", "after", "before", "about", "to", "between")


def clock_at(line: Line, i: int, after_day: bool = False) -> Atom | None:
    """An hour at word ``i``, leading words included; ``after_day`` when a day stands right before ("ghedda 10")."""
    lead, j = _lead(line, i)
    hour = hour_at(line, j, lead)
    if hour is None:
        return None
    date = numbered_at(line, j)
    if date and date.j > hour.end:
        return None
    shift, k = minutes_after(line, hour.end)
    if shift and not hour.sure and line.has(k, "units", "unit1", "things") and line.joined(k):
        return None
    end, part = _said_part(line, k)
    if not hour.sure and not shift:
        said = end > k or (line.has(k, "this") and part_at(line, k) is not None)
        if not (_with_part(line, j, hour, lead) if said else _alone(line, j, hour, lead, after_day)):
            return None
    return Atom("clock", i if lead else j, end, clock=Clock(hour.hour, hour.minutes + shift, part))


def _lead(line: Line, i: int) -> tuple[int, int]:
    """How strongly the words at ``i`` lead to an hour (2 surely, 1 perhaps, 0 not) and the index after them."""
    strength, j = 0, i
    while j < len(line) and j - i < 4 and (j == i or line.joined(j)):
        if line.has(j, "clock_strong") or line.words[j].text in ("à", "À"):
            strength = 2
        elif line.get(j, "unit1") == "hour" and line.norm(j) not in FRENCH_HOURS:
            if not _says_hour(line, j, strength > 0 or j == i):
                break
            strength = 2
        elif line.has(j, "clock_weak") or line.norm(j) in _UNTIL:
            strength = max(strength, 1)
        elif not _may_lead(line, j, first=j == i):
            break
        j += 1
    return strength, j


def _says_hour(line: Line, j: int, led: bool) -> bool:
    """Whether "sa3a", "الساعة" at ``j`` is o'clock: a number follows."""
    k = line.skip(j + 1, "the", "article_only")
    number = line.has(k, "num", "hour_word", "clock_token") or line.norm(k)[:1].isdigit()
    return number and (led or line.article(j))


def _may_lead(line: Line, j: int, first: bool) -> bool:
    """Whether word ``j`` may stand among leading words without leading ("7tta l", "vers les"); "le" makes a date."""
    if line.norm(j) in ("chi", "شي"):
        return not first
    if line.norm(j) == "le" or line.has(j, "num") or not line.has(j, *_BETWEEN_LEADS):
        return False
    return not (first and line.has(j, "the", "article_only") and not line.has(j, "to"))


def _said_part(line: Line, k: int) -> tuple[int, str | None]:
    """The part of the day said right after the hour: index after it and its name."""
    if line.at_end(k):
        return k, None
    m = line.skip(k, "of", "f", "about")
    m = line.skip(line.skip(m, "the", "article_only", "of"), "article_only", "the")
    found = part_at(line, m, near_hour=True)
    if found and not found.today:
        return found.j, found.part
    daytime = m > k and line.has(k, "of") and line.get(m, "unit1") == "day" and line.has(m, "nhar")
    if daytime and not line.has(m + 1, "weekday", "num", "weekday_weak"):
        # "12 d nhar"
        return m + 1, None
    return k, None


def _with_part(line: Line, j: int, hour: Hour, lead: int) -> bool:
    """Whether a bare number before a part of the day is an hour, not Tuesday ("tlata f sbah") nor two pills."""
    f_only = line.has(hour.end, "f") and not line.has(hour.end, "of") and not lead
    if f_only and hour.hour <= 5 and _said_part(line, hour.end)[1] == "morning":
        return False
    told_apart = line.has(hour.end, "this") and line.near(j, hour.end, 6, 2, "measure")
    return not (_is_mark(line, j) or told_apart or line.near(j, hour.end, 6, 3, "dose"))


def _is_mark(line: Line, j: int) -> bool:
    """Whether a number is the second of "عشرة على عشرة", "16 على 9"."""
    return line.norm(j - 1) in _ON and line.has(j - 2, "num")


def _alone(line: Line, j: int, hour: Hour, lead: int, after_day: bool) -> bool:
    """Whether a bare number, with neither minutes nor a part of the day, is an hour."""
    if line.near(j, hour.end, 6, 2, "measure") or hour.hour == 0 or not lets_be_hour(line, hour.end):
        return False
    if line.near(j, hour.end, 4, 4, "rank") and not line.has(j, "hour_word"):
        return False
    if _is_mark(line, j):
        return False
    if hour.word and hour.hour == 1:
        # "m3a lwe7da" is an hour; "wa7ed", "hta wa7da" are someone.
        return lead == 2 and line.norm(j)[-1:] in ("a", "ه")
    if _hour_range(line, j, hour.end) or (line.has(j - 1, "to") and line.has(j - 2, "num") and line.has(j - 3, "from")):
        return True
    if line.has(j, "french_num"):
        # "à un ami", "à deux": French hours in words say "heure(s)".
        return lead == 2 and line.at_end(hour.end)
    return lead == 2 or (_weakly_led(line, j, hour, after_day) if lead else _unled(line, j, hour, after_day))


def _weakly_led(line: Line, j: int, hour: Hour, after_day: bool) -> bool:
    """After "f", "3la", "في", "a": an hour up to twelve; "f 15" in Darija is the fifteenth."""
    if line.norm(j - 1) == "a":
        return line.at_end(hour.end) or line.has(hour.end, "rel", "weekday", "the")
    ordinal = line.has(j, "hour_word")
    if ordinal and hour.hour < 6 and line.norm(j - 1) in ("في", "f") and not line.at_end(hour.end):
        # "في الثانية …": the second of something, unless the hour ends the clause.
        return line.has(hour.end, "rel", "weekday", "nhar")
    return hour.hour <= 12 or after_day or ordinal


def _unled(line: Line, j: int, hour: Hour, after_day: bool) -> bool:
    """With nothing before it but perhaps a day: "ghedda 10", or the hour with its article, "l3chra"."""
    if after_day:
        return hour.hour <= 12 or not hour.word
    if line.has(j, "hour_word"):
        return len(line) == 1
    counting = line.has(j, "count") and line.norm(j)[-1:] not in ("a", "ه")
    if not hour.word or not line.article(j) or counting:
        return False
    if line.has(j - 1, "after", "before"):
        return True
    short = len(line) <= 4 or line.norm(j).isascii()
    return short and hour.hour in range(5, 13) and not line.has(j, "weekday", "weekday_weak", "day_word")


def _hour_range(line: Line, j: int, end: int) -> bool:
    """Whether a number is the first of two hours: "mn 9 l 11", "entre 10 et 12", "من 9 حتى 12"."""
    between = line.has(j - 1, "between")
    if not (between or (line.has(j - 1, "from") and not line.has(j - 1, "of"))) or line.at_end(end):
        return False
    if not (line.has(end, "to") or (between and line.has(end, "and"))):
        return False
    k = line.skip(end + 1, "article_only", "to")
    if line.has(k, "clock_token"):
        return True
    second = simple_number_at(line, k)
    if second is None or not 1 <= second[0] <= 24 or not lets_be_hour(line, second[1]):
        return False
    return not line.has(second[1], "f", "this")
