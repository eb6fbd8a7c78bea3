"""What `labas doctor` is told of Telegram."""

from __future__ import annotations

import pytest

from bot.channels import telegram
from bot.channels.telegram.webhook import PATH
from bot.errors import SendError
from bot.settings import Settings
from tests.platforms.telegram import TOKEN, BotApi, Fault
from tests.platforms.telegram_rules import Refusal
from tests.platforms.telegram_updates import Pushed, Webhook

pytestmark = pytest.mark.anyio
PUBLIC = "https://labas.example"


def set_up(api_url: str, public_url: str = "", token: str = TOKEN) -> Settings:
    return Settings(telegram_token=token, telegram_api=api_url, public_url=public_url)


@pytest.mark.parametrize(
    ("public_url", "hook", "expected"),
    [
        ("", None, "updates are fetched, 1 waiting"),
        ("", "https://elsewhere.example/", "a webhook is set; `labas serve` takes it away, 0 waiting"),
        (PUBLIC, None, "the webhook is not set yet; `labas serve` sets it, 1 waiting"),
        (PUBLIC, PUBLIC + PATH, "updates are posted to us (last failure, as Telegram saw it: Connection refused), 0"),
    ],
)
async def test_what_it_says(api: BotApi, public_url: str, hook: str | None, expected: str) -> None:
    if hook:
        api.updates.set_webhook(Webhook(hook, "", 1, set()), drop=False)
        api.updates.pushed.append(Pushed(1, 503))
    api.person(5).says("bonjour")
    said = await telegram.check(set_up(api.url, public_url))
    assert said.startswith(f"@labas_test_bot: {expected}")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Refusal(401, "Unauthorized"), "channel_halted"),
        (Fault.RESET_BEFORE, "no_answer"),
        (Fault.NONSENSE, "no_answer"),
    ],
    ids=str,
)
async def test_when_it_is_not_let_in(api: BotApi, fault: Fault | Refusal, code: str) -> None:
    api.faults["getMe"].append(fault)
    with pytest.raises(SendError) as caught:
        await telegram.check(set_up(api.url))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("api_url", "token", "code"),
    [("http://127.0.0.1:9", TOKEN, "not_connected"), ("http://127.0.0.1:9", "no token", "channel_halted")],
)
async def test_without_a_platform_or_a_token(api_url: str, token: str, code: str) -> None:
    with pytest.raises(SendError) as caught:
        await telegram.check(set_up(api_url, token=token))
    assert caught.value.code == code
