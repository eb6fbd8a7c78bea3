"""We fetch from Telegram: what was stored moves the offset, nothing else does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import FREE
from bot.channels.telegram import Telegram
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.receiver import KINDS, Receiver
from bot.work import Worker
from store.database import Store
from tests.channels.serving import LINES, Lines
from tests.channels.telegram.running import make_app, running
from tests.platforms.telegram import TOKEN, BotApi, Fault
from tests.platforms.telegram_rules import Refusal
from tests.platforms.telegram_updates import Webhook

pytestmark = pytest.mark.anyio


async def test_a_talk_by_fetching(api: BotApi, data: Path) -> None:
    person = api.person(5)
    person.says("bonjour")  # it waited at Telegram before we started
    async with running(data, api.url, webhook=False) as labas:
        await api.until(lambda: len(person.sees) == 2)
        person.taps_button(1)
        await api.until(lambda: len(person.sees) >= 3)
        await api.until(lambda: api.presses["press-1"].is_answered)
        assert labas.stored() == ["done", "done"]
    assert api.calls("deleteWebhook")[0].fields.get("drop_pending_updates") == "false"
    assert api.calls("setWebhook") == []
    assert all(call.fields["allowed_updates"].count('"') == 2 * len(KINDS) for call in api.calls("getUpdates"))
    assert api.updates.dropped == []


async def test_what_the_store_does_not_take_is_fetched_again(
    api: BotApi, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, run, broken = api.person(5), Store.run, [3]

    def fails(store: Store, work: Any) -> Any:
        if broken[0] > 0:
            broken[0] -= 1
            raise OSError("disk full")
        return run(store, work)

    app, channel = make_app(data, api.url, "", reader := Lines(dict(LINES)))
    worker = Worker(app.work)
    polling = Polling(channel.client, Receiver(app, channel, worker.wake), pause=0.01)
    for text in ("un", "deux", "trois"):
        person.says(text)
    monkeypatch.setattr(Store, "run", fails)
    loop = asyncio.create_task(polling.run())
    await api.until(lambda: reader.read_texts == ["un", "deux", "trois"])
    assert len([c for c in api.ledger if c.method == "getUpdates"]) >= 4
    polling.stop()
    await asyncio.wait_for(loop, 1)
    await worker.drain(5)
    app.store.close()


async def test_stopped_before_the_offset_was_confirmed(api: BotApi, data: Path) -> None:
    """The next start gets the same updates again, and answers none of them twice."""
    person = api.person(5)
    async with running(data, api.url, webhook=False):
        person.says("un")
        await api.until(lambda: len(person.sees) == 2)
    api.updates.enqueue({**_message_of(5, 700_000_001, "un")}, ("chat", 5))
    async with running(data, api.url, webhook=False) as labas:
        person.says("deux")
        await api.until(lambda: labas.reader.read_texts)
        await labas.worker.drain(5)
        assert labas.reader.read_texts == ["deux"]


def _message_of(chat: int, number: int, text: str) -> dict[str, Any]:
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": text}
    return {"update_id": number, "message": message}


@pytest.mark.parametrize(
    "fault",
    [
        Fault.RESET_BEFORE,
        Fault.RESET_AFTER,
        Fault.GATEWAY_AFTER,
        Fault.NONSENSE,
        Fault.EMPTY_YES,
        Refusal(429, "Too Many Requests: retry after 0", retry_after=0),
        Refusal(500, "Internal Server Error"),
        Refusal(409, "Conflict: terminated by other getUpdates request"),
    ],
    ids=str,
)
async def test_a_fetch_that_fails_loses_nothing(api: BotApi, data: Path, fault: Fault | Refusal) -> None:
    person = api.person(5)
    app, channel = make_app(data, api.url, "", reader := Lines(dict(LINES)))
    worker = Worker(app.work)
    polling = Polling(channel.client, Receiver(app, channel, worker.wake), pause=0.01)
    person.says("un")
    api.faults["getUpdates"].extend([fault, fault])
    loop = asyncio.create_task(polling.run())
    await api.until(lambda: reader.read_texts == ["un"])
    polling.stop()
    await asyncio.wait_for(loop, 1)
    await worker.drain(5)
    app.store.close()


async def test_a_webhook_that_is_on_is_a_conflict_that_is_told(
    api: BotApi, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app, channel = make_app(data, api.url, "", Lines())
    api.updates.set_webhook(Webhook("http://127.0.0.1:9/", "", 1, set()), drop=False)
    polling = Polling(channel.client, Receiver(app, channel, lambda _: None), pause=0.01)
    loop = asyncio.create_task(polling.run())
    await api.until(lambda: len(api.calls("getUpdates")) >= 3)
    polling.stop()
    await asyncio.wait_for(loop, 1)
    assert {call.status for call in api.calls("getUpdates")} == {409}
    told = capsys.readouterr()
    assert "telegram_conflict" in told.out + told.err
    app.store.close()


async def test_strange_updates_do_not_hold_up_the_others(api: BotApi, data: Path) -> None:
    person = api.person(5)
    for strange in (
        {"message": None},
        {"message": {"chat": {}}},
        {"callback_query": []},
        {"message": {"date": 10**30}},
    ):
        api.updates.add(strange, ("chat", 5))
    person.says("bonjour")
    async with running(data, api.url, webhook=False) as labas:
        await api.until(lambda: len(person.sees) == 2)
        assert labas.stored() == ["done"]


@pytest.mark.parametrize(("away", "read"), [(140, 2), (160, 1), (25 * 3600, 0)])
async def test_what_is_left_after_an_outage(api: BotApi, data: Path, away: int, read: int) -> None:
    """Telegram keeps a press for 150 seconds and a message for a day; what is left of them is answered."""
    person = api.person(5)
    assert person.sees == []
    person.says("bonjour")
    async with running(data, api.url, webhook=False):
        await api.until(lambda: len(person.sees) == 2)
    person.taps_button(1)
    person.says("un")
    api.advance(away)
    async with running(data, api.url, webhook=False) as labas:
        await api.until(lambda: len(labas.stored()) == 1 + read)
        await api.until(lambda: len(api.updates.dropped) == 2 - read)


async def test_two_programs_that_fetch(api: BotApi, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Telegram lets only one of them; both say so, and what they get is stored once."""
    app, channel = make_app(data, api.url, "", reader := Lines(dict(LINES)))
    worker = Worker(app.work)
    both = [Polling(channel.client, Receiver(app, channel, worker.wake), pause=0.02) for _ in range(2)]
    loops = [asyncio.create_task(polling.run()) for polling in both]
    await api.until(lambda: 409 in {call.status for call in api.calls("getUpdates")})
    for text in ("un", "deux", "trois"):
        api.person(5).says(text)
    await api.until(lambda: sorted(reader.read_texts) == ["deux", "trois", "un"])
    for polling in both:
        polling.stop()
    await asyncio.wait_for(asyncio.gather(*loops), 1)
    await worker.drain(5)
    told = capsys.readouterr()
    assert "telegram_conflict" in told.out + told.err
    assert reader.read_texts == ["un", "deux", "trois"]
    app.store.close()


async def test_stopping_is_quick_while_nothing_comes(api: BotApi, data: Path) -> None:
    app, channel = make_app(data, api.url, "", Lines())
    polling = Polling(channel.client, Receiver(app, channel, lambda _: None))
    loop = asyncio.create_task(polling.run())
    await asyncio.sleep(0.1)
    polling.stop()
    await asyncio.wait_for(loop, 0.5)
    app.store.close()


async def test_with_a_wrong_token_it_waits_and_says_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with BotApi() as api:
        api.token = "987654321:another-token"
        channel = Telegram(TOKEN, api.url, FREE)
        app, _ = make_app(data, api.url, "", Lines())
        polling = Polling(channel.client, Receiver(app, channel, lambda _: None), pause=0.01)
        loop = asyncio.create_task(polling.run())
        await api.until(lambda: api.ledger or True)
        await asyncio.sleep(0.3)
        polling.stop()
        await asyncio.wait_for(loop, 1)
        told = capsys.readouterr()
        assert "channel_halted" in told.out + told.err
        assert TOKEN not in told.out + told.err
        assert len(api.calls("getUpdates")) == 1, "a wrong token is not tried again and again"
        app.store.close()
