"""Where somebody is, as platforms tell it: checked, because a payload may say anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def place(location: Mapping[str, Any]) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees, or None when they are not on this earth."""
    latitude, longitude = _degrees(location.get("latitude"), 90), _degrees(location.get("longitude"), 180)
    return None if latitude is None or longitude is None else (latitude, longitude)


def _degrees(value: object, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= most else None  # false for what is no number, too
