"""Sending: the try is committed before the call; each kind of failure has its consequence; order is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from bot.channels import LIMITS
from bot.channels.base import FREE, Limits
from bot.errors import Failure, SendError
from bot.messages import Incoming, Outgoing
from store import outbox
from tests.bot.shell import Shell, ids, shell


@dataclass
class Flaky:
    """A channel that fails as told, then works."""

    errors: list[SendError]
    name: str = "flaky"
    pace = FREE
    sent: list[Outgoing] = field(default_factory=list)
    tries: int = 0

    @property
    def limits(self) -> Limits:
        return LIMITS["telegram"]

    async def send(self, address: str, message: Outgoing, *, tracker: str) -> str | None:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(message)
        return f"m{self.tries}"


def hello(made: Shell, external: str = "1", text: str = "rdv") -> str:
    address = anyio.run(made.app.handle, Incoming("flaky", "someone", external, text=text))
    assert address is not None
    return address


def later(made: Shell, address: str, wait: timedelta) -> None:
    made.moment[0] += wait
    anyio.run(made.app.delivery.deliver, address)


@pytest.mark.parametrize(
    ("error", "tries_at_once", "arrives_later"),
    [
        (SendError("connect", Failure.NOT_SENT), 1, True),
        (SendError("429", Failure.THROTTLED, retry_after=30), 1, True),
        (SendError("our_bug"), 2, False),
        (SendError("timeout", Failure.UNKNOWN), 2, False),
    ],
)
def test_each_kind_of_failure(tmp_path: Path, error: SendError, tries_at_once: int, arrives_later: bool) -> None:
    channel = Flaky([error])
    with shell(tmp_path, {"flaky": channel}) as made:
        address = hello(made)
        first_round = channel.tries
        later(made, address, timedelta(minutes=10))
        said = ids(channel.sent)
    assert ("welcome" in said) == arrives_later
    assert first_round <= tries_at_once
    assert said[-1:] == ["booking.ask_service"]


def test_what_may_have_arrived_is_never_sent_again(tmp_path: Path) -> None:
    channel = Flaky([SendError("timeout", Failure.UNKNOWN)])
    with shell(tmp_path, {"flaky": channel}) as made:
        address = hello(made)
        for _ in range(5):
            later(made, address, timedelta(minutes=10))
        assert ids(channel.sent).count("welcome") == 0
        assert channel.tries == 2


def test_a_retry_keeps_the_order_of_replies(tmp_path: Path) -> None:
    channel = Flaky([SendError("connect", Failure.NOT_SENT)])
    with shell(tmp_path, {"flaky": channel}) as made:
        address = hello(made)
        assert channel.sent == []
        later(made, address, timedelta(minutes=10))
    assert ids(channel.sent) == ["welcome", "booking.ask_service"]


def test_somebody_who_blocked_us_is_left_alone_until_they_write_again(tmp_path: Path) -> None:
    channel = Flaky([SendError("blocked", Failure.NEVER)])
    with shell(tmp_path, {"flaky": channel}) as made:
        address = hello(made)
        later(made, address, timedelta(minutes=10))
        assert channel.tries == 1
        hello(made, external="2", text="mes rdv")
        assert "bookings.none" in ids(channel.sent)


def test_a_reply_that_is_too_late_is_not_sent(tmp_path: Path) -> None:
    channel = Flaky([SendError("connect", Failure.NOT_SENT)] * 50)
    with shell(tmp_path, {"flaky": channel}) as made:
        address = hello(made)
        made.moment[0] += timedelta(days=3)
        made.app.store.run(lambda session: outbox.expire(session, made.app.clock()))
        channel.errors.clear()
        anyio.run(made.app.delivery.deliver, address)
    assert channel.sent == []
