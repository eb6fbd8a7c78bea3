"""The ticks go on whatever goes wrong for one person, and danger advice reaches them."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
import structlog.testing

from bot.channels import LIMITS
from bot.channels.base import FREE, Limits
from bot.errors import Failure, SendError
from bot.messages import Incoming, Outgoing
from bot.ticks import ticks
from dialogues.effects import Say
from store import outbox, people
from store.database import Session
from store.models import Attempt, Inbox, Message
from tests.bot.shell import Shell, shell

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged, instead of it being printed."""
    with structlog.testing.capture_logs() as events:
        yield events


@dataclass
class Moody:
    """A channel that raises what it was told for an address, as often as told, and otherwise sends."""

    moods: dict[str, list[Exception]] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    name: str = "moody"
    pace = FREE

    @property
    def limits(self) -> Limits:
        return LIMITS["telegram"]

    async def send(self, address: str, message: Outgoing, *, tracker: str) -> str | None:
        if self.moods.get(address):
            raise self.moods[address].pop(0)
        self.sent.append((address, message.say))
        return None


def tick(made: Shell, name: str, times: int = 1, wait: timedelta = timedelta(seconds=5)) -> None:
    work = {each.name: each.work for each in ticks(made.app)}[name]
    for _ in range(times):
        made.moment[0] += wait
        anyio.run(work)


def put(made: Shell, address: str, *says: Say, channel: str = "moody") -> str:
    def work(session: Session) -> str:
        whom = people.find_or_create(session, channel, address, made.moment[0])
        for say in says:
            outbox.enqueue(session, whom.address_id, say, made.moment[0], language="fr")
        return whom.address_id

    return made.app.store.run(work)


def states(made: Shell, address_id: str) -> list[tuple[str, str]]:
    with made.app.store.read() as session:
        rows = session.query(Message).filter(Message.address_id == address_id).order_by(Message.number)
        return [(row.say, row.state) for row in rows]


@pytest.mark.parametrize(
    ("say", "mood", "state", "code"),
    [
        (Say("no.such.message"), [], "failed", "MissingMessage"),
        (Say("goodbye", document="calendar:x:y:z" * 99), [RuntimeError("Fatima")], "unknown", "RuntimeError"),
        (Say("goodbye"), [KeyError("Fatima")], "unknown", "KeyError"),
    ],
)
def test_a_message_that_cannot_be_sent_is_settled_and_the_others_go_on(
    tmp_path: Path, logged: list[MutableMapping[str, Any]], say: Say, mood: list[Exception], state: str, code: str
) -> None:
    channel = Moody({"poison": mood})
    with shell(tmp_path, {"moody": channel}) as made:
        poison = put(made, "poison", say, Say("goodbye"))
        put(made, "other", Say("goodbye"))
        tick(made, "unsent", 2)
        assert states(made, poison) == [(say.message, state), ("goodbye", "sent")]
        assert sorted(channel.sent) == [("other", "goodbye"), ("poison", "goodbye")]
        with made.app.store.read() as session:
            assert [row.code for row in session.query(Attempt).filter(Attempt.code.is_not(None))] == [code]
    [event] = [event for event in logged if "error" in event]
    assert event["error"] == code
    assert event["where"].split(":")[0].endswith(".py")
    assert "Fatima" not in str(event)


def test_a_person_whose_rows_cannot_be_read_stops_nobody_else(tmp_path: Path) -> None:
    """Words sealed with a key that is gone: it fails at the store, before anything could be settled."""
    channel = Moody()
    with shell(tmp_path, {"moody": channel}) as made:
        broken = put(made, "broken", Say("welcome", {"name": "x"}))
        for who in ("broken", "other"):
            anyio.run(made.app.conversation.accept, Incoming("moody", who, who, text="rdv"))
        put(made, "other", Say("goodbye"))
        with made.app.store.write() as session:
            session.query(Message).filter(Message.address_id == broken).update({"params": "v9.x"})
            session.query(Inbox).filter(Inbox.address_id == broken).update({"payload": "v9.x"})
        tick(made, "unsent")
        assert channel.sent == [("other", "goodbye")]
        tick(made, "unread")
    assert [say for who, say in channel.sent if who == "other"] == ["goodbye", "welcome", "booking.ask_service"]


def test_people_of_a_channel_that_is_off_do_not_stand_before_others(tmp_path: Path) -> None:
    channel = Moody()
    with shell(tmp_path, {"moody": channel}) as made:
        for number in range(60):
            put(made, f"n{number}", Say("goodbye"), channel="off")
        put(made, "other", Say("goodbye"))
        tick(made, "unsent")
    assert channel.sent == [("other", "goodbye")]


def test_danger_advice_is_said_once_more_when_no_answer_came(tmp_path: Path) -> None:
    channel = Moody({"1": [SendError("http_502", Failure.UNKNOWN)]})
    with shell(tmp_path, {"moody": channel}) as made:
        anyio.run(made.app.handle, Incoming("moody", "1", "p1", text="ne respire pas"))
        assert channel.sent == []
        tick(made, "unsent", 3)
    assert [say for _, say in channel.sent].count("emergency.medical") == 1


def test_danger_advice_does_not_wait_behind_a_reply(tmp_path: Path) -> None:
    flood = SendError("flood", Failure.THROTTLED, retry_after=120)
    channel = Moody({"1": [flood]})
    with shell(tmp_path, {"moody": channel}) as made:
        anyio.run(made.app.handle, Incoming("moody", "1", "p1", text="rdv"))
        assert channel.sent == []
        anyio.run(made.app.handle, Incoming("moody", "1", "p2", text="ne respire pas"))
        assert channel.sent[0] == ("1", "emergency.medical")
        tick(made, "unsent", wait=3 * MINUTE)
        assert "welcome" in [say for _, say in channel.sent]


def test_after_a_failed_reply_danger_advice_goes_at_once(tmp_path: Path) -> None:
    channel = Moody({"1": [SendError("our_bug")]})
    with shell(tmp_path, {"moody": channel}) as made:
        address = put(made, "1", Say("welcome"))
        put(made, "1", Say("goodbye"))

        async def urgent_during_the_call() -> None:
            send = channel.send

            async def slow(who: str, message: Outgoing, *, tracker: str) -> str | None:
                channel.send = send  # type: ignore[method-assign]
                await anyio.to_thread.run_sync(lambda: put(made, "1", Say("emergency.medical", lane="danger")))
                return await send(who, message, tracker=tracker)

            channel.send = slow  # type: ignore[method-assign]
            await made.app.delivery.deliver(address)

        anyio.run(urgent_during_the_call)
        assert channel.sent[0] == ("1", "emergency.medical")
