"""Followed triages for staff: what comes first, what a case says in words, and corrections."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest

from console.cases import LONGEST_NOTE
from console.doors import OPEN_TO
from dialogues.effects import AnswerCase, Effect, GiveConsent, OpenCase, Outcome
from dialogues.triage.load import protocols
from scheduler.simulation import tick
from store import audit_log, people
from store.models import Case
from store.perform import perform
from tests.console.conftest import Office, post

NOTE = "Raideur de la nuque non demandée."

FEVER = protocols().by_id["fever"].version


def act(office: Office, address: str, *effects: Effect) -> None:
    """Somebody on the web does something."""
    now = office.site.app.clock()
    with office.site.app.store.write() as session:
        whom = people.find_or_create(session, "web", address, now)
        perform(
            session, effects, actor="person", person_id=whom.person_id, address_id=whom.address_id, now=now,
            language="fr",
        )  # fmt: skip


def a_case(office: Office, outcome: Outcome, address: str = "somebody", *, version: int | None = None) -> str:
    """A triage of a boy with fever that is followed; its id."""
    every = protocols().by_id
    versions = {name: every[name].version for name in ("general", "fever")}
    if version is not None:
        versions["fever"] = version
    answers = {"who": "child", "age": "1096..1461", "shared.temperature": "38..39", "shared.stiff_neck": "unknown",
               "general.breathing": "no", "shared.days": "2"}  # fmt: skip
    rule = every["fever"].rules[0].key
    opened = OpenCase(outcome, ("fever",), (rule,), answers, versions, "son")
    act(office, address, GiveConsent("care", True, "care-1"), opened)
    with office.site.app.store.read() as session:
        return str(session.query(Case.id).order_by(Case.id.desc()).limit(1).scalar())


def silent(office: Office) -> None:
    """A week passes in which nobody answers."""
    for _ in range(8):
        office.site.moment[0] += timedelta(days=1)
        tick(office.site.app.store, office.site.moment[0])


def words(text: str) -> str:
    """What can be read on a page, its marks left out."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def test_nothing_followed(office: Office) -> None:
    assert "Aucun suivi en cours." in office.sign_in("amina").get("/console/cases").text


def test_an_emergency_without_news_comes_first_until_somebody_has_looked(office: Office) -> None:
    red = a_case(office, "emergency", "silent")
    calm = a_case(office, "home", "calm")
    silent(office)
    running = a_case(office, "soon", "running")
    client = office.sign_in("amina")
    page = client.get("/console/cases").text
    assert "Urgences sans nouvelles" in page
    assert page.index(red) < page.index(running) < page.index(calm)
    # It stands among the requests too, from which the person is answered.
    assert "Urgence sans nouvelles" in client.get("/console/requests").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    assert post(client, f"/console/cases/{red}/see", token=token[1]).status_code == 303
    after = client.get("/console/cases").text
    assert "Urgences sans nouvelles" not in after
    assert after.index(running) < after.index(red)
    assert "vu par l&#39;équipe" in after


def test_a_case_in_words(office: Office) -> None:
    case = a_case(office, "home")
    act(office, "somebody", AnswerCase(case, "same"))
    said = words(office.sign_in("amina").get(f"/console/cases/{case}").text)
    for part in (
        "Fièvre", "À la maison", "Pour qui un fils", "c'est pareil", "Âge 3 ans à 4 ans", "38 à 39 °C",
        "ne sait pas", "fever.", f"version {FEVER}", "à vérifier : aucun clinicien ne l'a confirmé",
    ):  # fmt: skip
        assert part.lower() in said.lower(), part
    arabic = words(office.sign_in("amina").get(f"/console/cases/{case}?page=ar").text)
    assert "للمراجعة: لم يؤكده أي طبيب" in arabic and "ابن" in arabic


def test_another_version_by_now_is_said(office: Office) -> None:
    case = a_case(office, "home", version=99)
    said = words(office.sign_in("amina").get(f"/console/cases/{case}").text)
    assert "version 99" in said and f"version remplacée depuis par la version {FEVER}" in said


def corrected(office: Office, case: str, **fields: str) -> int:
    client = office.sign_in("amina")
    token = re.search(r'name="token" value="([^"]+)"', client.get(f"/console/cases/{case}").text)
    assert token is not None
    return int(post(client, f"/console/cases/{case}/correct", token=token[1], **fields).status_code)


def test_a_correction_is_kept_shown_and_audited_and_changes_nothing(office: Office) -> None:
    case = a_case(office, "home")
    assert corrected(office, case, should_be="emergency", note=f" {NOTE}\r\n") == 303
    said = words(office.sign_in("omar").get(f"/console/cases/{case}").text)
    assert f"Urgences {NOTE}" in said
    with office.site.app.store.read() as session:
        row = session.get_one(Case, case)
        assert (row.outcome, row.state) == ("home", "open")
        [made] = [r for r in audit_log.latest(session) if r.action == "case.correct"]
        assert made.row == case and made.actor.startswith("staff:")
        assert NOTE not in repr(made.detail) and "emergency" not in repr(made.detail)
        assert "case.read" in {r.action for r in audit_log.latest(session)}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"should_be": "today", "note": ""}, 422), ({"should_be": "today", "note": " \u200e"}, 422),
        ({"should_be": "morgue", "note": NOTE}, 422), ({"note": NOTE}, 422),
        ({"should_be": "today", "note": "x" * (LONGEST_NOTE + 1)}, 422),
        ({"should_be": "today", "note": NOTE, "token": "no"}, 403),
    ],
)  # fmt: skip
def test_odd_corrections(office: Office, fields: dict[str, str], status: int) -> None:
    case = a_case(office, "home")
    client = office.sign_in("amina")
    found = re.search(r'name="token" value="([^"]+)"', client.get(f"/console/cases/{case}").text)
    assert found is not None
    answer = post(client, f"/console/cases/{case}/correct", **{"token": found[1], **fields})
    assert answer.status_code == status
    # What was written is not lost.
    assert status != 422 or fields["note"].strip(" \u200e") in unescape(answer.text)


@pytest.mark.parametrize("path", ["0" * 32, "x", "../audit", "%00"])
def test_a_case_that_is_not_there(office: Office, path: str) -> None:
    assert office.sign_in("amina").get(f"/console/cases/{path}").status_code in (403, 404)


def test_corrections_as_files_outlive_the_case(office: Office) -> None:
    case = a_case(office, "home")
    assert corrected(office, case, should_be="emergency", note="=HYPERLINK(1) " + NOTE) == 303
    client = office.sign_in("omar")
    [row] = csv.DictReader(io.StringIO(client.get("/console/cases/corrections.csv").text.removeprefix("\ufeff")))
    assert (row["outcome"], row["should_be"], row["note"]) == ("home", "emergency", f"'=HYPERLINK(1) {NOTE}")
    assert row["complaints"] == "Fièvre" and "38 à 39 °C" in row["answers"]
    [told] = client.get("/console/cases/corrections.json").json()
    assert told["protocol_versions"]["fever"] == protocols().by_id["fever"].version
    assert "son" not in repr(told["answers"]) and "case" not in told
    act(office, "somebody", AnswerCase(case, "better"))
    office.site.moment[0] += timedelta(days=31)
    with office.site.app.store.write() as session:
        people.purge(session, office.site.moment[0])
        assert session.get(Case, case) is None
    # The session is over by then, the correction is not.
    assert len(office.sign_in("omar").get("/console/cases/corrections.json").json()) == 1


@pytest.mark.parametrize("path", ["cases", "cases/corrections.csv", "cases/corrections.json"])
def test_who_may_read_them(office: Office, path: str) -> None:
    assert OPEN_TO["cases"] == {"worker", "admin"}
    assert office.sign_in("sara").get(f"/console/{path}").status_code == 403
    assert office.client().get(f"/console/{path}").status_code == 303
