"""The chat page as people use it, in a real browser: typing, tapping, keyboard only, reload, later messages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.web.chromium import a_tab
from tests.web.readings import ANSWERS, ARABIC_ANSWERS
from tests.web.site import Site

TYPED = {"booking.ask_day": "jeudi à 10h", "booking.ask_slot": "jeudi à 10h", "booking.confirm_named": "oui"}
FRENCH = "Je veux un rendez-vous chez le dentiste"
ARABIC = "بغيت موعد عند طبيب السنان"


def bookings(site: Site) -> int:
    """How many appointments stand."""
    with site.app.store.read() as session:
        return int(
            session.connection().exec_driver_sql("SELECT count(*) FROM booking WHERE state = 'booked'").scalar_one()
        )


def test_a_booking_by_typing_alone(a_site: Site, browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open().write(FRENCH).book({**ANSWERS, **TYPED})
        expect(tab.theirs.last).to_contain_text("C'est réservé.")
        expect(tab.theirs.last).to_contain_text("jeudi 26 novembre")
        assert tab.mine.all_inner_texts()[0] == FRENCH
    assert bookings(a_site) == 1


def test_a_booking_by_tapping(a_site: Site, browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open()
        tab.page.get_by_role("button", name=FRENCH).tap()
        tab.settled().book(ANSWERS)
        expect(tab.page.locator(".said.done")).to_contain_text("C'est réservé.")
        with tab.page.expect_download() as download:
            tab.page.get_by_role("link", name="Mettre dans mon calendrier").click()
        assert download.value.suggested_filename.endswith(".ics")
        assert "BEGIN:VEVENT" in download.value.path().read_text("utf-8")
    assert bookings(a_site) == 1


def test_a_booking_in_darija_reads_from_right_to_left(a_site: Site, browser: Browser, served: str) -> None:
    with a_tab(browser, served, locale="ar-MA") as tab:
        tab.open()
        assert tab.page.locator("html").get_attribute("dir") == "rtl"
        tab.page.get_by_role("button", name=ARABIC).click()
        tab.settled().book({**ARABIC_ANSWERS, "booking.confirm_named": "واخا"})
        expect(tab.page.locator(".said.done")).to_have_count(1)
        spoken = tab.mine.filter(has_text=re.compile("[ء-ي]"))  # a tapped hour has no direction
        for bubble in [*tab.theirs.all(), *spoken.all()]:
            assert bubble.evaluate("each => getComputedStyle(each).direction") == "rtl"
        assert tab.theirs.first.get_attribute("lang") == "ar-MA"
        # What Labas says begins at the right edge, what the person says at the left.
        assert tab.theirs.first.bounding_box()["x"] > tab.mine.first.bounding_box()["x"]
    assert bookings(a_site) == 1


def test_latin_and_arabic_keep_their_own_direction_side_by_side(browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open().write("Bonjour").write("السلام عليكم")
        directions = [b.evaluate("each => getComputedStyle(each).direction") for b in tab.mine.all()]
        assert directions == ["ltr", "rtl"]
        answers = {b.get_attribute("dir") for b in tab.theirs.all()}
        assert answers == {"ltr", "rtl"}


def test_keyboard_alone_is_enough(a_site: Site, browser: Browser, served: str) -> None:
    with a_tab(browser, served, has_touch=False, viewport={"width": 1280, "height": 800}) as tab:
        tab.open()
        press = tab.page.keyboard.press
        press("Tab")
        expect(tab.page.locator(".skip")).to_be_focused()
        press("Enter")
        expect(tab.page.locator("#box")).to_be_focused()
        tab.page.keyboard.type("Je veux un rendez-vous")
        press("Shift+Enter")
        assert tab.page.input_value("#box") == "Je veux un rendez-vous\n"
        tab.page.fill("#box", FRENCH)
        press("Enter")
        tab.settled()
        tab.page.keyboard.type("Rabat")
        press("Enter")
        tab.settled()
        press("Shift+Tab")  # from the box back to the last button of the open question
        expect(tab.chips.last).to_be_focused()
        press("Home")
        expect(tab.chips.first).to_be_focused()
        assert tab.chips.first.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
        press("ArrowRight")
        expect(tab.chips.nth(1)).to_be_focused()
        press("ArrowUp")
        expect(tab.chips.first).to_be_focused()
        while tab.chips.count():  # day, hour, consent: the focus follows to the next question
            expect(tab.chips.first).to_be_focused()
            press("Enter")
            tab.settled()
        expect(tab.page.locator("#box")).to_be_focused()
        tab.page.keyboard.type("Fatima")
        press("Enter")
        tab.settled()
        press("Shift+Tab")
        press("Home")
        press("Space")
        tab.settled()
        expect(tab.page.locator(".said.done")).to_have_count(1)
    assert bookings(a_site) == 1


def test_a_reload_brings_the_talk_back(browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open().write(FRENCH).write("Rabat")
        tab.chips.first.click()
        tab.settled()
        tab.page.fill("#box", "jeudi à 1")
        before = tab.page.locator(".bubble").all_inner_texts()
        labels = tab.chips.all_inner_texts()
        tab.page.reload()
        tab.settled()
        assert tab.page.locator(".bubble").all_inner_texts() == before
        assert tab.chips.all_inner_texts() == labels
        assert tab.page.input_value("#box") == "jeudi à 1", "what was being written is still there"
        count = tab.theirs.count()
        tab.chips.first.click()
        expect(tab.theirs).to_have_count(count + 1)


def test_the_other_language_of_the_page_keeps_the_talk(browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open().write(FRENCH)
        tab.page.get_by_role("link", name="العربية").click()
        tab.settled()
        expect(tab.page.locator("html")).to_have_attribute("dir", "rtl")
        expect(tab.mine).to_have_text([FRENCH])


def test_what_the_person_wrote_is_only_in_this_tab(browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open().write("Bonjour")
        other = tab.page.context.new_page()
        other.goto(served)
        expect(other.locator(".said.labas")).to_have_count(2)
        expect(other.locator(".said.you")).to_have_count(0)
        assert tab.page.evaluate("localStorage.length") == 0
        cookies = {c["name"]: c for c in tab.page.context.cookies()}
        assert cookies["labas"]["httpOnly"] is True
        assert cookies["labas"]["sameSite"] == "Strict"


def test_buttons_of_an_old_question_cannot_be_tapped(browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open().write(FRENCH).write("Bonjour")
        old = tab.page.locator(".chips.old .chip")
        assert old.count() > 0
        assert all(chip.is_disabled() for chip in old.all())


def test_the_location_is_asked_for_only_when_it_helps(browser: Browser, served: str) -> None:
    place = {"latitude": 34.0211234, "longitude": -6.8412345}
    with a_tab(browser, served, geolocation=place, permissions=["geolocation"]) as tab:
        tab.open().write("Bonjour")
        share = tab.page.get_by_role("button", name="Envoyer ma position")
        expect(share).to_have_count(0)
        tab.write(FRENCH)
        with tab.page.expect_request("**/chat/send") as request:
            share.click()
        assert request.value.post_data_json["location"] == [34.021, -6.841], "a neighbourhood, not a house"
        tab.settled()
        expect(tab.page.locator("[data-say^='place.ask_facility'], [data-say^='booking.']")).not_to_have_count(0)


def test_a_refused_location_is_no_dead_end(browser: Browser, served: str) -> None:
    with a_tab(browser, served, permissions=[]) as tab:
        tab.open().write(FRENCH)
        tab.page.get_by_role("button", name="Envoyer ma position").click()
        expect(tab.page.locator("#notice")).to_contain_text("Écrivez le nom de votre ville")
        tab.write("Rabat")
        expect(tab.page.locator("[data-say^='place.ask_facility'], [data-say^='booking.']")).not_to_have_count(0)


def test_an_emergency_can_be_called_from_the_bubble(browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open().write("poison")
        alarm = tab.page.locator(".said.alarm")
        expect(alarm.locator("a.call")).not_to_have_count(0)
        assert {a.get_attribute("href") for a in alarm.locator("a.call").all()} >= {
            "tel:141",
            "tel:15",
            "tel:0801000180",
        }
        expect(tab.page.get_by_role("link", name=re.compile("^Appeler 141"))).to_be_visible()


def test_an_erasure_leaves_nothing_on_the_screen(browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open().write("Bonjour").write("efface mes données").tap("Oui, tout effacer")
        expect(tab.page.locator(".bubble")).to_have_count(1)
        expect(tab.theirs).to_contain_text(["C'est effacé"])
        assert tab.page.context.cookies() == []
        assert "Bonjour" not in tab.page.evaluate("JSON.stringify(sessionStorage)")
        tab.page.reload()
        tab.settled()
        expect(tab.page.locator(".bubble")).to_have_count(0)
        expect(tab.page.locator("#start")).to_be_visible()
        tab.write("Bonjour")
        expect(tab.theirs.first).to_contain_text("je suis Labas")


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "{{ 7*7 }}"])
def test_words_are_never_code(browser: Browser, served: str, text: str) -> None:
    with a_tab(browser, served) as tab:
        tab.page.on("dialog", lambda dialog: tab.complaints.append("a dialog opened"))
        tab.open().write(text)
        assert tab.mine.all_inner_texts() == [text]
        tab.page.reload()
        tab.settled()
        assert tab.mine.all_inner_texts() == [text]
