"""A conversation from phone to phone: what people send is answered, by buttons, lists, words and files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from bot.ticks import ticks
from dialogues.effects import Say
from store import outbox, people, talks
from store.models import Address, Alias, Booking, Message
from store.models import Person as Person_
from tests.bot.shell import READINGS
from tests.channels.serving import LINES, Lines
from tests.channels.whatsapp.running import Running, running
from tests.channels.whatsapp.test_window import ready
from tests.platforms.whatsapp import CloudApi, GraphError
from tests.platforms.whatsapp_people import Person, Shape

pytestmark = pytest.mark.anyio


async def answered(api: CloudApi, labas: Running, person: Person, count: int) -> None:
    """Wait until the person sees so many messages, and nothing is under way."""
    await api.until(lambda: len(person.sees) >= count, 20)
    await labas.worker.drain(20)
    await api.until(lambda: api.webhooks.is_idle, 20)


@pytest.mark.parametrize("shape", ["both", "user_id", "phone"])
async def test_a_greeting_is_answered_with_the_menu(api: CloudApi, data: Path, shape: Shape) -> None:
    person = api.person(shape=shape)
    async with running(data, api) as labas:
        person.says("bonjour")
        await answered(api, labas, person, 2)
        assert [state for _, state in labas.said()] == ["sent", "sent"]
        assert person.sees[-1].content.opens_list == "Choisir"
        assert len(person.sees[-1].buttons) > 3
        # The profile's name is not taken.
        assert all("CANARY" not in shown.text for shown in person.sees)


async def test_an_appointment_is_booked_reminded_and_called_off(api: CloudApi, data: Path) -> None:
    """Words, buttons, a list and a file; the reminder outside of the hours as a template, its button; then stop."""
    reader = Lines({**LINES, **READINGS})
    async with running(data, api, reader=reader) as labas:
        await ready(api, labas)
        person = api.person()
        person.says("rdv")
        await answered(api, labas, person, 2)
        person.taps_button(1)
        await answered(api, labas, person, 3)
        person.says("Rabat")
        for _ in range(12):
            with labas.store.read() as session:
                if session.query(Booking).count():
                    break
            seen = len(person.sees)
            # A day that is far enough to be reminded of.
            person.taps_button(4 if labas.said()[-1][0] == "booking.ask_day" else 1)
            await answered(api, labas, person, seen + 1)
            if person.sees[-1].buttons == []:
                person.says("Fatima")
                await answered(api, labas, person, seen + 2)
        with labas.store.read() as session:
            booking = session.query(Booking).one()
            starts, booking_id = booking.starts, booking.id
        documents = [shown.document for shown in person.sees if shown.document]
        assert [(name, kind) for name, kind, _ in documents] == [("rendez-vous.ics", "text/plain")]
        assert Calendar.from_ical(documents[0][2]).walk("VEVENT")
        # Every message fits: the fake refuses what does not.
        assert {call.status for call in api.calls("send")} == {200}

        # The evening before, more than a day after they wrote.
        eve = (starts - timedelta(days=1)).replace(hour=18, minute=5)
        api.advance((eve - labas.app.clock().replace(tzinfo=None)).total_seconds())
        person.sees.clear()
        tick = {each.name: each.work for each in ticks(labas.app)}
        for _ in range(3):
            await tick["due"]()
            await labas.app.delivery.look()
        await api.until(lambda: person.sees)
        reminder = person.sees[-1]
        assert api.now() - (person.last_inbound or 0) > 24 * 3600
        assert reminder.template == ("labas_appointment_tomorrow", "fr")
        assert [label for label, _ in reminder.buttons] == ["Changer", "Annuler"]
        person.taps(reminder.buttons[1][1], under=reminder)
        await answered(api, labas, person, 2)
        person.taps_button(1)
        await answered(api, labas, person, 3)
        with labas.store.read() as session:
            assert session.get_one(Booking, booking_id).state == "cancelled"
        person.says("stop")
        await answered(api, labas, person, 4)
        assert labas.address_of(person.user_id).stopped_at is not None


@pytest.mark.parametrize(
    ("kind", "media_type", "said"),
    [
        ("audio", "audio/ogg", "media.voice"),
        ("image", "image/jpeg", "media.image"),
        ("document", "application/pdf", "media.document"),
        ("sticker", "image/webp", "media.sticker"),
        ("video", "video/mp4", "media.other"),
    ],
)
async def test_what_cannot_be_read_is_said_honestly(
    api: CloudApi, data: Path, kind: str, media_type: str, said: str
) -> None:
    person = api.person()
    async with running(data, api) as labas:
        person.sends_media(kind, media_type, b"x")
        await answered(api, labas, person, 2)
        assert said in [message for message, _ in labas.said()]
        # It is not looked at either.
        assert [call.what for call in api.ledger if call.what == "media_address"] == []


async def test_a_place_is_taken_and_asked_for(api: CloudApi, data: Path) -> None:
    person = api.person()
    async with running(data, api) as labas:
        person.sends_location(34.02, -6.83)
        await answered(api, labas, person, 2)
        assert "media.other" not in [message for message, _ in labas.said()]


async def test_a_thumb_is_not_answered(api: CloudApi, data: Path) -> None:
    person = api.person()
    async with running(data, api) as labas:
        person.says("bonjour")
        await answered(api, labas, person, 2)
        heard_at = labas.address_of(person.user_id).heard_at
        api.advance(3600)
        person.sends("reaction", {"message_id": person.sees[0].id, "emoji": "👍"})
        await api.until(lambda: ("done", "reaction") in labas.codes())
        await labas.worker.drain(5)
        assert len(person.sees) == 2
        assert labas.address_of(person.user_id).heard_at == heard_at


async def test_read_mark_and_typing(api: CloudApi, data: Path) -> None:
    person = api.person()
    async with running(data, api) as labas:
        number = person.says("bonjour")
        await answered(api, labas, person, 2)
        await labas.channel.drain(5)
        assert person.read_marks == [number]
        # While a member of staff answers, nobody is typing.
        with labas.store.write() as session:
            whom = people.find(session, "whatsapp", person.user_id)
            assert whom is not None
            talks.take_over(session, whom.person_id, "staff:x", labas.app.clock())
        person.says("merci")
        await api.until(lambda: len(person.read_marks) == 2)
        assert person.typing_until == 0.0


async def test_marks_that_fail_cost_nothing(api: CloudApi, data: Path) -> None:
    person = api.person()
    api.faults["read"].append(GraphError(131009))
    async with running(data, api) as labas:
        person.says("bonjour")
        await answered(api, labas, person, 2)
        assert [state for _, state in labas.said()] == ["sent", "sent"]


async def test_receipts_only_raise_what_is_known(api: CloudApi, data: Path) -> None:
    from store.models import Attempt

    person = api.person()
    async with running(data, api) as labas:
        person.says("bonjour")
        await answered(api, labas, person, 2)
        person.reads()
        await api.until(lambda: api.webhooks.is_idle)
        for pushed in list(api.webhooks.pushed):
            api.webhooks.replay(pushed)
        await api.until(lambda: api.webhooks.is_idle)
        with labas.store.read() as session:
            assert {row.receipt for row in session.query(Attempt)} == {"read"}


async def test_a_number_that_changes_keeps_its_person_and_talk(api: CloudApi, data: Path) -> None:
    reader = Lines({**LINES, **READINGS})
    async with running(data, api, reader=reader) as labas:
        person = api.person()
        person.says("rdv")
        await answered(api, labas, person, 2)
        person.changes_number("212699999999")
        person.says("dentiste")
        await answered(api, labas, person, 3)
        assert labas.people() == 1
        assert labas.said()[-1][0] == "place.ask_town"
        row = labas.address_of(person.user_id)
        with labas.store.read() as session:
            from store import identity

            assert identity.phone_of(session, row.id) == "212699999999"


async def test_a_blocked_person_is_left_alone_until_they_write(api: CloudApi, data: Path) -> None:
    person = api.person()
    async with running(data, api) as labas:
        person.says("bonjour")
        await answered(api, labas, person, 2)
        person.blocks()
        whom = labas.address_of(person.user_id)
        for _ in range(5):
            with labas.store.write() as session:
                outbox.enqueue(session, whom.id, Say("thank.welcome"), labas.app.clock(), language="fr")
            await labas.app.deliver(whom.id)
            await api.until(lambda: api.webhooks.is_idle)
        assert len(api.calls("send")) == 2 + 3
        assert labas.address_of(person.user_id).blocked_at is not None
        person.says("bonjour")
        await answered(api, labas, person, 3)
        assert labas.address_of(person.user_id).blocked_at is None


async def test_who_is_erased_gets_the_farewell_and_leaves_nothing(api: CloudApi, data: Path) -> None:
    person = api.person("212655443322")
    async with running(data, api) as labas:
        person.says("bonjour")
        await answered(api, labas, person, 2)
        person.says("effacer")
        await answered(api, labas, person, 3)
        person.taps_button(1)
        await answered(api, labas, person, 4)
        with labas.store.read() as session:
            assert [session.query(model).count() for model in (Person_, Address, Alias, Message)] == [0, 0, 0, 0]
        # Receipts of what is gone, and a first message again.
        person.reads()
        person.says("bonjour")
        await answered(api, labas, person, 6)
        assert labas.people() == 1


async def test_words_under_a_picture_are_read_and_the_picture_is_not(api: CloudApi, data: Path) -> None:
    """Somebody who asks "is it bad?" under a photo must not believe that anybody looked at it."""
    async with running(data, api) as labas:
        person = api.person()
        person.says("bonjour")
        await answered(api, labas, person, 2)
        person.sends_media("image", "image/jpeg", b"x", caption="bonjour")
        await answered(api, labas, person, 4)
        assert [say for say, _ in labas.said()[2:]] == ["media.not_seen", "greet.again"]
        assert "regarder une image" in person.sees[2].text
