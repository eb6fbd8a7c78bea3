"""The console in a real browser: signing in, taking a request, both languages, phone and desktop."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.console.conftest import PASSWORD, Office
from tests.console.test_cases import a_case
from tests.console.test_feedback import left
from tests.console.test_pages import asked, booked
from tests.web.chromium import AUDIT, a_tab, serving

SIZES = {"phone": {"width": 320, "height": 568}, "desktop": {"width": 1280, "height": 800}}


def sign_in(tab: Any, login: str, path: str = "/console") -> None:
    tab.page.goto(tab.base + path)
    tab.page.fill("#login", login)
    tab.page.fill("#password", PASSWORD)
    tab.page.press("#password", "Enter")
    tab.page.wait_for_url("**/console/*")
    expect(tab.page.locator("nav")).to_be_visible()


def test_a_worker_signs_in_takes_a_request_and_leaves(office: Office, browser: Browser) -> None:
    asked(office)
    with serving(office.site.asgi()) as base, a_tab(browser, base) as tab:
        sign_in(tab, "amina")
        tab.page.get_by_role("link", name="Demandes").click()
        tab.page.get_by_role("button", name="Je m'en occupe").click()
        expect(tab.page.get_by_text("Vous vous en occupez")).to_be_visible()
        tab.page.get_by_label("Votre réponse").fill("Venez demain à 9 h.\nC'est la porte verte.")
        tab.page.get_by_role("button", name="Envoyer").click()
        expect(tab.page.get_by_text("Réponses : 1 · la dernière : mardi 24 novembre, 09:00")).to_be_visible()
        tab.page.get_by_role("button", name="C'est fait").click()
        expect(tab.page.get_by_text("Personne n'attend.")).to_be_visible()
        tab.page.get_by_role("button", name="Se déconnecter").click()
        expect(tab.page.locator("#password")).to_be_visible()
        tab.page.go_back()
        expect(tab.page.locator("#password")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", ["fr", "ar"])
@pytest.mark.parametrize("size", sorted(SIZES))
def test_every_page_can_be_seen_tapped_and_heard(
    office: Office, browser: Browser, size: str, code: str, scheme: Any
) -> None:
    asked(office)
    booked(office)
    left(office, "L'accueil était froid, et personne n'a répondu.")
    case = a_case(office, "emergency")
    options: dict[str, Any] = {"viewport": SIZES[size], "color_scheme": scheme}
    # Not strict: an answer that is refused is a page with a status of its own, which the browser notes.
    with serving(office.site.asgi()) as base, a_tab(browser, base, strict=False, **options) as tab:
        audit = AUDIT.read_text("utf-8")
        tab.page.goto(f"{base}/console/sign-in?page={code}")
        assert tab.page.evaluate(audit) == []
        for login, pages in (
            ("leila", ("agenda", "requests", "cases", f"cases/{case}", "feedback", "review")),
            ("sara", ("audit",)),
        ):
            sign_in(tab, login)
            for page in pages:
                tab.page.goto(f"{base}/console/{page}")
                assert tab.page.evaluate(audit) == [], page
                if page == "requests":
                    tab.page.locator("form[action$='take'] button").click()
                    tab.page.locator(".answer textarea").fill(" \u200e")
                    tab.page.locator(".answer button").click()
                    expect(tab.page.locator("#problem")).to_be_visible()
                    tab.page.wait_for_load_state()  # the words are there before the style that is looked at
                    assert tab.page.evaluate(audit) == [], "an answer that is refused"
            tab.page.locator("form[action$='sign-out'] button").click()
