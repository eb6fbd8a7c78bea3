"""An open conversation: the answers accepted so far, nothing else that a flow could depend on.

It is saved and reloaded between turns. Which question is open follows from the answers; ``asked`` and ``offered`` only
say what the person last saw, so that "number 2" means the second thing on their screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

Answers = Mapping[str, Any]
SERIALS_BEGIN = datetime(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Talk:
    """``flow`` is None when nothing is under way. ``serial`` grows with each opened flow, so that the buttons of an old
    message are told from those of the open one. ``misses`` counts messages in a row that answered nothing. ``waiting``
    is what a tapped reminder interrupted (flow, version, answers); it is asked again when the reminder is answered."""

    flow: str | None = None
    version: int = 0
    answers: Answers = field(default_factory=dict)
    asked: str | None = None
    offered: tuple[str, ...] = ()
    serial: int = 0
    misses: int = 0
    waiting: Mapping[str, Any] | None = None

    def closed(self) -> Talk:
        """The same talk with nothing under way."""
        return Talk(serial=self.serial)

    def opened(self, flow: str, version: int, answers: Answers, now: datetime) -> Talk:
        """A new flow in place of what was under way. Its serial is new even when the talk before was lost (expired,
        erased): it counts seconds."""
        serial = max(self.serial + 1, int((now - SERIALS_BEGIN).total_seconds()))
        return Talk(flow=flow, version=version, answers=dict(answers), serial=serial, waiting=self.waiting)

    def interrupted(self) -> Talk:
        """Make room for another flow, after which this one goes on."""
        if self.flow is None or self.waiting is not None:
            return self
        return replace(self, waiting={"flow": self.flow, "version": self.version, "answers": dict(self.answers)})

    def with_answers(self, answers: Answers) -> Talk:
        """The same flow with other answers; what was missed before is forgiven."""
        return replace(self, answers=dict(answers), misses=0)

    def to_json(self) -> dict[str, Any]:
        """A JSON object that ``from_json`` reads back."""
        return {
            "flow": self.flow, "version": self.version, "answers": dict(self.answers), "asked": self.asked,
            "offered": list(self.offered), "serial": self.serial, "misses": self.misses,
            "waiting": dict(self.waiting) if self.waiting else None,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Talk:
        """The talk that ``to_json`` wrote."""
        return cls(
            flow=data.get("flow"), version=int(data.get("version", 0)), answers=dict(data.get("answers", {})),
            asked=data.get("asked"), offered=tuple(data.get("offered", ())), serial=int(data.get("serial", 0)),
            misses=int(data.get("misses", 0)), waiting=data.get("waiting"),
        )  # fmt: skip
