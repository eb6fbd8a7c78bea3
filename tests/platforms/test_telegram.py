"""The Telegram fake where its channel's own tests do not hold it: rates, faults, chance, numbers after a restart."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.platforms.telegram import TOKEN, BotApi, Fault, Mishaps

pytestmark = pytest.mark.anyio


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(late_seconds=0.02) as fake:
        yield fake


async def send(api: BotApi, chat: int, text: str = "x") -> int | None:
    """The status; None without an answer."""
    async with httpx.AsyncClient() as client:
        try:
            answer = await client.post(f"{api.url}/bot{TOKEN}/sendMessage", data={"chat_id": chat, "text": text})
        except httpx.TransportError:
            return None
    return answer.status_code


async def test_a_chat_takes_five_at_once_then_one_a_second(api: BotApi) -> None:
    api.stand_still()
    api.person(5).says("hi")
    assert [await send(api, 5) for _ in range(6)] == [200] * 5 + [429]
    api.advance(2)
    assert [await send(api, 5) for _ in range(3)] == [200, 200, 429]


async def test_the_bot_takes_thirty_a_second(api: BotApi) -> None:
    api.stand_still()
    for chat in range(1, 41):
        api.person(chat).says("hi")
    assert Counter([await send(api, chat) for chat in range(1, 41)]) == {200: 30, 429: 10}


@pytest.mark.parametrize(
    ("fault", "status", "is_seen"),
    [
        (Fault.RESET_BEFORE, None, False),
        (Fault.RESET_AFTER, None, True),
        (Fault.GATEWAY_BEFORE, 502, False),
        (Fault.GATEWAY_AFTER, 502, True),
        (Fault.LATE, 200, True),
        (Fault.NONSENSE, 200, True),
        (Fault.EMPTY_YES, 200, True),
        (Fault.PROXY_FORBIDS, 403, False),
        (Fault.SWALLOWED, 200, False),
    ],
)
async def test_bad_days(api: BotApi, fault: Fault, status: int | None, is_seen: bool) -> None:
    person = api.person(5)
    person.says("hi")
    api.faults["sendMessage"].append(fault)
    assert await send(api, 5) == status
    assert len(person.sees) == int(is_seen)
    assert await send(api, 5) == 200


async def test_answers_are_lost_by_chance(api: BotApi) -> None:
    people = [api.person(chat) for chat in range(1, 101)]
    for person in people:
        person.says("hi")
    api.mishaps = Mishaps(rate=0.2, kinds=(Fault.RESET_AFTER,), seed=3)
    statuses = []
    for person in people:
        api.advance(1)
        statuses.append(await send(api, person.id))
    assert statuses.count(None) == api.mishaps.struck
    assert 8 <= api.mishaps.struck <= 35
    assert all(len(person.sees) == 1 for person in people), "each was carried out"


async def test_a_second_run_counts_on(api: BotApi) -> None:
    person = api.person(5)
    api.count_on(1_800_000_000)
    assert person.says("hi") == 1_800_000_001
    await send(api, 5)
    assert person.sees[0].message_id > 1_800_000_000
