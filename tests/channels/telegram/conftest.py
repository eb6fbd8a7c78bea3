"""The fake platform."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.platforms.telegram import BotApi


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(chat_burst=30) as fake:
        yield fake
