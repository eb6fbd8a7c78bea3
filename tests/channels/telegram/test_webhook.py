"""Telegram posts to us: who may, what may go wrong, and that nothing is lost, doubled or turned around."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.telegram import webhook
from bot.channels.telegram.receiver import Receiver
from dialogues.reading import Reading
from store.database import Store
from tests.channels.serving import LINES, Lines
from tests.channels.telegram.running import SECRET, Running, make_app, running
from tests.platforms.telegram import BotApi

pytestmark = pytest.mark.anyio
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def an_update(number: int, text: str, chat: int = 5) -> dict[str, Any]:
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": text}
    return {"update_id": number, "message": message}


async def post(to: Running, body: bytes, secret: str | None = SECRET) -> httpx.Response:
    headers = {HEADER: secret} if secret is not None else {}
    async with httpx.AsyncClient(verify=False) as client:
        return await client.post(to.url + webhook.PATH, content=body, headers=headers)


async def settled(to: Running, count: int) -> list[str]:
    """Wait until so many messages are answered; the texts as they were read."""
    async with asyncio.timeout(5):
        while to.stored() != ["done"] * count:
            await asyncio.sleep(0.01)
    return to.reader.read_texts


async def test_a_first_contact_from_start_to_buttons(api: BotApi, data: Path) -> None:
    person = api.person(5)
    async with running(data, api.url) as labas:
        person.says("/start")
        await api.until(lambda: len(person.sees) == 2)
        await labas.worker.drain(5)
        assert labas.said() == [("welcome", "sent"), ("menu.offer", "sent")]
        assert labas.reader.read_texts == [], "a command needs no model"
        data_of = [data for _, data in person.sees[-1].buttons]
        person.taps_button(data_of.index("go=change_language") + 1)
        await api.until(lambda: len(person.sees) == 3)
        french = [label for label, _ in person.sees[-1].buttons].index("Français") + 1
        person.taps_button(french)
        await api.until(lambda: len(person.sees) == 4)
        await api.until(lambda: all(press.is_answered for press in api.presses.values()))
    assert len(api.presses) == 2
    assert [call.status for call in api.calls("answerCallbackQuery")] == [200, 200]
    assert api.rates.refused == {}


async def test_a_document_of_the_talk_arrives(api: BotApi, data: Path) -> None:
    person = api.person(5)
    async with running(data, api.url):
        person.says("mes données")
        seen = await api.until(lambda: [s for s in person.sees if s.document])
    name, media_type, content = seen[0].document
    assert (name, media_type) == ("labas.json", "application/json")
    assert json.loads(content)


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], SECRET.upper(), "é", "x" * 5000])
async def test_a_wrong_secret_is_refused_and_nothing_is_kept(api: BotApi, data: Path, secret: str | None) -> None:
    async with running(data, api.url) as labas:
        sent = None if secret is None else secret.encode("latin-1")
        async with httpx.AsyncClient(verify=False) as client:
            answer = await client.post(
                labas.url + webhook.PATH,
                json=an_update(1, "bonjour"),
                headers={} if sent is None else [(HEADER.encode(), sent)],
            )
        assert (answer.status_code, answer.content) == (403, b"")
        assert labas.stored() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'"text"',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 1, "message": "' + b"x" * 1_500_000 + b'"}',
        b"{}",
        b'{"update_id": 1}',
        b'{"update_id": 1, "message": {"message_id": 1, "chat": {"id": -7, "type": "group"}, "text": "hello"}}',
        b'{"update_id": 1, "edited_message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": "a"}}',
        b'{"update_id": 1, "my_chat_member": {"chat": {"id": 5, "type": "private"}, "date": "x"}}',
    ],
    ids=lambda body: repr(body[:40]),
)
async def test_what_cannot_be_read_is_never_asked_for_again(api: BotApi, data: Path, body: bytes) -> None:
    async with running(data, api.url) as labas:
        answer = await post(labas, body)
        assert (answer.status_code, answer.content) == (200, b"")
        assert labas.stored() == []
        assert (await post(labas, json.dumps(an_update(2, "bonjour")).encode())).status_code == 200
        await settled(labas, 1)


async def test_a_huge_text_is_kept_up_to_telegrams_limit(api: BotApi, data: Path) -> None:
    async with running(data, api.url) as labas:
        assert (await post(labas, json.dumps(an_update(1, "x" * 900_000)).encode())).status_code == 200
        assert [len(text) for text in await settled(labas, 1)] == [4096]


async def test_halves_of_characters_and_null_bytes_are_stored(api: BotApi, data: Path) -> None:
    body = json.dumps(an_update(1, "a\ud83d\x00b")).encode()
    async with running(data, api.url) as labas:
        assert (await post(labas, body)).status_code == 200
        assert await settled(labas, 1) == ["a?\x00b"]


async def test_a_repeated_update_is_one_message(api: BotApi, data: Path) -> None:
    async with running(data, api.url) as labas:
        body = json.dumps(an_update(1, "bonjour")).encode()
        answers = [await post(labas, body) for _ in range(3)]
        answers += await asyncio.gather(*(post(labas, body) for _ in range(10)))
        assert {a.status_code for a in answers} == {200}
        assert await settled(labas, 1) == ["bonjour"]
        await labas.worker.drain(5)
        assert [say for say, _ in labas.said()] == ["welcome", "menu.offer"]


async def test_a_repeated_press_wakes_and_answers_once(api: BotApi, data: Path) -> None:
    woken: list[str] = []
    app, channel = make_app(data, api.url, "", Lines())
    receiver = Receiver(app, channel, woken.append)
    message = {"message_id": 1, "chat": {"id": 5, "type": "private"}}
    press = {"id": api.next_press(), "from": {"id": 5}, "data": "go=ask_help", "message": message}
    for _ in range(3):
        await receiver.take({"update_id": 1, "callback_query": press})
    await receiver.drain(5)
    assert len(woken) == 1
    assert [call.status for call in api.calls("answerCallbackQuery")] == [200]
    assert receiver.counts == {"stored": 1, "repeated": 2}
    await channel.close()
    app.store.close()


async def test_the_answers_keep_the_order_of_the_messages(api: BotApi, data: Path) -> None:
    """One by one from Telegram, faster than they are answered."""
    person = api.person(5)
    async with running(data, api.url) as labas:
        texts = [f"message {n}" for n in range(12)]
        for text in texts:
            person.says(text)
        assert await settled(labas, 12) == texts
        assert labas.reader.most_at_once == 1


async def test_two_messages_at_once_are_answered_one_after_the_other(api: BotApi, data: Path) -> None:
    people = {chat: [an_update(chat * 100 + n, f"{chat}.{n}", chat) for n in range(6)] for chat in (5, 6, 7)}
    reader = Lines(dict(LINES), gate=asyncio.Event())
    async with running(data, api.url, reader=reader) as labas:
        updates = [update for theirs in people.values() for update in theirs]
        await asyncio.gather(*(post(labas, json.dumps(update).encode()) for update in updates))
        async with asyncio.timeout(5):
            while len(reader.read_texts) < 3:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert sorted(text[0] for text in reader.read_texts) == ["5", "6", "7"], "one message a person at a time"
        assert reader.gate is not None
        reader.gate.set()
        read = await settled(labas, 18)
    assert Counter(read) == Counter(u["message"]["text"] for u in updates)


async def test_a_tap_and_a_message_at_once(api: BotApi, data: Path) -> None:
    """Telegram pushes them over two queues; both count, neither disturbs the other."""
    person = api.person(5)
    async with running(data, api.url) as labas:
        person.says("bonjour")
        await api.until(lambda: len(person.sees) == 2)
        person.taps_button(1)
        person.says("une phrase")
        person.taps_button(2)
        await settled(labas, 4)
        await api.until(lambda: all(press.is_answered for press in api.presses.values()))
        await labas.worker.drain(5)
        assert {state for _, state in labas.said()} == {"sent"}


async def test_the_button_of_an_old_question(api: BotApi, data: Path) -> None:
    person = api.person(5)
    async with running(data, api.url) as labas:
        person.says("effacer")
        await api.until(lambda: len(person.sees) == 2)
        old = person.sees[-1]
        assert len(old.buttons) == 2, "yes and no"
        person.taps_button(2)
        await api.until(lambda: len(person.sees) == 3)
        person.taps(old.buttons[0][1], under=old)
        await api.until(lambda: len(person.sees) == 4)
        await labas.worker.drain(5)
        assert [say for say, _ in labas.said()][-1] == "old_button"
        person.taps("something=nobody-sent", under=old)
        await api.until(lambda: len(person.sees) == 5)
        await api.until(lambda: all(press.is_answered for press in api.presses.values()))


@pytest.mark.parametrize("way", ["/stop", "stop"])
async def test_stop_works_from_command_and_word(api: BotApi, data: Path, way: str) -> None:
    person = api.person(5)
    async with running(data, api.url) as labas:
        person.says("/langue")
        person.says(way)
        await settled(labas, 2)
        await labas.worker.drain(5)
        assert [say for say, _ in labas.said()][-1] == "stopped.messages"


async def test_a_press_that_is_too_old_is_no_problem(api: BotApi, data: Path) -> None:
    """It is still a choice; only the phone's waiting sign is over."""
    person = api.person(5)
    async with running(data, api.url) as labas:
        person.says("bonjour")
        await api.until(lambda: len(person.sees) == 2)
        press = {
            "id": "from-long-ago",
            "from": {"id": 5},
            "data": "go=ask_help",
            "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}},
        }
        assert (await post(labas, json.dumps({"update_id": 3, "callback_query": press}).encode())).status_code == 200
        await api.until(lambda: len(person.sees) == 3)
        await api.until(lambda: api.calls("answerCallbackQuery"))
        assert api.calls("answerCallbackQuery")[0].status == 400
        await labas.worker.drain(5)
        assert {state for _, state in labas.said()} == {"sent"}


async def test_a_group_gets_no_answer_but_its_presses_end(api: BotApi, data: Path) -> None:
    async with running(data, api.url) as labas:
        group = {"id": -100, "type": "supergroup"}
        said = {"update_id": 1, "message": {"message_id": 1, "chat": group, "text": "bonjour"}}
        press = {"id": api.next_press(), "from": {"id": 5}, "data": "x", "message": {"message_id": 1, "chat": group}}
        for update in (said, {"update_id": 2, "callback_query": press}):
            assert (await post(labas, json.dumps(update).encode())).status_code == 200
        await api.until(lambda: api.presses["press-1"].is_answered)
        assert labas.stored() == []
        assert api.calls("sendMessage") == []


async def test_the_store_is_down_for_a_while(api: BotApi, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram is told to come back, and the message is answered once, in its place."""
    person, broken = api.person(5), [4]
    run = Store.run

    def fails(store: Store, work: Any) -> Any:
        if broken[0] > 0:
            broken[0] -= 1
            raise OSError("disk full")
        return run(store, work)

    async with running(data, api.url) as labas:
        monkeypatch.setattr(Store, "run", fails)
        person.says("un")
        person.says("deux")
        assert await settled(labas, 2) == ["un", "deux"]
    refused = [p for p in api.updates.pushed if p.status == 503]
    assert len(refused) == 4
    assert {p.headers["retry-after"] for p in refused} == {str(webhook.RETRY_SECONDS)}
    assert api.updates.dropped == []


async def test_the_answer_comes_before_the_reading(api: BotApi, data: Path) -> None:
    """Telegram's 200 does not wait for the model; the press's sign ends at once, too."""
    person = api.person(5)
    reader = Lines({"bonjour": Reading(text="bonjour", words=("bonjour",), doubt="low")}, gate=asyncio.Event())
    async with running(data, api.url, reader=reader) as labas:
        person.says("bonjour")
        await api.until(lambda: labas.stored() == ["pending"] and reader.read_texts)
        assert [p.status for p in api.updates.pushed] == [200]
        assert person.sees == []
        assert reader.gate is not None
        reader.gate.set()
        await settled(labas, 1)


async def test_edited_messages_and_profiles_leave_no_trace(api: BotApi, data: Path) -> None:
    person = api.person(5)
    async with running(data, api.url) as labas:
        person.says("bonjour")
        person.edits("bonsoir")
        await settled(labas, 1)
        await labas.worker.drain(5)
    assert all("CANARY-PROFILE-NAME" not in shown.text for shown in person.sees)
    for file in data.rglob("*.db*"):
        assert b"CANARY" not in file.read_bytes()
        assert b"bonjour" not in file.read_bytes()


async def test_only_posts_are_taken(api: BotApi, data: Path) -> None:
    async with running(data, api.url) as labas, httpx.AsyncClient(verify=False) as client:
        assert (await client.get(labas.url + webhook.PATH)).status_code == 405
