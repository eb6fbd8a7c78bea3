"""A whole shell over a real SQLite store, with readings by hand in place of the model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import anyio

from bot.bootstrap import App, build, open_data
from bot.channels import LIMITS
from bot.channels.base import Channel
from bot.channels.terminal import Terminal
from bot.messages import Incoming, Outgoing
from bot.settings import Settings
from dialogues.reading import Reading
from store.ids import new_id
from tests.dialogues.world import a_reading

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

# What the scripted reader makes of a text; a text that is not here is not understood.
READINGS: dict[str, Reading] = {
    "rdv": a_reading("rdv", "book_appointment", variety="fr"),
    "dentiste": a_reading("dentiste", "inform", service="dentistry"),
    "rdv dentiste Rabat jeudi": a_reading(
        "rdv dentiste Rabat jeudi",
        "book_appointment",
        service="dentistry",
        city="Rabat",
        day="2026-11-26",
        variety="fr",
    ),
    "bghit nakhod rdv": a_reading("bghit nakhod rdv", "book_appointment", variety="ary-Latn"),
    "Rabat": a_reading("Rabat", "inform"),
    "oui": a_reading("oui", cues="yes"),
    "non": a_reading("non", cues="no"),
    "stop": a_reading("stop", cues="stop"),
    "Fatima": a_reading("Fatima", "inform"),
    "mes rdv": a_reading("mes rdv", "check_appointment", variety="fr"),
    "annuler": a_reading("annuler", "cancel_appointment", variety="fr"),
    "efface": a_reading("efface", "delete_my_data", variety="fr"),
    "copie": a_reading("copie", "export_my_data", variety="fr"),
    "personne": a_reading("personne", cues="human"),
    "ne respire pas": a_reading(
        "ne respire pas", "report_emergency", variety="fr", danger=("x",), danger_kinds=frozenset({"medical"})
    ),
}  # fmt: skip


@dataclass
class Scripted:
    """Reads by table. ``fail`` makes the next so many readings raise."""

    fail: int = 0
    seen: list[str] = field(default_factory=list)

    async def read(self, text: str, now: datetime) -> Reading:
        self.seen.append(text)
        if self.fail > 0:
            self.fail -= 1
            raise RuntimeError("the reader broke")
        return READINGS.get(text, replace(a_reading(text[:1000]), variety=None, truncated=len(text) > 1000))


class Talker(Protocol):
    """A reader that lives on an event loop of its own, and how to call into that loop."""

    async def read(self, text: str, now: datetime) -> Reading: ...

    def call(self, work: Callable[[Incoming], Awaitable[object]], incoming: Incoming) -> None: ...


@dataclass
class Shell:
    """One app, its terminal, its reader and its clock."""

    app: App
    terminal: Terminal
    reader: Scripted
    moment: list[datetime]
    talker: Talker | None = None
    buttons: dict[str, list[str]] = field(default_factory=dict)

    def say(self, *lines: str, who: str = "fatima") -> list[Outgoing]:
        """Send lines one after the other ("#2" taps); the replies to the last."""
        said: list[Outgoing] = []
        for line in lines:
            said = self.send(self._incoming(line, who))
            if said:
                self.buttons[who] = [b.id for b in said[-1].buttons]
        return said

    def send(self, incoming: Incoming) -> list[Outgoing]:
        """One message as a channel would hand it over; what was said because of it."""
        self.moment[0] += timedelta(seconds=1)
        if self.talker is not None:
            self.talker.call(self.app.handle, incoming)
        else:
            anyio.run(self.app.handle, incoming)
        return self.terminal.take()

    def _incoming(self, line: str, who: str) -> Incoming:
        shown = self.buttons.get(who, [])
        if line.startswith("#") and line[1:].isdecimal() and 0 < int(line[1:]) <= len(shown):
            return Incoming("terminal", who, new_id(), choice=shown[int(line[1:]) - 1])
        return Incoming("terminal", who, new_id(), text=line)


@contextmanager
def shell(
    folder: Path,
    channels: Mapping[str, Channel] | None = None,
    start: datetime = START,
    talker: Talker | None = None,
) -> Iterator[Shell]:
    """A shell in an empty folder, at nine on a Tuesday; ``talker`` reads with the real model."""
    moment = [start]
    settings = Settings(data=folder)
    store = open_data(settings, lambda: moment[0])
    terminal, reader = Terminal(LIMITS["terminal"]), Scripted()
    app = build(settings, store, talker or reader, {"terminal": terminal, **(channels or {})}, lambda: moment[0])
    try:
        yield Shell(app, terminal, reader, moment, talker)
    finally:
        store.close()


def ids(said: list[Outgoing]) -> list[str]:
    """The message ids of replies."""
    return [m.say for m in said]
