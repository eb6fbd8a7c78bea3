"""What `labas doctor` says of WhatsApp."""

from __future__ import annotations

from bot.channels.whatsapp.limits import daily_people
from bot.channels.whatsapp.reading import word
from bot.channels.whatsapp.setup import channel_of
from bot.channels.whatsapp.webhook import PATH
from bot.settings import Settings


async def check(settings: Settings) -> str:
    """The number, its quality and limits, and where Meta has to post, in one line; ``SendError`` when it does not let
    us in, ``SettingsError`` when a setting is missing or wrong."""
    channel = channel_of(settings)
    try:
        number = await channel.client.number()
    finally:
        await channel.close()
    name, quality = word(number.get("verified_name")) or "?", word(number.get("quality_rating")).lower() or "unknown"
    people = daily_people(number, settings.whatsapp_daily_people)
    first = "anybody" if people is None else f"{people} people a day"
    where = f"{settings.public_url}{PATH}" if settings.public_url else f"LABAS_PUBLIC_URL is not set; path {PATH}"
    return f"{name}: quality {quality}, may write first to {first}; webhook {where}"
