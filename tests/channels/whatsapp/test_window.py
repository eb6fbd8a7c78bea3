"""The 24 hours, known before sending; and outside of them the approved template of the person's language, or a wait."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.channels.whatsapp import catalogue, review
from bot.channels.whatsapp.window import _languages
from bot.languages import LANGUAGES
from dialogues import params as p
from dialogues.effects import Choice, GiveConsent, Say
from scheduler.reminders import REMINDERS
from store import handoffs, held, outbox, people, templates
from store.perform import perform
from tests.channels.whatsapp.running import Running, running
from tests.platforms.whatsapp import CloudApi, GraphError
from tests.platforms.whatsapp_people import Person

pytestmark = pytest.mark.anyio
DAY = 24 * 3600

TOMORROW = Say(
    "reminder.booking.tomorrow",
    {"time": p.a_time(time(9, 30)), "facility": p.a_name("Centre *Hay* Salam", "المركز الصحي")},
    (Choice("re.booking.move.b1", "choice.booking_move"), Choice("re.booking.cancel.b1", "choice.booking_cancel")),
    lane="appointment",
)


async def ready(api: CloudApi, labas: Running) -> None:
    """Every template is at Meta, approved."""
    await review.submit(labas.channel.client, labas.store, labas.app.clock)
    await review.synchronise(labas.channel.client, labas.store, labas.app.clock)
    await api.until(lambda: api.webhooks.is_idle)


def enqueue(labas: Running, person: Person, say: Say = TOMORROW, language: str | None = None) -> str:
    """Something for somebody who wrote before and agreed to it; the id of their address."""
    now = labas.app.clock()
    with labas.store.write() as session:
        whom = people.find(session, "whatsapp", person.user_id)
        assert whom is not None
        perform(
            session, [GiveConsent("appointments", True, "v1")], actor="person", person_id=whom.person_id,
            address_id=whom.address_id, now=now, language="fr",
        )  # fmt: skip
        if language is not None:
            session.execute(
                people._PERSON.update().where(people._PERSON.c.id == whom.person_id).values(language=language)
            )
        outbox.enqueue(session, whom.address_id, say, now, language="fr", expires_at=now + timedelta(days=2))
        return whom.address_id


async def wrote(api: CloudApi, labas: Running) -> Person:
    """Somebody whose talk is over."""
    person = api.person()
    person.says("bonjour")
    await labas.settled(1)
    await api.until(lambda: len(person.sees) == 2 and api.webhooks.is_idle)
    person.sees.clear()
    return person


def waits(labas: Running) -> list[tuple[str, int]]:
    with labas.store.read() as session:
        return held.counts(session)


@pytest.mark.parametrize(
    ("seconds", "is_template"), [(60, False), (DAY - 120, False), (DAY - 30, True), (DAY + 1, True), (5 * DAY, True)]
)
async def test_the_hours(api: CloudApi, data: Path, seconds: int, is_template: bool) -> None:
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        api.advance(seconds)
        enqueue(labas, person)
        await labas.app.delivery.look()
        (shown,) = person.sees
        assert (shown.template is not None) == is_template
        assert not [call for call in api.ledger if call.code == 131047]
        # The buttons are the same either way.
        assert [i for _, i in shown.buttons] == ["re.booking.move.b1", "re.booking.cancel.b1"]


@pytest.mark.parametrize(("seconds", "sent"), [(DAY - 30, True), (DAY + 1, False)])
async def test_without_a_template_free_words_go_until_the_end_and_then_wait(
    api: CloudApi, data: Path, seconds: int, sent: bool
) -> None:
    async with running(data, api) as labas:
        person = await wrote(api, labas)
        api.advance(seconds)
        enqueue(labas, person)
        await labas.app.delivery.look()
        assert len(person.sees) == sent
        assert waits(labas) == ([] if sent else [("no_template", 1)])
        assert [call for call in api.ledger if call.code == 131047] == []


async def test_the_hours_count_by_the_platforms_clock(api: CloudApi, data: Path) -> None:
    """A message that came 23 hours late leaves an hour, not a day."""
    async with running(data, api) as labas:
        await ready(api, labas)
        person = api.person()
        person.says("bonjour", at=api.now() - 23 * 3600)
        await labas.settled(1)
        await api.until(lambda: len(person.sees) == 2)
        api.advance(2 * 3600)
        enqueue(labas, person)
        await labas.app.delivery.look()
        assert person.sees[-1].template is not None


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", ("labas_appointment_tomorrow", "fr")),
        ("ar", ("labas_appointment_tomorrow", "ar")),
        ("ary", ("labas_appointment_tomorrow", "ar_MA")),
        ("ary-Latn", ("labas_appointment_tomorrow_latn", "fr")),
    ],
)
async def test_the_template_of_the_persons_language(
    api: CloudApi, data: Path, language: str, expected: tuple[str, str]
) -> None:
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        enqueue(labas, person, language=language)
        await labas.app.delivery.look()
        (shown,) = person.sees
        assert shown.template == expected
        assert "{" not in shown.text
        assert "9h30" in shown.text or "9:30" in shown.text
        assert "*" not in shown.text


@pytest.mark.parametrize(
    ("approved", "language", "template"),
    [
        (["ar"], "ary", "ar"),
        (["fr"], "ary-Latn", "fr"),
        (["fr", "ary"], "ar", None),
        (["ar", "ary", "ary-Latn"], "fr", None),
    ],
)
async def test_nobody_gets_letters_that_they_do_not_read(
    api: CloudApi, data: Path, approved: Sequence[str], language: str, template: str | None
) -> None:
    api.templates.approves = False
    async with running(data, api) as labas:
        await ready(api, labas)
        for code in approved:
            form = next(form for form in catalogue.forms() if form.name == "appointment_tomorrow")
            api.templates.approve(form.platform_name(code), catalogue.META[code][0])
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        enqueue(labas, person, language=language)
        await labas.app.delivery.look()
        assert [shown.template and shown.template[1] for shown in person.sees] == ([template] if template else [])
        assert waits(labas) == ([] if template else [("template_pending", 1)])


async def test_what_waits_goes_when_the_template_is_approved(api: CloudApi, data: Path) -> None:
    api.templates.approves = False
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        enqueue(labas, person)
        await labas.app.delivery.look()
        assert waits(labas) == [("template_pending", 1)]
        api.templates.approve("labas_appointment_tomorrow", "fr")
        await api.until(lambda: api.webhooks.is_idle)
        assert waits(labas) == []
        await labas.app.delivery.look()
        assert len(person.sees) == 1


async def test_what_waits_goes_when_the_person_writes(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        enqueue(labas, person)
        await labas.app.delivery.look()
        assert waits(labas) == [("no_template", 1)]
        person.says("bonjour")
        await labas.settled(2)
        await labas.app.delivery.look()
        assert [shown.text.split()[0] for shown in person.sees] == ["Bonjour", "Demain,"]
        assert waits(labas) == []


async def test_what_waits_too_long_is_not_sent(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        enqueue(labas, person)
        await labas.app.delivery.look()
        api.advance(3 * DAY)
        with labas.store.write() as session:
            outbox.expire(session, labas.app.clock())
        assert labas.said()[-1] == ("reminder.booking.tomorrow", "expired")
        assert person.sees == []


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda book: book.pause("labas_appointment_tomorrow", "fr"), "template_paused"),
        (lambda book: book.disable("labas_appointment_tomorrow", "fr"), "template_disabled"),
        (lambda book: book.reject("labas_appointment_tomorrow", "fr"), "template_rejected"),
        (lambda book: book.recategorise("labas_appointment_tomorrow", "MARKETING", "fr"), "template_reclassed"),
    ],
    ids=["paused", "disabled", "rejected", "reclassed"],
)
async def test_a_template_that_may_not_be_used_is_not(api: CloudApi, data: Path, happens: object, reason: str) -> None:
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        happens(api.templates)  # type: ignore[operator]
        await api.until(lambda: api.webhooks.is_idle)
        enqueue(labas, person)
        await labas.app.delivery.look()
        assert person.sees == []
        assert waits(labas) == [(reason, 1)]
        assert [call.code for call in api.calls("send")[2:]] == []


async def test_a_template_that_is_paused_under_our_hands(api: CloudApi, data: Path) -> None:
    """One call meets it; the next one knows. It goes when the pause is over."""
    async with running(data, api) as labas:
        await ready(api, labas)
        people_ = [await wrote(api, labas)]
        people_.append(api.person())
        people_[1].says("bonjour")
        await labas.settled(2)
        await api.until(lambda: api.webhooks.is_idle)
        people_[1].sees.clear()
        api.advance(2 * DAY)
        api.webhooks.held = True
        api.templates.pause("labas_appointment_tomorrow", "fr")
        for person in people_:
            enqueue(labas, person)
            await labas.app.delivery.look()
        # The first one met it; the second one was not even tried.
        assert len([call for call in api.calls("send") if call.code == 132015]) == 1
        assert waits(labas) == [("template", 1), ("template_paused", 1)]
        api.advance(4 * 3600)
        await review.synchronise(labas.channel.client, labas.store, labas.app.clock)
        for person in people_:
            await labas.app.delivery.look()
            assert len(person.sees) == 1
        api.webhooks.release()


async def test_another_category_waits_for_the_operator(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        api.templates.recategorise("labas_appointment_tomorrow", "MARKETING", "fr")
        await api.until(lambda: api.webhooks.is_idle)
        enqueue(labas, person)
        await labas.app.delivery.look()
        with labas.store.write() as session:
            assert templates.accept_category(
                session, "whatsapp", "labas_appointment_tomorrow", labas.app.clock(), "staff:x"
            ) == 1  # fmt: skip
            outbox.release_held(session, channel="whatsapp", reasons=["template_reclassed"])
        await labas.app.delivery.look()
        assert len(person.sees) == 1


async def test_who_wants_no_marketing_gets_none_but_everything_else(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        person.stops_marketing()
        api.advance(2 * DAY)
        await api.until(lambda: api.webhooks.is_idle)
        assert labas.address_of(person.user_id).marketing_stopped_at is not None
        enqueue(labas, person)
        await labas.app.delivery.look()
        assert len(person.sees) == 1
        api.templates.recategorise("labas_appointment_tomorrow", "MARKETING", "fr")
        await api.until(lambda: api.webhooks.is_idle)
        with labas.store.write() as session:
            templates.accept_category(session, "whatsapp", "labas_appointment_tomorrow", labas.app.clock(), "staff:x")
        calls = len(api.calls("send"))
        enqueue(labas, person)
        await labas.app.delivery.look()
        assert len(api.calls("send")) == calls
        person.stops_marketing("resume")
        await api.until(lambda: api.webhooks.is_idle)
        assert labas.address_of(person.user_id).marketing_stopped_at is None


@pytest.mark.parametrize("later", [False, True, None], ids=["at once", "in a status", "by Meta's own count"])
async def test_a_window_that_closed_without_our_knowing(api: CloudApi, data: Path, later: bool | None) -> None:
    """Meta says so after all: the template goes, once."""
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        free = len(api.calls("send"))
        if later is None:
            # As Meta counts they are over, whatever we count.
            person.last_inbound = api.now() - 2 * DAY
        else:
            api.faults["send"].append(GraphError(131047, later=later))
        enqueue(labas, person)
        for _ in range(3):
            await labas.app.delivery.look()
            await api.until(lambda: api.webhooks.is_idle)
        assert [shown.template is not None for shown in person.sees] == [True]
        assert len(api.calls("send")) == free + 2
        # Who writes again is written to freely again.
        person.says("bonjour")
        await labas.settled(2)
        assert person.sees[-1].template is None


async def test_words_of_staff_wait_and_the_person_is_asked_to_come(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        answer = Say(handoffs.ANSWER, {"text": p.a_text("Venez demain à 9 h.")})
        enqueue(labas, person, answer)
        for _ in range(3):
            await labas.app.delivery.look()
        (asked,) = person.sees
        assert asked.template == ("labas_answer", "fr")
        assert "Venez" not in asked.text
        assert waits(labas) == [("window", 1)]
        person.taps_button(1)
        await api.until(lambda: len(person.sees) == 2)
        assert "Venez demain à 9 h." in person.sees[1].text
        await labas.worker.drain(5)
        # Nothing else is said: what was asked for has come.
        assert [say for say, _ in labas.said()][2:] == ["human.answer_waits", handoffs.ANSWER]
        assert waits(labas) == []


async def test_what_was_said_is_what_the_template_says(api: CloudApi, data: Path) -> None:
    """So that a number or the words of a button are understood under it."""
    async with running(data, api) as labas:
        await ready(api, labas)
        person = await wrote(api, labas)
        api.advance(2 * DAY)
        address_id = enqueue(labas, person)
        await labas.app.delivery.look()
        with labas.store.read() as session:
            said = outbox.last_said(session, address_id)
        assert said is not None
        assert said.said["text"] == person.sees[0].text
        assert [(c["label"], c["id"]) for c in said.said["choices"]] == person.sees[0].buttons


def test_every_reminder_can_be_told_outside_of_the_hours() -> None:
    """A reminder whose message has no template could never reach who has been silent for a day."""
    source = "\n".join(path.read_text("utf-8") for path in (Path(catalogue.FILE).parents[3] / "scheduler").glob("*.py"))
    planned = {say for say in catalogue.by_message() if say != "human.answer_waits"}
    assert len({reminder.kind for reminder in REMINDERS}) == 17
    by_hand = [f"case.{what}_{of}" for what, of in itertools.product(("how", "seen"), ("self", "relation", "child"))]
    by_hand += [f"reminder.vaccine.{word}" for word in ("before", "tomorrow", "today", "late", "last", "several")]
    assert set(by_hand) <= catalogue.by_message().keys()
    for say in planned:
        assert say in source or say.startswith(("reminder.vaccine.", "case.")), say
    for line in source.split("Say(")[1:]:
        said = line.split('"')[1] if '"' in line else ""
        if "." in said and "{" not in said:
            assert said in catalogue.by_message(), said


def test_languages_that_are_read_instead() -> None:
    assert {code: _languages(code) for code in LANGUAGES} == {
        "ary": ["ary", "ar"], "ary-Latn": ["ary-Latn", "fr"], "ar": ["ar"], "fr": ["fr"],
    }  # fmt: skip
