"""Data folders that are copied, not made anew, and the fake platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.channels.serving import copy_data, make_data
from tests.platforms.whatsapp import CloudApi


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def data_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whatsapp") / "data"
    make_data(folder)
    return folder


@pytest.fixture
def data(data_template: Path, tmp_path: Path) -> Path:
    return copy_data(data_template, tmp_path / "data")


@pytest.fixture
async def api() -> AsyncIterator[CloudApi]:
    """On its clock it is a Tuesday morning, outside of Ramadan: an hour at which anybody may be written to."""
    async with CloudApi() as fake:
        fake.advance(datetime(2026, 12, 1, 10, 0, tzinfo=UTC).timestamp() - fake.now())
        yield fake
