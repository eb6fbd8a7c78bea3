"""Data folders that are copied, not made anew, and the fake platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.serving import copy_data, make_data
from tests.platforms.telegram import BotApi


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def data_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("telegram") / "data"
    make_data(folder)
    return folder


@pytest.fixture
def data(data_template: Path, tmp_path: Path) -> Path:
    return copy_data(data_template, tmp_path / "data")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(chat_burst=30) as fake:
        yield fake
