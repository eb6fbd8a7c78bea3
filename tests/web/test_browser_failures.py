"""When something fails on the way, in a real browser: nothing the person wrote is lost, nothing is done twice."""

from __future__ import annotations

from playwright.sync_api import Browser, Route, expect

from tests.web.chromium import a_tab
from tests.web.site import Site

FRENCH = "Je veux un rendez-vous chez le dentiste"
SEND = "**/chat/send"


def test_a_failing_server_loses_nothing(a_site: Site, browser: Browser, served: str) -> None:
    with a_tab(browser, served, strict=False) as tab:
        tab.open().write("Bonjour")
        tab.page.route(SEND, lambda route: route.fulfill(status=503, json={"error": "unavailable", "message": ""}))
        tab.write("mes rendez-vous")
        expect(tab.page.locator(".state.lost")).to_contain_text("Pas envoyé")
        expect(tab.page.locator("#notice")).to_contain_text("Votre message est gardé")
        tab.page.unroute(SEND)
        tab.page.get_by_role("button", name="Réessayer").click()
        tab.settled()
        expect(tab.theirs.last).to_contain_text("Vous n'avez pas de rendez-vous")
        expect(tab.page.locator(".state.lost")).to_have_count(0)
        expect(tab.page.locator("#notice")).to_be_hidden()
        assert tab.mine.all_inner_texts() == ["Bonjour", "mes rendez-vous"]
    assert a_site.reader.seen == ["Bonjour", "mes rendez-vous"]


def test_an_answer_lost_on_the_way_is_not_asked_for_twice(a_site: Site, browser: Browser, served: str) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    with a_tab(browser, served, strict=False) as tab:
        tab.open().write("Bonjour")
        tab.page.route(SEND, lose)
        tab.write("mes rendez-vous")
        expect(tab.page.locator(".state.lost")).to_be_visible()
        tab.page.unroute(SEND)
        tab.page.get_by_role("button", name="Réessayer").click()
        tab.settled()
        expect(tab.theirs.last).to_contain_text("Vous n'avez pas de rendez-vous")
        expect(tab.theirs).to_have_count(3)
    assert a_site.reader.seen == ["Bonjour", "mes rendez-vous"], "the server had it the first time"


def test_a_button_that_failed_can_be_tapped_again(browser: Browser, served: str) -> None:
    with a_tab(browser, served, strict=False) as tab:
        tab.open().write(FRENCH).write("Rabat")
        tab.page.route(SEND, lambda route: route.abort())
        count = tab.theirs.count()
        tab.chips.first.click()
        expect(tab.page.locator("#notice")).to_contain_text("La connexion ne passe pas")
        tab.page.unroute(SEND)
        tab.page.get_by_role("button", name="Réessayer").click()
        expect(tab.theirs).to_have_count(count + 1)


def test_without_a_network_the_message_waits_and_goes_when_it_is_back(browser: Browser, served: str) -> None:
    with a_tab(browser, served, strict=False) as tab:
        tab.open().write("Bonjour")
        tab.page.context.set_offline(True)
        tab.write("mes rendez-vous")
        expect(tab.page.locator(".state.lost")).to_be_visible()
        tab.page.context.set_offline(False)
        expect(tab.theirs.last).to_contain_text("Vous n'avez pas de rendez-vous")
        expect(tab.page.locator(".state.lost")).to_have_count(0)


def test_a_reload_after_a_failure_sends_what_was_kept(browser: Browser, served: str) -> None:
    with a_tab(browser, served, strict=False) as tab:
        tab.open().write("Bonjour")
        tab.page.route(SEND, lambda route: route.abort())
        tab.write("mes rendez-vous")
        tab.page.unroute(SEND)
        tab.page.reload()
        expect(tab.theirs.last).to_contain_text("Vous n'avez pas de rendez-vous")
        tab.settled()
        assert tab.mine.all_inner_texts() == ["Bonjour", "mes rendez-vous"]
        expect(tab.page.locator(".state.lost")).to_have_count(0)


def test_a_reload_while_the_answer_is_made_sends_once(a_site: Site, browser: Browser, served: str) -> None:
    with a_tab(browser, served, strict=False) as tab:
        tab.open().write("Bonjour")
        a_site.reader.slow = 1.0
        tab.page.fill("#box", "mes rendez-vous")
        with tab.page.expect_request(SEND):
            tab.page.press("#box", "Enter")
        expect(tab.page.locator("#writing")).to_contain_text("Labas écrit")
        tab.page.wait_for_timeout(300)
        tab.page.reload()
        expect(tab.theirs.last).to_contain_text("Vous n'avez pas de rendez-vous")
        tab.settled()
        assert tab.mine.all_inner_texts() == ["Bonjour", "mes rendez-vous"]
        expect(tab.theirs).to_have_count(3)
    assert a_site.reader.seen == ["Bonjour", "mes rendez-vous"]


def test_messages_written_in_a_hurry_keep_their_order(a_site: Site, browser: Browser, served: str) -> None:
    with a_tab(browser, served) as tab:
        tab.open()
        a_site.reader.slow = 0.2
        for text in ("Bonjour", "un", "deux", "trois"):
            tab.page.fill("#box", text)
            tab.page.press("#box", "Enter")
        expect(tab.theirs).to_have_count(5)
        assert tab.mine.all_inner_texts() == ["Bonjour", "un", "deux", "trois"]
        assert len(tab.page.context.cookies()) == 1
    assert a_site.reader.seen == ["Bonjour", "un", "deux", "trois"]


def test_a_megabyte_is_answered_kindly_and_stays_in_the_box(browser: Browser, served: str) -> None:
    with a_tab(browser, served, strict=False) as tab:
        tab.open().write("Bonjour")
        tab.page.evaluate("document.getElementById('box').value = 'lala '.repeat(200000)")
        tab.page.press("#box", "Enter")
        tab.settled()
        expect(tab.page.locator("#notice")).to_contain_text("trop long")
        assert len(tab.page.input_value("#box")) == 1_000_000
        expect(tab.mine).to_have_count(1)


def test_writing_too_fast_waits_and_then_goes_by_itself(browser: Browser, served: str) -> None:
    with a_tab(browser, served, strict=False) as tab:
        tab.open().write("Bonjour")
        slow = {"error": "too_fast", "message": ""}
        tab.page.route(SEND, lambda route: route.fulfill(status=429, json=slow, headers={"Retry-After": "1"}), times=1)
        tab.write("mes rendez-vous")
        expect(tab.page.locator("#notice")).to_contain_text("Un petit instant")
        expect(tab.theirs.last).to_contain_text("Vous n'avez pas de rendez-vous")
        expect(tab.page.locator("#notice")).to_be_hidden()


def test_a_page_opened_without_connection_to_us_goes_on_trying(browser: Browser, served: str) -> None:
    with a_tab(browser, served, strict=False) as tab:
        tab.open().write("Bonjour")
        tab.page.route("**/chat/updates*", lambda route: route.abort(), times=1)
        tab.page.reload()
        expect(tab.page.locator("#notice")).to_contain_text("Je réessaie")
        expect(tab.mine).to_have_text(["Bonjour"])
        expect(tab.theirs).to_have_count(2)
        expect(tab.page.locator("#notice")).to_be_hidden()
