"""Reads the questions of a protocol and the conditions on their answers."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from dialogues.triage import nodes
from dialogues.triage.nodes import bad
from dialogues.triage.protocol import FACT_OPTIONS, UNKNOWN, Asked, Condition, Conditions, Question, SaidBy
from dialogues.triage.ranges import ANYTHING, Range, amount, comparison

YES_NO = ("yes", "no")
UNITS = ("celsius", "breaths_per_minute", "g_per_l", "mmhg", "weeks", "months", "count")
OPTION_LENGTH = 12
_NONE = ("none", "neither", "nothing", "no_or_slow", "normal")
# Ages that a condition may name: each has its words on a button.
AGES = (
    "8 days", "2 months", "3 months", "6 months", "1 year", "2 years", "5 years", "12 years", "16 years", "40 years",
    "50 years", "65 years",
)  # fmt: skip
# The same for how long something lasts.
DURATIONS = (
    "1 hour", "2 hours", "4 hours", "6 hours", "12 hours", "1 day", "2 days", "3 days", "5 days", "7 days", "10 days",
    "14 days", "21 days", "1 month", "3 months",
)  # fmt: skip
_COMMON = ("id", "kind", "danger", "asked_if", "said_by", "of_degree")
_KEYS = {
    "yes_no": _COMMON,
    "choice": (*_COMMON, "options", "no"),
    "number": (*_COMMON, "unit", "min", "max", "bands"),
    "duration": (*_COMMON, "min", "max", "bands"),
}


def days(text: str) -> float:
    """An amount of time of the tables above, in days."""
    found = amount(text, timed=True)
    assert found is not None
    return found


AGE_DAYS = {days(text): text for text in AGES}
DURATION_DAYS = {days(text): text for text in DURATIONS}


def own_question(node: yaml.Node, file: str, named: Mapping[str, Question], taken: Mapping[str, Question]) -> Asked:
    """A question with words of its own. ``named``: what its ``asked_if`` may name; ``taken``: ids of ``shared.yml``."""
    found = nodes.mapping(node, needed=("id", "kind"))
    kind = nodes.one_of(found["kind"], _KEYS)
    nodes.mapping(node, _KEYS[kind])
    name = nodes.an_id(found["id"])
    if name in taken:
        raise bad(found["id"], f"{name!r} stands in shared.yml: write `use: {name}`")
    if name in ("age", "pregnancy", "who", "sex"):
        raise bad(found["id"], f"{name!r} is asked by the engine itself")
    options: tuple[str, ...] = YES_NO if kind == "yes_no" else ()
    span, unit = ANYTHING, ""
    bands: tuple[float, ...] = ()
    if kind == "choice":
        options = _options(found, node)
    if kind in ("number", "duration"):
        unit = nodes.one_of(found["unit"], UNITS) if "unit" in found else ""
        if kind == "number" and not unit:
            raise bad(node, "a number needs its unit")
        span, bands = _numbers(found, node, timed=kind == "duration")
    question = Question(
        key=f"{file}.{name}", kind=kind, danger="danger" in found and nodes.is_on(found["danger"]), options=options,  # type: ignore[arg-type]
        unit=unit, span=span, bands=bands, said_by=_said_by(found, options), no_means=_no_means(found, kind, options),
        of_degree="of_degree" in found and nodes.is_on(found["of_degree"]), at=nodes.where(node),
    )  # fmt: skip
    return Asked(question, _asked_if(found, named), nodes.where(node))


def used_question(node: yaml.Node, shared: Mapping[str, Question], named: Mapping[str, Question]) -> Asked:
    """A question of ``shared.yml``."""
    found = nodes.mapping(node, ("use", "asked_if"), ("use",))
    name = nodes.text(found["use"])
    if name not in shared:
        raise bad(found["use"], f"shared.yml has no question {name!r}")
    return Asked(shared[name], _asked_if(found, named), nodes.where(node))


def _asked_if(found: Mapping[str, yaml.Node], named: Mapping[str, Question]) -> Conditions:
    return read_conditions(found["asked_if"], named) if "asked_if" in found else ()


def _options(found: Mapping[str, yaml.Node], node: yaml.Node) -> tuple[str, ...]:
    if "options" not in found:
        raise bad(node, "a choice needs its options")
    options = tuple(nodes.an_id(item, OPTION_LENGTH) for item in nodes.items(found["options"]))
    if not 2 <= len(options) <= 8 or len(set(options)) < len(options):
        raise bad(found["options"], "two to eight options, each once")
    if UNKNOWN in options:
        raise bad(found["options"], "`unknown` is always offered")
    return options


def _no_means(found: Mapping[str, yaml.Node], kind: str, options: tuple[str, ...]) -> str:
    """What a plain no to a choice stands for: said, or the last option when that is "none"."""
    if "no" in found:
        return nodes.one_of(found["no"], options)
    return options[-1] if kind == "choice" and options[-1] in _NONE else ""


def _numbers(found: Mapping[str, yaml.Node], node: yaml.Node, *, timed: bool) -> tuple[Range, tuple[float, ...]]:
    def number(part: yaml.Node) -> float:
        value = amount(nodes.text(part), timed=timed)
        if value is None:
            raise bad(part, f"{nodes.text(part)!r} is no {'amount of time' if timed else 'number'}")
        return value

    for key in ("min", "max", "bands"):
        if key not in found:
            raise bad(node, f"missing: {key}")
    low, high = number(found["min"]), number(found["max"])
    bands = tuple(number(item) for item in nodes.items(found["bands"]))
    if not bands or list(bands) != sorted(set(bands)) or not low < bands[0] or not bands[-1] < high or len(bands) > 7:
        raise bad(found["bands"], "one to seven bounds in order, between min and max")
    if timed and (odd := [b for b in bands if b not in DURATION_DAYS]):
        raise bad(found["bands"], f"{odd[0]:g} days has no words; known: {', '.join(DURATIONS)}")
    return Range(low, high), bands


def _said_by(found: Mapping[str, yaml.Node], options: tuple[str, ...]) -> SaidBy:
    if "said_by" not in found:
        return SaidBy()
    rows = nodes.mapping(found["said_by"], ("symptoms", "dangers", "option", "temperature"))
    if not options:
        raise bad(found["said_by"], "numbers and durations are taken from the message by themselves")
    option = nodes.one_of(rows["option"], options) if "option" in rows else options[0]
    temperature = comparison(nodes.text(rows["temperature"]), timed=False) if "temperature" in rows else None
    if "temperature" in rows and temperature is None:
        raise bad(rows["temperature"], 'write a comparison, for example ">= 38"')
    named = {key: frozenset(nodes.texts(rows[key])) if key in rows else frozenset() for key in ("symptoms", "dangers")}
    return SaidBy(named["symptoms"], named["dangers"], option, temperature)


def read_conditions(node: yaml.Node, named: Mapping[str, Question]) -> Conditions:
    """``{question: answer}``: all of them must hold. ``named`` are the questions that may be named, by id."""
    found = nodes.mapping(node)
    if not found:
        raise bad(node, "no condition")
    return tuple(_condition(name, value, named) for name, value in found.items())


def _condition(name: str, node: yaml.Node, named: Mapping[str, Question]) -> Condition:
    if name == "age":
        return Condition("age", range=_age(node))
    if name in FACT_OPTIONS:
        return Condition(name, frozenset(nodes.one_of(item, FACT_OPTIONS[name]) for item in nodes.items(node)))
    question = named.get(name)
    if question is None:
        raise bad(node, f"no question {name!r} is asked before this (questions of shared.yml need `use`)")
    if question.kind in ("number", "duration") and nodes.text(node) != UNKNOWN:
        return Condition(question.key, range=_bounded(node, question))
    if question.danger and any(nodes.text(item) == UNKNOWN for item in nodes.items(node)):
        raise bad(node, f"{name!r} is a danger question: `unknown` counts as yes by itself")
    allowed = question.options if question.danger else (*question.options, UNKNOWN)
    return Condition(question.key, frozenset(nodes.one_of(item, allowed) for item in nodes.items(node)))


def _age(node: yaml.Node) -> Range:
    found = comparison(nodes.text(node), timed=True)
    if found is None:
        raise bad(node, 'write an age as "< 2 months", ">= 50 years" or "2 months .. 5 years"')
    if any(abs(x) != float("inf") and x not in AGE_DAYS for x in (found.low, found.high)):
        raise bad(node, f"{nodes.text(node)!r}: an age without words; known: {', '.join(AGES)}")
    return found


def _bounded(node: yaml.Node, question: Question) -> Range:
    found = comparison(nodes.text(node), timed=question.kind == "duration")
    if found is None:
        raise bad(node, f'write a comparison on {question.id!r}: ">= 39", "< 39", "38 .. 39" or `unknown`')
    if any(abs(x) != float("inf") and x not in question.bands for x in (found.low, found.high)):
        raise bad(node, f"a bound that is none of the bands of {question.id!r}: its buttons could not tell")
    return found
