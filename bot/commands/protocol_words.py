"""The words of a protocol for pictures and tables: questions and answers as a person would read them."""

from __future__ import annotations

from dataclasses import dataclass

from bot import render
from dialogues.triage.check_words import ask_id, line_id, name_id, option_id
from dialogues.triage.load_questions import AGE_DAYS, DURATION_DAYS
from dialogues.triage.protocol import UNKNOWN, Protocols
from dialogues.triage.ranges import Range, kept

OUTCOME_WORDS = {
    "ambulance": "A ambulance now", "emergency": "B emergency department now", "today": "C health centre today",
    "soon": "D health centre within days", "home": "E care at home",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProtocolWords:
    """Words in one language; an id whose words are missing is shown as it is."""

    protocols: Protocols
    language: str

    def name(self, protocol: str) -> str:
        """The complaint."""
        return self._text(name_id(protocol))

    def question(self, variable: str) -> str:
        """The question as asked, or the fact's name."""
        return self._text(ask_id(variable)) if "." in variable else {"who": "for whom"}.get(variable, variable)

    def answer(self, variable: str, answer: str) -> str:
        """An answer."""
        if answer == UNKNOWN:
            return "don't know"
        question = self.protocols.questions.get(variable)
        if question is not None and question.kind == "choice":
            return self._text(option_id(variable, answer))
        if variable == "age" or (question is not None and question.kind in ("number", "duration")):
            named = AGE_DAYS if variable == "age" else DURATION_DAYS if question and question.kind == "duration" else {}
            found = kept(answer)
            return _between(found, named, question.span if question else Range(0, 50_000)) if found else answer
        return answer.replace("_", " ")

    def answers(self, variable: str, answers: tuple[str, ...]) -> str:
        """Several answers that lead to the same; a danger question's yes includes "don't know"."""
        question = self.protocols.questions.get(variable)
        said = [self.answer(variable, a) for a in answers]
        if question is not None and question.danger and question.kind == "yes_no" and "yes" in answers:
            said = [*dict.fromkeys([*said, "don't know"])]
        return " / ".join(said)

    def line(self, key: str) -> str:
        """A line of advice."""
        return self._text(line_id(key))

    def _text(self, message: str) -> str:
        try:
            return render.words(message, self.language) or message
        except render.MissingMessage:
            return message


def _between(found: Range, named: dict[float, str], span: Range) -> str:
    def said(value: float) -> str:
        return named.get(value, f"{value:g}")

    if found.low <= span.low:
        return f"under {said(found.high)}"
    if found.high >= min(span.high, 40_000):
        return f"{said(found.low)} or more"
    return f"{said(found.low)} to {said(found.high)}"
