"""What is known of a person at one moment of triage, and whether a condition holds: yes, no, or not known yet.

A value is the set of options that are still possible, or the range in which a number lies. Questions are answered at
once; age, pregnancy and for whom it is are often half known from the first message ("my daughter").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dialogues.triage.protocol import FACT_OPTIONS, FACTS, UNKNOWN, Condition, Conditions, Protocol, Question
from dialogues.triage.ranges import Range, amount, kept

Value = frozenset[str] | Range
Truth = bool | None
"""True, False, or None: it hangs on something that is not known."""


def _days(text: str) -> float:
    found = amount(text, timed=True)
    assert found is not None
    return found


AGES = Range(0, _days("120 years"))
CHILD = Range(0, _days("12 years"))
# Who writes for himself can write; another adult is none of the children.
SELF, OTHER = Range(_days("12 years"), AGES.high), Range(_days("12 years"), AGES.high)
# Outside these years nobody is asked for a pregnancy.
FERTILE = Range(_days("12 years"), _days("55 years"))


@dataclass(frozen=True, slots=True)
class State:
    """``values`` by variable (a fact, or the key of a question); ``settled``: facts that were asked, so that what is
    still open about them counts as the dangerous side."""

    values: Mapping[str, Value] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()

    def knows(self, variable: str) -> bool:
        """Whether nothing is left to ask about it."""
        if variable in self.settled:
            return True
        value = self.values.get(variable)
        if variable in FACTS:
            return isinstance(value, frozenset) and len(value) == 1
        return value is not None


def answered(question: Question, answer: str) -> Value | None:
    """The value that a kept answer stands for; None when the question cannot have it (its protocol changed)."""
    if answer == UNKNOWN:
        if not question.danger:
            return frozenset({UNKNOWN})
        return question.span if question.kind in ("number", "duration") else frozenset(question.options[:1])
    if question.kind in ("number", "duration"):
        found = kept(answer)
        return found if found is not None and found.meets(question.span) else None
    return frozenset({answer}) if answer in question.options else None


def state_of(answers: Mapping[str, str], questions: Mapping[str, Question], given: Mapping[str, Value]) -> State:
    """The state that answers lead to. ``given`` are facts known without asking (a relation, a registered child)."""
    values: dict[str, Value] = {}
    for key, answer in answers.items():
        question = questions.get(key)
        value = answered(question, answer) if question is not None else None
        if value is not None:
            values[key] = value
    values |= facts_of(answers, given)
    return State(values, frozenset(fact for fact in FACTS if fact in answers) | {"sex"})


def facts_of(answers: Mapping[str, str], given: Mapping[str, Value]) -> dict[str, Value]:
    """Who, age, pregnancy and sex, each narrowed by what is known of the others."""
    who = _options("who", answers, given)
    sex = _options("sex", answers, given)
    age = given.get("age", AGES)
    assert isinstance(age, Range)
    told = kept(answers.get("age", ""))
    age = told if told is not None else age
    bounds = {"self": SELF, "child": CHILD, "other": OTHER}
    if len(who) == 1 and told is None:
        age = age.and_(bounds[next(iter(who))]) or age
    if "self" not in who or len(who) > 1:
        # A child or another adult is told from the age, once it is known.
        who = frozenset(w for w in who if age.meets(bounds[w])) or who
    pregnancy = _options("pregnancy", answers, given)
    if "pregnancy" not in answers and (sex == {"m"} or not age.meets(FERTILE)):
        pregnancy = frozenset({"no"})
    return {"who": who, "age": age, "pregnancy": pregnancy, "sex": sex}


def _options(fact: str, answers: Mapping[str, str], given: Mapping[str, Value]) -> frozenset[str]:
    told = answers.get(fact)
    if told in FACT_OPTIONS[fact]:
        return frozenset({str(told)})
    value = given.get(fact, frozenset(FACT_OPTIONS[fact]))
    assert isinstance(value, frozenset)
    return value


class Judge:
    """Whether the conditions of one protocol hold in one state."""

    def __init__(self, protocol: Protocol, state: State) -> None:
        self._asked_if = {asked.question.key: asked.asked_if for asked in protocol.asks}
        self._state = state
        self._applies: dict[str, Truth] = {}

    def applies(self, variable: str) -> Truth:
        """Whether this protocol asks that question at all."""
        if variable not in self._applies:
            self._applies[variable] = self.all(self._asked_if.get(variable, ()))
        return self._applies[variable]

    def holds(self, condition: Condition) -> Truth:
        """Whether one condition holds. A question that is not asked fulfils none."""
        applies = self.applies(condition.variable)
        if applies is False:
            return False
        value = self._state.values.get(condition.variable)
        if value is None:
            return None
        found = _fits(value, condition)
        if found is None and condition.variable in self._state.settled:
            found = True
        if found is None and condition.variable not in FACTS:
            found = True  # a danger number that nobody knows
        return found if applies or found is False else None

    def all(self, conditions: Conditions) -> Truth:
        """Whether all of them hold."""
        return _all(self.holds(c) for c in conditions)

    def any(self, groups: Iterable[Conditions]) -> Truth:
        """Whether all conditions of at least one group hold."""
        return _any([self.all(group) for group in groups])

    def two(self, conditions: Conditions) -> Truth:
        """Whether two of them hold."""
        truths = [self.holds(c) for c in conditions]
        if truths.count(True) >= 2:
            return True
        return None if len(truths) - truths.count(False) >= 2 else False


def _fits(value: Value, condition: Condition) -> Truth:
    if isinstance(value, Range):
        if condition.range is None:
            return False
        return True if value.within(condition.range) else None if value.meets(condition.range) else False
    if not condition.options:
        return False
    return True if value <= condition.options else None if value & condition.options else False


def _all(truths: Iterable[Truth]) -> Truth:
    found: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            found = None
    return found


def _any(truths: list[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False
