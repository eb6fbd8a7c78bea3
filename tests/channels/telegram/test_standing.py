"""People who block the bot: nothing more is tried until they are back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dialogues.effects import GiveConsent, Say
from store import people
from store.perform import perform
from tests.channels.telegram.running import Running, running
from tests.platforms.telegram import BotApi
from tests.platforms.telegram_people import Person

pytestmark = pytest.mark.anyio


def is_blocked(labas: Running, chat: int = 5) -> bool | None:
    with labas.app.store.read() as session:
        whom = people.find(session, "telegram", str(chat))
        address = people.address_of(session, whom.address_id) if whom else None
        return address.blocked if address else None


async def remind(labas: Running, person: Person) -> int:
    """Something to say that nobody asked for, to somebody who agreed to it once; how many messages they got."""
    before, now = len(person.sees), labas.app.clock()
    with labas.app.store.write() as session:
        whom = people.find(session, "telegram", str(person.chat.id))
        assert whom is not None
        perform(
            session, [GiveConsent("appointments", True, "v1"), Say("thank.welcome", lane="appointment")],
            actor="person", person_id=whom.person_id, address_id=whom.address_id, now=now, language="fr",
        )  # fmt: skip
    await labas.app.delivery.look()
    return len(person.sees) - before


@pytest.mark.parametrize("webhook", [True, False])
async def test_blocked_and_back_by_the_platforms_word(api: BotApi, data: Path, webhook: bool) -> None:
    person = api.person(5)
    async with running(data, api.url, webhook=webhook) as labas:
        person.says("bonjour")
        await api.until(lambda: len(person.sees) == 2)
        person.blocks(at=int(time.time()) + 1)
        await api.until(lambda: is_blocked(labas))
        calls = len(api.ledger)
        assert await remind(labas, person) == 0
        assert len([c for c in api.ledger[calls:] if c.method == "sendMessage"]) == 0
        person.returns()
        await api.until(lambda: is_blocked(labas) is False)
        assert await remind(labas, person) == 1


async def test_blocked_found_out_by_sending(api: BotApi, data: Path) -> None:
    person = api.person(5)
    async with running(data, api.url) as labas:
        person.says("bonjour")
        await api.until(lambda: len(person.sees) == 2)
        person.chat.is_blocked = True
        for _ in range(3):
            assert await remind(labas, person) == 0
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
