"""Fixtures of the web's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.chromium import a_browser, serving
from tests.web.site import Site, site


@pytest.fixture
def a_site(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file."""
    with a_browser() as made:
        yield made


@pytest.fixture
def served(a_site: Site) -> Iterator[str]:
    """The address at which the test's site is served."""
    with serving(a_site.asgi()) as base:
        yield base
