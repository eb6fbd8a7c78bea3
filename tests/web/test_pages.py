"""The pages around the talk: language, headers, failures, static files, health."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.web import pages
from store.errors import StoreError
from tests.web.site import Site, site

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "ar"),
        ("*", "ar"),
        ("fr", "fr"),
        ("fr-MA,fr;q=0.9,ar;q=0.8", "fr"),
        ("ar-MA,ar;q=0.9,fr;q=0.8", "ar"),
        ("fr;q=0.5, ar;q=0.9", "ar"),
        ("en-US,en;q=0.9", "fr"),
        ("en-US,en;q=0.9,ar;q=0.5", "ar"),
        ("zgh", "ar"),
        (";;;,q=,fr;q=x", "fr"),
        ("," * 5000, "ar"),
    ],
)
def test_the_page_follows_the_browsers_languages(accept: str, expected: str) -> None:
    assert pages.preferred(accept) == expected


def test_the_toggle_wins_and_is_remembered(a_site: Site) -> None:
    visitor = a_site.visitor(**{"Accept-Language": "fr"})
    assert '<html lang="fr" dir="ltr">' in visitor.client.get("/").text
    assert '<html lang="ar" dir="rtl">' in visitor.client.get("/?page=ar").text
    assert '<html lang="ar" dir="rtl">' in visitor.client.get("/").text
    assert visitor.client.get("/?page=xx").status_code == 200


def test_both_languages_of_the_page_have_the_same_words() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()}
        return [shape(v) for v in value] if isinstance(value, list) else bool(value)

    assert shape(pages.words()["fr"]) == shape(pages.words()["ar"])


def test_the_emergency_numbers_are_on_every_page(a_site: Site) -> None:
    for path in ("/", "/nowhere"):
        text = a_site.visitor().client.get(path, headers=HTML).text
        assert 'href="tel:141"' in text
        assert 'href="tel:15"' in text


def test_nothing_inline_and_nothing_from_elsewhere(a_site: Site) -> None:
    text = a_site.visitor().client.get("/").text
    assert re.findall(r"<style|\sstyle=|\son\w+=", text) == []
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", ["/", "/nowhere", "/chat/updates", "/healthz", "/static/labas.css", "/static/nothing"])
def test_every_answer_carries_the_headers(a_site: Site, path: str) -> None:
    headers = a_site.visitor().client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "strict-transport-security" not in headers, "only over https"


def test_https_brings_its_own_headers_and_a_cookie_that_never_leaves_it(tmp_path: Path) -> None:
    with site(tmp_path, public_url="https://labas.example") as made:
        visitor = made.visitor(Host="labas.example", Origin="https://labas.example")
        answer = visitor.post(text="Bonjour")
        assert "max-age" in answer.headers["strict-transport-security"]
        assert answer.headers["set-cookie"].startswith("__Host-labas=")
        assert "Secure" in answer.headers["set-cookie"]


def test_personal_answers_are_stored_by_nobody(a_site: Site) -> None:
    visitor = a_site.visitor()
    assert visitor.post(text="Bonjour").headers["cache-control"] == "no-store"
    assert visitor.client.get("/chat/updates").headers["cache-control"] == "no-store"


def test_static_files_are_kept_when_asked_for_by_version(a_site: Site) -> None:
    visitor = a_site.visitor()
    found = re.search(r'href="(/static/labas.css\?v=\w+)"', visitor.client.get("/").text)
    assert found
    assert "immutable" in visitor.client.get(found[1]).headers["cache-control"]
    assert visitor.client.get("/static/labas.css").headers["cache-control"] == "no-cache"
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/"):
        assert visitor.client.get(path).status_code == 404


@pytest.mark.parametrize(("language", "words"), [("fr", "Cette page n'existe pas"), ("ar", "هذه الصفحة غير موجودة")])
def test_a_page_that_is_not_there_says_so_kindly(a_site: Site, language: str, words: str) -> None:
    answer = a_site.visitor(**{"Accept-Language": language}).client.get("/nowhere", headers=HTML)
    assert answer.status_code == 404
    assert words in answer.text.replace("&#39;", "'")


def test_a_script_gets_json_instead(a_site: Site) -> None:
    visitor = a_site.visitor()
    assert visitor.client.get("/chat/send").json()["error"] == "not_allowed"
    assert visitor.client.post("/").json()["error"] == "not_allowed"
    assert visitor.client.get("/chat/document/7").json()["error"] == "not_found"
    assert "text/html" in visitor.client.get("/chat/document/7", headers=HTML).headers["content-type"]


def test_a_page_that_breaks_shows_no_traceback(a_site: Site, caplog: pytest.LogCaptureFixture) -> None:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route
    from starlette.testclient import TestClient

    from bot.web.app import create

    async def broken(request: Request) -> Response:
        raise ValueError("a secret of Fatima")

    made: Starlette = create(a_site.app, routes=[Route("/broken", broken)], nlu_state=lambda: "ready")
    answer = TestClient(made).get("/broken", headers={**HTML, "Accept-Language": "fr"})
    assert answer.status_code == 500
    assert "Ça n'a pas marché" in answer.text.replace("&#39;", "'")
    assert "secret" not in answer.text
    assert "secret" not in caplog.text


def test_alive_and_ready(a_site: Site) -> None:
    client = a_site.visitor().client
    assert client.get("/healthz").json() == {"alive": True}
    assert client.get("/readyz").json() == {"ready": True, "missing": [], "database": "ready", "nlu": "ready"}


def test_not_ready_names_the_part(a_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = a_site.visitor().client
    a_site.nlu[0] = "starting"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["nlu"])

    def gone() -> None:
        raise StoreError("The database does not answer.")

    monkeypatch.setattr(a_site.app.store, "ping", gone)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["database", "nlu"])
    assert client.get("/healthz").status_code == 200
