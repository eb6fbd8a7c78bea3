"""The form of a calendar file: plain YAML values in, a ``Calendar`` out, or the place where it is wrong."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import cast

from dialogues.calculators.file_parts import FormError, Part
from dialogues.calculators.spans import Span
from dialogues.calculators.vaccine_calendar import (
    Antigen,
    Bound,
    Calendar,
    Missed,
    Needs,
    Planned,
    Review,
    Rule,
    ScheduledDose,
    UpperAge,
)

_DOSE = re.compile(r"([A-Z]+)-([0-9])")
_EXAMPLE = date(2020, 1, 1)  # spans of months and of days are compared from here


def read_calendar(data: object) -> Calendar:
    """The calendar a file holds, ``data`` being its YAML. Raises ``FormError``."""
    top = Part("", data)
    name, effective_from, born_from = top.take("id", str), top.take("effective_from", date), top.open("born_from", date)
    top.take("checked", date)
    rules = _Rules(top.part("rules"))
    visits = _visits(top.part("visits"))
    part = top.part("antigens")
    antigens = {key: _Defaults(part.part(key), rules) for key in part.names()}
    live = top.part("live")
    live_antigens = live.take("antigens", list)
    for one in live_antigens:
        if one not in list(antigens):
            raise live.wrong("antigens", f"there is no antigen {one!r}")
    live_interval = _bound(live.part("interval"), "least", rules)
    live.done()
    numbers = top.part("numbers")
    numbers_rule = rules.named(numbers)
    numbers.done()
    doses = _Doses(rules, antigens, live_antigens, visits)
    for index, item in enumerate(top.take("doses", list)):
        doses.add(Part(f"doses[{index}]", item))
    top.done()
    if rules.unused:
        raise FormError(f"rules: {min(rules.unused)}: nothing uses it")
    by_antigen: dict[str, Antigen] = {}
    for key, own in antigens.items():
        listed = tuple(dose for dose in doses.read.values() if dose.antigen == key)
        if not listed:
            raise FormError(f"antigens: {key}: no dose of it is listed")
        by_antigen[key] = Antigen(key, listed, listed[0].place, key in live_antigens, own.sex)
    scheduled = tuple(doses.read.values())
    return Calendar(
        name, effective_from, born_from, by_antigen, scheduled, live_interval, numbers_rule, rules.by_id
    )  # fmt: skip


class _Rules:
    """The rules by id, noting which are used, so that a dead one is found."""

    def __init__(self, part: Part) -> None:
        self.by_id = {name: self._read(part.part(name), name) for name in part.names()}
        self.unused = set(self.by_id)

    @staticmethod
    def _read(part: Part, name: str) -> Rule:
        says = part.take("says", str)
        rule = Rule(name, says, *_certainty(part))
        part.done()
        return rule

    def named(self, part: Part, key: str = "rule") -> Rule:
        """The rule that a place refers to."""
        name = part.take(key, str)
        if name not in self.by_id:
            raise part.wrong(key, f"there is no rule {name!r}")
        self.unused.discard(name)
        return self.by_id[name]


class _Visit:
    def __init__(self, part: Part, key: str) -> None:
        self.key, self.age = key, part.span("age")
        self.source, self.certainty, self.review = _certainty(part)
        part.done()


class _Defaults:
    """What an antigen says for all its doses."""

    def __init__(self, part: Part, rules: _Rules) -> None:
        self.interval = part.optional("interval", lambda p: _bound(p, "least", rules))
        self.upper = part.optional("until", lambda p: _upper(p, rules))
        self.ask_after = part.optional("ask_after", lambda p: _bound(p, "age", rules))
        self.sex = part.one_of("sex", ("f", "m")) if part.has("sex") else None
        part.done()


class _Doses:
    """Reads the doses one after the other; each may refer only to those before it."""

    def __init__(
        self, rules: _Rules, antigens: dict[str, _Defaults], live: list[str], visits: dict[str, _Visit]
    ) -> None:
        self._rules, self._antigens, self._live, self._visits = rules, antigens, live, visits
        self.read: dict[str, ScheduledDose] = {}

    def add(self, part: Part) -> None:
        name = part.take("dose", str)
        part.place = f"{part.place} {name}"
        found = _DOSE.fullmatch(name)
        if found is None or found[1] not in self._antigens:
            raise part.wrong("dose", "is no known antigen with a number")
        antigen, number = found[1], int(found[2])
        before = next((d for d in reversed(self.read.values()) if d.antigen == antigen), None)
        if number != before.number + 1 if before else number > 1:
            raise part.wrong("dose", "the numbers of an antigen run on from 0 or 1 in calendar order")
        own, visit = self._antigens[antigen], self._visit(part)
        dose = ScheduledDose(
            name=name,
            antigen=antigen,
            number=number,
            place=len(self.read),
            visit=visit.key,
            age=visit.age,
            from_age=self._from_age(part, before),
            interval=part.optional("interval", lambda p: _bound(p, "least", self._rules)) or own.interval,
            needs=part.optional("needs", self._needs),
            upper=part.optional("until", lambda p: _upper(p, self._rules)) or own.upper,
            ask_after=part.optional("ask_after", lambda p: _bound(p, "age", self._rules)) or own.ask_after,
            planned=part.optional("planned", lambda p: self._planned(p, antigen)),
            live=antigen in self._live,
            source=part.take("source", str) if part.has("source") else visit.source,
            certainty=visit.certainty,
            review=visit.review,
        )
        part.done()
        if before and dose.interval is None:
            raise part.wrong("interval", "is missing, and the antigen has none")
        if dose.upper and _length(dose.upper.span) < max(_length(dose.from_age.span), _length(dose.age)):
            raise part.wrong("until", "ends before the dose may be given or is planned")
        self.read[name] = dose

    def _visit(self, part: Part) -> _Visit:
        key = part.take("visit", str)
        if key not in self._visits:
            raise part.wrong("visit", f"there is no visit {key!r}")
        order = list(self._visits)
        last = next(reversed(self.read.values()), None)
        if last and order.index(key) < order.index(last.visit):
            raise part.wrong("visit", f"comes before that of {last.name}")
        return self._visits[key]

    def _from_age(self, part: Part, before: ScheduledDose | None) -> Bound:
        bound = part.optional("from", lambda p: _bound(p, "age", self._rules))
        if bound is None:
            if before is None:
                raise part.wrong("from", "is missing")
            return before.from_age
        if before and _length(bound.span) < _length(before.from_age.span):
            raise part.wrong("from", f"is below that of {before.name}")
        return bound

    def _needs(self, part: Part) -> Needs:
        needs = Needs(
            self._earlier(part, "dose"),
            part.span("least"),
            self._rules.named(part),
            self._rules.named(part, "without"),
        )
        part.done()
        return needs

    def _planned(self, part: Part, antigen: str) -> Planned:
        planned = Planned(self._earlier(part, "after"), part.span("by"))
        if self.read[planned.after].antigen != antigen:
            raise part.wrong("after", "is a dose of another antigen")
        part.done()
        return planned

    def _earlier(self, part: Part, key: str) -> str:
        name = part.take(key, str)
        if name not in self.read:
            raise part.wrong(key, f"{name!r} is no dose above this one")
        return name


def _visits(part: Part) -> dict[str, _Visit]:
    visits = {key: _Visit(part.part(key), key) for key in part.names()}
    for one, following in pairwise(visits.values()):
        if _length(following.age) < _length(one.age):
            raise part.wrong(following.key, f"comes before {one.key}")
    return visits


def _certainty(part: Part) -> tuple[str, str, Review]:
    """Source, certainty and review; only what was read in a source can be confirmed."""
    source = part.take("source", str)
    certainty = part.one_of("certainty", ("C", "P", "GK"))
    review = part.one_of("review", ("confirmed", "pending"))
    if review == "confirmed" and certainty != "C":
        raise part.wrong("review", f"what is {certainty} must be pending")
    return source, certainty, cast("Review", review)


def _bound(part: Part, key: str, rules: _Rules) -> Bound:
    bound = Bound(part.span(key), rules.named(part))
    part.done()
    return bound


def _upper(part: Part, rules: _Rules) -> UpperAge:
    inclusive = not part.has("before")
    age = part.span("age" if inclusive else "before")
    missed = cast("Missed", part.one_of("missed", ("too_late", "not_needed")))
    upper = UpperAge(age, inclusive, missed, rules.named(part))
    part.done()
    return upper


def _length(age: Span) -> date:
    return age.after(_EXAMPLE)
