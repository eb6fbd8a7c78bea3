"""A talk over a Bot API fake that is not ours: webhook, text, buttons, presses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from telemelya.client.client import TelegramTestClient

from bot.channels.telegram.setup import receive_by_webhook
from bot.channels.telegram.webhook import PATH, route
from bot.work import Worker
from tests.channels.serving import LINES, Lines, serving
from tests.channels.telegram.running import SECRET, make_app
from tests.platforms.telegram import TOKEN
from tests.platforms.telegram_telemelya import API_KEY, secret_adder, telemelya

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with telemelya() as address:
        yield address


async def test_a_talk(url: str, data: Path) -> None:
    app, channel = make_app(data, url, "", Lines(dict(LINES)))
    worker = Worker(app.work)
    with socket.create_server(("127.0.0.1", 0)) as listening, TelegramTestClient(url, API_KEY, TOKEN) as person:
        ours = f"http://127.0.0.1:{listening.getsockname()[1]}"
        site = secret_adder(Starlette(routes=[route(app, SECRET, worker.wake)]), SECRET)
        async with serving(site, listening):
            await receive_by_webhook(channel.client, ours, SECRET)
            said = await does(person, 2, "send_command", 5, "/start")
            assert [r["method"] for r in said] == ["sendMessage", "sendMessage"]
            first, menu = said
            assert first["reply_markup"] == {"remove_keyboard": True}
            pressed = [b for row in menu["reply_markup"]["inline_keyboard"] for b in row]
            assert all(set(b) == {"text", "callback_data"} for b in pressed)

            said = await does(person, 4, "send_callback_query", 5, "go=change_language", menu["message_id"])
            assert {r["method"] for r in said[2:]} == {"answerCallbackQuery", "sendMessage"}

            asked = next(r for r in said[2:] if r["method"] == "sendMessage")
            offered = [b for row in asked["reply_markup"]["inline_keyboard"] for b in row]
            (french,) = [b for b in offered if b["text"] == "Français"]
            said = await does(person, 6, "send_callback_query", 5, french["callback_data"], asked["message_id"])
            said = await does(person, 7, "send_message", 5, "bonjour")
            assert said[6]["reply_markup"]["inline_keyboard"][0][0]["text"] == "Prendre rendez-vous"
        await worker.drain(5)
    await channel.close()
    app.store.close()


async def test_without_the_secret_it_is_refused(url: str, data: Path) -> None:
    app, channel = make_app(data, url, "", Lines())
    with socket.create_server(("127.0.0.1", 0)) as listening, TelegramTestClient(url, API_KEY, TOKEN) as person:
        ours = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with serving(Starlette(routes=[route(app, SECRET, lambda _: None)]), listening):
            async with httpx.AsyncClient() as client:
                await client.post(f"{url}/bot{TOKEN}/setWebhook", json={"url": ours + PATH})
            sent = await asyncio.to_thread(person.send_message, 5, "bonjour")
            assert sent["delivery"]["status_code"] == 403
    await channel.close()
    app.store.close()


async def does(person: TelegramTestClient, count: int, what: str, *args: object) -> list[dict[str, Any]]:
    """Something a person does; everything the bot has done since the start, once it is so much."""
    sent = await asyncio.to_thread(getattr(person, what), *args)
    assert sent["delivery"]["status_code"] == 200
    async with asyncio.timeout(5):
        while len(found := await asyncio.to_thread(person.get_responses)) < count:
            await asyncio.sleep(0.02)
    return found
