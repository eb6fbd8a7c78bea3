"""The page of reminders: what is planned and what ended, and the messages of the next days, all without a name."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from console import views
from dialogues.effects import Effect, GiveConsent, RegisterChild, SetLanguage, StopMessages
from scheduler.reminders import REMINDERS
from store import due, people
from store.perform import perform
from tests.console.conftest import Office


def act(office: Office, *effects: Effect) -> None:
    """Somebody on the web does something."""
    now = office.site.app.clock()
    with office.site.app.store.write() as session:
        whom = people.find_or_create(session, "web", "somebody", now)
        perform(
            session, effects, actor="person", person_id=whom.person_id, address_id=whom.address_id, now=now,
            language="fr",
        )  # fmt: skip


def family(office: Office) -> None:
    """A parent whose child is two months old on the first of December."""
    child = RegisterChild("Zakariae", date(2026, 10, 1), "m")
    act(office, SetLanguage("fr"), GiveConsent("reminders", True, "v1"), child)


def test_nothing_planned(office: Office) -> None:
    text = office.sign_in("amina").get("/console/reminders").text
    assert "Rien n&#39;est prévu." in text
    assert "Aucun rappel." in text


def test_what_is_planned_and_what_would_be_sent(office: Office) -> None:
    family(office)
    client = office.sign_in("amina")
    text = client.get("/console/reminders").text
    assert "Vaccination, la veille" in text
    assert "Personne 1" not in text
    tried = client.get("/console/reminders?days=14").text
    assert "Personne 1" in tried
    assert "•••" in tried
    assert "Zakariae" not in text + tried
    # The page changed nothing: what was planned still is.
    with office.site.app.store.read() as session:
        assert {row.state for row in due.coming(session, datetime(2030, 1, 1))} == {"planned"}


def test_what_ended_is_told_with_its_reason(office: Office) -> None:
    family(office)
    act(office, StopMessages())
    text = office.sign_in("omar").get("/console/reminders").text
    assert re.search(r"Vaccination, la veille : annulé \(la personne a dit stop\)", text)


@pytest.mark.parametrize("days", ["x", "-3", "99999", "%00", "٣"])
def test_odd_days(office: Office, days: str) -> None:
    assert "Personne" not in office.sign_in("amina").get(f"/console/reminders?days={days}").text


def test_the_auditor_does_not_see_it(office: Office) -> None:
    assert office.sign_in("sara").get("/console/reminders").status_code == 403


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_every_kind_has_words(code: str) -> None:
    assert {reminder.kind for reminder in REMINDERS} == set(views.words()[code]["reminder_kinds"])
