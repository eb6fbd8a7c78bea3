"""What one bad row, one bad update or a neighbour under the same app must not do to everybody else in a POST."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.channels.whatsapp import news
from bot.channels.whatsapp.updates import Status, updates
from dialogues import params as p
from dialogues.effects import Say
from store import handoffs, outbox, people, sealed, talks
from store.models import Attempt, Inbox
from tests.channels.whatsapp.payloads import PHONE, a_contact, a_message, a_post, a_status, a_value
from tests.channels.whatsapp.running import Running, running
from tests.channels.whatsapp.test_window import DAY, enqueue, ready, waits, wrote
from tests.platforms.whatsapp import ACCOUNT_ID, PHONE_ID, CloudApi

pytestmark = pytest.mark.anyio
OTHER = {"from": "212611111111", "from_user_id": "MA.99"}


@pytest.mark.parametrize("spoilt", ["update talk set state = 'k9:AAAA'", "update address set address = 'k9:AAAA'"])
async def test_what_no_key_opens_any_more_is_its_owners_matter_alone(api: CloudApi, data: Path, spoilt: str) -> None:
    """A row of one person that cannot be read: the other person of the same POST is answered all the same."""
    async with running(data, api, subscribed=False) as labas:
        assert await labas.post(a_post(a_value(a_message()))) == 200
        await labas.settled(1)
        with labas.store.write() as session:
            session.execute(text(spoilt))
        # A number that is new makes the address be opened.
        both = (a_message(**{"from": "212600000002"}), a_message(**OTHER))
        assert await labas.post(a_post(a_value(*both, contacts=[]))) == 200
        await labas.settled(2)
        assert people_of(labas, OTHER["from_user_id"]) == ["done"]


def people_of(labas: Running, key: str) -> list[str]:
    """The states of somebody's messages."""
    with labas.store.read() as session:
        whom = people.find(session, "whatsapp", key)
        assert whom is not None
        return [row.state for row in session.query(Inbox).filter(Inbox.address_id == whom.address_id)]


@pytest.mark.parametrize(
    ("owner", "age", "is_typing"),
    [(None, 0, True), ("staff:x", 0, False), ("staff:x", talks.OWNED_LIFETIME.days + 1, True)],
)
async def test_typing_is_shown_when_nobody_of_the_staff_answers(
    api: CloudApi, data: Path, owner: str | None, age: int, is_typing: bool
) -> None:
    async with running(data, api) as labas:
        person = await wrote(api, labas)
        with labas.store.write() as session:
            whom = people.find(session, "whatsapp", person.user_id)
            assert whom is not None
            if owner is not None:
                talks.take_over(session, whom.person_id, owner, labas.app.clock())
        api.advance(age * DAY)
        marks = len(api.calls("read"))
        person.says("merci")
        await api.until(lambda: len(api.calls("read")) > marks)
        assert ("typing_indicator" in api.calls("read")[-1].fields) == is_typing


POISON = "0" * 32


@pytest.mark.parametrize("name", ["\x00", "\ud800", "x" * 512, "0" * 32 + "\x00", "A" * 32])
def test_a_name_of_a_try_that_we_did_not_give_says_nothing(name: str) -> None:
    """PostgreSQL would refuse to look for some of them, and the whole status with it."""
    status = a_status("read", biz_opaque_callback_data=name)
    [found] = updates(a_post(a_value(statuses=[status])), PHONE_ID, ACCOUNT_ID)
    assert isinstance(found, Status)
    assert found.tracker is None


async def test_one_status_that_cannot_be_noted_sets_no_other_aside(
    api: CloudApi, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = news.receive

    def poisoned(statuses: Sequence[Status], session: Any, now: Any) -> None:
        if any(status.tracker == POISON for status in statuses):
            raise ZeroDivisionError
        receive(statuses, session, now)

    monkeypatch.setattr(news, "receive", poisoned)
    async with running(data, api) as labas:
        await wrote(api, labas)
        with labas.store.read() as session:
            trackers = [row.id for row in session.query(Attempt)]
        read = [a_status("read", biz_opaque_callback_data=tracker) for tracker in trackers]
        poison = a_status("read", biz_opaque_callback_data=POISON)
        assert await labas.post(a_post(a_value(statuses=[*read[:1], poison, *read[1:]]))) == 200
        with labas.store.read() as session:
            assert [session.get_one(Attempt, tracker).receipt for tracker in trackers] == ["read"] * len(trackers)
        assert [code for _, code in labas.codes()].count("ZeroDivisionError") == 1


async def test_one_person_under_two_keys_keeps_the_order(api: CloudApi, data: Path) -> None:
    """With and without the user id, in one POST of two shapes."""

    def said(number: int, **more: Any) -> dict[str, Any]:
        return a_message("text", {"body": f"{number}"}, timestamp=f"{1764000000 + number}", **more)

    old = a_value(said(1, from_user_id=None), said(3, from_user_id=None), contacts=[a_contact(user_id=None)])
    new = a_value(said(2), said(4))
    async with running(data, api, subscribed=False) as labas:
        assert await labas.post(a_post(a_value(a_message()))) == 200
        await labas.settled(1)
        assert await labas.post(a_post(new, old)) == 200
        await labas.settled(5)
        assert labas.reader.read_texts[-4:] == ["1", "2", "3", "4"]
        assert labas.people() == 1


@pytest.mark.parametrize(
    ("items", "state"),
    [({"messages": [a_message()]}, "quarantined"), ({"statuses": [a_status()]}, "done")],
    ids=["messages", "statuses"],
)
async def test_words_to_another_number_are_kept_for_the_operator(
    api: CloudApi, data: Path, items: dict[str, Any], state: str
) -> None:
    """Perhaps somebody answers there. Perhaps our number's id is set wrong, and these are people who wait."""
    value = a_value(**items)
    value["metadata"]["phone_number_id"] = "999"
    async with running(data, api, subscribed=False) as labas:
        assert await labas.post(a_post(value)) == 200
        assert labas.codes() == [(state, "other_number")]
        with labas.store.read() as session:
            [row] = session.query(Inbox)
            assert (row.payload is not None) == (state == "quarantined")
            if state == "quarantined":
                assert PHONE in (sealed.get(session, row, "payload") or "")
        assert labas.people() == 0


@pytest.mark.parametrize("field", ["message_template_status_update", "template_category_update", "user_preferences"])
async def test_news_of_another_account_of_the_app_changes_nothing(api: CloudApi, data: Path, field: str) -> None:
    template = {
        "message_template_id": 999, "message_template_name": "labas_appointment_tomorrow",
        "message_template_language": "fr", "event": "REJECTED", "reason": "NONE", "new_category": "MARKETING",
    }  # fmt: skip
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        preference = {"user_id": person.user_id, "category": "marketing_messages", "value": "stop"}
        post = a_post({"user_preferences": [preference]} if field == "user_preferences" else template, field=field)
        post["entry"][0]["id"] = "555000555"
        assert await labas.post(post) == 200
        assert ("done", "other_account") in labas.codes()
        assert labas.address_of(person.user_id).marketing_stopped_at is None
        api.advance(2 * DAY)
        enqueue(labas, person)
        await labas.app.delivery.look()
        assert [shown.template for shown in person.sees] == [("labas_appointment_tomorrow", "fr")]


ANSWER = Say(handoffs.ANSWER, {"text": p.a_text("Venez demain à 9 h.")})


@pytest.mark.parametrize(
    ("days", "heard"),
    # Whoever was told of an answer that is gone is led to a human again; contact is agreed to first.
    [(1, [handoffs.ANSWER]), (5, ["consent.ask_contact"])],
    ids=["the answer is still there", "it has waited too long"],
)
async def test_who_comes_for_an_answer_never_meets_silence(
    api: CloudApi, data: Path, days: int, heard: list[str]
) -> None:
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        enqueue(labas, person, ANSWER)
        await labas.app.delivery.look()
        api.advance(days * DAY)
        with labas.store.write() as session:
            outbox.expire(session, labas.app.clock())
        person.taps_button(1)
        await api.until(lambda: len(person.sees) == 2)
        # Impatient fingers find the answer right above.
        person.taps(person.sees[0].content.choices[0][0], under=person.sees[0])
        await api.until(lambda: api.webhooks.is_idle)
        await labas.worker.drain(5)
        assert [say for say, state in labas.said()[3:] if state == "sent"] == heard * (1 if days == 1 else 2)


async def test_nobody_is_asked_to_come_who_is_there(api: CloudApi, data: Path) -> None:
    """The day's number of people was used up; then the person wrote by themselves."""
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        labas.channel.set_pace(80, 0)
        enqueue(labas, person, ANSWER)
        await labas.app.delivery.look()
        assert waits(labas) == [("daily_tier", 1)]
        person.says("merci")
        await labas.settled(2)
        api.advance(timedelta(minutes=6).total_seconds())
        await labas.app.delivery.look()
        await api.until(lambda: any("Venez" in shown.text for shown in person.sees))
        assert not [shown for shown in person.sees if "bouton" in shown.text]
        assert ("human.answer_waits", "expired") in labas.said()
        assert waits(labas) == []
