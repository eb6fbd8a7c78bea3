"""A conversation from phone to phone: what people send is answered, by buttons, lists, words and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.channels.whatsapp.running import running
from tests.platforms.whatsapp import CloudApi

pytestmark = pytest.mark.anyio


async def test_a_greeting_is_answered_with_the_menu(api: CloudApi, data: Path) -> None:
    person = api.person()
    async with running(data, api) as labas:
        person.says("bonjour")
        await api.until(lambda: len(person.sees) == 2)
        await labas.settled(1)
        assert [state for _, state in labas.said()] == ["sent", "sent"]
