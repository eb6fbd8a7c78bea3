"""Plays triage as the shell would, turn by turn, the talk saved to JSON and reloaded in between."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from dialogues.effects import Effect, Say
from dialogues.engine import Flow, Turn, advance, settle
from dialogues.reading import Reading
from dialogues.talk import Talk
from dialogues.triage.flow import TRIAGE, open_answers
from dialogues.triage.following import FOLLOWING
from dialogues.triage.placing import PLACING
from dialogues.triage.reaching import REACHING
from tests.dialogues.triage.listening import read
from tests.dialogues.world import World

FLOWS: dict[str, Flow] = {flow.name: flow for flow in (TRIAGE, PLACING, REACHING, FOLLOWING)}


@dataclass
class Talked:
    """A talk of triage under way."""

    world: World = field(default_factory=World)
    talk: Talk = field(default_factory=Talk)
    effects: tuple[Effect, ...] = ()
    turns: int = 0

    def opens(self, first: str | Reading) -> Talked:
        """The first message."""
        reading = read(first, self.world.now) if isinstance(first, str) else first
        opened = self.talk.opened("triage", TRIAGE.version, open_answers(reading, self.world), self.world.now)
        return self._took(settle(TRIAGE, opened, (), self.world, FLOWS))

    def says(self, text: str | Reading) -> Talked:
        """Another message; raises AssertionError when nothing is taken from it."""
        reading = read(text, self.world.now) if isinstance(text, str) else text
        turn = advance(FLOWS[str(self.talk.flow)], self.talk, reading, self.world, FLOWS)
        assert turn is not None, f"nothing taken from {text!r} at {self.talk.asked}"
        return self._took(turn)

    def taps(self, value: str) -> Talked:
        """A button of the open question, by its value."""
        made = next((c for c in self.talk.offered if c.partition("=")[2] == value), None)
        assert made is not None, f"no {value!r} among {self.talk.offered}"
        return self.says(Reading(choice=made))

    def _took(self, turn: Turn) -> Talked:
        self.turns += 1
        self.talk = Talk.from_json(json.loads(json.dumps(turn.talk.to_json())))
        self.effects = turn.effects
        return self

    @property
    def asked(self) -> str | None:
        """The open question."""
        return self.talk.asked

    @property
    def said(self) -> list[str]:
        """The ids of the messages of the last turn."""
        return [e.message for e in self.effects if isinstance(e, Say)]

    @property
    def outcome(self) -> str | None:
        """The outcome of the last turn, if it came to one."""
        return next((e.outcome for e in self.effects if isinstance(e, Say) and e.outcome), None)
