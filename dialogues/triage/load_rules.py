"""Reads the rules of a protocol and the lines of advice that they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

import yaml

from dialogues.numbers import numbers
from dialogues.triage import nodes
from dialogues.triage.load_questions import read_conditions
from dialogues.triage.nodes import bad
from dialogues.triage.outcomes import OUTCOMES, URGENCY, is_red
from dialogues.triage.protocol import Condition, Form, Place, Question, Rule, Source

_ADVICE = {"do_first": ("do", 3), "watch_for": ("sign", 3), "return_if": ("sign", 4), "bring": ("bring", 3)}
_GIVES = ("outcome", "source", "place", "call", *_ADVICE)
_RULE = ("id", "when", "any", "two_of", *_GIVES)
_DEFAULTS = ("watch_for", "return_if")
RULE_LENGTH = 30


def read_lines(node: yaml.Node, file: str) -> tuple[str, ...]:
    """The keys ``<file>.<form>.<id>`` of the lines of advice that a file brings."""
    forms = get_args(Form)
    found = nodes.mapping(node, forms)
    keys = []
    for form in forms:
        for item in nodes.items(found[form]) if form in found else ():
            keys.append(f"{file}.{form}.{nodes.an_id(item)}")
            if keys.count(keys[-1]) > 1:
                raise bad(item, f"{nodes.text(item)!r} is given twice")
    return tuple(keys)


def read_rules(
    found: Mapping[str, yaml.Node],
    file: str,
    named: Mapping[str, Question],
    sources: Mapping[str, Source],
    lines: tuple[str, ...],
) -> tuple[tuple[Rule, ...], Rule]:
    """The rules in order, and what holds otherwise."""
    reader = _Rules(file, named, sources, lines, found)
    rules: list[Rule] = []
    for node in nodes.items(found["rules"]):
        rule = reader.rule(node)
        if any(rule.key == before.key for before in rules):
            raise bad(node, f"two rules have the id of {rule.key}")
        if rules and URGENCY[rule.outcome] > URGENCY[rules[-1].outcome]:
            raise bad(node, f"{rule.key} is more urgent than the rule before it: the most urgent come first")
        rules.append(rule)
    otherwise = reader.otherwise(found["otherwise"])
    if rules and URGENCY[otherwise.outcome] > URGENCY[rules[-1].outcome]:
        raise bad(found["otherwise"], "`otherwise` is more urgent than the last rule")
    return tuple(rules), otherwise


class _Rules:
    """Reads the rules of one file."""

    def __init__(
        self,
        file: str,
        named: Mapping[str, Question],
        sources: Mapping[str, Source],
        lines: tuple[str, ...],
        found: Mapping[str, yaml.Node],
    ) -> None:
        self._file, self._named, self._sources, self._lines = file, named, sources, lines
        self._defaults = {key: self._advice(found[key], key) for key in _DEFAULTS if key in found}
        self._place: Place = self._a_place(found["place"]) if "place" in found else "health_centre"
        self._call = self._numbers(found["call"]) if "call" in found else ()

    def rule(self, node: yaml.Node) -> Rule:
        found = nodes.mapping(node, _RULE, ("id", "outcome", "source"))
        name = nodes.an_id(found["id"], RULE_LENGTH)
        if name == "otherwise":
            raise bad(found["id"], "`otherwise` is no name for a rule")
        if "any" in found and ("when" in found or "two_of" in found):
            raise bad(node, "`any` stands alone")
        if not {"when", "any", "two_of"} & found.keys():
            raise bad(node, "a rule needs `when`, `any` or `two_of`")
        rule = self._gives(node, found, name)
        return replace(
            rule,
            when=read_conditions(found["when"], self._named) if "when" in found else (),
            any=tuple(read_conditions(n, self._named) for n in nodes.items(found["any"])) if "any" in found else (),
            two_of=self._two_of(found["two_of"]) if "two_of" in found else (),
        )

    def otherwise(self, node: yaml.Node) -> Rule:
        general = self._file == "general"
        found = nodes.mapping(node, _GIVES, ("outcome",) if general else ("outcome", "source"))
        return self._gives(node, found, "otherwise")

    def _gives(self, node: yaml.Node, found: Mapping[str, yaml.Node], name: str) -> Rule:
        outcome: Any = nodes.one_of(found["outcome"], OUTCOMES)
        used = nodes.texts(found["source"]) if "source" in found else ()
        if unknown := [s for s in used if s not in self._sources]:
            raise bad(found["source"], f"{unknown[0]!r} is none of the sources above")
        red = is_red(outcome)
        if red and (said := [key for key in _DEFAULTS if key in found]):
            raise bad(found[said[0]], f"{said[0]} has no place beside {outcome}: there, somebody acts now")
        advice = {key: self._advice(found[key], key) for key in _ADVICE if key in found}
        for key in _DEFAULTS if not red else ():
            if not advice.setdefault(key, self._defaults.get(key, ())) and (self._file, name) != (
                "general",
                "otherwise",
            ):
                raise bad(node, f"{key} is needed here, or once for the whole file")
        return Rule(
            key=f"{self._file}.{name}", outcome=outcome, sources=used, at=nodes.where(node),
            do_first=advice.get("do_first", ()), watch_for=advice.get("watch_for", ()),
            return_if=advice.get("return_if", ()), bring=advice.get("bring", ()),
            place=self._a_place(found["place"]) if "place" in found else self._place,
            call=self._numbers(found["call"]) if "call" in found else self._call,
        )  # fmt: skip

    def _two_of(self, node: yaml.Node) -> tuple[Condition, ...]:
        found = nodes.items(node)
        if len(found) < 3:
            raise bad(node, "two of fewer than three is `when`")
        conditions = []
        for item in found:
            question = self._named.get(nodes.text(item))
            if question is None or question.kind != "yes_no":
                raise bad(item, f"{nodes.text(item)!r} is no yes-or-no question asked here")
            conditions.append(Condition(question.key, frozenset({"yes"})))
        return tuple(conditions)

    def _advice(self, node: yaml.Node, key: str) -> tuple[str, ...]:
        form, most = _ADVICE[key]
        found = nodes.texts(node)
        if len(found) > most:
            raise bad(node, f"{key} has at most {most} lines")
        return tuple(self._line(node, form, name) for name in found)

    def _line(self, node: yaml.Node, form: str, name: str) -> str:
        for file in (self._file, "shared"):
            if f"{file}.{form}.{name}" in self._lines:
                return f"{file}.{form}.{name}"
        raise bad(node, f"no line {name!r} of the form `{form}`, neither here nor in shared.yml")

    def _a_place(self, node: yaml.Node) -> Place:
        return nodes.one_of(node, get_args(Place))  # type: ignore[return-value]

    def _numbers(self, node: yaml.Node) -> tuple[str, ...]:
        return tuple(nodes.one_of(item, numbers()) for item in nodes.items(node))
