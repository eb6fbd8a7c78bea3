"""Proves, over all combinations of the other answers, that the dangerous answer to a question never lowers the outcome.

Two persons who differ in one answer are walked through a protocol side by side: whatever else one is asked, the other
answers the same when it is asked. For whoever gave the dangerous answer the outcome must be as urgent or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogues.triage.engine import Next, Verdict, ceiling, play
from dialogues.triage.outcomes import URGENCY
from dialogues.triage.paths import Path, answers_to
from dialogues.triage.protocol import UNKNOWN, Protocol, Question
from dialogues.triage.state import State, state_of


@dataclass(frozen=True, slots=True)
class Lowered:
    """A counterexample: with ``higher`` as the answer the outcome is calmer than with ``lower``."""

    variable: str
    higher: str
    lower: str
    path: Path
    outcomes: tuple[str, str]

    def __str__(self) -> str:
        told = ", ".join(f"{key.rpartition('.')[2]}={answer}" for key, answer in self.path)
        name = self.variable.rpartition(".")[2]
        return (
            f"{name}={self.higher} leads to {self.outcomes[0]}, but {name}={self.lower} to {self.outcomes[1]} "
            f"(with {told or 'nothing else'})"
        )


def rankings(step: Next, answers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of answers of which the first may never lead to less than the second."""
    question = step.question
    if question is None:
        return tuple((UNKNOWN, answer) for answer in answers if answer != UNKNOWN) if UNKNOWN in answers else ()
    if not question.danger:
        return ()
    if question.kind == "yes_no":
        return (("yes", "no"), (UNKNOWN, "yes"))
    return tuple((UNKNOWN, answer) for answer in answers if answer != UNKNOWN)


class Proof:
    """Walks one set of protocols; what it found stays known, since many paths meet again."""

    def __init__(self, protocols: Sequence[Protocol], questions: Mapping[str, Question]) -> None:
        self._protocols, self._questions = protocols, questions
        self._steps: dict[frozenset[tuple[str, str]], tuple[State, Next | Verdict]] = {}
        self._seen: set[tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]] = set()

    def lowered(self) -> Lowered | None:
        """The first counterexample on any path, or None: then it is proved."""
        return self._from({})

    def _from(self, path: dict[str, str]) -> Lowered | None:
        state, step = self._step(path)
        if isinstance(step, Verdict):
            return None
        answers = answers_to(step, state, self._protocols)
        for higher, lower in rankings(step, answers):
            pair = {**path, step.variable: higher}, {**path, step.variable: lower}
            found = self._side_by_side(*pair, {})
            if found is not None:
                picks, outcomes = found
                told = tuple((k, v) for k, v in {**path, **picks}.items() if k != step.variable)
                return Lowered(step.variable, higher, lower, told, outcomes)
        for answer in answers:
            deeper = self._from({**path, step.variable: answer})
            if deeper is not None:
                return deeper
        return None

    def _side_by_side(
        self, upper: dict[str, str], lower: dict[str, str], picks: dict[str, str]
    ) -> tuple[dict[str, str], tuple[str, str]] | None:
        """What else must be answered so that ``upper`` ends calmer than ``lower``; None when nothing makes it so."""
        state_up, step_up = self._follow(upper, picks)
        state_low, step_low = self._follow(lower, picks)
        if isinstance(step_up, Verdict):
            highest = step_low.outcome if isinstance(step_low, Verdict) else ceiling(self._protocols, state_low)
            if URGENCY[step_up.outcome] >= URGENCY[highest]:
                return None
            if isinstance(step_low, Verdict):
                return picks, (step_up.outcome, step_low.outcome)
        key = frozenset(upper.items()), frozenset(lower.items())
        if key in self._seen:
            return None
        self._seen.add(key)
        step, state = (step_up, state_up) if isinstance(step_up, Next) else (step_low, state_low)
        assert isinstance(step, Next)
        for answer in answers_to(step, state, self._protocols):
            found = self._side_by_side(dict(upper), dict(lower), {**picks, step.variable: answer})
            if found is not None:
                return found
        return None

    def _follow(self, answers: dict[str, str], picks: Mapping[str, str]) -> tuple[State, Next | Verdict]:
        """Answer from ``picks`` as long as they hold what is asked; ``answers`` grows by it."""
        while True:
            state, step = self._step(answers)
            if isinstance(step, Verdict) or step.variable not in picks:
                return state, step
            answers[step.variable] = picks[step.variable]

    def _step(self, answers: Mapping[str, str]) -> tuple[State, Next | Verdict]:
        key = frozenset(answers.items())
        if key not in self._steps:
            state = state_of(answers, self._questions, {})
            self._steps[key] = state, play(self._protocols, state)
        return self._steps[key]
