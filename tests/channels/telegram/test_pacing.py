"""A flood pauses the whole bot for as long as Telegram said, and danger advice alone does not wait for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dialogues.effects import Lane, Say
from store import outbox, people
from store.database import Session
from tests.channels.serving import Lines
from tests.channels.telegram.running import make_app
from tests.platforms.telegram import BotApi
from tests.platforms.telegram_rules import Refusal

pytestmark = pytest.mark.anyio


async def test_a_flood_stops_everything_for_as_long_as_asked(api: BotApi, data: Path) -> None:
    from bot.bootstrap import wall_clock

    moment = [wall_clock()]
    app, channel = make_app(data, api.url, "", Lines(), clock=lambda: moment[0])

    def put(chat: int, lane: Lane = "reply") -> str:
        assert api.person(chat).sees == []

        def work(session: Session) -> str:
            whom = people.find_or_create(session, "telegram", str(chat), moment[0])
            outbox.enqueue(session, whom.address_id, Say("goodbye", lane=lane), moment[0], language="fr")
            return whom.address_id

        return app.store.run(work)

    api.faults["sendMessage"].append(Refusal(429, "Too Many Requests: retry after 30", retry_after=30))
    first, second = put(5), put(6)
    assert await app.delivery.deliver(first) == 0
    moment[0] += timedelta(seconds=20)
    assert await app.delivery.deliver(second) == 0
    await app.delivery.look()
    assert len(api.calls("sendMessage")) == 1, "nothing may be sent during the pause"
    # Danger advice waits for nothing, also when it was left behind and is found by the look.
    put(7, "danger")
    await app.delivery.look()
    assert [len(api.person(chat).sees) for chat in (5, 6, 7)] == [0, 0, 1]
    moment[0] += timedelta(seconds=11)
    await app.delivery.look()
    assert [len(api.person(chat).sees) for chat in (5, 6, 7)] == [1, 1, 1]
    await channel.close()
    app.store.close()
