"""How the page looks to eyes, thumbs and screen readers: sizes, both languages, light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.web.chromium import AUDIT, Tab, a_tab

SIZES: dict[str, ViewportSize] = {
    "small phone": {"width": 320, "height": 568}, "phone": {"width": 360, "height": 740},
    "desktop": {"width": 1280, "height": 800}, "a keyboard open": {"width": 360, "height": 320},
}  # fmt: skip
TALKS = {
    "fr-FR": ("Je veux un rendez-vous chez le dentiste", "Rabat", "poison", "mes données"),
    "ar-MA": ("بغيت موعد عند طبيب السنان", "الرباط", "عاونوني", "👍"),
}


def audit(tab: Tab) -> list[str]:
    found: list[str] = tab.page.evaluate(AUDIT.read_text("utf-8"))
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", sorted(TALKS))
@pytest.mark.parametrize("size", sorted(SIZES))
def test_a_talk_can_be_seen_tapped_and_heard(
    browser: Browser, served: str, size: str, locale: str, scheme: Any
) -> None:
    with a_tab(browser, served, viewport=SIZES[size], locale=locale, color_scheme=scheme) as tab:
        assert audit(tab.open()) == []
        for text in TALKS[locale]:
            assert audit(tab.write(text)) == []


@pytest.mark.parametrize("locale", sorted(TALKS))
def test_a_failure_can_be_seen_tapped_and_heard(browser: Browser, served: str, locale: str) -> None:
    with a_tab(browser, served, viewport=SIZES["small phone"], locale=locale, strict=False) as tab:
        tab.open()
        tab.page.route("**/chat/send", lambda route: route.abort())
        assert audit(tab.write("Bonjour")) == []
        tab.page.goto(served + "/nowhere")
        assert audit(tab) == []


def test_the_talk_is_a_live_log(browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open().write("Bonjour")
        log = tab.page.get_by_role("log", name="Conversation avec Labas")
        expect(log).to_have_attribute("aria-live", "polite")
        expect(log.get_by_role("group", name="Réponses possibles")).to_have_count(1)
        expect(tab.page.get_by_role("textbox", name="Votre message")).to_be_visible()
        expect(tab.page.get_by_role("status")).to_be_empty()
        heard = [each.split("\n")[0] for each in log.locator(".said").all_inner_texts()]
        assert heard == ["Vous :", "Labas :", "Labas :"], "who speaks is said before what is said"


def test_the_emergency_numbers_never_leave_the_screen(browser: Browser, served: str) -> None:
    with a_tab(browser, served, viewport=SIZES["small phone"]) as tab:
        tab.open()
        for text in ("Bonjour", "un", "deux", "trois", "quatre"):
            tab.write(text)
        for number in ("141", "15"):
            box = tab.page.locator(f".strip a[href='tel:{number}']").bounding_box()
            assert box is not None
            assert box["y"] >= 0
        assert tab.page.evaluate("scrollY") == 0, "only the talk scrolls"


def test_reading_begins_at_the_first_new_message(browser: Browser, served: str) -> None:
    with a_tab(browser, served, viewport=SIZES["small phone"]) as tab:
        tab.open().write("Bonjour")
        top = tab.page.locator("#talk").bounding_box()
        first = tab.theirs.first.bounding_box()
        assert top is not None
        assert first is not None
        assert top["y"] <= first["y"] <= top["y"] + 60


def test_no_motion_for_those_who_asked_for_none(browser: Browser, served: str) -> None:
    with a_tab(browser, served, reduced_motion="reduce") as tab:
        tab.open()
        tab.page.route("**/chat/send", lambda route: None)
        tab.page.fill("#box", "Bonjour")
        tab.page.press("#box", "Enter")
        dot = tab.page.locator(".dots i").first
        expect(dot).to_be_visible()
        assert dot.evaluate("each => getComputedStyle(each).animationName") == "none"


def test_without_scripts_the_page_still_says_whom_to_call(browser: Browser, served: str) -> None:
    with a_tab(browser, served, java_script_enabled=False) as tab:
        tab.page.goto(served)
        expect(tab.page.locator("noscript, .notice").get_by_text("141")).not_to_have_count(0)
        expect(tab.page.locator(".strip a").first).to_be_visible()
