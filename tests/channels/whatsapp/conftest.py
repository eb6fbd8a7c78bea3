"""The fake platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.platforms.whatsapp import CloudApi


@pytest.fixture
async def api() -> AsyncIterator[CloudApi]:
    """On its clock it is a Tuesday morning, outside of Ramadan: an hour at which anybody may be written to."""
    async with CloudApi() as fake:
        fake.advance(datetime(2026, 12, 1, 10, 0, tzinfo=UTC).timestamp() - fake.now())
        yield fake
