"""The console's pages: who may open which, what they show, and that every change needs the form's own token."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from console import views
from console.doors import OPEN_TO
from console.review import groups
from store import audit_log, handoffs, staff
from tests.console.conftest import Office, post
from tests.web.site import Visitor

PAGES = ("agenda", "requests", "cases", "feedback", "review", "audit")
ROLES = {"amina": "worker", "omar": "admin", "sara": "auditor"}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("login", sorted(ROLES))
def test_a_role_opens_its_pages_and_no_other(office: Office, login: str, page: str) -> None:
    client = office.sign_in(login)
    answer = client.get(f"/console/{page}")
    assert answer.status_code == (200 if ROLES[login] in OPEN_TO[page] else 403)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("page", PAGES)
def test_nobody_gets_in_without_signing_in(office: Office, page: str) -> None:
    answer = office.client().get(f"/console/{page}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


def test_an_account_that_was_closed_is_out_at_once(office: Office) -> None:
    client = office.sign_in("amina")
    with office.site.app.store.write() as session:
        found = staff.by_login(session, "amina")
        assert found is not None
        staff.close(session, found[0].id, office.site.app.clock())
    assert client.get("/console/agenda").status_code == 303


def booked(office: Office) -> Visitor:
    """Somebody with an appointment; the office moves to where it is."""
    visitor = office.site.visitor()
    visitor.book()
    with office.site.app.store.read() as session:
        place = session.connection().exec_driver_sql("SELECT facility_id FROM booking").scalar_one()
    office.facility = str(place)
    office.add("leila")
    return visitor


def test_the_agenda_names_who_comes_to_staff_of_the_place_alone(office: Office) -> None:
    booked(office)
    text = office.sign_in("leila").get("/console/agenda").text
    assert "Fatima" in text
    assert "Dentiste" in text
    assert "Demain, mercredi 25 novembre" in text
    other = "DEMO-TANGER-1"
    office.add("karim", "worker", other)
    assert "Fatima" not in office.sign_in("karim").get("/console/agenda").text


def test_reading_the_agenda_is_written_down_for_the_auditor(office: Office) -> None:
    office.sign_in("amina").get("/console/agenda")
    with office.site.app.store.read() as session:
        found = staff.by_login(session, "amina")
        assert found is not None
        read = [row for row in audit_log.latest(session) if row.action == "agenda.read"]
    assert [row.actor for row in read] == [f"staff:{found[0].id}"]
    text = office.sign_in("sara").get("/console/audit").text
    assert "agenda.read" in text
    assert "amina" not in text, "the audit holds ids"


def asked(office: Office) -> Visitor:
    """Somebody who asked for a human and agreed to be written to."""
    visitor = office.site.visitor()
    visitor.say("Bonjour")
    answer = visitor.post(choice="go=talk_to_human")
    visitor.take(answer.json())
    visitor.say("#1")
    return visitor


def token(client: TestClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get("/console/requests").text)
    assert found
    return found[1]


def open_requests(office: Office) -> list[Any]:
    with office.site.app.store.read() as session:
        return list(handoffs.open_requests(session))


def test_a_request_is_seen_taken_and_closed(office: Office) -> None:
    asked(office)
    office.add("leila")
    amina, leila = office.sign_in("amina"), office.sign_in("leila")
    text = amina.get("/console/requests").text
    assert "Veut parler à une personne" in text
    assert "français" in text
    [row] = open_requests(office)
    assert post(amina, f"/console/requests/{row.id}/take", token=token(amina)).status_code == 303
    assert "Vous vous en occupez" in amina.get("/console/requests").text
    assert "Un collègue" in leila.get("/console/requests").text
    assert post(leila, f"/console/requests/{row.id}/close", token=token(leila)).status_code == 303
    assert open_requests(office) == []
    assert "Personne n&#39;attend" in amina.get("/console/requests").text


def test_a_change_needs_the_token_of_the_same_session(office: Office) -> None:
    asked(office)
    amina, omar = office.sign_in("amina"), office.sign_in("omar")
    [row] = open_requests(office)
    close = f"/console/requests/{row.id}/close"
    for wrong in ("", "x", token(omar)):
        assert post(amina, close, token=wrong).status_code == 403
    right = token(amina)
    assert amina.post(close, data={"token": right}, headers={"Origin": "https://example.org"}).status_code == 403
    assert post(office.client(), close, token=right).status_code == 303, "to the sign-in"
    assert post(office.sign_in("sara"), close, token=right).status_code == 403
    assert amina.get(close).status_code == 405
    assert len(open_requests(office)) == 1
    assert post(amina, close, token=right).status_code == 303
    assert open_requests(office) == []


@pytest.mark.parametrize("made_up", ["x", "0" * 32, "%00", "..%2f..", "é"])
def test_a_request_that_is_not_there_changes_nothing(office: Office, made_up: str) -> None:
    asked(office)
    amina = office.sign_in("amina")
    answer = post(amina, f"/console/requests/{made_up}/close", token=token(amina))
    assert answer.status_code in (303, 404)
    assert len(open_requests(office)) == 1


def test_what_is_not_confirmed_is_shown_with_its_source(office: Office) -> None:
    text = office.sign_in("omar").get("/console/review").text
    found = {group.name: group for group in groups()}
    assert {"numbers", "first_aid", "sending_hours", "danger_signs"} == set(found)
    assert "141" in text
    for fact in (*found["first_aid"].pending, *found["danger_signs"].pending):
        assert f'<code dir="ltr">{fact.id}</code>' in text
    assert "first_aid." not in text, "the words that people read, not their ids"


def test_both_languages_have_the_same_words() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict) and value and value.keys() <= {"one", "two", "few", "many"}:
            return True  # how many forms a number has is the language's own affair
        return {key: shape(inner) for key, inner in value.items()} if isinstance(value, dict) else bool(value)

    assert shape(views.words()["fr"]) == shape(views.words()["ar"])


def test_the_language_is_chosen_and_kept(office: Office) -> None:
    client = office.sign_in("amina")
    assert '<html lang="fr" dir="ltr">' in client.get("/console/agenda").text
    assert '<html lang="ar" dir="rtl">' in client.get("/console/agenda?page=ar").text
    assert '<html lang="ar" dir="rtl">' in client.get("/console/requests").text


def test_names_are_never_code(office: Office) -> None:
    visitor = booked(office)
    with office.site.app.store.write() as session:
        from store import people, sealed
        from store.models import Person

        whom = people.find(session, "web", visitor.client.cookies["labas"])
        assert whom is not None
        sealed.put(session, session.get_one(Person, whom.person_id), "name", "<script>alert(1)</script>")
    text = office.sign_in("leila").get("/console/agenda").text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
