"""Talks over a network that loses answers and a platform that says no: nothing doubled, nothing lost in silence."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.channels.telegram.channel import PACE
from store import outbox
from tests.channels.telegram.running import Running, running
from tests.platforms.telegram import BotApi, Fault
from tests.platforms.telegram_rules import Refusal

pytestmark = pytest.mark.anyio


async def try_again(labas: Running) -> None:
    """What the clock does every few seconds."""
    with labas.app.store.write() as session:
        waiting = outbox.waiting(session, labas.app.clock())
    for address_id in waiting:
        await labas.app.delivery.deliver(address_id)


@pytest.mark.parametrize(
    ("fault", "states", "seen"),
    [
        (Fault.RESET_AFTER, ["unknown", "sent"], 2),
        (Fault.GATEWAY_AFTER, ["unknown", "sent"], 2),
        (Fault.NONSENSE, ["unknown", "sent"], 2),
        (Fault.RESET_BEFORE, ["unknown", "sent"], 1),
        (Refusal(400, "Bad Request: message is too long"), ["failed", "sent"], 1),
        (Refusal(429, "Too Many Requests: retry after 0", retry_after=0), ["sent", "sent"], 2),
        (Refusal(403, "Forbidden: bot was blocked by the user"), ["failed", "expired"], 0),
    ],
    ids=str,
)
async def test_the_first_message_goes_wrong(
    api: BotApi, data: Path, fault: Fault | Refusal, states: list[str], seen: int
) -> None:
    person = api.person(5)
    async with running(data, api.url) as labas:
        api.faults["sendMessage"].append(fault)
        person.says("bonjour")
        await api.until(lambda: len(labas.said()) == 2)
        await labas.worker.drain(5)

        async def settled() -> bool:
            await try_again(labas)
            return not {state for _, state in labas.said()} & {"pending", "sending"}

        for _ in range(60):
            if await settled():
                break
            await _a_moment()
        assert [state for _, state in labas.said()] == states
        assert len(person.sees) == seen
        assert len({shown.text for shown in person.sees}) == seen


async def _a_moment() -> None:
    from anyio import sleep

    await sleep(0.05)


async def test_a_quick_talk_never_meets_the_platforms_limit(data: Path) -> None:
    """Seven messages in a row to one person, at our own pace and with the real limit of the platform."""
    async with BotApi() as api:
        person = api.person(5)
        async with running(data, api.url, pace=PACE) as labas:
            for _ in range(3):
                person.says("mes données")

            async def all_seen() -> None:
                while len(person.sees) < 7:
                    await try_again(labas)
                    await _a_moment()

            await asyncio.wait_for(all_seen(), 60)
            await labas.worker.drain(5)
        # A machine that is busy brings two calls closer together than they were meant to be.
        assert sum(api.rates.refused.values()) <= 1
        assert [call.status for call in api.calls("sendMessage")].count(200) == 4
        assert [call.status for call in api.calls("sendDocument")].count(200) == 3
