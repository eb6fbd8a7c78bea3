"""What a protocol is once it is read: questions, rules, and where each comes from. Its grammar: docs/triage.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dialogues.effects import Outcome
from dialogues.triage.ranges import Range

Kind = Literal["yes_no", "choice", "number", "duration", "age", "pregnancy", "who"]
Place = Literal["health_centre", "maternity", "antirabies", "hospital"]
Certainty = Literal["C", "P", "GK"]
Review = Literal["pending", "confirmed"]
Form = Literal["do", "sign", "bring"]

UNKNOWN = "unknown"
WHO = ("self", "child", "other")
PREGNANCY = ("pregnant", "after_birth", "no")
SEXES = ("f", "m")
# Facts that the engine asks for itself, in this order; nobody is asked for the sex alone.
ASKED_FACTS = ("who", "age", "pregnancy")
FACTS = (*ASKED_FACTS, "sex")
FACT_OPTIONS: dict[str, tuple[str, ...]] = {"who": WHO, "pregnancy": PREGNANCY, "sex": SEXES}
SHARED, GENERAL = "shared", "general"


@dataclass(frozen=True, slots=True)
class Where:
    """Where something stands in a file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: ``certainty`` C read in a source, P partly, GK general knowledge."""

    text: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Condition:
    """``variable`` (a fact, or the key of a question) has one of ``options``, or lies in ``range``."""

    variable: str
    options: frozenset[str] = frozenset()
    range: Range | None = None


Conditions = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class SaidBy:
    """What in a message answers a question by itself: with ``option``, or with the value of a temperature."""

    symptoms: frozenset[str] = frozenset()
    dangers: frozenset[str] = frozenset()
    option: str = "yes"
    temperature: Range | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """``key`` is ``<file>.<id>``. ``span`` and ``bands`` are of numbers and durations (these in days).

    ``danger``: a yes is a danger sign, and whoever does not know counts as having said yes. ``no_means``: the option of
    a choice that a plain "no" stands for. ``of_degree``: it asks whether something is very much so, and "a little" is a
    no: bearable pain is not unbearable.
    """

    key: str
    kind: Kind
    danger: bool = False
    options: tuple[str, ...] = ()
    unit: str = ""
    span: Range = field(default_factory=Range)
    bands: tuple[float, ...] = ()
    said_by: SaidBy = field(default_factory=SaidBy)
    no_means: str = ""
    of_degree: bool = False
    at: Where = field(default_factory=lambda: Where("", 0))

    @property
    def file(self) -> str:
        """The protocol (or shared file) whose words it has."""
        return self.key.partition(".")[0]

    @property
    def id(self) -> str:
        """Its id in its file."""
        return self.key.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as one protocol asks it: only when ``asked_if`` holds."""

    question: Question
    asked_if: Conditions = ()
    at: Where = field(default_factory=lambda: Where("", 0))


@dataclass(frozen=True, slots=True)
class Rule:
    """Holds when all of ``when``, one of ``any`` (if there are some) and two of ``two_of`` (if there are some) hold.

    ``key`` is ``<protocol>.<id>``, as it is kept with a case; the lines are keys ``<file>.<form>.<id>``.
    """

    key: str
    outcome: Outcome
    when: Conditions = ()
    any: tuple[Conditions, ...] = ()
    two_of: tuple[Condition, ...] = ()
    sources: tuple[str, ...] = ()
    do_first: tuple[str, ...] = ()
    watch_for: tuple[str, ...] = ()
    return_if: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    place: Place = "health_centre"
    call: tuple[str, ...] = ()
    at: Where = field(default_factory=lambda: Where("", 0))

    @property
    def conditions(self) -> Conditions:
        """Every condition in it, however they are joined."""
        return (*self.when, *(c for group in self.any for c in group), *self.two_of)


@dataclass(frozen=True, slots=True)
class Protocol:
    """One complaint. ``rules`` are the most urgent first; ``otherwise`` is what holds when none of them does.

    ``covers``: complaints that it asks about itself: one of them, named in the middle of it, opens nothing more.
    """

    id: str
    version: int
    review: Review
    sources: Mapping[str, Source]
    asks: tuple[Asked, ...]
    rules: tuple[Rule, ...]
    otherwise: Rule
    concerns: Conditions = ()
    always: bool = False
    symptoms: frozenset[str] = frozenset()
    dangers: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()
    covers: frozenset[str] = frozenset()
    service: str = "generalist"
    lines: tuple[str, ...] = ()
    at: Where = field(default_factory=lambda: Where("", 0))

    @property
    def own_questions(self) -> tuple[Question, ...]:
        """The questions whose words stand with this protocol."""
        return tuple(a.question for a in self.asks if a.question.file == self.id)


@dataclass(frozen=True, slots=True)
class Protocols:
    """All protocols by id (``general`` among them), with the questions and lines that they share."""

    by_id: Mapping[str, Protocol]
    questions: Mapping[str, Question]
    shared_lines: tuple[str, ...] = ()
    version: int = 0

    @property
    def general(self) -> tuple[Protocol, ...]:
        """Those that are played whatever the complaint."""
        return tuple(p for p in self.by_id.values() if p.always)
