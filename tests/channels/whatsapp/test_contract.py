"""The platform owner's own examples, replayed: every one of its webhooks ends in the inbox, as published and with the
identity fields of 2026; and the fake takes what the owner says may be sent.

The owner's file is not ours to keep: without the shared folder beside the checkout these tests skip, and those on
payloads of our own (``test_contract_shapes``) remain.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.channels.whatsapp.inbox import rows
from tests.channels.whatsapp.running import running
from tests.platforms import contracts
from tests.platforms.whatsapp import PHONE_ID, TOKEN, CloudApi
from tests.platforms.whatsapp_calls import Call

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(contracts.path() is None, reason="the shared folder is not beside the checkout"),
]
VERSIONS = {
    "as published": lambda payload: payload,
    "of 2026": contracts.of_2026,
    "of 2026, number hidden": lambda payload: contracts.of_2026(payload, hides_phone=True),
}
# The owner's own placeholders, filled: who it goes to, what was uploaded, what was said before.
_FILLED = {
    "{{Recipient-Phone-Number}}": "16505551234", "+{{Recipient-Phone-Number}}": "16505551234",
    "<WHATSAPP_MESSAGE_ID>": "wamid.before",
}  # fmt: skip
_KINDS = {"text", "document", "image", "audio", "video", "sticker", "location", "contacts", "reaction", "interactive"}
# Interactive ones that we never send, and so the fake does not know.
_UNKNOWN = {"catalog_message", "flow", "product_list", "product", "order_details", "order_status"}


def ours(payload: dict[str, Any]) -> dict[str, Any]:
    """The same POST to our number."""
    made: dict[str, Any] = json.loads(json.dumps(payload))
    for entry in made["entry"]:
        for change in entry["changes"]:
            change["value"]["metadata"]["phone_number_id"] = PHONE_ID
    return made


def count(payload: dict[str, Any]) -> int:
    """Updates in a POST: its messages, and changes without any."""
    return sum(len(c["value"].get("messages", [None])) for e in payload["entry"] for c in e["changes"])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("example", contracts.webhooks())
async def test_every_example_of_a_webhook_ends_in_the_inbox(
    api: CloudApi, data: Path, example: str, version: str
) -> None:
    payload = ours(VERSIONS[version](contracts.webhooks()[example]))
    messages = [m for e in payload["entry"] for c in e["changes"] for m in c["value"].get("messages", [])]
    is_said = any(m["type"] != "system" for m in messages)
    async with running(data, api, subscribed=False) as labas:
        for _ in range(3):
            assert await labas.post(payload) == 200
        await labas.settled(count(payload))
        kept = rows(labas.store)
    assert len(kept) == count(payload)
    assert [row.address is not None for row in kept] == [is_said] * len(kept)
    if is_said:
        assert {row.address for row in kept} == {"16505551234" if version == "as published" else contracts.USER_ID}


async def test_all_examples_in_one_post(api: CloudApi, data: Path) -> None:
    """Entries of all of them together, in both versions: as many rows as there are different messages."""
    payloads = [ours(payload) for payload in contracts.webhooks().values()]
    whole = {**payloads[0], "entry": [entry for payload in payloads for entry in payload["entry"]]}
    ids = {
        message["id"] for entry in whole["entry"] for change in entry["changes"]
        for message in change["value"].get("messages", [])
    }  # fmt: skip
    without = sum("messages" not in c["value"] for e in whole["entry"] for c in e["changes"])
    async with running(data, api, subscribed=False) as labas:
        assert await labas.post(whole) == 200
        assert len(rows(labas.store)) == len(ids) + without


@pytest.mark.parametrize("example", contracts.sends())
async def test_the_fake_takes_what_the_owner_sends(api: CloudApi, data: Path, example: str) -> None:
    """Kinds that nobody here sends are refused, with a code; templates are refused until they exist."""
    person = api.person("16505551234")
    person.says("Hello")
    text = json.dumps(contracts.sends()[example])
    for placeholder, value in _FILLED.items():
        text = text.replace(placeholder, value)
    fields = json.loads(text)
    for kind in ("audio", "document", "image", "sticker", "video"):
        if "id" in fields.get(kind, {}):
            fields[kind]["id"] = api.media.keep(("file", "application/pdf", b"x")).id
    called = await call(api, fields)
    # One example (the reply with a list) has no type; the API takes it for a text, and finds none.
    kind = fields.get("type", "text")
    if "status" in fields:
        assert (called.what, called.code) == ("read", 131009), "there is no such message"
    elif kind == "template":
        assert called.code == 132001
    elif fields.get("interactive", {}).get("type") in _UNKNOWN:
        assert called.code in (131008, 131009)
    elif kind not in fields:
        assert called.code == 131008
    elif kind in _KINDS:
        assert (called.code, len(person.sees)) == (None, 1), fields
    else:
        pytest.fail(f"a kind that is not told apart here: {kind}")


async def call(api: CloudApi, fields: dict[str, Any]) -> Call:
    """The row of the ledger that a call made."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        await client.post(f"{api.url}/v26.0/{PHONE_ID}/messages", json=fields)
    return api.ledger[-1]
