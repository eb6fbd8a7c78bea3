"""Every way through a protocol: which answers there are to a question, and where each leads.

The checker proves on them, and the table and the picture for clinicians are made from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dialogues.effects import Outcome
from dialogues.triage.engine import Next, Verdict, play
from dialogues.triage.protocol import PREGNANCY, UNKNOWN, WHO, Protocol, Question
from dialogues.triage.ranges import Range
from dialogues.triage.state import AGES, State, state_of

Path = tuple[tuple[str, str], ...]
"""The questions in the order asked, each with its answer."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An end: the outcome, and the key of the rule that gives it."""

    outcome: Outcome
    rule: str


@dataclass(frozen=True, slots=True)
class Fork:
    """A question with what each answer leads to; answers that lead to the same stand together."""

    variable: str
    ways: tuple[tuple[tuple[str, ...], Fork | Leaf], ...]


def age_cuts(protocols: Sequence[Protocol]) -> tuple[float, ...]:
    """The ages that some condition of these protocols tells apart, in days."""
    conditions = [c for p in protocols for c in p.concerns]
    conditions += [c for p in protocols for rule in p.rules for c in rule.conditions]
    conditions += [c for p in protocols for asked in p.asks for c in asked.asked_if]
    bounds = {x for c in conditions if c.variable == "age" and c.range for x in (c.range.low, c.range.high)}
    return tuple(sorted(x for x in bounds if AGES.low < x < AGES.high))


def answers_to(step: Next, state: State, protocols: Sequence[Protocol]) -> tuple[str, ...]:
    """Every answer that makes a difference. On danger questions "unknown" is left out where it counts as yes; an age is
    always known between two bounds."""
    if step.variable == "who":
        value = state.values["who"]
        return tuple(w for w in WHO if isinstance(value, frozenset) and w in value)
    if step.variable == "pregnancy":
        return (*PREGNANCY, UNKNOWN)
    if step.variable == "age":
        value = state.values["age"]
        assert isinstance(value, Range)
        return tuple(str(part) for part in value.cut(age_cuts(protocols)))
    question = step.question
    assert question is not None
    if question.kind in ("number", "duration"):
        return (*(str(part) for part in question.span.cut(question.bands)), UNKNOWN)
    return question.options if question.danger else (*question.options, UNKNOWN)


def walk(
    protocols: Sequence[Protocol], questions: Mapping[str, Question], path: Path = ()
) -> Iterator[tuple[Path, Verdict]]:
    """Every path from ``path`` on, with its end. Runs as deep as a protocol asks, without the limit of a talk."""
    state = state_of(dict(path), questions, {})
    step = play(protocols, state)
    if isinstance(step, Verdict):
        yield path, step
        return
    for answer in answers_to(step, state, protocols):
        yield from walk(protocols, questions, (*path, (step.variable, answer)))


def tree(protocols: Sequence[Protocol], questions: Mapping[str, Question], path: Path = ()) -> Fork | Leaf:
    """All paths as one tree, in which answers that make no difference stand together."""
    state = state_of(dict(path), questions, {})
    step = play(protocols, state)
    if isinstance(step, Verdict):
        return Leaf(step.outcome, step.rules[0].key if step.rules else "")
    grouped: dict[Fork | Leaf, list[str]] = {}
    for answer in answers_to(step, state, protocols):
        below = tree(protocols, questions, (*path, (step.variable, answer)))
        grouped.setdefault(below, []).append(answer)
    if len(grouped) == 1:
        return next(iter(grouped))
    return Fork(step.variable, tuple((tuple(answers), below) for below, answers in grouped.items()))
