"""Replicas agree on the moment, whatever their own clocks say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import structlog.testing

from bot.shared_clock import SharedClock
from store.database import Store

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("off", "alarms"), [(HOUR, 1), (-HOUR, 1), (timedelta(seconds=1), 0)])
def test_a_wrong_clock_is_told_of_and_not_followed(store: Store, off: timedelta, alarms: int) -> None:
    moments = [datetime.now(UTC) + off]
    clock = SharedClock(store, lambda: moments[0])
    with structlog.testing.capture_logs() as logged:
        clock.look()
    if store.is_embedded:
        assert clock() == moments[0]
        assert logged == []
        return
    assert abs(clock() - datetime.now(UTC)) < timedelta(seconds=2)
    assert [event["event"] for event in logged] == ["clock_is_wrong"] * alarms
    # A step of the wall clock after that changes nothing.
    moments[0] -= 24 * HOUR
    assert abs(clock() - datetime.now(UTC)) < timedelta(seconds=2)


def test_it_serves_before_it_has_looked(store: Store) -> None:
    moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert SharedClock(store, lambda: moment)() == moment
