"""The way back from the fake: signed, repeated, shuffled, many in one, and never lost while it is not taken."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter

import pytest

from tests.platforms.conftest import Business
from tests.platforms.whatsapp import SECRET, Fault, GraphError, Mishaps
from tests.platforms.whatsapp_webhooks import How

pytestmark = pytest.mark.anyio
PHONE = "212612345678"


async def test_each_post_is_signed_over_its_bytes(business: Business) -> None:
    business.api.person(PHONE).says("é / 🙂")
    await business.settled()
    [asked] = business.receiver.got
    right = hmac.new(SECRET.encode(), asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["x-hub-signature-256"] == f"sha256={right}"
    assert b"\\u00e9 \\/" in asked.body, "escaped, so that who signs the parsed text signs something else"


async def test_statuses_carry_the_tracker_and_the_state_in_order(business: Business) -> None:
    person = business.api.person(PHONE)
    person.says("salam")
    await business.text(PHONE, biz_opaque_callback_data="try-1")
    person.reads()
    await business.settled()
    statuses = business.receiver.statuses()
    assert [s["status"] for s in statuses] == ["sent", "delivered", "read"]
    assert {s["biz_opaque_callback_data"] for s in statuses} == {"try-1"}
    assert {s["id"] for s in statuses} == {business.api.accepted[0].id}


async def test_forty_five_updates_in_one_post(business: Business) -> None:
    business.api.webhooks.how = How(entries=3, changes=3, items=5)
    people = [business.api.person() for _ in range(9)]
    for number in range(45):
        people[number // 5].says(f"{number}")
    await business.settled()
    [asked] = business.receiver.got
    entries = json.loads(asked.body)["entry"]
    assert [[len(c["value"]["messages"]) for c in e["changes"]] for e in entries] == [[5, 5, 5]] * 3
    assert [m["text"]["body"] for m in business.receiver.messages()] == [str(n) for n in range(45)]


async def test_updates_come_several_times_and_in_no_order(business: Business) -> None:
    business.api.webhooks.how = How(repeat=5, shuffle=True, connections=8)
    person = business.api.person(PHONE)
    for number in range(20):
        person.says(f"{number}")
    await business.settled()
    texts = [m["text"]["body"] for m in business.receiver.messages()]
    assert Counter(texts) == Counter({str(n): 5 for n in range(20)})
    assert texts != sorted(texts, key=int)


async def test_some_updates_come_late_and_some_never(business: Business) -> None:
    business.api.webhooks.how = How(lose=0.3, late_seconds=0.05)
    person = business.api.person(PHONE)
    for number in range(100):
        person.says(f"{number}")
    await business.settled()
    texts = [m["text"]["body"] for m in business.receiver.messages()]
    assert len(texts) == 100 - business.api.webhooks.lost
    assert 15 <= business.api.webhooks.lost <= 45
    assert texts != sorted(texts, key=int)


async def test_what_is_not_taken_comes_again_and_holds_up_nobody(business: Business) -> None:
    business.receiver.answers = [500, 200, 503, 204]
    person = business.api.person(PHONE)
    person.says("un")
    person.says("deux")
    await business.settled()
    assert [m["text"]["body"] for m in business.receiver.messages()] == ["un", "deux", "un", "un", "un"]
    assert [p.status for p in business.api.webhooks.pushed] == [500, 200, 503, 204, 200]


async def test_after_a_week_nobody_asks_any_more(business: Business) -> None:
    business.receiver.answers = [500] * 3
    business.api.person(PHONE).says("un")
    await business.api.until(lambda: business.receiver.got)
    business.api.advance(8 * 24 * 3600)
    await business.settled()
    assert len(business.api.webhooks.dropped) == 1


@pytest.mark.parametrize(
    ("fault", "is_heard", "is_seen"),
    [
        (Fault.RESET_BEFORE, False, False),
        (Fault.RESET_AFTER, False, True),
        (Fault.GATEWAY_BEFORE, False, False),
        (Fault.GATEWAY_AFTER, False, True),
        (Fault.NONSENSE, False, True),
        (Fault.EMPTY_YES, True, True),
        (Fault.LATE, True, True),
        (Fault.SWALLOWED, True, False),
    ],
)
async def test_bad_days(business: Business, fault: Fault, is_heard: bool, is_seen: bool) -> None:
    person = business.api.person(PHONE)
    person.says("salam")
    business.api._late = 0.05
    business.api.faults["send"].append(fault)
    try:
        heard = await business.text(PHONE, biz_opaque_callback_data="t") is None
    except Exception:
        heard = False
    await business.settled()
    assert heard == is_heard
    assert len(person.sees) == int(is_seen)
    assert len(business.receiver.statuses()) == (2 if is_seen else 0)
    assert await business.text(PHONE) is None, "and then all is well again"


async def test_mishaps_strike_as_often_as_told_and_the_same_ones_again(business: Business) -> None:
    struck = []
    for _ in range(2):
        mishaps = Mishaps(rate=0.05, seed=7)
        struck.append([mishaps.next() for _ in range(2000)])
    assert struck[0] == struck[1]
    assert 70 <= sum(fault is not None for fault in struck[0]) <= 130


async def test_codes_come_as_an_answer_or_as_a_status(business: Business) -> None:
    business.api.person(PHONE).says("salam")
    business.api.faults["send"] += [GraphError(131016), GraphError(131049), GraphError(131049, later=False)]
    codes = [await business.text(PHONE) for _ in range(3)]
    await business.settled()
    assert codes == [131016, None, 131049]
    assert [s["errors"][0]["code"] for s in business.receiver.statuses()] == [131049]


async def test_somebody_who_blocked_is_reached_again_when_they_write(business: Business) -> None:
    person = business.api.person(PHONE)
    person.says("salam")
    person.blocks()
    await business.text(PHONE)
    person.says("me revoilà")
    await business.text(PHONE)
    await business.settled()
    assert [s["status"] for s in business.receiver.statuses()] == ["failed", "sent", "delivered"]
    assert len(person.sees) == 1


@pytest.mark.parametrize(
    ("shape", "in_contact", "in_message"),
    [
        ("both", {"wa_id", "user_id", "profile"}, {"from", "from_user_id"}),
        ("user_id", {"user_id", "profile"}, {"from_user_id"}),
        ("phone", {"wa_id", "profile"}, {"from"}),
    ],
)
async def test_identity_as_the_person_shows_it(
    business: Business, shape: str, in_contact: set[str], in_message: set[str]
) -> None:
    person = business.api.person(PHONE, shape=shape)  # type: ignore[arg-type]
    person.says("salam")
    await business.settled()
    [value] = business.receiver.values()
    assert set(value["contacts"][0]) == in_contact
    assert value["messages"][0].keys() & {"from", "from_user_id"} == in_message


async def test_a_new_number_is_told_and_reaches_the_same_person(business: Business) -> None:
    person = business.api.person(PHONE)
    old = person.user_id
    person.changes_number("212699999999")
    person.says("c'est moi")
    await business.settled()
    system = business.receiver.messages()[0]
    assert (system["from"], system["system"]["wa_id"]) == (PHONE, "212699999999")
    assert (system["system"]["previous_user_id"], system["system"]["user_id"]) == (old, person.user_id)
    assert await business.text("212699999999") is None
    assert await business.text(PHONE) is None
    await business.settled()
    assert len(person.sees) == 1
    assert [s["errors"][0]["code"] for s in business.receiver.statuses() if s["status"] == "failed"] == [131026]


async def test_media_can_be_fetched_for_five_minutes(business: Business) -> None:
    business.api.person(PHONE).sends_media("audio", "audio/ogg", b"voice", voice=True)
    await business.settled()
    [message] = business.receiver.messages()
    assert message["audio"]["voice"] is True
    found = (await business.client.get(f"/{message['audio']['id']}")).json()
    assert (await business.client.get(found["url"])).content == b"voice"
    business.api.advance(301)
    assert (await business.client.get(found["url"])).status_code == 404


async def test_a_read_mark_shows_and_typing_ends_with_the_answer(business: Business) -> None:
    person = business.api.person(PHONE)
    number = person.says("salam")
    mark = {"status": "read", "message_id": number, "typing_indicator": {"type": "text"}}
    assert (await business.send(**mark))[0] == 200
    assert (await business.send(**{**mark, "message_id": "wamid.other"}))[0] == 400
    assert person.read_marks == [number]
    assert person.typing_until > business.api.now()
    await business.text(PHONE)
    assert person.typing_until == 0.0
