"""Malformed updates, thousands of them: no unhandled error, no 5xx, nothing of them in a log, and still at work.

The short form of ``bench/fuzz.py``, with the work behind the webhook in it.
"""

from __future__ import annotations

import io
import itertools
import json
import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot import logs
from bot.channels.telegram.webhook import PATH
from tests.channels.telegram.running import SECRET, running
from tests.platforms.malformed import bodies
from tests.platforms.posting import Poster
from tests.platforms.telegram import BotApi
from tests.platforms.telegram_shapes import every

pytestmark = pytest.mark.anyio
PAYLOADS = 1500
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged, down to DEBUG."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr("sys.stdout", stream)
    logs.configure("DEBUG", as_json=True)
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    structlog.reset_defaults()


async def test_malformed_updates(api: BotApi, data: Path, logged: io.StringIO) -> None:
    answers: Counter[int] = Counter()
    async with running(data, api.url) as labas, Poster(labas.url, 8) as poster:
        for body in itertools.islice(bodies(list(every().values()), 1), PAYLOADS):
            answer = await poster.post(PATH, body, {HEADER: SECRET})
            answers[answer.status] += 1
            assert answer.body == b""
        before = len(labas.stored())
        good = {"message_id": 1, "date": 1, "chat": {"id": 77, "type": "private"}, "text": "bonjour"}
        body = json.dumps({"update_id": 9_000_000, "message": good}).encode()
        assert (await poster.post(PATH, body, {HEADER: SECRET})).status == 200
        await labas.worker.drain(60)
        assert len(labas.stored()) == before + 1
    assert answers == {200: PAYLOADS}
    assert before > PAYLOADS / 10, "many of them were messages all the same"
    text = logged.getvalue()
    assert "CANARY" not in text
    assert "5551208" not in text
    assert "Traceback" not in text


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", "é" * 300])
async def test_what_carries_no_secret_has_no_effect(api: BotApi, data: Path, secret: str) -> None:
    async with running(data, api.url) as labas, Poster(labas.url, 1) as poster:
        for body in itertools.islice(bodies(list(every().values()), 2), 100):
            assert (await poster.post(PATH, body, {HEADER: secret} if secret else {})).status == 403
        assert labas.stored() == []
