"""Every kind of update in every version, in payloads of our own: each ends in the inbox once, whoever repeats it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.channels.whatsapp.inbox import rows
from tests.channels.whatsapp.running import running
from tests.platforms import whatsapp_shapes as shapes
from tests.platforms.whatsapp import CloudApi
from tests.platforms.whatsapp_webhooks import How, Update, pack

pytestmark = pytest.mark.anyio
SAID, NEWS = dict(shapes.said()), dict(shapes.news())


def together(payloads: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """All of them in one POST."""
    first = next(iter(payloads.values()))
    return {**first, "entry": [entry for payload in payloads.values() for entry in payload["entry"]]}


@pytest.mark.parametrize("shape", shapes.SHAPES)
async def test_whatever_a_person_sends_is_theirs_and_comes_once(api: CloudApi, data: Path, shape: str) -> None:
    """One after the other, then all together in one POST, then again one by one."""
    theirs = {name: payload for name, payload in SAID.items() if name.endswith(f"({shape})")}
    key = shapes.PHONE if shape == "phone" else shapes.USER_ID
    async with running(data, api, subscribed=False) as labas:
        for payload in theirs.values():
            assert await labas.post(payload) == 200
        assert await labas.post(together(theirs)) == 200
        for payload in theirs.values():
            assert await labas.post(payload) == 200
        await labas.settled(len(theirs))
        kept = rows(labas.store)
        assert len(kept) == len(theirs) >= 26
        assert {(row.address, row.state) for row in kept} == {(key, "done")}
        silent = [name for name in theirs if name.rsplit(" (", 1)[0] in shapes.SILENT]
        assert len([row for row in kept if row.code]) == len(silent) == 5
        assert labas.people() == 1


async def test_the_same_person_in_all_versions_is_one_person(api: CloudApi, data: Path) -> None:
    """First by number alone, then by both, then by id alone."""
    async with running(data, api, subscribed=False) as labas:
        for shape in ("phone", "both", "user_id"):
            assert await labas.post(SAID[f"text ({shape})"]) == 200
        await labas.settled(3)
        assert {row.address for row in rows(labas.store)} == {shapes.USER_ID}
        assert labas.people() == 1


@pytest.mark.parametrize("name", NEWS)
async def test_news_are_kept_and_are_nobodys(api: CloudApi, data: Path, name: str) -> None:
    async with running(data, api, subscribed=False) as labas:
        for _ in range(2):
            assert await labas.post(NEWS[name]) == 200
        [row] = rows(labas.store)
    assert row.address is None
    assert row.state in ("done", "quarantined")
    assert row.code
    assert (row.state == "quarantined") == (name == "a field to come")


async def test_receipts_of_what_nobody_sent_disturb_nothing(api: CloudApi, data: Path) -> None:
    async with running(data, api, subscribed=False) as labas:
        for payload in dict(shapes.statuses()).values():
            assert await labas.post(payload) == 200
        assert labas.people() == 0


async def test_forty_five_updates_of_one_post_are_all_handled(api: CloudApi, data: Path) -> None:
    """3 × 3 × 5, in order within a person."""
    people = [api.person() for _ in range(5)]
    texts: dict[str, list[str]] = {person.user_id: [] for person in people}
    for number in range(45):
        people[number % 5].says(f"message {number}")
        texts[people[number % 5].user_id].append(f"message {number}")
    body = pack(list(api.webhooks.waiting), How(entries=3, changes=3, items=5))
    api.webhooks.waiting.clear()
    async with running(data, api, subscribed=False) as labas:
        assert await labas.post(body) == 200
        assert len(rows(labas.store)) == 45
        await labas.settled(45)
        read = labas.reader.read_texts
    assert sorted(read) == sorted(text for theirs in texts.values() for text in theirs)
    for theirs in texts.values():
        assert [text for text in read if text in theirs] == theirs


async def test_a_thousand_messages_in_one_post(api: CloudApi, data: Path) -> None:
    person = api.person()
    whole = [shapes.message("text", "both", f"n{number}") for number in range(1000)]
    values = shapes.value("both", messages=whole)
    body = pack([Update(api.account_id, "messages", values, api.now())], How())
    async with running(data, api, subscribed=False) as labas:
        async with asyncio.timeout(10):
            assert await labas.post(body) == 200
        assert len(rows(labas.store)) == 1000
        assert await labas.post(body) == 200
        assert len(rows(labas.store)) == 1000
    assert person.sees == []
