"""What Telegram is told at start, what is done when it does not listen, and that waiting updates stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.telegram import setup
from bot.channels.telegram.client import Client
from bot.channels.telegram.webhook import PATH
from bot.errors import SettingsError
from tests.channels.telegram.running import SECRET, running
from tests.platforms.telegram import TOKEN, BotApi, Fault
from tests.platforms.telegram_rules import Refusal
from tests.platforms.telegram_updates import Webhook

pytestmark = pytest.mark.anyio


async def test_the_webhook_as_it_is_set(api: BotApi, data: Path) -> None:
    async with running(data, api.url) as labas:
        webhook = await api.until(lambda: api.updates.webhook)
        assert webhook == Webhook(labas.url + PATH, SECRET, 40, {"message", "callback_query", "my_chat_member"})
    assert [call.fields["drop_pending_updates"] for call in api.calls("setWebhook")] == ["false"]


async def test_what_waited_at_telegram_is_answered(api: BotApi, data: Path) -> None:
    person = api.person(5)
    person.says("bonjour")
    async with running(data, api.url):
        await api.until(lambda: len(person.sees) == 2)
    assert api.updates.dropped == []


async def test_the_menu_in_both_languages(api: BotApi) -> None:
    client = Client(TOKEN, api.url)
    await setup.show_menu(client)
    assert set(api.commands) == {"", "ar", "fr"}
    for commands in api.commands.values():
        assert [c["command"] for c in commands] == ["start", "menu", "rdv", "human", "langue", "privacy", "stop"]
    assert all(not any("\u0600" <= ch <= "\u06ff" for ch in c["description"]) for c in api.commands["fr"])
    assert all(any("\u0600" <= ch <= "\u06ff" for ch in c["description"]) for c in api.commands["ar"])
    await client.close()


@pytest.mark.parametrize("public_url", ["", "https://labas.example"])
@pytest.mark.parametrize(
    "fault",
    [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.GATEWAY_BEFORE, Fault.NONSENSE, Refusal(401, "Unauthorized")],
    ids=str,
)
async def test_tried_until_telegram_listens(api: BotApi, public_url: str, fault: Fault | Refusal) -> None:
    client = Client(TOKEN, api.url)
    method = "setWebhook" if public_url else "deleteWebhook"
    api.faults[method].extend([fault] * 3)
    await setup.open_way(client, public_url, SECRET, pause=0.001)
    assert api.calls(method)[-1].status == 200
    assert not api.faults[method]
    await client.close()


async def test_an_address_that_telegram_refuses_is_not_tried_again(
    api: BotApi, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client(TOKEN, api.url)
    await setup.open_way(client, "http://labas.example", SECRET, pause=0.001)
    assert [call.status for call in api.calls("setWebhook")] == [400]
    told = capsys.readouterr()
    assert "telegram_not_ready" in told.out + told.err
    await client.close()


async def test_a_server_without_menus_does_not_stop_the_bot(api: BotApi) -> None:
    client = Client(TOKEN, api.url)
    api.faults["setMyCommands"].extend([Refusal(404, "Not Found")] * 3)
    await setup.offer_menu(client, pause=0.001)
    assert api.commands == {}
    await client.close()


@pytest.mark.parametrize("given", ["with space", "é", "x" * 257, "a:b"])
def test_a_secret_that_telegram_would_refuse(given: str) -> None:
    with pytest.raises(SettingsError, match="LABAS_TELEGRAM_SECRET"):
        setup.webhook_secret(given, TOKEN)


def test_a_secret_of_our_own_making() -> None:
    made = setup.webhook_secret("", TOKEN)
    assert setup.webhook_secret("", TOKEN) == made != setup.webhook_secret("", TOKEN + "x")
    assert setup.webhook_secret(made, TOKEN) == made
    assert len(made) == 64
    assert TOKEN.partition(":")[2] not in made
