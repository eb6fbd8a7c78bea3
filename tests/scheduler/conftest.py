"""A town in which reminders are planned."""

from __future__ import annotations

import pytest

from store.database import Store
from tests.scheduler.world import open_centre, planning


@pytest.fixture
def world(store: Store) -> Store:
    """A store that plans, with one centre."""
    planning(store)
    open_centre(store)
    return store
