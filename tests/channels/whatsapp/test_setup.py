"""Settings of the channel, its limits as Meta tells them, and what `labas doctor` says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.channels.whatsapp import channel_of, check, limits, review
from bot.channels.whatsapp.signature import secrets_of
from bot.errors import SendError, SettingsError
from tests.channels.whatsapp.running import running, settings_of
from tests.platforms.whatsapp import CloudApi

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"whatsapp_phone_id": ""}, "LABAS_WHATSAPP_PHONE_ID"),
        ({"whatsapp_account_id": ""}, "LABAS_WHATSAPP_ACCOUNT_ID"),
        ({"whatsapp_secret": ""}, "LABAS_WHATSAPP_SECRET"),
        ({"whatsapp_secret": " , "}, "LABAS_WHATSAPP_SECRET"),
        ({"whatsapp_secret": "x,"}, "LABAS_WHATSAPP_SECRET"),
        ({"whatsapp_secret": "0123456789abcdef0123456789abcdef, secret"}, "LABAS_WHATSAPP_SECRET"),
        ({"whatsapp_secret": "x" * 32}, "LABAS_WHATSAPP_SECRET"),
        ({"whatsapp_verify_token": ""}, "LABAS_WHATSAPP_VERIFY_TOKEN"),
        ({"whatsapp_verify_token": "short"}, "LABAS_WHATSAPP_VERIFY_TOKEN"),
        ({"whatsapp_token": "with spaces"}, "LABAS_WHATSAPP_TOKEN"),
        ({"whatsapp_secret": "", "whatsapp_verify_token": ""}, "LABAS_WHATSAPP_SECRET and LABAS_WHATSAPP_VERIFY_TOKEN"),
    ],
    ids=str,
)
def test_what_is_missing_or_wrong_is_named(tmp_path: Path, more: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        channel_of(settings_of(tmp_path, "http://127.0.0.1:9", **more))


@pytest.mark.parametrize(("setting", "secrets"), [("a", ("a",)), ("a, b", ("a", "b")), ("", ()), (" , ", ())])
def test_secrets(setting: str, secrets: tuple[str, ...]) -> None:
    assert secrets_of(setting) == secrets


@pytest.mark.parametrize(
    ("number", "told", "people"),
    [
        ({}, 0, 250),
        ({"whatsapp_business_manager_messaging_limit": "TIER_2K"}, 0, 2_000),
        ({"whatsapp_business_manager_messaging_limit": "TIER_UNLIMITED"}, 0, None),
        ({"whatsapp_business_manager_messaging_limit": "TIER_OF_2027"}, 0, 250),
        ({"whatsapp_business_manager_messaging_limit": ["x"]}, 0, 250),
        ({"whatsapp_business_manager_messaging_limit": "TIER_2K"}, 7, 7),
    ],
    ids=str,
)
def test_how_many_may_be_written_to_first(number: dict[str, Any], told: int, people: int | None) -> None:
    assert limits.daily_people(number, told) == people


@pytest.mark.parametrize(
    ("number", "rate"), [({}, 80), ({"throughput": {"level": "HIGH"}}, 1000), ({"throughput": "x"}, 80)], ids=str
)
def test_how_many_a_second(number: dict[str, Any], rate: float) -> None:
    assert limits.per_second(number) == rate


@pytest.mark.parametrize(("tier", "told", "people"), [(250, 0, 250), (2_000, 0, 2_000), (None, 0, None), (2_000, 7, 7)])
async def test_metas_limit_is_ours_within_the_first_look(
    api: CloudApi, data: Path, tier: int | None, told: int, people: int | None
) -> None:
    api.rates.tier = tier
    async with running(data, api, whatsapp_daily_people=told) as labas:
        await api.until(lambda: api.calls("templates"))
        assert labas.channel.pace.daily_people == people


async def test_the_limits_are_asked_for_at_the_start(api: CloudApi, data: Path) -> None:
    async with running(data, api, whatsapp_daily_people=3) as labas:
        await api.until(lambda: labas.channel.pace.daily_people == 3)
        assert labas.channel.pace.echoes
        assert labas.channel.pace.counts_inbound


async def test_a_meta_that_does_not_answer_at_the_start_is_no_reason_not_to_serve(data: Path, api: CloudApi) -> None:
    api.token = "another"
    async with running(data, api) as labas:
        await api.until(lambda: api.calls("account"))
        person = api.person()
        person.says("bonjour")
        await labas.settled(1)


async def test_doctor_says_what_there_is(tmp_path: Path, api: CloudApi) -> None:
    api.rates.tier, api.quality, api.webhooks.url = 2_000, "YELLOW", "https://labas.example/whatsapp/webhook"
    made = [review.as_submitted(wording) for wording in review.wordings(["children", "answer"])]
    for fields in made:
        api.templates.create(fields)
    api.templates.pause("labas_children", "fr")
    said = await check(settings_of(tmp_path, api.url, public_url="https://labas.example"))
    count = len(review.wordings())
    assert said == (
        f"Labas: quality yellow, may write first to 2000 people a day; 7 of {count} templates approved, "
        f"{count - 8} not submitted, 1 paused; subscribed: Labas; webhook https://labas.example/whatsapp/webhook"
    )
    assert "LABAS_PUBLIC_URL" in await check(settings_of(tmp_path, api.url))


async def test_doctor_says_what_is_wrong(tmp_path: Path, api: CloudApi) -> None:
    with pytest.raises(SettingsError, match="subscribed"):
        await check(settings_of(tmp_path, api.url))
    with pytest.raises(SendError, match="not_connected"):
        await check(settings_of(tmp_path, "http://127.0.0.1:9"))
    with pytest.raises(SendError, match=r"100\.33"):
        await check(settings_of(tmp_path, api.url, whatsapp_account_id="999"))
    with pytest.raises(SendError, match="190"):
        await check(settings_of(tmp_path, api.url, whatsapp_token="EAAwrong"))
    with pytest.raises(SettingsError, match="LABAS_WHATSAPP_SECRET"):
        await check(settings_of(tmp_path, api.url, whatsapp_secret=""))
