"""How a flow advances: take what the message gives, then find the next question or the end.

A flow is four plain functions. The engine knows no flow by name and no wording.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

from dialogues.effects import Choice, Effect, Say
from dialogues.errors import AnswerRejected
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.talk import Answers, Talk

# A choice id travels as "<serial>.<question>.<answer>=<value>"; 64 bytes is what a Telegram button can carry.
CHOICE_ID_BYTES = 64
# Answers whose buttons speak of what stands above them: a "yes" under an older question is no yes to this one.
BOUND = frozenset({"confirm", "consent", "existing", "instead", "change"})
SERIAL_DIGITS = 12
# Values that lead to other choices: "the last" is never one of them.
WAYS_ON = frozenset({"more", "other_day", "elsewhere", "other", "stop"})


@dataclass(frozen=True, slots=True)
class Ask:
    """The next question. The ids of ``say.choices`` are bare values of the answer ``into``; ``remarks`` go first, and
    ``opening`` too when the question is asked for the first time."""

    into: str
    say: Say
    remarks: tuple[Say, ...] = ()
    opening: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a flow. ``then`` opens another one with answers already known; ``later`` one when that has ended.
    ``quietly``: what comes after stays open, but its question is not asked now: somebody is on the phone with the
    ambulance."""

    effects: tuple[Effect, ...] = ()
    then: tuple[str, Answers] | None = None
    quietly: bool = False
    later: tuple[str, Answers] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a message gave: the answers now, and what to remark before the next question."""

    answers: Answers
    remarks: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """``take`` returns None when the message gives this flow nothing; ``choose`` takes a tapped value of an answer.
    ``hours``: the answers whose choices are hours, where "the second" may be two o'clock; ``typed``: those whose answer
    may be a number, which then is no choice by its place; ``hears``: intents that are answers here first, and "back"
    where it leads to the question before."""

    name: str
    version: int
    take: Callable[[Answers, str | None, Reading, Facts], Taken | None]
    choose: Callable[[Answers, str, str, Facts], Taken | None]
    step: Callable[[Answers, Facts], Ask | Done]
    refused: Callable[[Answers, str, Facts], Taken] | None = None
    hours: frozenset[str] = frozenset()
    typed: frozenset[str] = frozenset()
    hears: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message led to. ``attempted`` is the talk as it stood when its effects were decided, for the case that
    one of them is refused."""

    talk: Talk
    effects: tuple[Effect, ...] = ()
    attempted: Talk = field(default_factory=Talk)


def choice_id(talk: Talk, ask: Ask, value: str) -> str:
    """The id that a button carries; raises ValueError when a channel could not carry it."""
    made = f"{talk.serial}.{_question(ask)}.{ask.into}={value}"
    if len(made.encode()) > CHOICE_ID_BYTES:
        raise ValueError(f"choice id over {CHOICE_ID_BYTES} bytes: {ask.into}")
    return made


def _question(ask: Ask) -> str:
    """Four letters that tell one question from another: the same words about the same things give the same."""
    asked = json.dumps([ask.say.message, ask.say.params], sort_keys=True, default=str)
    return f"{crc32(asked.encode()) & 0xFFFF:04x}"


def read_choice(made: str) -> tuple[int, str, str] | None:
    """``(serial, answer, value)`` of a tapped id, or None when it is not one of ours."""
    head, dot, rest = made.partition(".")
    _, second_dot, rest = rest.partition(".")
    into, equals, value = rest.partition("=")
    if (
        not dot
        or not second_dot
        or not equals
        or not (head.isascii() and head.isdecimal())
        or len(head) > SERIAL_DIGITS
    ):
        return None
    return int(head), into, value


def is_stale(talk: Talk, made: str) -> bool:
    """Whether a tapped id belongs to another flow, or to an older question than the one it would answer now."""
    parts = read_choice(made)
    return parts is None or parts[0] != talk.serial or (parts[1] in BOUND and made not in talk.offered)


def settle(flow: Flow, talk: Talk, remarks: Sequence[Say], facts: Facts, flows: dict[str, Flow]) -> Turn:
    """Find the next question, or finish and go back to what was interrupted. Few flows follow one another in a turn."""
    said: list[Effect] = list(remarks)
    attempted: Talk | None = None
    for _ in range(5):
        step = flow.step(talk.answers, facts)
        if isinstance(step, Ask):
            choices = tuple(replace(c, id=choice_id(talk, step, c.id)) for c in step.say.choices)
            open_talk = replace(talk, asked=step.into, offered=tuple(c.id for c in choices))
            opening = step.opening if talk.asked != step.into else ()
            shown = (*said, *opening, *step.remarks, replace(step.say, choices=choices))
            return Turn(open_talk, shown, attempted=attempted or open_talk)
        said.extend(step.effects)
        if attempted is None and any(not isinstance(e, Say) for e in step.effects):
            attempted = talk
        following, talk = _following(step, talk, flows)
        if following is None:
            return Turn(talk.closed(), tuple(said), attempted=attempted or talk)
        name, answers = following
        flow = flows[name]
        talk = talk.opened(name, flow.version, answers, facts.now)
        if step.quietly and step.then is None:
            return Turn(talk, tuple(said), attempted=attempted or talk)
    raise RuntimeError(f"flow {flow.name} opens others without end")


def _following(step: Done, talk: Talk, flows: dict[str, Flow]) -> tuple[tuple[str, Answers] | None, Talk]:
    """The flow that the end of another opens: its own, the one put off, or one that was interrupted."""
    if step.then is None and step.later is not None:
        return step.later, talk
    if step.then is not None:
        return step.then, _with_later(step, talk, flows)
    waiting = talk.waiting
    if waiting is None:
        return None, talk
    flow = flows.get(str(waiting["flow"]))
    if flow is None or flow.version != waiting["version"]:
        return None, talk
    return (flow.name, waiting["answers"]), replace(talk, waiting=None)


def resumed(talk: Talk, flows: dict[str, Flow], facts: Facts) -> Talk:
    """What a flow that ends here had interrupted, open again but not asked; closed when there was nothing."""
    following, left = _following(Done(), talk, flows)
    if following is None:
        return talk.closed()
    flow = flows[following[0]]
    return left.opened(flow.name, flow.version, following[1], facts.now)


def _with_later(step: Done, talk: Talk, flows: dict[str, Flow]) -> Talk:
    """Where something else waits already, what was put off is given up."""
    if step.later is None or talk.waiting is not None:
        return talk
    name, answers = step.later
    return replace(talk, waiting={"flow": name, "version": flows[name].version, "answers": dict(answers)})


def advance(flow: Flow, talk: Talk, reading: Reading, facts: Facts, flows: dict[str, Flow]) -> Turn | None:
    """Give the open flow a message; None when it took nothing from it (the talk stays as it was)."""
    try:
        taken = _taken(flow, talk, reading, facts)
    except AnswerRejected as rejected:
        told = talk.answers if rejected.kept is None else rejected.kept
        kept = {k: v for k, v in told.items() if k not in rejected.drop}
        return settle(flow, talk.with_answers(kept), [Say(rejected.message, rejected.params)], facts, flows)
    if taken is None:
        return None
    return settle(flow, talk.with_answers(taken.answers), taken.remarks, facts, flows)


def _taken(flow: Flow, talk: Talk, reading: Reading, facts: Facts) -> Taken | None:
    picked = reading.choice or picked_by_number(talk, reading)
    if picked is None or (talk.asked in flow.typed and reading.choice is None):
        return flow.take(talk.answers, talk.asked, reading, facts)
    if talk.asked in flow.hours and reading.when and not reading.text.strip().isdecimal():
        taken = flow.take(talk.answers, talk.asked, reading, facts)
        if taken is not None:
            return taken
    parts = read_choice(picked)
    return flow.choose(talk.answers, parts[1], parts[2], facts) if parts else None


def picked_by_number(talk: Talk, reading: Reading) -> str | None:
    """The choice that "2", "٢", "the first" or "the last" points at, when it is on the person's screen."""
    for cue in reading.cues:
        if cue.startswith("number:") and cue[7:].isdecimal():
            index = int(cue[7:]) - 1
            if 0 <= index < len(talk.offered):
                return talk.offered[index]
    things = [made for made in talk.offered if made.rpartition("=")[2] not in WAYS_ON]
    if things and "first" in reading.cues:
        return things[0]
    if things and "last" in reading.cues:
        return things[-1]
    return None


def button(value: str, label: str, **params: object) -> Choice:
    """A choice of the open question; ``value`` is the answer it stands for."""
    return Choice(value, label, params)
