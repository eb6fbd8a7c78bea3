"""Fixtures of the console's tests: a site with one account of each role, and browsers for whoever signs in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from console import accounts
from tests.web.chromium import a_browser
from tests.web.site import HOST, Site, site

PASSWORD = "correct horse battery"
FACILITY = "DEMO-RABAT-1"
# A form of our own page, as a browser sends it.
OWN = {"Origin": HOST, "Sec-Fetch-Site": "same-origin"}


@dataclass
class Office:
    """The site, and those who work with it."""

    site: Site
    facility: str = FACILITY
    open: list[TestClient] = field(default_factory=list)

    def add(self, login: str, role: str = "worker", facility: str | None = None) -> None:
        place = facility or (self.facility if role == "worker" else None)
        accounts.add(
            self.site.app.store, login=login, role=role, facility=place, password=PASSWORD, now=self.site.app.clock()
        )

    def client(self, **headers: str) -> TestClient:
        """A browser of somebody who has not signed in."""
        return TestClient(self.site.asgi(), base_url=HOST, headers={**OWN, **headers}, follow_redirects=False)

    def sign_in(self, login: str, password: str = PASSWORD) -> TestClient:
        """A browser of somebody who has."""
        client = self.client()
        answer = post(client, "/console/sign-in", login=login, password=password)
        assert answer.status_code == 303, answer.text
        return client


def post(client: TestClient, path: str, **fields: str) -> Any:
    """A form."""
    return client.post(path, data=fields)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with site(tmp_path) as made:
        office = Office(made)
        office.add("amina")
        office.add("omar", "admin")
        office.add("sara", "auditor")
        yield office


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as made:
        yield made
