"""Plays readings through the router as the shell would: the talk is saved to JSON and reloaded between turns."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from dialogues.effects import Effect, Say
from dialogues.reading import Reading
from dialogues.router import retry, route
from dialogues.talk import Talk
from tests.dialogues.world import World


@dataclass
class Play:
    """A talk under way. An int in ``then`` taps that choice of the last reply (1 is the first)."""

    world: World = field(default_factory=World)
    talk: Talk = field(default_factory=Talk)
    effects: tuple[Effect, ...] = ()
    attempted: Talk = field(default_factory=Talk)

    def then(self, *steps: Reading | int) -> Play:
        for step in steps:
            reading = Reading(choice=self.talk.offered[step - 1]) if isinstance(step, int) else step
            turn = route(self.talk, reading, self.world)
            self.talk = Talk.from_json(json.loads(json.dumps(turn.talk.to_json())))
            self.effects, self.attempted = turn.effects, turn.attempted
            self.world.does(turn.effects)
        return self

    def tapped(self, choice: str) -> Play:
        """Tap a button by its id, whatever is on the screen."""
        return self.then(Reading(choice=choice))

    def refused(self, reason: str) -> Play:
        turn = retry(self.attempted, reason, self.world)
        self.talk, self.effects, self.attempted = turn.talk, turn.effects, turn.attempted
        return self

    @property
    def said(self) -> list[str]:
        """The ids of the messages of the last turn."""
        return [e.message for e in self.effects if isinstance(e, Say)]

    @property
    def done(self) -> list[str]:
        """The other effects of the last turn, by name."""
        return [type(e).__name__ for e in self.effects if not isinstance(e, Say)]

    def last(self, kind: type[Effect]) -> Effect:
        """The last effect of a kind in the last turn."""
        return [e for e in self.effects if isinstance(e, kind)][-1]
