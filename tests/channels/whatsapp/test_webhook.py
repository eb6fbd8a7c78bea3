"""What POSTs of Meta lead to: stored once, whatever they hold, before the answer; what is refused leaves no trace."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot import logs
from bot.channels.whatsapp import webhook
from bot.channels.whatsapp.webhook import LARGEST_BODY, PATH
from store.database import Store
from store.models import Inbox
from tests.channels.serving import LINES, Lines
from tests.channels.whatsapp.payloads import PHONE, USER, a_contact, a_message, a_post, a_status, a_value
from tests.channels.whatsapp.running import VERIFY, Running, running
from tests.platforms.whatsapp import SECRET, CloudApi
from tests.platforms.whatsapp_webhooks import How, encoded, signed

pytestmark = pytest.mark.anyio

CHANGE = {"type": "user_changed_number", "wa_id": "212600000001", "user_id": "MA.2", "previous_user_id": USER}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}, 200),
        ({"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "<script>alert(1)</script>"}, 200),
        ({"hub.mode": "subscribe", "hub.verify_token": "wrong", "hub.challenge": "1"}, 403),
        ({"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}, 403),
        ({"hub.mode": "subscribe", "hub.verify_token": "é\x00", "hub.challenge": "1"}, 403),
        ({"hub.mode": "unsubscribe", "hub.verify_token": VERIFY, "hub.challenge": "1"}, 403),
        ({"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1" * 1000}, 403),
        ({"hub.mode": "subscribe", "hub.verify_token": VERIFY}, 403),
        ({}, 403),
    ],
    ids=str,
)
async def test_the_challenge(api: CloudApi, data: Path, asked: dict[str, str], status: int) -> None:
    async with running(data, api, subscribed=False) as labas, httpx.AsyncClient() as client:
        answer = await client.get(labas.url + PATH, params=asked)
    assert answer.status_code == status
    assert answer.text == (asked["hub.challenge"] if status == 200 else "")
    assert "html" not in answer.headers.get("content-type", "")


async def test_a_wrong_signature_has_no_effect(api: CloudApi, data: Path) -> None:
    body = encoded(a_post(a_value(a_message())))
    right = signed(body, SECRET)["X-Hub-Signature-256"]
    wrong = {
        "of another secret": signed(body, "x")["X-Hub-Signature-256"],
        "of another body": signed(body + b" ", SECRET)["X-Hub-Signature-256"],
        "without the name": right.removeprefix("sha256="),
        "of another kind": signed(body, SECRET)["X-Hub-Signature"],
        "too long": right + "0",
        "in capitals": right.upper(),
        "of other letters": "sha256=é",
        "empty": "",
    }
    async with running(data, api, subscribed=False) as labas:
        for name, signature in wrong.items():
            headers = {b"x-hub-signature-256": signature.encode("utf-8", "replace")}
            assert await labas.post(body, headers=headers) == 403, name  # type: ignore[arg-type]
        assert await labas.post(body, headers={"X-Hub-Signature": signed(body, SECRET)["X-Hub-Signature"]}) == 401
        assert labas.stored() == []
        assert await labas.post(body) == 200
        assert len(labas.stored()) == 1


async def test_two_secrets_count_while_one_is_exchanged(api: CloudApi, data: Path) -> None:
    new, old = "fedcba9876543210fedcba9876543210", "00112233445566778899aabbccddeeff"
    async with running(data, api, subscribed=False, whatsapp_secret=f"{new}, {old}") as labas:
        statuses = [await labas.post(a_post(a_value(a_message())), secret=secret) for secret in (new, old, SECRET)]
        assert statuses == [200, 200, 403]


async def test_a_body_that_is_too_large(api: CloudApi, data: Path) -> None:
    body = b" " * (LARGEST_BODY + 1)
    async with running(data, api, subscribed=False) as labas:
        assert await labas.post(body) == 413

        async def in_pieces() -> Any:
            for _ in range(LARGEST_BODY // 65536 + 2):
                yield b" " * 65536

        async with httpx.AsyncClient() as client:
            answer = await client.post(labas.url + PATH, content=in_pieces(), headers={"X-Hub-Signature-256": "x"})
        assert answer.status_code == 413
        assert labas.stored() == []


ODD = [
    pytest.param(
        a_post(a_value(a_message(from_user_id=None), contacts=[a_contact(user_id=None)])), ["m"], id="before 2026"
    ),
    pytest.param(a_post(a_value(a_message(), contacts=[])), ["m"], id="no contacts"),
    pytest.param(a_post(a_value(a_message(**{"from": None}), contacts=[a_contact(wa_id=None)])), ["m"], id="no number"),
    pytest.param(a_post(a_value(a_message(timestamp="9" * 400))), ["m"], id="a moment of 400 digits"),
    pytest.param(a_post(a_value(a_message(id=int("9" * 400)))), ["m"], id="an id of 400 digits"),
    pytest.param(
        encoded(a_post(a_value(a_message("text", {"body": "SALAM"})))).replace(b"SALAM", b"s\xff\xfe"),
        ["m"],
        id="bad UTF-8",
    ),
    pytest.param(a_post(a_value(a_message("text", {"body": "\x00\ud83d"}))), ["m"], id="odd letters"),
    pytest.param(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, ["q"], id="10,000 deep"),
    pytest.param(
        b'{"entry": [{"changes": [{"value": ' + b"[" * 10_000 + b"]" * 10_000 + b"}]}]}", ["q"], id="10,000 deep inside"
    ),
    pytest.param(b'{"entry": ' + b"9" * 400 + b"}", ["q"], id="a number of 400 digits"),
    pytest.param(b"not json", ["q"], id="no JSON"),
    pytest.param(b"", ["q"], id="empty"),
    pytest.param([], ["q"], id="a list"),
    pytest.param({"object": "whatsapp_business_account"}, ["q"], id="no entries"),
    pytest.param(
        a_post(a_value(a_message(**{"from": None, "from_user_id": None}), contacts=[])), ["q"], id="nobody wrote"
    ),
    pytest.param(a_post({"event": "of 2027"}, field="of_2027"), ["q"], id="an unknown field"),
    pytest.param(a_post(a_value(a_message("system", CHANGE), contacts=[])), ["n"], id="a number changed"),
    pytest.param(a_post({"event": "X"}, field="account_update"), ["n"], id="news of the account"),
    pytest.param(a_post(a_value(a_message("reaction", {"emoji": "👍"}))), ["n"], id="a reaction"),
    pytest.param(
        a_post(a_value(statuses=[a_status(), a_status("failed", errors=[{"code": "x"}])])), [], id="receipts of others"
    ),
]


@pytest.mark.parametrize(("payload", "kept"), ODD)
async def test_what_is_authentic_is_never_refused_and_never_lost(
    api: CloudApi, data: Path, payload: object, kept: list[str]
) -> None:
    """m: a message to answer; n: news that is dealt with; q: set aside for staff. Twice is once."""
    async with running(data, api, subscribed=False) as labas:
        assert [await labas.post(payload) for _ in range(3)] == [200, 200, 200]
        await labas.worker.drain(5)
        with labas.store.read() as session:
            rows = session.execute(select(Inbox.state, Inbox.code, Inbox.address_id)).all()
        found = ["q" if row.state == "quarantined" else "n" if row.code else "m" for row in rows]
        assert found == kept
        assert labas.people() == (1 if kept == ["m"] or "reaction" in str(payload) else 0)


async def test_a_thousand_messages_in_one_post(api: CloudApi, data: Path) -> None:
    messages = [a_message("text", {"body": f"{n}"}, timestamp=str(1764000000 + n)) for n in range(1000)]
    reader = Lines(dict(LINES), gate=asyncio.Event())
    async with running(data, api, subscribed=False, reader=reader) as labas:
        assert await labas.post(a_post(a_value(*messages))) == 200
        assert labas.stored() == ["pending"] * 1000
        assert await labas.post(a_post(a_value(*messages))) == 200
        assert len(labas.stored()) == 1000
        with labas.store.write() as session:
            session.query(Inbox).update({"state": "done"})
        assert reader.gate is not None
        reader.gate.set()


async def test_everything_of_a_batched_post_in_order_within_a_person(api: CloudApi, data: Path) -> None:
    """3 entries of 3 changes of 5 messages by three people, shuffled: all 45 answered, each person's in order."""
    people = [api.person(f"21260000000{n}") for n in range(3)]
    api.webhooks.how = How(entries=3, changes=3, items=5, shuffle=True, gather_seconds=0.2)
    start = api.now() - 100
    async with running(data, api) as labas:
        api.webhooks.held = True
        for number in range(15):
            for place, person in enumerate(people):
                person.says(f"{place}.{number}", at=start + number)
        api.webhooks.release()
        await labas.settled(45)
        assert labas.stored() == ["done"] * 45
        for place in range(3):
            read = [text for text in labas.reader.read_texts if text.startswith(f"{place}.")]
            assert read == [f"{place}.{number}" for number in range(15)]
        first = json.loads(api.webhooks.pushed[0].body)
        assert [len(entry["changes"]) for entry in first["entry"]] == [3, 3, 3]


async def test_the_same_post_at_the_same_time(api: CloudApi, data: Path) -> None:
    person = api.person(PHONE)
    async with running(data, api) as labas:
        person.says("bonjour")
        await labas.settled(1)
        [pushed] = [p for p in api.webhooks.pushed if b"bonjour" in p.body]
        await asyncio.gather(*(labas.post(pushed.body) for _ in range(20)))
        await labas.worker.drain(5)
        assert labas.stored() == ["done"]
        assert [say for say, _ in labas.said()] == ["welcome", "menu.offer"]


async def test_somebody_new_writes_twice_at_the_same_time(api: CloudApi, data: Path) -> None:
    async with running(data, api, subscribed=False) as labas:
        posts = [a_post(a_value(a_message("text", {"body": f"{n}"}))) for n in range(20)]
        assert await asyncio.gather(*(labas.post(post) for post in posts)) == [200] * 20
        await labas.settled(20)
        assert labas.people() == 1


async def test_a_replay_after_seven_days(api: CloudApi, data: Path) -> None:
    """Also when the person has changed their number in between: nobody new, nothing answered twice."""
    person = api.person(PHONE)
    async with running(data, api) as labas:
        person.says("bonjour")
        await labas.settled(1)
        await api.until(lambda: len(person.sees) == 2)
        person.changes_number("212600000001")
        await api.until(lambda: ("done", "system") in labas.codes())
        api.advance(7 * 24 * 3600)
        for pushed in list(api.webhooks.pushed):
            api.webhooks.replay(pushed)
        await api.until(lambda: api.webhooks.is_idle)
        await labas.worker.drain(5)
        assert labas.people() == 1
        assert [say for say, _ in labas.said()] == ["welcome", "menu.offer"]
        assert len(person.sees) == 2


async def test_the_store_is_down_for_a_while(api: CloudApi, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meta is told to come back, and the message is answered once."""
    person, broken = api.person(), [3]
    run = Store.run

    def fails(store: Store, work: Any) -> Any:
        if broken[0] > 0:
            broken[0] -= 1
            raise OSError("disk full")
        return run(store, work)

    async with running(data, api) as labas:
        await asyncio.sleep(0.2)  # what is asked of Meta at the start is over
        monkeypatch.setattr(Store, "run", fails)
        person.says("bonjour")
        await labas.settled(1)
        assert [say for say, _ in labas.said()] == ["welcome", "menu.offer"]
    refused = [p for p in api.webhooks.pushed if p.status == 503]
    assert len(refused) == 3
    assert {p.headers["retry-after"] for p in refused} == {str(webhook.RETRY_SECONDS)}


async def test_one_message_that_cannot_be_stored_holds_up_nothing(
    api: CloudApi, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store import identity

    resolve = identity.resolve

    def poisoned(session: Any, channel: str, keys: Any, now: Any) -> str:
        if keys.user_id == "MA.poison":
            raise ZeroDivisionError
        return resolve(session, channel, keys, now)

    monkeypatch.setattr(identity, "resolve", poisoned)
    poison = a_message(from_user_id="MA.poison", **{"from": "212600000009"})
    async with running(data, api, subscribed=False) as labas:
        assert await labas.post(a_post(a_value(a_message(), poison, a_message(), contacts=[]))) == 200
        await labas.settled(2)
        assert sorted(labas.stored()) == ["done", "done", "quarantined"]
        assert ("quarantined", "ZeroDivisionError") in labas.codes()


async def test_overload_is_answered_with_come_again(api: CloudApi, data: Path) -> None:
    async with running(data, api, subscribed=False) as labas:
        body = encoded(a_post(a_value(a_message())))
        places = [labas.app.gate.place() for _ in range(400)]
        for place in places:
            await place.__aenter__()
        async with httpx.AsyncClient() as client:
            answer = await client.post(labas.url + PATH, content=body, headers=signed(body, SECRET))
        assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
        for place in places:
            await place.__aexit__(None, None, None)
        assert await labas.post(body) == 200


async def test_the_answer_comes_before_the_reading(api: CloudApi, data: Path) -> None:
    person = api.person()
    reader = Lines(dict(LINES), gate=asyncio.Event())
    async with running(data, api, reader=reader) as labas:
        person.says("bonjour")
        await api.until(lambda: labas.stored() == ["pending"] and reader.read_texts)
        assert [p.status for p in api.webhooks.pushed] == [200]
        # Seen, and an answer is on its way.
        await api.until(lambda: person.read_marks and person.typing_until > api.now())
        assert reader.gate is not None
        reader.gate.set()
        await labas.settled(1)


async def test_nothing_of_a_person_is_in_a_log_or_readable_on_disk(
    api: CloudApi, data: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure("DEBUG", as_json=True)
    person = api.person("212655443322")
    try:
        async with running(data, api) as labas:
            person.says("CANARY-TEXT")
            await labas.settled(1)
            for body in (b"CANARY-TEXT", b'{"CANARY-TEXT": ' + b"[" * 9000, encoded(a_post({"x": "CANARY-TEXT"}))):
                assert await labas.post(body) == 200
            person.changes_number("212600000001")
            await api.until(lambda: ("done", "system") in labas.codes())
            await _failing(labas, api)
    finally:
        for handler in list(logging.getLogger().handlers):
            logging.getLogger().removeHandler(handler)
    said = capfd.readouterr().err
    assert said
    for secret in ("CANARY", "212655443322", person.user_id, SECRET, "EAAtest"):
        assert secret not in said
        for file in data.rglob("*.db*"):
            assert secret.encode() not in file.read_bytes()


async def _failing(labas: Running, api: CloudApi) -> None:
    """Calls that fail in each way, for what they log."""
    from tests.platforms.whatsapp import Fault, GraphError

    person = api.person("212655443322")
    api.faults["send"].extend([Fault.RESET_AFTER, GraphError(131009, "CANARY-DETAILS")])
    person.says("CANARY-TEXT 2")
    await labas.settled(3)


async def test_only_gets_and_posts_are_taken(api: CloudApi, data: Path) -> None:
    async with running(data, api, subscribed=False) as labas, httpx.AsyncClient() as client:
        assert (await client.put(labas.url + PATH)).status_code == 405
