"""What a message says of a child: its name, birth date and sex, in whatever form parents write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from dialogues import params as p
from dialogues.answers import parse_day
from dialogues.calculators.spans import add_months
from dialogues.child_words import says
from dialogues.effects import Say, Sex
from dialogues.errors import AnswerRejected
from dialogues.reading import Reading

# Followed are children and adolescents up to here.
GROWN_UP_YEARS = 18
# "Three days old" tells the day of birth; "two months old" does not.
DAYS_THAT_TELL = 6
_WRITTEN_DATE = re.compile(r"\b(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{2,4})\b")
_DAY_OF_MONTH = re.compile(r"^\D*(\d{1,2})\D*$")


def sex_of(reading: Reading, *, asked: bool = False) -> Sex | None:
    """The sex that the message tells, or None when it tells none or both."""
    relations = {e.value for e in reading.all("relation")}
    girl = says(reading, "girl") or "daughter" in relations
    boy = says(reading, "boy") or "son" in relations
    if asked and len(reading.words) == 1:
        girl, boy = girl or says(reading, "girl_alone"), boy or says(reading, "boy_alone")
    if not girl and not boy:
        girl = says(reading, "born_girl")
    if girl == boy:
        return None
    return "f" if girl else "m"


def speaks_of_twins(reading: Reading) -> bool:
    """Whether the message speaks of twins, or of the other twin."""
    return says(reading, "twins") or any(e.value == "twins" for e in reading.all("relation"))


def names_of(reading: Reading) -> list[str]:
    """The children's names that were recognised in the message."""
    return list(dict.fromkeys(e.text.strip() for e in reading.all("person_name") if e.text.strip()))


def plain(name: str) -> str:
    """A name as it is compared: without accents, capitals and the marks of Arabic."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in bare if not unicodedata.combining(c) and c != "ـ").split())


def take_birth(
    reading: Reading, today: date, *, asked: bool, is_of_birth: bool = False, about: str | None = None
) -> tuple[dict[str, Any], tuple[Say, ...]] | None:
    """What the message says of the birth: the answers ``birth`` (ISO) or ``about`` (a day near it), and remarks.
    ``is_of_birth``: a full date in it can only be the child's birth, even where it was not asked for.

    Raises ``AnswerRejected`` for a day to come, one too long ago, and one that does not exist.
    """
    near = _in_month_told(reading, about)
    if asked and near is not None:
        return _checked(near, today)
    for when in (*reading.past, *(w for w in reading.when if not reading.past)):
        found = _from_expression(when, reading, today, asked=asked)
        if found is not None:
            return found
    return _as_written(reading.text, today) if asked or is_of_birth else None


def _as_written(text: str, today: date) -> tuple[dict[str, Any], tuple[Say, ...]] | None:
    """A date in figures that no reading took for a birth: to come, or one that does not exist."""
    figures = _WRITTEN_DATE.search(text)
    if figures is None:
        return None
    number, month, year = (int(part) for part in figures.groups())
    try:
        day = date(year if year > 99 else 2000 + year, month, number)
    except ValueError:
        raise AnswerRejected("child.birth_impossible") from None
    return _checked(day, today)


def _from_expression(
    when: Mapping[str, Any], reading: Reading, today: date, *, asked: bool
) -> tuple[dict[str, Any], tuple[Say, ...]] | None:
    kind = when.get("kind")
    if kind in ("birthdate", "date", "datetime"):
        day = parse_day(str(when.get("birthdate") or when.get("date")))
        told_as_birth = any(w.get("kind") == "birthdate" for w in reading.when)
        # "I want to register him today" is no birth.
        if day is None or (not asked and not told_as_birth and day >= today):
            return None
        return _checked(day, today)
    if kind == "age":
        return _from_age(when, today)
    if kind == "range" and asked:
        if _WRITTEN_DATE.search(reading.text) or re.search(r"\b(29|30|31)\b", reading.text):
            raise AnswerRejected("child.birth_impossible")
        begin = parse_day(str(when["from"]))
        return ({"about": begin.isoformat()}, (Say("child.birth_which_day"),)) if begin else None
    return None


def _from_age(when: Mapping[str, Any], today: date) -> tuple[dict[str, Any], tuple[Say, ...]]:
    """An age alone asks for the date, unless it is one of few days."""
    days = when.get("age_days")
    if days is not None and int(days) <= DAYS_THAT_TELL:
        return _checked(today - timedelta(days=int(days)), today)
    months = int(when.get("age_months") or 0) + 12 * int(when.get("age_years") or 0)
    about = today - timedelta(days=int(days)) if days is not None else _back(today, months)
    _reject_grown_up(about, today)
    return {"about": about.isoformat()}, (Say("child.age_told", {"month": p.a_month(about)}),)


def _back(today: date, months: int) -> date:
    return add_months(today, -months) if months < (today.year - 1) * 12 else date(1900, 1, 1)


def _in_month_told(reading: Reading, about: str | None) -> date | None:
    """ "The 12th", after "he is two months old": that day of the month nearest to it."""
    near, found = parse_day(str(about)), _DAY_OF_MONTH.match(reading.text.strip())
    months = {w["kind"] for w in reading.past} & {"age", "range"}
    if near is None or found is None or months or len(reading.words) > 3:
        return None
    wanted = int(found[1])
    first = near.replace(day=1)
    days = [
        day
        for shift in (-1, 0, 1)
        if (day := add_months(first, shift) + timedelta(days=wanted - 1)).day == wanted and wanted > 0
    ]
    return min(days, key=lambda day: abs((day - near).days), default=None)


def _checked(day: date, today: date) -> tuple[dict[str, Any], tuple[Say, ...]]:
    if day > today:
        raise AnswerRejected("child.birth_future", day=p.a_date(day))
    _reject_grown_up(day, today)
    return {"birth": day.isoformat()}, ()


def _reject_grown_up(day: date, today: date) -> None:
    if add_months(day, GROWN_UP_YEARS * 12) <= today:
        raise AnswerRejected("child.birth_old", years=(today - day).days // 365)
