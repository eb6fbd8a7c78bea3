"""What a message tells, without being asked, about whom it concerns: relation, age, pregnancy, temperature, since when.

What it tells is not asked again. Of two temperatures in one message the higher counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dialogues.child_details import plain
from dialogues.choosing_child import find_child
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.triage.measured import DAYS, age_told, days_told, temperature_told
from dialogues.triage.naming import symptoms_in
from dialogues.triage.protocol import Protocol, Question
from dialogues.triage.ranges import Range
from dialogues.triage.state import AGES, Value
from dialogues.triage.words import says, speaks_of_oneself, words

_YEAR = 365.25


def _years(low: float, high: float = 120) -> Range:
    return Range(float(int(low * _YEAR)), float(int(high * _YEAR)))


# For each relation: for whom that may be, the sex, the age.
_ANY = frozenset({"child", "other"})
_PEOPLE: dict[str, tuple[frozenset[str], str, Range]] = {
    "self": (frozenset({"self"}), "", _years(12)),
    "son": (_ANY, "m", AGES), "daughter": (_ANY, "f", AGES), "child": (frozenset({"child"}), "", _years(0, 16)),
    "baby": (frozenset({"child"}), "", _years(0, 2)), "twins": (frozenset({"child"}), "", _years(0, 16)),
    "mother": (frozenset({"other"}), "f", _years(16)), "father": (frozenset({"other"}), "m", _years(16)),
    "parents": (frozenset({"other"}), "", _years(16)), "wife": (frozenset({"other"}), "f", _years(16)),
    "husband": (frozenset({"other"}), "m", _years(16)), "sister": (_ANY, "f", AGES), "brother": (_ANY, "m", AGES),
    "grandmother": (frozenset({"other"}), "f", _years(50)), "grandfather": (frozenset({"other"}), "m", _years(50)),
    "mother_in_law": (frozenset({"other"}), "f", _years(40)), "father_in_law": (frozenset({"other"}), "m", _years(40)),
    "other_in_law": (frozenset({"other"}), "", _years(12)), "uncle_aunt": (frozenset({"other"}), "", _years(16)),
    "neighbour": (_ANY, "", AGES), "friend": (frozenset({"other"}), "", _years(12)),
    "grandchild": (_ANY, "", AGES), "nephew_niece": (_ANY, "", AGES),
}  # fmt: skip
# Nobody is asked whether they are pregnant; that they are is taken from what the message says.
_PAST_BEARING = ("mother", "grandmother", "mother_in_law", "parents")
# What is known of the person, whatever the complaint.
PERSON = ("for", "who", "child", "third", "age", "pregnancy")
CHILDREN = ("son", "daughter", "child", "baby", "twins")


def person_facts(answers: Mapping[str, Any], facts: Facts) -> dict[str, Value]:
    """What is known of the person without asking: from a registered child, or from the relation."""
    child = find_child(answers, facts)
    if child is not None:
        age = float((facts.now.date() - child.birth).days)
        return {"who": _ANY, "age": Range(age, age), "sex": frozenset({child.sex})}
    row = _PEOPLE.get(str(answers.get("for", "")))
    if row is None:
        return {}
    who, sex, age_range = row
    found: dict[str, Value] = {"who": who, "age": age_range}
    if sex:
        found["sex"] = frozenset({sex})
    if answers["for"] in _PAST_BEARING:
        found["pregnancy"] = frozenset({"no"})
    return found


def person_told(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What triage, or what follows it, knows of the person, so that a further complaint asks nothing of it again."""
    known = answers.get("person", answers)
    return {key: known[key] for key in PERSON if key in known} if isinstance(known, Mapping) else {}


def with_told(answers: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a new message with what was told before, unless it is about somebody else."""
    others = {key for key in ("for", "who", "child") if key in answers and answers[key] != told.get(key)}
    return {**(told if not others else {k: v for k, v in told.items() if k not in PERSON}), **answers}


def named_child(reading: Reading, facts: Facts) -> str | None:
    """The registered child whose name is in the message."""
    said = f" {plain(reading.text)} "
    named = [c.id for c in facts.children() if f" {plain(c.name)} " in said]
    return named[0] if len(named) == 1 else None


def may_be_followed_child(answers: Mapping[str, Any], facts: Facts) -> bool:
    """Whether "my daughter" may be one of the children that are followed: then which one is asked, not the age."""
    if {"child", "who", "age"} & answers.keys():
        return False
    relation = str(answers.get("for", ""))
    sexes = {"son": "m", "daughter": "f"}
    return relation in CHILDREN and any(sexes.get(relation, c.sex) == c.sex for c in facts.children())


def take_person(found: dict[str, Any], reading: Reading) -> None:
    """Note for whom the message says it is, and what it says of age and pregnancy."""
    relations = [e.value for e in reading.all("relation") if e.value in _PEOPLE]
    # "My daughter's baby" is the baby; "I have a baby" is the baby.
    meant = next((r for r in relations if r in ("baby", "twins")), relations[0] if relations else None)
    if meant is None and "for" not in found and "who" not in found and speaks_of_oneself(reading):
        meant = "self"
    if meant is not None and meant != found.get("for"):
        if meant == "self" and "for" in found:
            return
        found["for"] = meant
        for fact in ("who", "child", "age"):
            found.pop(fact, None)
        if meant == "self":
            found["who"] = "self"
    elif "for" not in found and "who" not in found and says(reading, "third_person"):
        found["third"] = True
    _take_pregnancy(found, reading)
    age = age_told(reading, found)
    if age is not None:
        found["age"] = str(age)


def _take_pregnancy(found: dict[str, Any], reading: Reading) -> None:
    if found.get("for") in ("baby", "twins"):
        return  # "I gave birth ten days ago and the baby …" is about the baby
    pairs = {" ".join(reading.words[i : i + 2]) for i in range(len(reading.words) - 1)}
    if not pairs.isdisjoint(words("a_man")):
        found["pregnancy"] = "no"
        return
    if says(reading, "pregnant") and "no" not in reading.cues and not _denies_pregnancy(reading):
        found["pregnancy"] = "pregnant"
    elif says(reading, "after_birth") and not says(reading, "pregnant"):
        found.setdefault("pregnancy", "after_birth")


def _denies_pregnancy(reading: Reading) -> bool:
    said = reading.words
    first = next((i for i, word in enumerate(said) if word in words("pregnant")), 0)
    return not words("not_pregnant_after").isdisjoint(said[max(0, first - 2) : first])


def take_said(
    found: dict[str, Any],
    reading: Reading,
    protocols: tuple[Protocol, ...],
    questions: Mapping[str, Question],
    today: date,
) -> None:
    """Note what the message answers of the questions of ``protocols`` before they are asked."""
    symptoms = symptoms_in(reading)
    temperature = temperature_told(reading)
    days = days_told(reading, today)
    months = _months_pregnant(reading)
    for question in dict.fromkeys(a.question for p in protocols for a in p.asks):
        said = question.said_by
        hot = said.temperature is not None and temperature is not None and _point(temperature).within(said.temperature)
        if hot or not said.symptoms.isdisjoint(symptoms) or not said.dangers.isdisjoint(reading.danger):
            found[question.key] = said.option
        elif said.symptoms and said.symptoms <= reading.denied and not question.danger:
            found.setdefault(question.key, "no")
        elif question.unit == "celsius" and temperature is not None and _fits(temperature, question):
            found[question.key] = f"{temperature:g}"
        elif question.key == "shared.days" and days is not None and _fits(days, question):
            found.setdefault(question.key, f"{days:g}")
        elif question.unit in ("months", "weeks") and months is not None and question.key not in found:
            value = months if question.unit == "months" else months * 4.345
            if _fits(value, question):
                found[question.key] = f"{value:g}"


def _point(value: float) -> Range:
    return Range(value, value)


def _fits(value: float, question: Question) -> bool:
    return question.span.low <= value <= question.span.high


def _months_pregnant(reading: Reading) -> float | None:
    if not says(reading, "pregnant"):
        return None
    for amount in reading.amounts:
        unit, value = amount.get("unit"), amount.get("value")
        if unit in ("month", "week") and value:
            return float(value) * DAYS[unit] / DAYS["month"]
    return None
