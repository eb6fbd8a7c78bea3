"""A channel alone, for what it puts on a phone; and everybody it sends to has just written."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from bot.channels.whatsapp import WhatsApp
from bot.channels.whatsapp.client import Client
from tests.platforms.whatsapp import ACCOUNT_ID, PHONE_ID, TOKEN, CloudApi
from tests.platforms.whatsapp_people import Person


@contextlib.asynccontextmanager
async def channel(url: str, token: str = TOKEN) -> AsyncIterator[WhatsApp]:
    """Closed at the end."""
    made = WhatsApp(Client(token, url, PHONE_ID, ACCOUNT_ID))
    try:
        yield made
    finally:
        await made.close()


def somebody(api: CloudApi, phone: str | None = None) -> Person:
    """Who may be written to freely."""
    person = api.person(phone)
    person.says("salam")
    return person
