"""What `labas doctor` says of WhatsApp: whether we may send, whether anything comes in, whether reminders can go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.whatsapp import review
from bot.channels.whatsapp.limits import daily_people
from bot.channels.whatsapp.reading import word
from bot.channels.whatsapp.setup import channel_of
from bot.channels.whatsapp.webhook import PATH
from bot.errors import SettingsError
from bot.settings import Settings


async def check(settings: Settings) -> str:
    """The number, its quality and limits, its templates, and where Meta has to post, in one line; ``SendError`` when it
    does not let us in or does not answer, ``SettingsError`` when something is missing or wrong, here or at Meta."""
    channel = channel_of(settings)
    try:
        number = await channel.client.number()
        apps = await channel.client.subscribed_apps()
        theirs = await channel.client.templates()
    finally:
        await channel.close()
    if not apps:
        raise SettingsError(
            "no app is subscribed to the WhatsApp Business account, so nothing comes in; docs/whatsapp.md says how."
        )
    name, quality = word(number.get("verified_name")) or "?", word(number.get("quality_rating")).lower() or "unknown"
    people = daily_people(number, settings.whatsapp_daily_people)
    first = "anybody" if people is None else f"{people} people a day"
    where = f"{settings.public_url}{PATH}" if settings.public_url else f"LABAS_PUBLIC_URL is not set; path {PATH}"
    return (
        f"{name}: quality {quality}, may write first to {first}; {_templates(theirs)}; "
        f"subscribed: {', '.join(apps)}; webhook {where}"
    )


def _templates(theirs: Sequence[Mapping[str, Any]]) -> str:
    """How many of ours Meta has approved, and what the others are."""
    known = {review.key_of(remote): word(remote.get("status")).lower() or "unknown" for remote in theirs}
    states = Counter(known.get((each.name, each.language), "not submitted") for each in review.wordings())
    approved = states.pop("approved", 0)
    others = "".join(f", {count} {state}" for state, count in sorted(states.items()))
    return f"{approved} of {approved + states.total()} templates approved{others}"
