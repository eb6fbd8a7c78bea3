"""The phone pages in a browser: everything a thumb, a keyboard and a screen reader need, in French and Arabic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Browser, Page, expect

from tests.platforms import by_hand
from tests.platforms.phones.site import words
from tests.platforms.telegram import TOKEN as TELEGRAM_TOKEN
from tests.platforms.whatsapp import ACCOUNT_ID, PHONE_ID, TOKEN, Fault
from tests.web.chromium import AUDIT, Tab, a_browser, a_tab

SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}
LOCALES = {"fr": "fr-FR", "ar": "ar-MA"}


@dataclass
class Platforms:
    """The running fakes, and a bot that says what a test wants it to."""

    running: by_hand.Running
    portal: BlockingPortal

    def telegram(self, chat: int, text: str, markup: str | None = None) -> None:
        fields = {"chat_id": chat, "text": text} | ({"reply_markup": markup} if markup else {})
        url = f"{self.running.telegram.url}/bot{TELEGRAM_TOKEN}/sendMessage"
        assert httpx.post(url, data=fields).status_code == 200

    def whatsapp(self, **fields: Any) -> None:
        whole = {"messaging_product": "whatsapp", "to": "212600000001", **fields}
        assert self._graph(f"{PHONE_ID}/messages", json=whole).status_code == 200

    def upload(self, name: str, content: bytes) -> str:
        form = {"messaging_product": "whatsapp", "type": "text/plain"}
        answer = self._graph(f"{PHONE_ID}/media", data=form, files={"file": (name, content, "text/plain")})
        return str(answer.json()["id"])

    def template(self, **fields: Any) -> None:
        assert self._graph(f"{ACCOUNT_ID}/message_templates", json=fields).status_code == 200

    def _graph(self, path: str, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return httpx.post(f"{self.running.whatsapp.url}/v26.0/{path}", headers=headers, **request)


@pytest.fixture
def platforms() -> Iterator[Platforms]:
    with start_blocking_portal() as portal:
        context = by_hand.running(0, "http://127.0.0.1:9")
        with portal.wrap_async_context_manager(context) as running:
            yield Platforms(running, portal)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as made:
        yield made


def opened(tab: Tab, path: str) -> Page:
    tab.page.goto(tab.base + path)
    expect(tab.page.locator("#identity")).not_to_be_empty()
    return tab.page


def talk_on_whatsapp(platforms: Platforms, page: Page) -> None:
    """A text, then every kind of message back."""
    page.fill("#box", "salam")
    page.press("#box", "Enter")
    expect(page.locator(".said.mine")).to_have_count(1)
    replies = [{"type": "reply", "reply": {"id": f"b{n}", "title": f"Choix {n}"}} for n in range(3)]
    part = {"type": "button", "body": {"text": "Lequel ?"}, "action": {"buttons": replies}}
    platforms.whatsapp(type="interactive", interactive=part)
    rows = [{"id": f"r{n}", "title": f"Ligne {n}", "description": "une précision"} for n in range(10)]
    action = {"button": "Choisir", "sections": [{"rows": rows}]}
    platforms.whatsapp(type="interactive", interactive={"type": "list", "body": {"text": "اختار"}, "action": action})
    file = {"id": platforms.upload("rdv.ics", b"BEGIN:VCALENDAR"), "filename": "rdv.ics", "caption": "Le rendez-vous"}
    platforms.whatsapp(type="document", document=file)
    expect(page.locator(".said:not(.mine)")).to_have_count(3)


@pytest.mark.parametrize("size", sorted(SIZES))
@pytest.mark.parametrize("code", sorted(LOCALES))
@pytest.mark.parametrize("platform", ["telegram", "whatsapp"])
def test_a_phone_can_be_seen_tapped_and_heard(
    browser: Browser, platforms: Platforms, platform: str, code: str, size: str
) -> None:
    with a_tab(browser, platforms.running.pages, viewport=SIZES[size], locale=LOCALES[code]) as tab:
        page = opened(tab, f"/{platform}")
        assert page.evaluate("document.documentElement.dir") == ("rtl" if code == "ar" else "ltr")
        assert page.evaluate(AUDIT.read_text("utf-8")) == []
        if platform == "whatsapp":
            platforms.template(
                name="rdv", language="ar", category="UTILITY", components=[{"type": "BODY", "text": "عندك موعد غدا."}]
            )
            talk_on_whatsapp(platforms, page)
            page.get_by_role("button", name="Choisir").click()
            expect(page.locator("#sheet-rows button")).to_have_count(10)
        else:
            page.click("#start")
            platforms.telegram(1001, "?", '{"inline_keyboard": [[{"text": "Oui", "callback_data": "y"}]]}')
            expect(page.get_by_role("button", name="Oui")).to_be_visible()
        assert page.evaluate(AUDIT.read_text("utf-8")) == []


def test_telegram_from_the_first_contact_to_the_place(browser: Browser, platforms: Platforms) -> None:
    api = platforms.running.telegram
    with a_tab(browser, platforms.running.pages, viewport=SIZES["desk"]) as tab:
        page = opened(tab, "/telegram")
        page.click("#start")
        expect(page.locator(".said.mine .text")).to_have_text("/start")
        expect(page.locator("#start")).to_be_hidden()
        platforms.telegram(1001, "Où ?", '{"keyboard": [[{"text": "📍 Ma position", "request_location": true}]]}')
        page.get_by_role("button", name="📍 Ma position").click()
        expect(page.locator("#keyboard")).to_be_hidden()
        platforms.telegram(1001, "Merci", '{"inline_keyboard": [[{"text": "Un", "callback_data": "1"}]]}')
        page.get_by_role("button", name="Un", exact=True).click()
        page.get_by_label("Bloquer Labas").check()
        page.wait_for_function("document.querySelector('[data-switch=block]').checked")
        kinds = [next(key for key in each.update if key != "update_id") for each in api.updates.waiting]
        assert kinds == ["message", "message", "callback_query", "my_chat_member"]
        assert api.updates.waiting[1].update["message"]["location"]["latitude"] == pytest.approx(34.0209)


def test_whatsapp_by_keyboard_alone(browser: Browser, platforms: Platforms) -> None:
    with a_tab(browser, platforms.running.pages, viewport=SIZES["desk"]) as tab:
        page = opened(tab, "/whatsapp")
        talk_on_whatsapp(platforms, page)
        page.get_by_role("button", name="Choix 1").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".said.mine .text").last).to_have_text("Choix 1")
        page.get_by_role("button", name="Choisir").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#sheet")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#sheet")).to_be_hidden()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#sheet")).to_be_hidden()
        expect(page.locator(".said.mine .text").last).to_contain_text("Ligne")
        with page.expect_download() as download:
            page.locator("a.file").click()
        assert download.value.suggested_filename == "rdv.ics"
        sent = [u.value["messages"][0] for u in platforms.running.whatsapp.webhooks.waiting if "messages" in u.value]
        assert [m.get("interactive", {}).get("type") for m in sent] == [None, "button_reply", "list_reply"]


def test_what_may_happen_to_a_phone(browser: Browser, platforms: Platforms) -> None:
    api = platforms.running.whatsapp
    with a_tab(browser, platforms.running.pages, viewport=SIZES["desk"]) as tab:
        page = opened(tab, "/whatsapp")
        person = api.people[0]
        expect(page.locator("#identity")).to_have_text(f"+{person.phone}")
        page.get_by_label("Cacher le numéro").check()
        expect(page.locator("#identity")).to_have_text(person.user_id)
        page.get_by_role("button", name="Changer de numéro").click()
        page.get_by_label("Cacher le numéro").uncheck()
        expect(page.locator("#identity")).to_have_text("+212700001001")
        page.get_by_role("button", name="Perdre la prochaine réponse").click()
        expect(page.locator("#told")).to_have_text("C'est fait.")
        assert list(api.faults["send"]) == [Fault.RESET_AFTER]
        platforms.template(name="rdv", language="fr", category="UTILITY", components=[{"type": "BODY", "text": "Bon."}])
        page.get_by_role("button", name="Suspendre rdv fr").click()
        expect(page.locator("#templates .of")).to_have_text("UTILITY · PAUSED")
        page.get_by_role("button", name="Nouvelle personne").click()
        expect(page.locator("#person")).to_have_value("2")
        expect(page.locator(".said")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/whatsapp/people/1", b'{"what": "fly"}', 400),
        ("/whatsapp/people/1", b'{"what": "tap", "value": {"message": "none", "id": "x"}}', 400),
        ("/whatsapp/people/1", b"[]", 400),
        ("/whatsapp/people/1", b"{", 400),
        ("/whatsapp/people/1", b"[" * 90_000, 400),
        (
            "/whatsapp/people/1",
            b'{"what": "review", "value": {"decided": "__init__", "name": "a", "language": "b"}}',
            400,
        ),
        ("/whatsapp/people/99", b'{"what": "say", "value": "x"}', 404),
        ("/telegram/people/1001", b'{"what": "tap", "value": 5}', 400),
        ("/signal/people/1", b"{}", 404),
    ],
)
def test_what_a_page_never_asks_is_refused(platforms: Platforms, path: str, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    assert httpx.post(platforms.running.pages + path, content=body, headers=headers).status_code == status


def test_another_site_cannot_reach_the_phones(platforms: Platforms) -> None:
    pages, body = platforms.running.pages, b'{"what": "say", "value": "x"}'
    elsewhere = {"Content-Type": "application/json", "Host": "evil.example"}
    assert httpx.post(f"{pages}/whatsapp/people/1", content=body, headers=elsewhere).status_code == 400
    form = {"Content-Type": "text/plain"}
    assert httpx.post(f"{pages}/whatsapp/people/1", content=body, headers=form).status_code == 400


def test_words_stand_as_they_are_read_and_hours_have_no_halves(platforms: Platforms, browser: Browser) -> None:
    """Latin words on the Arabic page begin at the left; 15:00 is not 3 o'clock, whatever the browser is used to."""
    side = "e => [getComputedStyle(e).display, getComputedStyle(e).direction, getComputedStyle(e).textAlign]"
    with a_tab(browser, platforms.running.pages, viewport=SIZES["desk"], locale="en-US") as tab:
        page = opened(tab, "/whatsapp?page=ar")
        for number, (said, direction) in enumerate((("salam, kif dayer", "ltr"), ("السلام عليكم", "rtl"))):
            page.fill("#box", said)
            page.press("#box", "Enter")
            expect(page.locator(".said.mine")).to_have_count(number + 1)
            assert page.locator(".said.mine .text").nth(number).evaluate(side) == ["block", direction, "start"]
        expect(page.locator(".said.mine time").first).to_have_text(re.compile(r"^([01]\d|2[0-3]):[0-5]\d$"))
        expect(page.locator("#now")).not_to_have_text(re.compile("[AP]M|[صم]$"))


def test_both_languages_have_the_same_words() -> None:
    def shape(value: Any) -> Any:
        return {key: shape(each) for key, each in value.items()} if isinstance(value, dict) else bool(value)

    assert shape(words()["fr"]) == shape(words()["ar"])
