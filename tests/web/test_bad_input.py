"""Whatever is sent: a clear answer, nothing kept of what is wrong, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.web.asked import LARGEST_BODY, check
from bot.web.failures import Rejected
from store.ids import new_id
from tests.web.site import Site, Visitor, site

ID = "0123456789abcdef"


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with site(tmp_path_factory.mktemp("bad")) as made:
        yield made.visitor()


WRONG: list[tuple[str, bytes, int, str]] = [
    ("nothing", b"", 400, "malformed"),
    ("half", b'{"id": "0123456789abcdef", "text": "Bon', 400, "malformed"),
    ("not utf-8", b'{"id": "0123456789abcdef", "text": "\xff\xfe"}', 400, "malformed"),
    ("NaN", b'{"id": "0123456789abcdef", "location": [NaN, 1]}', 400, "malformed"),
    ("a number of 5,000 digits", b'{"id": "0123456789abcdef", "after": ' + b"9" * 5000 + b"}", 400, "malformed"),
    ("brackets without end", b"[" * 60_000, 400, "malformed"),
    ("a list", b"[]", 422, "invalid"),
    ("null", b"null", 422, "invalid"),
    ("no id", b'{"text": "Bonjour"}', 422, "invalid"),
    ("an id with spaces", b'{"id": "0123 456789", "text": "Bonjour"}', 422, "invalid"),
    ("a short id", b'{"id": "1", "text": "Bonjour"}', 422, "invalid"),
    ("a field of another time", b'{"id": "0123456789abcdef", "text": "a", "admin": true}', 422, "invalid"),
    ("two things", b'{"id": "0123456789abcdef", "text": "a", "choice": "b"}', 422, "invalid"),
    ("nothing said", b'{"id": "0123456789abcdef"}', 422, "invalid"),
    ("a text that is a number", b'{"id": "0123456789abcdef", "text": 5}', 422, "invalid"),
    ("an empty choice", b'{"id": "0123456789abcdef", "choice": ""}', 422, "invalid"),
    ("a long choice", b'{"id": "0123456789abcdef", "choice": "' + b"x" * 65 + b'"}', 422, "invalid"),
    ("a place that is text", b'{"id": "0123456789abcdef", "location": "Rabat"}', 422, "invalid"),
    ("a place off the earth", b'{"id": "0123456789abcdef", "location": [91, 0]}', 422, "invalid"),
    ("a place that is true", b'{"id": "0123456789abcdef", "location": [true, false]}', 422, "invalid"),
    ("a place of three", b'{"id": "0123456789abcdef", "location": [1, 2, 3]}', 422, "invalid"),
    ("a count below zero", b'{"id": "0123456789abcdef", "text": "a", "after": -1}', 422, "invalid"),
    ("a count too large", b'{"id": "0123456789abcdef", "text": "a", "after": 9999999999}', 422, "invalid"),
    ("a talk that is a list", b'{"id": "0123456789abcdef", "text": "a", "talk": []}', 422, "invalid"),
]


@pytest.mark.parametrize(("body", "status", "code"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_wrong_body_is_refused_with_its_reason(visitor: Visitor, body: bytes, status: int, code: str) -> None:
    answer = visitor.client.post("/chat/send", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["message"]
    assert "set-cookie" not in answer.headers


def test_a_megabyte_is_refused_and_read_to_its_end(visitor: Visitor) -> None:
    answer = visitor.client.post("/chat/send", json={"id": ID, "text": "ا" * 1_000_000})
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert str(LARGEST_BODY) in answer.json()["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken(visitor: Visitor, kind: str) -> None:
    """A form of another site can send these types without asking the browser's leave; JSON it cannot."""
    body = json.dumps({"id": ID, "text": "Bonjour"}).encode()
    assert visitor.client.post("/chat/send", content=body, headers={"Content-Type": kind}).status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_another_sites_page_cannot_write_for_a_visitor(visitor: Visitor, headers: dict[str, str]) -> None:
    answer = visitor.client.post("/chat/send", json={"id": new_id(), "text": "Bonjour"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


def test_our_own_page_can(visitor: Visitor) -> None:
    headers = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
    assert (
        visitor.client.post("/chat/send", json={"id": new_id(), "text": "Bonjour"}, headers=headers).status_code == 200
    )


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=%D9%A2", "after=99999999999", f"talk={'x' * 65}"])
def test_a_wrong_question_is_refused(visitor: Visitor, query: str) -> None:
    assert visitor.client.get(f"/chat/updates?{query}").status_code == 422


STRANGE = [
    ("", "empty"),
    ("   \n\t ", "empty"),
    ("\x00\x00", None),
    ("👍👍🏽", None),
    ("\ud800 half a character", None),
    ("\u202e\u2067\u200fمرحبا abc\u202c", None),
    ("a\u0301" * 400, None),
    ("x" * 50_000, None),
    ("ا" * 10_000, None),
    ("'; DROP TABLE person; --", None),
    ("<script>alert(1)</script>", None),
    ("{name} {0.__class__} %s", None),
]


@pytest.mark.parametrize(("text", "expected"), STRANGE, ids=[ascii(s[0])[:30] for s in STRANGE])
def test_a_strange_text_gets_an_answer(a_site: Site, text: str, expected: str | None) -> None:
    visitor = a_site.visitor()
    body = json.dumps({"id": new_id(), "text": text})  # as a browser writes half a character
    answer = visitor.client.post("/chat/send", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    said = [m["say"] for m in answer.json()["messages"]]
    assert said
    assert "something_wrong" not in said


def test_a_long_text_is_read_in_part_and_the_person_is_told(a_site: Site) -> None:
    assert "text_too_long" in [m["say"] for m in a_site.visitor().say("mes rendez-vous " * 1000)]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "id": ANY_JSON | st.just(ID), "text": ANY_JSON, "choice": ANY_JSON, "location": ANY_JSON, "after": ANY_JSON,
        "talk": ANY_JSON,
    },
)  # fmt: skip


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ANY_JSON | FIELDS)
def test_any_json_is_a_message_or_refused(body: Any) -> None:
    try:
        asked = check(body)
    except Rejected as rejected:
        assert rejected.status == 422
    else:
        assert sum(x is not None for x in (asked.text, asked.choice, asked.location)) == 1
        (asked.text or "").encode()


def test_somebody_who_writes_like_a_machine_is_slowed_down(a_site: Site) -> None:
    visitor = a_site.visitor()
    visitor.say("Bonjour")
    answers = [visitor.post(text="mes rendez-vous") for _ in range(20)]
    slowed = [a for a in answers if a.status_code == 429]
    assert slowed
    assert answers[0].status_code == 200
    assert slowed[0].json()["error"] == "too_fast"
    assert int(slowed[0].headers["retry-after"]) >= 1
    assert a_site.visitor().post(text="Bonjour").status_code == 200, "nobody else is"


def test_a_store_that_fails_is_said_without_a_traceback(tmp_path: Path) -> None:
    with site(tmp_path) as made:
        visitor = made.visitor()
        visitor.say("Bonjour")
        with made.app.store.write() as session:
            session.connection().exec_driver_sql("ALTER TABLE inbox RENAME TO inbox_gone")
        answer = visitor.post(text="mes rendez-vous")
        assert (answer.status_code, answer.json()["error"]) == (500, "failed")
        assert "inbox" not in answer.text
        with made.app.store.write() as session:
            session.connection().exec_driver_sql("ALTER TABLE inbox_gone RENAME TO inbox")
        assert visitor.say("mes rendez-vous")[-1]["say"] == "bookings.none"
