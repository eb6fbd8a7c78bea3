"""Follow-ups of a triage: which case is asked about, when, in what words, and what became of a planned one.

Who reads it over a shoulder learns no complaint from it: only that somebody wrote, on which day, and about whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dialogues import params as p
from dialogues.effects import Say
from dialogues.numbers import number_params
from dialogues.triage.case import CHILD
from dialogues.triage.followed import buttons
from scheduler.situation import Situation
from store import cases
from store.known import KnownCase

# Relations that have words; any other is "somebody".
_NAMED = frozenset(
    {"son", "daughter", "child", "baby", "twins", "mother", "father", "parents", "wife", "husband", "brother", "sister",
     "grandmother", "grandfather", "grandchild", "nephew_niece", "uncle_aunt", "mother_in_law", "father_in_law",
     "friend", "neighbour"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One try at asking about a case: the first or the second of its turn."""

    case: KnownCase
    number: int

    @property
    def id(self) -> str:
        """The case's, which the buttons carry."""
        return self.case.id

    @property
    def visit(self) -> str:
        """Turn and try: after an answer it is asked anew."""
        return f"{self.case.turn}.{self.number}"


def questions(situation: Situation, *outcomes: str) -> Iterator[Question]:
    """What may be asked about open cases with one of these outcomes."""
    for case in situation.known.cases:
        if case.closed_for is None and case.outcome in outcomes:
            yield from (Question(case, number + 1) for number in range(cases.TRIES))


def due(question: Question, situation: Situation) -> datetime:
    """When it is asked."""
    case = question.case
    return cases.due(case.outcome, case.turn, case.counts_from, question.number)


def expires(question: Question, situation: Situation) -> datetime:
    """A day later the next try speaks, or nobody."""
    return due(question, situation) + cases.AGAIN


def message(question: Question, situation: Situation) -> Say:
    """How is it now? Or, where somebody should have looked on that day: did they?"""
    case = question.case
    subject = situation.subject_of(case)
    params = {**number_params(), "day": p.a_day(case.opened.date())}
    what = "seen" if case.outcome == "today" else "how"
    child = situation.child(subject.removeprefix(CHILD)) if subject.startswith(CHILD) else None
    if child is not None:
        of, params = "child", {**params, "child": p.a_text(situation.name_of(child))}
    elif subject in ("", "self"):
        of = "self"
    else:
        relation = "child" if subject.startswith(CHILD) else subject if subject in _NAMED else "other"
        of, params = "relation", {**params, "relation": p.a_message(f"relation.{relation}")}
    return Say(f"case.{what}_{of}", params, buttons(case.id, case.outcome), lane="care")


def why_not(case_id: str, visit: str, situation: Situation) -> tuple[str, str]:
    """What became of a planned question."""
    case = next((row for row in situation.known.cases if row.id == case_id), None)
    if case is None:
        return "cancelled", "case_gone"
    if case.closed_for in ("silent", "replaced", "stopped"):
        return "cancelled", case.closed_for
    return "resolved", "answered"
