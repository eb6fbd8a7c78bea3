"""The clock of a command: the wall clock, or one set by ``--now`` that goes on from there."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.bootstrap import wall_clock
from bot.errors import SettingsError
from store.clock import local, utc

# Moments outside have no neighbours to reckon with ("in ten years", "his birth date").
YEARS = (1900, 2200)


def parse_now(value: str) -> datetime:
    """A local wall time; a moment with an offset is brought to Moroccan wall time. Raises ``SettingsError``."""
    try:
        moment = datetime.fromisoformat(value)
        moment = local(moment) if moment.tzinfo else moment
    except (ValueError, OverflowError) as error:
        raise SettingsError(f"no ISO date or moment: {value[:40]!r} (for example 2026-11-24T09:00)") from error
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise SettingsError(f"the year must lie between {YEARS[0]} and {YEARS[1]}: {value[:40]!r}")
    return moment


def clock_from(value: str | None) -> Callable[[], datetime]:
    """A clock that gives aware UTC."""
    if value is None:
        return wall_clock
    start = utc(parse_now(value))
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)
