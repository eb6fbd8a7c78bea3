"""When a whole channel rests, for how long, and what goes all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from sqlalchemy.exc import OperationalError

from bot import delivery
from bot.channels.base import FREE, Held, Pace
from bot.errors import Failure, SendError
from bot.messages import Outgoing
from dialogues.effects import GiveConsent, Lane, Say
from store import outbox, pacing, people
from store.database import Session
from store.models import Line, Message
from store.perform import perform
from tests.bot.shell import Shell, shell
from tests.bot.test_delivery import Flaky

SECOND = timedelta(seconds=1)


@pytest.fixture
def flaky() -> Flaky:
    return Flaky([])


@pytest.fixture
def made(tmp_path: Path, flaky: Flaky) -> Iterator[Shell]:
    with shell(tmp_path, {"flaky": flaky}) as made:
        yield made


def put(made: Shell, who: str, lane: Lane, say: str = "goodbye") -> str:
    """Something for somebody who agreed to everything."""

    def work(session: Session) -> str:
        now = made.moment[0]
        whom = people.find_or_create(session, "flaky", who, now)
        agreed = [GiveConsent("appointments", True, "v1"), GiveConsent("reminders", True, "v1")]
        perform(
            session, agreed, actor="person", person_id=whom.person_id, address_id=whom.address_id, now=now,
            language="fr",
        )  # fmt: skip
        outbox.enqueue(session, whom.address_id, Say(say, lane=lane), now, language="fr")
        return whom.address_id

    return made.app.store.run(work)


def rest(made: Shell, *, campaigns: bool = False) -> float:
    with made.app.store.read() as session:
        return pacing.paused(session, "flaky", made.moment[0], campaigns=campaigns)


def look(made: Shell, wait: timedelta = timedelta(0)) -> None:
    made.moment[0] += wait
    anyio.run(made.app.delivery.look)


def states(made: Shell) -> list[str]:
    with made.app.store.read() as session:
        return [row.state for row in session.query(Message).order_by(Message.created_at, Message.id)]


def failing(how: Failure, times: int, **told: float) -> list[SendError]:
    return [SendError("code", how, **told) for _ in range(times)]


@pytest.mark.parametrize(
    ("errors", "rests"),
    [
        # A full moment refuses all that is on its way: that is one refusal.
        (failing(Failure.THROTTLED, 12), 2.0),
        (failing(Failure.THROTTLED, 12, retry_after=9), 9.0),
        # People who blocked us say nothing about the channel.
        ([*failing(Failure.NEVER, 8), *failing(Failure.THROTTLED, 1)], 2.0),
        (failing(Failure.NEVER, 12), 0.0),
        (failing(Failure.HALT, 1), 300.0),
        # The network is gone: no thousand rows are tried meanwhile.
        (failing(Failure.NOT_SENT, 12), 10.0),
        (failing(Failure.NOT_SENT, 5), 0.0),
        (failing(Failure.UNKNOWN, 1, rests=20), 20.0),
    ],
)
def test_how_long_it_rests(made: Shell, flaky: Flaky, errors: list[SendError], rests: float) -> None:
    flaky.errors = errors
    for number in range(12):
        put(made, f"p{number}", "appointment")
    look(made)
    assert rest(made) == pytest.approx(rests, abs=0.01)


def test_throttling_again_after_a_rest_makes_the_next_one_longer(made: Shell, flaky: Flaky) -> None:
    flaky.errors = failing(Failure.THROTTLED, 3)
    put(made, "p", "appointment")
    found = []
    for _ in range(4):
        look(made)
        found.append(rest(made))
        made.moment[0] += timedelta(seconds=found[-1] + 0.1)
    assert found == pytest.approx([2.0, 4.0, 8.0, 0.0], abs=0.01)
    assert len(flaky.sent) == 1


def test_spam_stops_campaigns_alone(made: Shell, flaky: Flaky) -> None:
    flaky.errors = failing(Failure.SPAM, 1)
    put(made, "first", "broadcast")
    look(made)
    assert (rest(made), rest(made, campaigns=True)) == (0.0, 24 * 3600.0)
    lanes: Sequence[Lane] = ("broadcast", "vaccine", "appointment")
    for number, lane in enumerate(lanes):
        put(made, f"p{number}", lane)
    look(made, SECOND)
    # The first one would be a day old by then, which is too old for a campaign.
    assert states(made) == ["failed", "pending", "sent", "sent"]


def test_danger_advice_waits_for_no_pause_and_no_pace(made: Shell, flaky: Flaky) -> None:
    """Not even when it was left behind by a process that died."""
    address = put(made, "someone", "danger")
    now = made.moment[0]

    def slow(session: Session) -> None:
        pacing.pause(session, "flaky", now + timedelta(hours=1), "flood")
        session.add(Line(id=address, undelivered=0, waits_until=now + timedelta(hours=1)))

    made.app.store.run(slow)
    look(made, SECOND)
    assert len(flaky.sent) == 1


def test_a_reply_whose_turn_was_reserved_before_a_pause_is_not_sent_into_it(made: Shell, flaky: Flaky) -> None:
    flaky.pace = Pace(per_second=2)
    one, other = put(made, "one", "reply"), put(made, "other", "reply")
    flaky.errors = failing(Failure.THROTTLED, 1, retry_after=30)

    async def both() -> None:
        await asyncio.gather(made.app.delivery.deliver(one), made.app.delivery.deliver(other))

    anyio.run(both)
    assert flaky.tries == 1
    assert states(made) == ["pending", "pending"]
    look(made, timedelta(seconds=31))
    assert [message.say for message in flaky.sent] == ["goodbye", "goodbye"]


def test_a_result_waits_for_a_database_that_is_away(made: Shell, flaky: Flaky, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else knows that this message surely did not arrive."""
    monkeypatch.setattr(delivery, "_AFTER_FAULT", 0.001)
    address, settle = put(made, "someone", "reply"), made.app.delivery.sending.settle
    away = [OperationalError("x", None, Exception("x")) for _ in range(5)]

    def settled(*args: object) -> None:
        if away:
            raise away.pop()
        settle(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(made.app.delivery.sending, "settle", settled)
    flaky.errors = failing(Failure.NOT_SENT, 1)
    anyio.run(made.app.delivery.deliver, address)
    assert (states(made), flaky.tries) == (["pending"], 1)
    look(made, timedelta(minutes=1))
    assert states(made) == ["sent"]


class Choosy(Flaky):
    """Holds what goes to some people, as a channel does whose template is paused."""

    pace = FREE

    def prepare(self, session: Session, waiting: outbox.OutMessage, message: Outgoing, now: object) -> object:
        return Held("template_paused") if waiting.address.startswith("held") else message

    def failed(self, *_: object) -> None:
        """Nothing follows."""


def test_what_is_held_does_not_stand_before_others(tmp_path: Path) -> None:
    channel = Choosy([])
    with shell(tmp_path, {"flaky": channel}) as made:
        for number in range(130):
            put(made, f"held{number}", "appointment")
        put(made, "free", "appointment")
        put(made, "free", "broadcast")
        look(made)
        assert [message.say for message in channel.sent] == ["goodbye", "goodbye"]
        assert states(made).count("pending") == 130
