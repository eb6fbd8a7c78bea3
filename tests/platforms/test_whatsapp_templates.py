"""Templates on the fake: what a submission must look like, its review, its sending, and what Meta does to it later."""

from __future__ import annotations

from typing import Any

import pytest

from tests.platforms.conftest import Business, code_of
from tests.platforms.whatsapp import ACCOUNT_ID

pytestmark = pytest.mark.anyio
PHONE = "212612345678"
TEMPLATES = f"/{ACCOUNT_ID}/message_templates"


def named(text: str = "Bonjour, le rendez-vous de {{child}} est {{day}}.", **more: Any) -> dict[str, Any]:
    names = [part.split("}}")[0] for part in text.split("{{")[1:]]
    body = {"type": "BODY", "text": text}
    if names:
        body["example"] = {"body_text_named_params": [{"param_name": n, "example": "x"} for n in names]}  # type: ignore[assignment]
    made = {
        "name": "rdv", "language": "fr", "category": "UTILITY", "parameter_format": "NAMED", "components": [body],
    }  # fmt: skip
    return made | more


def with_replies(*labels: str) -> dict[str, Any]:
    buttons = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": label} for label in labels]}
    return named() | {"components": [*named()["components"], buttons]}


def filled(language: str = "fr", **values: str) -> dict[str, Any]:
    parameters = [{"type": "text", "parameter_name": name, "text": text} for name, text in values.items()]
    parts = [{"type": "body", "parameters": parameters}] if parameters else []
    return {"name": "rdv", "language": {"code": language}, "components": parts}


SUBMITTED: dict[str, tuple[dict[str, Any], bool]] = {
    "named": (named(), True),
    "without values": (named("Vous avez un rendez-vous demain."), True),
    "two quick replies": (with_replies("Je viens", "Annuler"), True),
    "a label of 25": (with_replies("x" * 25), True),
    "Moroccan Arabic": (named("عندك موعد غدا."), True),
    "a body of 1,024": (named("x" * 1024), True),
    "lives 12 hours": (named(message_send_ttl_seconds=43_200), True),
    "a body of 1,025": (named("x" * 1025), False),
    "a label of 26": (with_replies("x" * 26), False),
    "two equal labels": (with_replies("Oui", "Oui"), False),
    "eleven replies": (with_replies(*(f"{n}" for n in range(11))), False),
    "begins with a value": (named("{{child}} a un rendez-vous."), False),
    "ends with a value": (named("Rendez-vous de {{child}}"), False),
    "a big name": (named(name="Rdv"), False),
    "a name with a dash": (named(name="rdv-1"), False),
    "a language that is none": (named(language="ary"), False),
    "a category that is none": (named(category="SERVICE"), False),
    "no example": (named() | {"components": [{"type": "BODY", "text": "a {{b}} c"}]}, False),
    "no body": (named() | {"components": []}, False),
    "lives a day": (named(message_send_ttl_seconds=86_400), False),
}


@pytest.mark.parametrize(("template", "is_taken"), SUBMITTED.values(), ids=SUBMITTED)
async def test_a_submission_is_checked(business: Business, template: dict[str, Any], is_taken: bool) -> None:
    answer = await business.client.post(TEMPLATES, json=template)
    assert (answer.status_code == 200) == is_taken
    assert len((await business.client.get(TEMPLATES)).json()["data"]) == int(is_taken)


async def test_the_same_name_and_language_is_refused_another_language_is_not(business: Business) -> None:
    codes = [
        (await business.client.post(TEMPLATES, json=named(language=code))).status_code for code in ("fr", "fr", "ar_MA")
    ]
    assert codes == [200, 400, 200]


SENT: dict[str, tuple[dict[str, Any], int | None]] = {
    "as it should be": (filled(child="Ali", day="mardi"), None),
    "in another order": (filled(day="mardi", child="Ali"), None),
    "a value missing": (filled(child="Ali"), 132000),
    "a value too many": (filled(child="Ali", day="mardi", hour="9"), 132000),
    "a value that is not there": (filled(child="Ali", hour="9"), 132000),
    "a new line": (filled(child="Ali\nBaba", day="mardi"), 132012),
    "a tab": (filled(child="Ali\tBaba", day="mardi"), 132012),
    "five spaces": (filled(child="Ali     Baba", day="mardi"), 132012),
    "four spaces": (filled(child="Ali    Baba", day="mardi"), None),
    "an empty value": (filled(child="", day="mardi"), 132012),
    "another language": (filled("ar", child="Ali", day="mardi"), 132001),
    "too long when filled": (filled(child="x" * 1024, day="mardi"), 132005),
}


@pytest.mark.parametrize(("template", "code"), SENT.values(), ids=SENT)
async def test_a_template_is_filled_or_refused(business: Business, template: dict[str, Any], code: int | None) -> None:
    await business.client.post(TEMPLATES, json=named())
    person = business.api.person(PHONE)
    assert code_of(await business.send(to=PHONE, type="template", template=template)) == code
    assert len(person.sees) == int(code is None)
    if code is None:
        assert person.sees[0].text.endswith("est mardi.")
        assert not business.api.accepted[0].in_window


async def test_a_tap_on_a_quick_reply_brings_its_payload(business: Business) -> None:
    await business.client.post(TEMPLATES, json=with_replies("Je viens", "Annuler"))
    template = filled(child="Ali", day="mardi")
    template["components"].append(
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "1",
            "parameters": [{"type": "payload", "payload": "no=7"}],
        }
    )
    person = business.api.person(PHONE)
    await business.send(to=PHONE, type="template", template=template)
    assert person.sees[0].content.choices == (("Je viens", "Je viens"), ("no=7", "Annuler"))
    person.taps_button(2)
    await business.settled()
    [tap] = business.receiver.messages()
    assert tap["button"] == {"payload": "no=7", "text": "Annuler"}
    assert tap["context"]["id"] == person.sees[0].id


async def test_review_rejection_pausing_and_the_end(business: Business) -> None:
    api = business.api
    api.templates.approves = False
    api.person(PHONE)

    async def code() -> int | None:
        template = filled(child="Ali", day="mardi")
        return code_of(await business.send(to=PHONE, type="template", template=template))

    assert (await business.client.post(TEMPLATES, json=named())).json()["status"] == "PENDING"
    assert await code() == 132001
    api.templates.reject("rdv", reason="TAG_CONTENT_MISMATCH")
    assert await code() == 132001
    api.templates.approve("rdv")
    assert await code() is None
    for hours in (3, 6):
        api.templates.pause("rdv")
        assert await code() == 132015
        api.advance(hours * 3600 + 1)
        assert await code() is None, f"over after {hours} hours"
    api.templates.pause("rdv")
    assert await code() == 132016
    await business.settled()
    told = business.receiver.values("message_template_status_update")
    assert [value["event"] for value in told] == [
        "REJECTED", "APPROVED", "PAUSED", "APPROVED", "PAUSED", "APPROVED", "DISABLED",
    ]  # fmt: skip
    assert told[0]["reason"] == "TAG_CONTENT_MISMATCH"


async def test_a_category_is_changed_from_one_moment_to_the_next(business: Business) -> None:
    await business.client.post(TEMPLATES, json=named())
    person = business.api.person(PHONE)
    person.stops_marketing()
    await business.send(to=PHONE, type="template", template=filled(child="Ali", day="mardi"))
    business.api.templates.recategorise("rdv", "MARKETING")
    await business.send(to=PHONE, type="template", template=filled(child="Ali", day="mercredi"))
    await business.settled()
    assert [shown.text.split()[-1] for shown in person.sees] == ["mardi."]
    [told] = business.receiver.values("template_category_update")
    assert (told["previous_category"], told["new_category"]) == ("UTILITY", "MARKETING")
    failed = [s["errors"][0]["code"] for s in business.receiver.statuses() if s["status"] == "failed"]
    assert failed == [131050]


async def test_lists_come_in_pages_and_with_filters(business: Business) -> None:
    for number in range(30):
        await business.client.post(TEMPLATES, json=named(name=f"t{number:02d}", language="ar" if number % 2 else "fr"))
    first = (await business.client.get(TEMPLATES, params={"limit": "20"})).json()
    second = (
        await business.client.get(TEMPLATES, params={"limit": "20", "after": first["paging"]["cursors"]["after"]})
    ).json()
    assert [len(page["data"]) for page in (first, second)] == [20, 10]
    assert "next" in first["paging"]
    assert "next" not in second["paging"]
    arabic = (await business.client.get(TEMPLATES, params={"language": "ar", "limit": "100"})).json()
    assert len(arabic["data"]) == 15


async def test_what_is_edited_is_reviewed_again_and_what_is_deleted_is_gone(business: Business) -> None:
    business.api.templates.approves = False
    made = (await business.client.post(TEMPLATES, json=named())).json()
    refused = await business.client.post(f"/{made['id']}", json={"components": named("Bon.")["components"]})
    assert refused.status_code == 400, "not while it is being reviewed"
    business.api.templates.approve("rdv")
    edited = await business.client.post(f"/{made['id']}", json={"components": named("Bon.")["components"]})
    assert edited.json() == {"success": True}
    shown = (await business.client.get(f"/{made['id']}")).json()
    assert (shown["status"], shown["components"][0]["text"]) == ("PENDING", "Bon.")
    assert (await business.client.delete(TEMPLATES, params={"name": "rdv"})).json() == {"success": True}
    assert (await business.client.get(TEMPLATES)).json() == {"data": []}


@pytest.mark.parametrize(
    ("changes", "days", "statuses"),
    [
        ({}, 0, [200, 400]),
        ({}, 1.01, [200, 200]),
        ({}, 1.01, [200] * 10 + [400]),
        ({"category": "UTILITY"}, 0, [200]),
        ({"category": "MARKETING"}, 0, [400]),
    ],
    ids=["twice a day", "once a day", "eleven times", "the same category", "another category"],
)
async def test_what_may_be_edited_of_an_approved_one(
    business: Business, changes: dict[str, str], days: float, statuses: list[int]
) -> None:
    made = (await business.client.post(TEMPLATES, json=named())).json()
    found = []
    for number in range(len(statuses)):
        fields = {"components": named(f"Bon {number}.")["components"], **changes}
        found.append((await business.client.post(f"/{made['id']}", json=fields)).status_code)
        business.api.advance(days * 24 * 3600)
    assert found == statuses


async def test_only_what_was_subscribed_to_is_told(business: Business) -> None:
    business.api.webhooks.fields = frozenset({"messages"})
    await business.client.post(TEMPLATES, json=named())
    business.api.person().says("salam")
    await business.settled()
    assert len(business.receiver.messages()) == 1
    assert business.receiver.values("message_template_status_update") == []


async def test_what_is_too_late_is_not_delivered(business: Business) -> None:
    await business.client.post(TEMPLATES, json=named("Rendez-vous dans une heure.", message_send_ttl_seconds=3600))
    people = [business.api.person(), business.api.person()]
    for person in people:
        person.is_phone_off = True
        await business.send(to=person.phone, type="template", template=filled())
    business.api.advance(3000)
    people[0].turns_phone_on()
    business.api.advance(1000)
    people[1].turns_phone_on()
    await business.settled()
    assert [len(person.sees) for person in people] == [1, 0]
    assert [s["status"] for s in business.receiver.statuses()].count("delivered") == 1
