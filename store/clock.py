"""Local wall time and UTC. What is promised to people is wall time in Morocco; what machines note is UTC.

The zone is read from the packaged ``tzdata``, never from the system: Morocco changed its offset for good on
2026-09-20 and many systems still hold the older rule.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib import resources
from importlib.metadata import version
from zoneinfo import ZoneInfo

ZONE = "Africa/Casablanca"
# tzdata releases before this one (2026c) do not know that Morocco left UTC+1 on 2026-09-20.
FLOOR = (2026, 3)


class ZoneDataError(Exception):
    """The zone data are too old; the message is a sentence for the operator."""


def release() -> str:
    """The release of the packaged zone data, such as 2026.3."""
    return version("tzdata")


def check() -> int:
    """The release as a number that grows. ZoneDataError when it is too old to promise hours by."""
    year, number = (int(part) for part in release().split(".")[:2])
    if (year, number) < FLOOR:
        raise ZoneDataError(f"tzdata {release()} is too old for Morocco; run `uv sync`.")
    return year * 100 + number


@cache
def zone(name: str = ZONE) -> ZoneInfo:
    """The zone of that name from the packaged data; KeyError-free: a wrong name raises FileNotFoundError."""
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def local(now: datetime) -> datetime:
    """Naive wall time in Morocco of an aware moment."""
    if now.tzinfo is None:
        raise ValueError("an aware moment is needed")
    return now.astimezone(zone()).replace(tzinfo=None)


def utc(wall: datetime, zone_name: str = ZONE) -> datetime:
    """The aware UTC moment of a naive wall time."""
    return wall.replace(tzinfo=zone(zone_name)).astimezone(UTC)
