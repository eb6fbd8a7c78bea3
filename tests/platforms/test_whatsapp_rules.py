"""The Cloud API fake refuses what WhatsApp refuses, and takes what it takes, at the very edge of each limit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.platforms.conftest import VERIFY, Business, code_of
from tests.platforms.whatsapp import ACCOUNT_ID, DISPLAY_PHONE, PHONE_ID, GraphError

pytestmark = pytest.mark.anyio
PHONE = "212612345678"


def buttons(*pairs: tuple[str, str], body: str = "?", **more: Any) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": i, "title": title}} for i, title in pairs]
    part = {"type": "button", "body": {"text": body}, "action": {"buttons": replies}, **more}
    return {"type": "interactive", "interactive": part}


def rows(*rows: dict[str, Any], body: str = "?", button: str = "Choisir", sections: int = 1) -> dict[str, Any]:
    parts = [{"title": f"s{n}", "rows": list(rows[n::sections])} for n in range(sections)]
    part = {"type": "list", "body": {"text": body}, "action": {"button": button, "sections": parts}}
    return {"type": "interactive", "interactive": part}


def a_row(number: int, title: str = "x", **more: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "title": title, **more}


TAKEN: dict[str, dict[str, Any]] = {
    "a text of 4,096": {"type": "text", "text": {"body": "ش" * 4096}},
    "three buttons of 20": buttons(*((f"b{n}", f"{n}" * 20) for n in range(3))),
    "Rendez-vous confirmé": buttons(("yes", "Rendez-vous confirmé")),
    "a body of 1,024": buttons(("a", "a"), body="x" * 1024),
    "an id of 256": buttons(("i" * 256, "a")),
    "ten rows of 24": rows(*(a_row(n, "t" * 24, description="d" * 72) for n in range(10))),
    "ten sections": rows(*(a_row(n) for n in range(10)), sections=10),
    "a list button of 20": rows(a_row(1), button="b" * 20),
    "a footer of 60": buttons(("a", "a"), footer={"text": "f" * 60}),
    "a question for the place": {
        "type": "interactive",
        "interactive": {"type": "location_request_message", "body": {"text": "?"}, "action": {"name": "send_location"}},
    },
    "a place": {"type": "location", "location": {"latitude": 33.57, "longitude": -7.58, "name": "Casablanca"}},
    "a tracker of 512": {"type": "text", "text": {"body": "x"}, "biz_opaque_callback_data": "t" * 512},
}
REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "a text of 4,097": ({"type": "text", "text": {"body": "x" * 4097}}, 100),
    "an empty text": ({"type": "text", "text": {"body": ""}}, 100),
    "a blank text": ({"type": "text", "text": {"body": " \n"}}, 100),
    "no text at all": ({"type": "text"}, 131008),
    "a text that is a number": ({"type": "text", "text": {"body": 5}}, 100),
    "four buttons": (buttons(*((f"b{n}", f"{n}") for n in range(4))), 131009),
    "no buttons": (buttons(), 131009),
    "a title of 21": (buttons(("a", "x" * 21)), 131009),
    "an empty title": (buttons(("a", "")), 131009),
    "two equal titles": (buttons(("a", "x"), ("b", "x")), 131009),
    "two equal ids": (buttons(("a", "x"), ("a", "y")), 131009),
    "an id of 257": (buttons(("i" * 257, "a")), 131009),
    "a body of 1,025": (buttons(("a", "a"), body="x" * 1025), 131009),
    "a footer of 61": (buttons(("a", "a"), footer={"text": "f" * 61}), 131009),
    "eleven rows": (rows(*(a_row(n) for n in range(11))), 131009),
    "eleven rows in two sections": (rows(*(a_row(n) for n in range(11)), sections=2), 131009),
    "a row of 25": (rows(a_row(1, "t" * 25)), 131009),
    "a description of 73": (rows(a_row(1, description="d" * 73)), 131009),
    "a row id of 201": (rows({"id": "i" * 201, "title": "x"}), 131009),
    "two equal rows": (rows(a_row(1), a_row(1)), 131009),
    "a list button of 21": (rows(a_row(1), button="b" * 21), 131009),
    "a tracker of 513": ({"type": "text", "text": {"body": "x"}, "biz_opaque_callback_data": "t" * 513}, 100),
    "a file nobody uploaded": ({"type": "document", "document": {"id": "7"}}, 100),
    "a kind that is none": ({"type": "hologram", "hologram": {}}, 100),
    "another product": ({"type": "text", "text": {"body": "x"}, "messaging_product": "telegram"}, 100),
}


@pytest.mark.parametrize("fields", TAKEN.values(), ids=TAKEN)
async def test_what_fits_is_taken(business: Business, fields: dict[str, Any]) -> None:
    person = business.api.person(PHONE)
    person.says("salam")
    assert code_of(await business.send(to=PHONE, **fields)) is None
    assert len(person.sees) == 1


@pytest.mark.parametrize(("fields", "code"), REFUSED.values(), ids=REFUSED)
async def test_what_does_not_fit_is_refused(business: Business, fields: dict[str, Any], code: int) -> None:
    person = business.api.person(PHONE)
    person.says("salam")
    assert code_of(await business.send(to=PHONE, **fields)) == code
    assert person.sees == []
    assert business.api.accepted == []


@pytest.mark.parametrize(
    ("name", "media_type", "status"),
    [
        ("carte.pdf", "application/pdf", 200),
        ("rdv.ics", "text/plain", 200),
        ("carte.png", "image/png", 200),
        ("rdv.ics", "text/calendar", 400),
        ("labas.json", "application/json", 400),
        ("x.zip", "application/zip", 400),
    ],
)
async def test_files_are_of_the_kinds_that_meta_takes(
    business: Business, name: str, media_type: str, status: int
) -> None:
    form = {"messaging_product": "whatsapp", "type": media_type}
    files = {"file": (name, b"content", media_type)}
    answer = await business.client.post(f"/{PHONE_ID}/media", data=form, files=files)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error"]["code"] == 100
        return
    person = business.api.person(PHONE)
    person.says("salam")
    kind = "image" if media_type.startswith("image") else "document"
    part = {"id": answer.json()["id"]} | ({"filename": name} if kind == "document" else {})
    assert code_of(await business.send(to=PHONE, type=kind, **{kind: part})) is None
    assert person.sees[0].document == (name, media_type, b"content")


@pytest.mark.parametrize(("seconds", "code"), [(86_399, None), (86_401, 131047)])
async def test_the_window_closes_after_a_day(business: Business, seconds: int, code: int | None) -> None:
    person = business.api.person(PHONE)
    person.says("salam", at=business.api.now() - seconds)
    assert await business.text(PHONE, biz_opaque_callback_data="t-1") is None, "told later, as Meta does"
    await business.settled()
    failed = [s for s in business.receiver.statuses() if s["status"] == "failed"]
    assert [s["errors"][0]["code"] for s in failed] == ([code] if code else [])
    assert {s["biz_opaque_callback_data"] for s in business.receiver.statuses()} == {"t-1"}
    assert len(person.sees) == (0 if code else 1)


async def test_a_person_takes_forty_five_at_once_then_one_in_six_seconds(business: Business) -> None:
    business.api.stand_still()
    business.api.rates.per_second = 1000
    business.api.person(PHONE).says("salam")
    assert [await business.text(PHONE) for _ in range(46)] == [None] * 45 + [131056]
    business.api.advance(6.5)
    assert [await business.text(PHONE) for _ in range(2)] == [None, 131056]


async def test_the_number_takes_eighty_a_second_what_comes_in_included(business: Business) -> None:
    business.api.stand_still()
    people = [business.api.person() for _ in range(60)]
    for person in people[:30]:
        person.says("salam")
    codes = [await business.text(person.phone) for person in people]
    assert codes[:50] == [None] * 50
    assert set(codes[50:]) == {130429}
    business.api.advance(1.1)
    assert await business.text(people[0].phone) is None


async def test_the_answer_names_the_wait_when_the_test_says_so(business: Business) -> None:
    business.api.faults["send"].append(GraphError(80007, retry_after=7))
    answer = await business.client.post(
        f"/{PHONE_ID}/messages", json={"messaging_product": "whatsapp", "to": PHONE, "text": {"body": "x"}}
    )
    assert (answer.status_code, answer.headers["retry-after"]) == (400, "7")


async def test_the_tier_counts_people_written_to_first(business: Business) -> None:
    business.api.rates.tier = 2
    template = {
        "name": "rdv",
        "language": "fr",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Bon."}],
    }
    await business.client.post(f"/{ACCOUNT_ID}/message_templates", json=template)
    people = [business.api.person() for _ in range(4)]
    people[3].says("salam")
    for person in [*people, people[0]]:
        sent = await business.send(
            to=person.phone, type="template", template={"name": "rdv", "language": {"code": "fr"}}
        )
        assert code_of(sent) is None
    await business.settled()
    assert [len(person.sees) for person in people] == [2, 1, 0, 1]
    failed = [s for s in business.receiver.statuses() if s["status"] == "failed"]
    assert [s["errors"][0]["code"] for s in failed] == [131048]


async def test_a_wrong_token_is_told_and_nothing_else_is(business: Business) -> None:
    business.client.headers["Authorization"] = "Bearer other"
    status, answer = await business.send(to=PHONE, type="text", text={"body": "x"})
    assert (status, answer["error"]["code"]) == (401, 190)
    assert business.api.accepted == []


@pytest.mark.parametrize(
    ("address", "code", "later", "sees"),
    [
        ({"to": PHONE}, None, [], 1),
        ({"to": f"+{PHONE[:3]} {PHONE[3:]}"}, None, [], 1),
        ({"recipient": "MA.42"}, None, [], 1),
        ({"to": "MA.42"}, 131009, [], 0),
        ({"to": "MA.4242424242"}, None, [131026], 0),
        ({"to": "212600000000"}, None, [131026], 0),
        ({"recipient": "MA.99"}, None, [131026], 0),
        ({"recipient": PHONE}, 131009, [], 0),
        ({"to": DISPLAY_PHONE}, 131021, [], 0),
        ({}, 100, [], 0),
    ],
    ids=str,
)
async def test_who_is_reached(
    business: Business, address: dict[str, str], code: int | None, later: list[int], sees: int
) -> None:
    person = business.api.person(PHONE, user_id="MA.42")
    person.says("salam")
    assert code_of(await business.send(type="text", text={"body": "x"}, **address)) == code
    await business.settled()
    failed = [s["errors"][0]["code"] for s in business.receiver.statuses() if s["status"] == "failed"]
    assert failed == later
    assert len(person.sees) == sees


async def test_the_challenge_is_asked_before_anything_is_pushed(business: Business) -> None:
    assert not await business.api.subscribe(business.receiver.url, "another word")
    assert await business.api.subscribe(business.receiver.url, VERIFY)
    assert business.receiver.got == []
