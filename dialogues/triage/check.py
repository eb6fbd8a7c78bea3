"""Refuses protocols that a person could be hurt by: each fault with the file and the line.

``load`` has refused what one file alone can tell. Here all paths are walked, each protocol together with the general
danger signs, as it is played; what words are missing is told by ``check_words``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from dialogues.triage.engine import MOST_QUESTIONS
from dialogues.triage.load_questions import AGE_DAYS
from dialogues.triage.outcomes import is_red
from dialogues.triage.paths import Path, walk
from dialogues.triage.proofs import Proof
from dialogues.triage.protocol import UNKNOWN, Protocol, Protocols, Question, Where
from dialogues.triage.ranges import Range
from dialogues.triage.state import AGES, Judge, State, state_of

Fault = tuple[Where, str]
# More ways than this and nobody can review or sign them.
MOST_PATHS = 20_000


@dataclass(frozen=True, slots=True)
class Openings:
    """What may lead to a protocol: the codes that the understanding of messages knows."""

    symptoms: frozenset[str]
    dangers: frozenset[str]
    intents: frozenset[str]


def check(protocols: Protocols, openings: Openings | None = None, *, only_some: bool = False) -> list[Fault]:
    """Every fault that walking finds, in the order of the files; empty when the protocols may be played.

    ``only_some``: they are not all there are, so that not every complaint need lead somewhere.
    """
    faults: list[Fault] = []
    for protocol in protocols.by_id.values():
        faults += check_one(protocol, protocols, openings)
    if not only_some:
        faults += _covered(protocols)
    if openings is not None and not only_some:
        faults += _doors(protocols, openings)
    return faults


def check_one(protocol: Protocol, protocols: Protocols, openings: Openings | None = None) -> list[Fault]:
    """The faults of one protocol."""
    faults = [*_not_dangerous_enough(protocol), *_lines(protocol)]
    if openings is not None:
        faults += _unknown_codes(protocol, openings)
    played = tuple(dict.fromkeys(p.id for p in (*protocols.general, protocol)))
    together = tuple(protocols.by_id.get(name, protocol) for name in played)
    won: set[str] = set()
    asked: set[str] = set()
    longest: Path = ()
    for count, (path, verdict) in enumerate(walk(together, protocols.questions), 1):
        if count > MOST_PATHS:
            return [*faults, (protocol.at, f"more than {MOST_PATHS} paths: too many to review")]
        longest = max(longest, path, key=len)
        asked |= {variable for variable, _ in path}
        won |= {next((r.key for r in verdict.rules if r.key.startswith(f"{protocol.id}.")), "")}
    if len(longest) > MOST_QUESTIONS:
        told = ", ".join(f"{key.rpartition('.')[2]}={answer}" for key, answer in longest)
        faults.append((protocol.at, f"{len(longest)} questions on one path, at most {MOST_QUESTIONS}: {told}"))
    for rule in (*protocol.rules, protocol.otherwise):
        if rule.key not in won and not (protocol.always and rule is protocol.otherwise):
            faults.append((rule.at, f"{rule.key} can never win: {rule.outcome} is never reached by it"))
    for ask in protocol.asks:
        if ask.question.key not in asked:
            faults.append((ask.at, f"{ask.question.key} is never asked: no rule hangs on it"))
    lowered = Proof(together, protocols.questions).lowered()
    if lowered is not None:
        at = next((a.at for a in protocol.asks if a.question.key == lowered.variable), protocol.at)
        faults.append((at, f"{protocol.id}: {lowered}"))
    return faults


def _not_dangerous_enough(protocol: Protocol) -> Iterator[Fault]:
    """What may lead to an ambulance or the emergency department is a danger question, whose "don't know" is a yes."""
    asks = {a.question.key: a.question for a in protocol.asks}
    by_hand = {
        c.variable for a in protocol.asks if a.question.danger for c in a.asked_if if c.options == frozenset({UNKNOWN})
    }
    for rule in protocol.rules:
        for condition in rule.conditions:
            question = asks.get(condition.variable)
            if question is None:
                continue
            if is_red(rule.outcome) and not question.danger and question.key not in by_hand:
                yield rule.at, _unsafe(question, rule.key)
            if question.danger and question.kind == "yes_no" and "no" in condition.options:
                yield rule.at, f"{rule.key} hangs on a no to the danger question {question.id}: yes must be what is bad"


def _unsafe(question: Question, rule: str) -> str:
    if question.kind in ("number", "duration"):
        return (
            f"{rule} hangs on {question.id}: make it `danger: true`, or ask a danger question "
            f"`asked_if: {{{question.id}: unknown}}`"
        )
    return f"{rule} hangs on {question.id}, which is no danger question: `danger: true` is missing"


def _lines(protocol: Protocol) -> Iterator[Fault]:
    rules = (*protocol.rules, protocol.otherwise)
    used = {line for r in rules for line in (*r.do_first, *r.watch_for, *r.return_if, *r.bring)}
    for line in protocol.lines:
        if line not in used:
            yield protocol.at, f"the line {line} is given by no rule"


def _unknown_codes(protocol: Protocol, openings: Openings) -> Iterator[Fault]:
    named = [(protocol.at, protocol.symptoms, protocol.dangers)]
    named += [(a.question.at, a.question.said_by.symptoms, a.question.said_by.dangers) for a in protocol.asks]
    for at, symptoms, dangers in named:
        for code in sorted(symptoms - openings.symptoms):
            yield at, f"no symptom has the code {code!r}"
        for code in sorted(dangers - openings.dangers):
            yield at, f"no danger sign has the id {code!r}"
    for intent in sorted(protocol.intents - openings.intents):
        yield protocol.at, f"no intent {intent!r}"


def _covered(protocols: Protocols) -> Iterator[Fault]:
    for protocol in protocols.by_id.values():
        for name in sorted(protocol.covers - protocols.by_id.keys()):
            yield protocol.at, f"covers {name!r}, which is no protocol"


def _doors(protocols: Protocols, openings: Openings) -> Iterator[Fault]:
    """Whoever complains of something is led somewhere, at any age."""
    for code in sorted(openings.symptoms):
        leads = [p for p in protocols.by_id.values() if code in p.symptoms]
        if any(c.variable == "pregnancy" for p in leads for c in p.concerns):
            continue  # the mother's, whatever age was understood; in anybody else the general protocol takes it
        closed = [f"from {AGE_DAYS.get(age, f'{age:g} days')} on" for age in _closed_ages(leads)]
        if closed:
            yield (
                protocols.general[0].at if protocols.general else Where(code, 0),
                f"the symptom {code} leads nowhere {closed[0]}",
            )


def _closed_ages(leads: list[Protocol]) -> list[float]:
    edges = sorted({AGES.low, *AGE_DAYS, AGES.high})
    return [low for low, high in pairwise(edges) if not any(_concerns(p, Range(low, high)) for p in leads)]


def _concerns(protocol: Protocol, age: Range) -> bool:
    facts: Mapping[str, Range] = {"age": age}
    state: State = state_of({}, {}, facts)
    return Judge(protocol, state).all(protocol.concerns) is not False
