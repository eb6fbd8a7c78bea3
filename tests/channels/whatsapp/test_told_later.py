"""What Meta says of the account, of campaigns and of templates: as the answer to a call or later, in a status, in any
order; and a template that is not so any more holds its messages instead of losing them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.whatsapp import review
from store import consequences, pacing, templates
from store.models import Lane, Message
from tests.channels.whatsapp.payloads import a_post, a_status, a_value
from tests.channels.whatsapp.running import Running, running
from tests.channels.whatsapp.test_window import DAY, TOMORROW, enqueue, ready, waits, wrote
from tests.platforms.whatsapp import CloudApi, GraphError
from tests.platforms.whatsapp_people import Person

pytestmark = pytest.mark.anyio
NAME = "labas_appointment_tomorrow"


async def silent(api: CloudApi, labas: Running, count: int) -> list[Person]:
    """People who can be reached by a template only."""
    people = [await wrote(api, labas)]
    for _ in range(count - 1):
        people.append(api.person())
        people[-1].says("bonjour")
    await labas.settled(count)
    await api.until(lambda: all(person.sees for person in people[1:]) and api.webhooks.is_idle)
    for person in people:
        person.sees.clear()
    api.advance(2 * DAY)
    return people


async def look(api: CloudApi, labas: Running, times: int = 1) -> None:
    for _ in range(times):
        await labas.app.delivery.look()
        await api.until(lambda: api.webhooks.is_idle)


def status_of(labas: Running, language: str = "fr") -> str:
    with labas.store.read() as session:
        row = templates.one(session, "whatsapp", NAME, language)
        assert row is not None
        return row.status


def reminders(labas: Running) -> list[tuple[str, str | None]]:
    with labas.store.read() as session:
        rows = session.execute(select(Message.state, Message.failure).where(Message.say == TOMORROW.message))
        return [(row.state, row.failure) for row in rows]


@pytest.mark.parametrize("later", [False, True], ids=["at once", "in a status"])
@pytest.mark.parametrize(
    ("code", "stops_all", "seconds"),
    [
        (131031, True, consequences.HALTED.total_seconds()),
        (131042, True, consequences.HALTED.total_seconds()),
        (131048, False, DAY),
        (131064, False, DAY),
    ],
)
async def test_what_is_said_of_the_account_stops_it_whenever_it_is_said(
    api: CloudApi, data: Path, capfd: pytest.CaptureFixture[str], code: int, stops_all: bool, seconds: float,
    later: bool,
) -> None:  # fmt: skip
    async with running(data, api) as labas:
        await ready(api, labas)
        (person,) = await silent(api, labas, 1)
        api.faults["send"].append(GraphError(code, later=later))
        enqueue(labas, person)
        await look(api, labas)
        now = labas.app.clock()
        with labas.store.read() as session:
            assert bool(pacing.paused(session, "whatsapp", now)) == stops_all
            lane = session.get_one(Lane, "whatsapp")
            until = lane.paused_until if stops_all else lane.bulk_paused_until
            assert 0 <= until - now.timestamp() - seconds + 5 <= 10
            assert lane.pause_code == str(code)
        assert str(code) in capfd.readouterr().out
        if later and stops_all:
            # The same report again, a day later, stops nothing.
            api.advance(DAY)
            [pushed] = [p for p in api.webhooks.pushed if b'"errors"' in p.body]
            api.webhooks.replay(pushed)
            await api.until(lambda: api.webhooks.is_idle)
            with labas.store.read() as session:
                assert not pacing.paused(session, "whatsapp", labas.app.clock())


@pytest.mark.parametrize(
    ("code", "status"),
    [(132001, "deleted"), (132000, "outdated"), (132012, "outdated"), (132015, "paused"), (132016, "disabled")],
)
@pytest.mark.parametrize("later", [False, True], ids=["at once", "in a status"])
async def test_a_template_that_is_not_so_any_more_holds_its_messages(
    api: CloudApi, data: Path, code: int, status: str, later: bool
) -> None:
    """One call meets it, the others are not even tried; nothing is lost, and Meta's next word lets all of it go."""
    async with running(data, api) as labas:
        await ready(api, labas)
        people = await silent(api, labas, 3)
        api.faults["send"].append(GraphError(code, later=later))
        calls = len(api.calls("send"))
        for person in people:
            enqueue(labas, person)
            await look(api, labas)
        assert len(api.calls("send")) == calls + 1
        assert status_of(labas) == status
        assert [reason for reason, _ in waits(labas)] == ["template_" + status, "template"]
        assert {state for state, _ in reminders(labas)} == {"pending"}
        api.advance(3600)
        await review.synchronise(labas.channel.client, labas.store, labas.app.clock)
        await look(api, labas, 3)
        assert [len(person.sees) for person in people] == [1, 1, 1]


async def test_a_template_that_was_deleted_at_meta_is_said_in_the_language_that_is_read(
    api: CloudApi, data: Path
) -> None:
    async with running(data, api) as labas:
        await ready(api, labas)
        (person,) = await silent(api, labas, 1)
        del api.templates.book[NAME, "ar_MA"]
        enqueue(labas, person, language="ary")
        await look(api, labas)
        assert (person.sees, status_of(labas, "ar_MA")) == ([], "deleted")
        api.advance(consequences.TEMPLATE_WAIT.total_seconds())
        await look(api, labas)
        assert [shown.template for shown in person.sees] == [(NAME, "ar")]


async def test_a_template_that_was_made_anew_is_known_by_its_new_id(api: CloudApi, data: Path) -> None:
    """News of the one that is gone are nobody's any more."""
    async with running(data, api) as labas:
        await ready(api, labas)
        old = api.templates.book.pop((NAME, "fr"))
        fields = {**old.shown(), "message_send_ttl_seconds": old.ttl}
        made = api.templates.create(fields)
        await review.synchronise(labas.channel.client, labas.store, labas.app.clock)
        for number, event, status in ((old.id, "DISABLED", "approved"), (made["id"], "DISABLED", "disabled")):
            assert await labas.post(news_of(number, event, labas.app.clock().timestamp() + 1)) == 200
            assert status_of(labas) == status


def news_of(number: str, event: str, at: float, **more: Any) -> dict[str, Any]:
    value = {
        "message_template_id": int(number), "message_template_name": NAME, "message_template_language": "fr",
        "event": event, "reason": "NONE", **more,
    }  # fmt: skip
    post = a_post(value, field="message_template_status_update")
    post["entry"][0]["time"] = int(at)
    return post


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([("PAUSED", 10), ("APPROVED", 20)], "approved"),
        ([("APPROVED", 20), ("PAUSED", 10)], "approved"),
        ([("DISABLED", 20), ("APPROVED", 10)], "disabled"),
        ([("PAUSED", 10), ("APPROVED", 10)], "approved"),
        ([("PAUSED", -100)], "approved"),
    ],
    ids=str,
)
async def test_news_of_a_template_count_by_when_they_were_true(
    api: CloudApi, data: Path, told: list[tuple[str, int]], status: str
) -> None:
    async with running(data, api) as labas:
        await ready(api, labas)
        number, now = api.templates.book[NAME, "fr"].id, labas.app.clock()
        api.advance(60)
        for event, seconds in told:
            assert await labas.post(news_of(number, event, (now + timedelta(seconds=seconds)).timestamp())) == 200
        assert status_of(labas) == status


async def test_a_list_that_was_asked_for_before_knows_nothing_of_what_came_since(
    api: CloudApi, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look beside a running ``submit``: the template is not in the list yet, and not deleted for that."""
    async with running(data, api) as labas:
        await ready(api, labas)
        listed = await labas.channel.client.templates()

        async def meanwhile() -> list[Any]:
            api.advance(5)
            await review.submit(labas.channel.client, labas.store, labas.app.clock)
            return listed

        del api.templates.book[NAME, "fr"]
        listed = [row for row in listed if (row["name"], row["language"]) != (NAME, "fr")]
        with labas.store.write() as session:
            now = labas.app.clock()
            templates.told(session, "whatsapp", now, name=NAME, language="fr", status="deleted")
        api.advance(5)
        first = True
        original = labas.channel.client.templates

        async def slow() -> list[Any]:
            nonlocal first
            if first:
                first = False
                return await meanwhile()
            return list(await original())

        monkeypatch.setattr(labas.channel.client, "templates", slow)
        await review.synchronise(labas.channel.client, labas.store, labas.app.clock)
        assert status_of(labas) == "approved"


async def test_a_status_of_a_message_of_others_says_nothing_of_our_templates(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        await ready(api, labas)
        failed = a_status("failed", biz_opaque_callback_data="f" * 32, errors=[{"code": 132015}])
        assert await labas.post(a_post(a_value(statuses=[failed]))) == 200
        assert status_of(labas) == "approved"
