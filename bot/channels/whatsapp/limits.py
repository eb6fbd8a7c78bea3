"""What Meta lets our number do now: how many messages a second, and how many people a day may be written to first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.whatsapp.channel import FIRST_TIER, PER_SECOND
from bot.channels.whatsapp.reading import mapping, word

_PER_SECOND = {"STANDARD": PER_SECOND, "HIGH": 1000.0}
_TIERS: Mapping[str, int | None] = {
    "TIER_50": 50, "TIER_250": 250, "TIER_1K": 1_000, "TIER_2K": 2_000, "TIER_10K": 10_000, "TIER_100K": 100_000,
    "TIER_UNLIMITED": None,
}  # fmt: skip


def per_second(number: Mapping[str, Any]) -> float:
    """Messages a second, in and out."""
    return _PER_SECOND.get(word(mapping(number.get("throughput")).get("level")), PER_SECOND)


def daily_people(number: Mapping[str, Any], told: int) -> int | None:
    """People a day who may be written to first, None for any number. ``told`` is the operator's word, 0 for Meta's."""
    if told:
        return told
    tier = word(number.get("whatsapp_business_manager_messaging_limit"))
    return _TIERS.get(tier, FIRST_TIER)
