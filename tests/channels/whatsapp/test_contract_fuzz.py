"""Malformed payloads, thousands of them: no unhandled error, no 5xx, nothing of them in a log, and still at work.

The short form of ``bench/fuzz.py``, with the work behind the webhook in it.
"""

from __future__ import annotations

import io
import itertools
import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot import logs
from bot.channels.whatsapp.webhook import PATH
from tests.channels.whatsapp.inbox import rows
from tests.channels.whatsapp.running import running
from tests.platforms import whatsapp_shapes as shapes
from tests.platforms.malformed import bodies
from tests.platforms.posting import Poster
from tests.platforms.whatsapp import SECRET, CloudApi
from tests.platforms.whatsapp_webhooks import signed

pytestmark = pytest.mark.anyio
PAYLOADS = 1500
SEEDS = list(shapes.every().values())


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


@pytest.mark.parametrize("seed", [1, 2])
async def test_malformed_payloads(api: CloudApi, data: Path, logged: io.StringIO, seed: int) -> None:
    answers: Counter[int] = Counter()
    async with running(data, api, subscribed=False) as labas, Poster(labas.url, 8) as poster:
        for body in itertools.islice(bodies(SEEDS, seed), PAYLOADS):
            answer = await poster.post(PATH, body, signed(body, SECRET))
            answers[answer.status] += 1
            assert answer.body == b""
        assert await labas.post(shapes.post("messages", shapes.value("both", messages=[last()]))) == 200
        await labas.worker.drain(60)
        kept = rows(labas.store)
    assert answers == {200: PAYLOADS}
    assert len(kept) > PAYLOADS / 4, "most of them were messages all the same"
    text = logged.getvalue()
    assert "CANARY" not in text
    assert shapes.PHONE not in text
    assert "Traceback" not in text


def last() -> dict[str, object]:
    return shapes.message("text", "both", "the-last-one")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-Hub-Signature-256": ""}, 403),
        ({"X-Hub-Signature-256": "sha256="}, 403),
        ({"X-Hub-Signature-256": "sha256=" + "0" * 64}, 403),
        ({"X-Hub-Signature-256": "sha1=" + "0" * 40}, 403),
        ({"X-Hub-Signature-256": "é" * 3000}, 403),
        (signed(b"another body", SECRET), 403),
        (signed(b"{}", "another secret"), 403),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_is_not_signed_has_no_effect(
    api: CloudApi, data: Path, headers: dict[str, str], status: int
) -> None:
    async with running(data, api, subscribed=False) as labas, Poster(labas.url, 1) as poster:
        for body in itertools.islice(bodies(SEEDS, 3), 100):
            assert (await poster.post(PATH, body, headers)).status == status
        assert rows(labas.store) == []
        assert labas.people() == 0
