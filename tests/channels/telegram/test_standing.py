"""People who block the bot: nothing more is tried until they are back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dialogues.effects import Say
from store import outbox, people
from tests.channels.telegram.running import Running, running
from tests.platforms.telegram import BotApi

pytestmark = pytest.mark.anyio


def is_blocked(labas: Running, chat: int = 5) -> bool | None:
    with labas.app.store.read() as session:
        whom = people.find(session, "telegram", str(chat))
        address = people.address_of(session, whom.address_id) if whom else None
        return address.blocked if address else None


async def remind(labas: Running, chat: int = 5) -> int:
    """Something to say that nobody asked for; how many messages were handed over."""
    with labas.app.store.write() as session:
        whom = people.find(session, "telegram", str(chat))
        assert whom is not None
        outbox.enqueue(
            session, whom.address_id, Say("thank.welcome", lane="appointment"), labas.app.clock(), language="fr"
        )
    return await labas.app.delivery.deliver(whom.address_id)


@pytest.mark.parametrize("webhook", [True, False])
async def test_blocked_and_back_by_the_platforms_word(api: BotApi, data: Path, webhook: bool) -> None:
    person = api.person(5)
    async with running(data, api.url, webhook=webhook) as labas:
        person.says("bonjour")
        await api.until(lambda: len(person.sees) == 2)
        person.blocks(at=int(time.time()) + 1)
        await api.until(lambda: is_blocked(labas))
        calls = len(api.ledger)
        assert await remind(labas) == 0
        assert len([c for c in api.ledger[calls:] if c.method == "sendMessage"]) == 0
        person.returns()
        await api.until(lambda: is_blocked(labas) is False)
        assert await remind(labas) == 1


async def test_blocked_found_out_by_sending(api: BotApi, data: Path) -> None:
    person = api.person(5)
    async with running(data, api.url) as labas:
        person.says("bonjour")
        await api.until(lambda: len(person.sees) == 2)
        person.chat.is_blocked = True
        for _ in range(3):
            assert await remind(labas) == 0
        assert [c.status for c in api.calls("sendMessage")] == [200, 200, 403], "one try, then never again"
        person.chat.is_blocked = False
        person.says("bonjour")
        await api.until(lambda: len(person.sees) == 3)
        assert is_blocked(labas) is False


async def test_old_news_do_not_silence_someone_who_wrote_since(api: BotApi, data: Path) -> None:
    person = api.person(5)
    async with running(data, api.url) as labas:
        person.says("bonjour")
        await api.until(lambda: len(person.sees) == 2)
        person.blocks(at=int(time.time()) - 60)
        await api.until(lambda: len(api.updates.pushed) == 2)
        assert is_blocked(labas) is False


async def test_a_stranger_who_blocks_leaves_no_trace(api: BotApi, data: Path) -> None:
    async with running(data, api.url) as labas:
        api.person(9).blocks()
        api.person(9).returns()
        await api.until(lambda: len(api.updates.pushed) == 2)
        assert [p.status for p in api.updates.pushed] == [200, 200]
        assert is_blocked(labas, 9) is None
