"""The fakes, and somebody who takes what they push."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from tests.platforms.server import Answered, Asked, Server
from tests.platforms.whatsapp import PHONE_ID, TOKEN, CloudApi

VERIFY = "a-word-of-the-tests"


@dataclass
class Receiver:
    """A business's webhook. ``answers`` are the statuses of the next POSTs, 200 when there are none left."""

    url: str = ""
    got: list[Asked] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def handle(self, asked: Asked) -> Answered:
        if asked.method == "GET":
            query = {name: values[0] for name, values in parse_qs(asked.path.partition("?")[2]).items()}
            known = query["hub.mode"] == "subscribe" and query["hub.verify_token"] == VERIFY
            return Answered(200, query["hub.challenge"].encode()) if known else Answered(403)
        self.got.append(asked)
        return Answered(self.answers.pop(0) if self.answers else 200)

    def values(self, field: str = "messages") -> list[dict[str, Any]]:
        """Every change of a field, in the order of arrival."""
        bodies = [json.loads(asked.body) for asked in self.got]
        return [c["value"] for b in bodies for e in b["entry"] for c in e["changes"] if c["field"] == field]

    def statuses(self) -> list[dict[str, Any]]:
        return [status for value in self.values() for status in value.get("statuses", [])]

    def messages(self) -> list[dict[str, Any]]:
        return [message for value in self.values() for message in value.get("messages", [])]


@dataclass
class Business:
    """Somebody who calls the fake as a client would."""

    api: CloudApi
    client: httpx.AsyncClient
    receiver: Receiver

    async def send(self, **fields: Any) -> tuple[int, dict[str, Any]]:
        """(status, answer) of a message, with the envelope that every message has."""
        whole = {"messaging_product": "whatsapp", "recipient_type": "individual", **fields}
        answer = await self.client.post(f"/{PHONE_ID}/messages", json=whole)
        return answer.status_code, answer.json()

    async def text(self, to: str, body: str = "x", **fields: Any) -> int | None:
        """A text; the code of the refusal, None when it was taken."""
        return code_of(await self.send(to=to, type="text", text={"body": body}, **fields))

    async def settled(self) -> None:
        await self.api.until(lambda: self.api.webhooks.is_idle)


def code_of(answer: tuple[int, dict[str, Any]]) -> int | None:
    status, body = answer
    assert (status == 200) == ("error" not in body)
    return body["error"]["code"] if "error" in body else None


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def business() -> AsyncIterator[Business]:
    """A fake with a subscribed receiver and a client."""
    receiver = Receiver()
    async with CloudApi() as api, Server(receiver.handle) as listening:
        receiver.url = f"http://127.0.0.1:{listening.port}/hook"
        assert await api.subscribe(receiver.url, VERIFY)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(base_url=f"{api.url}/v26.0", headers=headers) as client:
            yield Business(api, client, receiver)
