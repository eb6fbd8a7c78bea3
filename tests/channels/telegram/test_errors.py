"""What each failure of a call means, told over real connections; and that no failure carries the token or the text."""

from __future__ import annotations

import logging
import traceback

import pytest

from bot import logs
from bot.channels.base import FREE
from bot.channels.telegram import Telegram
from bot.channels.telegram import client as client_module
from bot.errors import SendError, SettingsError
from bot.messages import Button, Document, Outgoing
from tests.platforms.telegram import TOKEN, BotApi, Fault
from tests.platforms.telegram_rules import Refusal

pytestmark = pytest.mark.anyio
CANARY = "CANARY-words-of-a-person"
HELLO = Outgoing("greet", CANARY, (), "fr")


def outcome(error: SendError) -> tuple[str, str]:
    """The code, and what is known."""
    return error.code, error.failure.value


@pytest.mark.parametrize(
    ("fault", "expected", "arrived"),
    [
        (Fault.RESET_BEFORE, ("no_answer", "unknown"), 0),
        (Fault.RESET_AFTER, ("no_answer", "unknown"), 1),
        (Fault.LATE, ("no_answer", "unknown"), 1),
        (Fault.NONSENSE, ("no_answer", "unknown"), 1),
        (Fault.GATEWAY_BEFORE, ("http_502", "unknown"), 0),
        (Fault.GATEWAY_AFTER, ("http_502", "unknown"), 1),
        (Fault.PROXY_FORBIDS, ("http_403", "not_sent"), 0),
        (Refusal(500, "Internal Server Error"), ("http_500", "unknown"), 0),
        (Refusal(429, "Too Many Requests: retry after 7", retry_after=7), ("flood", "throttled"), 0),
        (Refusal(429, "Too Many Requests"), ("flood", "throttled"), 0),
        (Refusal(403, "Forbidden: bot was blocked by the user"), ("blocked", "never_again"), 0),
        (Refusal(403, "Forbidden: user is deactivated"), ("deactivated", "never_again"), 0),
        (Refusal(403, "Forbidden: bot can't initiate conversation with a user"), ("forbidden", "never_again"), 0),
        (Refusal(400, "Bad Request: chat not found"), ("chat_not_found", "never_again"), 0),
        (Refusal(400, "Bad Request: PEER_ID_INVALID"), ("chat_not_found", "never_again"), 0),
        (Refusal(400, "Bad Request: message is too long"), ("text_too_long", "our_bug"), 0),
        (Refusal(400, "Bad Request: BUTTON_DATA_INVALID"), ("button_data_invalid", "our_bug"), 0),
        (Refusal(400, "Bad Request: can't parse entities"), ("bad_request", "our_bug"), 0),
        (Refusal(413, "Request Entity Too Large"), ("too_large", "our_bug"), 0),
        (Refusal(418, "I'm a teapot"), ("http_418", "our_bug"), 0),
        (Refusal(401, "Unauthorized"), ("channel_halted", "halt"), 0),
        (Refusal(404, "Not Found"), ("channel_halted", "halt"), 0),
    ],
    ids=str,
)
async def test_a_failed_call(
    monkeypatch: pytest.MonkeyPatch, fault: Fault | Refusal, expected: tuple[str, str], arrived: int
) -> None:
    monkeypatch.setattr(client_module, "READ_SECONDS", 0.2)
    async with BotApi(late_seconds=0.4) as api:
        person = api.person(5)
        assert person.sees == []
        channel = Telegram(TOKEN, api.url, FREE)
        api.faults["sendMessage"].append(fault)
        with pytest.raises(SendError) as caught:
            await channel.send("5", HELLO, tracker="t")
        assert outcome(caught.value) == expected
        assert len(person.sees) == arrived
        _holds_no_secret(caught.value)
        await channel.close()


def _holds_no_secret(error: BaseException) -> None:
    told = "".join(traceback.format_exception(error)) + repr(error.__dict__)
    chain: list[BaseException | None] = [error.__cause__, error.__context__]
    assert chain == [None, None]
    for secret in (TOKEN, TOKEN.partition(":")[2], CANARY):
        assert secret not in told


async def test_a_yes_without_an_id_is_a_yes(api: BotApi) -> None:
    person = api.person(5)
    assert person.sees == []
    api.faults["sendMessage"].append(Fault.EMPTY_YES)
    channel = Telegram(TOKEN, api.url, FREE)
    assert await channel.send("5", HELLO, tracker="t") is None
    assert len(person.sees) == 1
    await channel.close()


@pytest.mark.parametrize("api_url", ["http://127.0.0.1:9", "https://127.0.0.1:9", "ftp://127.0.0.1"])
async def test_nobody_listens(api_url: str) -> None:
    with pytest.raises(SendError) as caught:
        await Telegram(TOKEN, api_url, FREE).send("5", HELLO, tracker="t")
    assert outcome(caught.value) == ("not_connected", "not_sent")
    _holds_no_secret(caught.value)


@pytest.mark.parametrize(
    ("said", "waits"), [(Refusal(429, "retry after 30", retry_after=30), 30), (Refusal(429, "Too Many Requests"), 5)]
)
async def test_a_flood_says_how_long_to_wait(api: BotApi, said: Refusal, waits: float) -> None:
    assert api.person(5).sees == []
    api.faults["sendMessage"].append(said)
    with pytest.raises(SendError) as caught:
        await Telegram(TOKEN, api.url, FREE).send("5", HELLO, tracker="t")
    assert caught.value.retry_after is not None
    assert waits <= caught.value.retry_after < waits + 1


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (Outgoing("x", " \n ", (), "fr"), "text_empty"),
        (Outgoing("x", "y", (Button("z" * 65, "label"),), "fr"), "button_data_invalid"),
        (Outgoing("x", "y", (Button("ش" * 33, "label"),), "fr"), "button_data_invalid"),
        (Outgoing("x", "y", (Button("z", ""),), "fr"), "bad_request"),
    ],
)
async def test_what_can_never_be_sent_is_given_up(api: BotApi, message: Outgoing, code: str) -> None:
    person = api.person(5)
    assert person.sees == []
    with pytest.raises(SendError) as caught:
        await Telegram(TOKEN, api.url, FREE).send("5", message, tracker="t")
    assert outcome(caught.value) == (code, "our_bug")
    assert person.sees == []


async def test_an_address_that_is_no_chat(api: BotApi) -> None:
    with pytest.raises(SendError) as caught:
        await Telegram(TOKEN, api.url, FREE).send("someone", HELLO, tracker="t")
    assert outcome(caught.value) == ("bad_address", "never_again")


@pytest.mark.parametrize(
    ("faults", "expected", "files"),
    [
        ([], None, 1),
        ([Fault.PROXY_FORBIDS], None, 1),
        ([Refusal(429, "Too Many Requests: retry after 60", retry_after=60)], ("partly_flood", "unknown"), 0),
        ([Fault.RESET_AFTER], ("partly_no_answer", "unknown"), 1),
        ([Refusal(400, "Bad Request: file is wrong")], ("partly_bad_request", "unknown"), 0),
        ([Refusal(403, "Forbidden: bot was blocked by the user")], ("blocked", "never_again"), 0),
    ],
    ids=str,
)
async def test_the_text_arrived_and_the_file_did_not(
    api: BotApi, faults: list[Fault | Refusal], expected: tuple[str, str] | None, files: int
) -> None:
    """Sending all of it again would repeat the text, so it never comes out as a failure to be retried."""
    person = api.person(5)
    assert person.sees == []
    channel = Telegram(TOKEN, api.url, FREE)
    api.faults["sendDocument"].extend(faults)
    message = Outgoing("x", "texte", (), "fr", document=Document("a.ics", "text/calendar", b"BEGIN"))
    if expected is None:
        await channel.send("5", message, tracker="t")
    else:
        with pytest.raises(SendError) as caught:
            await channel.send("5", message, tracker="t")
        assert outcome(caught.value) == expected
        # What is too much for Telegram is told to delivery, which holds everybody's messages.
        assert (caught.value.rests or 0) // 1 == (60 if expected[0] == "partly_flood" else 0)
    assert [s.text for s in person.sees].count("texte") == 1
    assert sum(s.document is not None for s in person.sees) == files
    await channel.close()


@pytest.mark.parametrize("token", ["", "123", "123:", "abc:def", "123:a b", "123:a\nb", "123:a/../b"])
def test_what_is_no_token_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Telegram(token, "http://127.0.0.1:9")
    assert "LABAS_TELEGRAM_TOKEN" in str(caught.value)
    assert not token.partition(":")[2] or token not in str(caught.value)


async def test_logs_hold_neither_token_nor_text(capfd: pytest.CaptureFixture[str], api: BotApi) -> None:
    """At the most talkative level, through good and bad calls."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    logs.configure("DEBUG", as_json=False)
    try:
        person = api.person(5)
        assert person.sees == []
        channel = Telegram(TOKEN, api.url, FREE)
        await channel.send("5", HELLO, tracker="t")
        bad: list[Fault | Refusal] = [Fault.NONSENSE, Fault.RESET_BEFORE, Refusal(401, "Unauthorized")]
        for fault in bad:
            api.faults["sendMessage"].append(fault)
            with pytest.raises(SendError):
                await channel.send("5", HELLO, tracker="t")
        await channel.answer_press("none")
        await channel.close()
    finally:
        root.handlers[:], root.level = before
    told = capfd.readouterr()
    assert "telegram_halted" in told.err
    for secret in (TOKEN, TOKEN.partition(":")[2], CANARY):
        assert secret not in told.err + told.out
