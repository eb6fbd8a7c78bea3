"""A triage in words: what was asked and answered, which rules held, and which version of which protocol was played."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from console import views
from console.surroundings import Speech
from dialogues.triage.case import CHILD
from dialogues.triage.check_words import ask_id, name_id, option_id
from dialogues.triage.load import protocols
from dialogues.triage.load_questions import YES_NO
from dialogues.triage.protocol import ASKED_FACTS, UNKNOWN, Question
from dialogues.triage.ranges import Range, kept
from store.case_told import Told

_DAYS_OF = (("years", 365.25), ("months", 30.4375), ("days", 1.0), ("hours", 1 / 24))


@dataclass(frozen=True, slots=True)
class PlayedProtocol:
    """A protocol that was played. ``state``: how far the version that was played is confirmed: ``confirmed``,
    ``pending``, ``older`` (another version stands in the files by now) or ``gone``."""

    id: str
    name: str
    version: int
    state: str
    now: int


@dataclass(frozen=True, slots=True)
class HeldRule:
    """A rule that held, by its key, with what it is read from."""

    key: str
    protocol: str
    sources: str


@dataclass(frozen=True, slots=True)
class CaseWords:
    """Speaks one of the console's languages."""

    speech: Speech
    code: str

    @property
    def _own(self) -> dict[str, Any]:
        found: dict[str, Any] = views.words()[self.code]
        return found

    def complaints(self, told: Told) -> str:
        """What it was about, in one line."""
        said = ", ".join(self.protocol(name) for name in told.complaints) or str(self._own["case_no_complaint"])
        return said[:1].upper() + said[1:]

    def protocol(self, name: str) -> str:
        """The complaint of a protocol; its id when it has no words any more."""
        return self.speech.message(name_id(name), self.code) or name

    def subject(self, subject: str) -> str:
        """Whom it is about, without a name."""
        if subject in ("", "self"):
            return str(self._own["case_subjects"]["self" if subject else "unknown"])
        if subject.startswith(CHILD):
            return str(self._own["case_subjects"]["followed_child"])
        return str(self._own["case_relations"].get(subject, self._own["case_subjects"]["somebody"]))

    def answers(self, told: Told) -> list[tuple[str, str]]:
        """Question and answer in words; facts about the person first."""
        every = protocols().questions
        rows = [
            (str(self._own["case_facts"][fact]), self._fact(fact, told.answers[fact]))
            for fact in ASKED_FACTS
            if fact in told.answers
        ]
        for key, answer in told.answers.items():
            if key not in ASKED_FACTS:
                asked = self.speech.message(ask_id(key), self.code) or key
                rows.append((asked, self._answer(every.get(key), key, answer)))
        return rows

    def rules(self, told: Told) -> list[HeldRule]:
        """The rules that held, with their sources as long as they stand in the files."""
        return [self._rule(key) for key in told.rules]

    def played(self, told: Told) -> list[PlayedProtocol]:
        """The protocols, each with its version and how far that is confirmed."""
        return [self._played(name, version) for name, version in told.versions.items()]

    def _rule(self, key: str) -> HeldRule:
        name, _, _ = key.partition(".")
        protocol = protocols().by_id.get(name)
        if protocol is None:
            return HeldRule(key, self.protocol(name), "")
        rule = next((r for r in (*protocol.rules, protocol.otherwise) if r.key == key), None)
        cited = [protocol.sources[s] for s in rule.sources] if rule is not None else []
        said = "; ".join(f"{source.text} [{source.certainty}]" for source in cited)
        return HeldRule(key, self.protocol(name), said)

    def _played(self, name: str, version: int) -> PlayedProtocol:
        protocol = protocols().by_id.get(name)
        if protocol is None:
            return PlayedProtocol(name, self.protocol(name), version, "gone", 0)
        state = protocol.review if protocol.version == version else "older"
        return PlayedProtocol(name, self.protocol(name), version, state, protocol.version)

    def _fact(self, fact: str, value: str) -> str:
        if fact == "age":
            return self._amount(value, timed=True)
        return str(self._own["case_values"].get(value, value))

    def _answer(self, question: Question | None, key: str, answer: str) -> str:
        if answer == UNKNOWN or (question is not None and question.options == YES_NO):
            return str(self._own["case_values"].get(answer, answer))
        if question is not None and question.kind in ("number", "duration"):
            said = self._amount(answer, timed=question.kind == "duration")
            unit = self._own["case_units"].get(question.unit, "")
            return f"{said} {unit}".strip()
        return self.speech.message(option_id(key, answer), self.code) or answer

    def _amount(self, value: str, *, timed: bool) -> str:
        found = kept(value)
        if found is None:
            return value
        low, high = (self._bound(bound, timed=timed) for bound in (found.low, found.high))
        if found.is_point:
            return low
        shape = "below" if found.low <= 0 or low == "" else "from" if high == "" else "between"
        return str(self._own["case_ranges"][shape]).replace("{low}", low).replace("{high}", high)

    def _bound(self, value: float, *, timed: bool) -> str:
        if value in (Range().low, Range().high):
            return ""
        if not timed:
            return f"{value:g}"
        unit, days = next(((u, d) for u, d in _DAYS_OF if value >= d * (2 if u == "months" else 1)), _DAYS_OF[-1])
        count, forms = round(value / days), self._own["case_spans"][unit]
        form = "one" if count == 1 else "two" if count == 2 else "few" if count <= 10 else "many"
        return str(forms.get(form, forms["many"])).replace("{n}", str(count))


def flat(pairs: Iterable[tuple[str, str]]) -> str:
    """Answers in one cell of a table."""
    return " | ".join(f"{question} {answer}" for question, answer in pairs)
