"""Answering somebody who asked for a human: what goes out, to whom, who may, and what happens to what does not go."""

from __future__ import annotations

import re
from typing import Any

import anyio
import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from console.answers import LONGEST, cleaned
from dialogues.effects import StopMessages
from store import audit_log, handoffs, outbox, people
from store.models import Address
from store.perform import perform
from tests.console.conftest import Office, post
from tests.console.test_pages import asked, open_requests, token


def taken(office: Office, login: str = "amina") -> tuple[TestClient, str]:
    """A request that somebody took, and their browser."""
    asked(office)
    client = office.sign_in(login)
    [row] = open_requests(office)
    assert post(client, f"/console/requests/{row.id}/take", token=token(client)).status_code == 303
    return client, row.id


def answer(client: TestClient, request_id: str, text: str, seen: str = "0", **fields: str) -> Any:
    given = {"token": fields.get("token") or token(client), "text": text, "seen": seen}
    return post(client, f"/console/requests/{request_id}/answer", **given)


def waiting(office: Office) -> list[outbox.OutMessage]:
    now = office.site.app.clock()
    with office.site.app.store.read() as session:
        return [m for address in outbox.waiting(session, now) for m in outbox.pending(session, address, now)]


def person(office: Office) -> people.Whom:
    [row] = open_requests(office)
    with office.site.app.store.read() as session:
        address = session.query(Address).filter_by(person_id=row.person_id).one()
        return people.Whom(row.person_id, address.id)


def test_from_the_request_to_the_person(office: Office) -> None:
    visitor = asked(office)
    client = office.sign_in("amina")
    [row] = open_requests(office)
    assert "<textarea" not in client.get("/console/requests").text, "first it is taken"
    post(client, f"/console/requests/{row.id}/take", token=token(client))
    text = client.get("/console/requests").text
    assert "l&#39;assistant ne garde aucun message" in text
    assert answer(client, row.id, "Venez demain à 9 h.\r\n\u202eDemandez Samira.").status_code == 303
    [message] = waiting(office)
    words = "Venez demain à 9 h.\nDemandez Samira."
    assert (message.say.message, message.say.params["text"]) == ("human.answer", {"as": "text", "value": words})
    assert message.person_id == row.person_id
    assert (
        "Réponses : 1 · la dernière : mardi 24 novembre, 09:00 · pas encore partie"
        in client.get("/console/requests").text
    )
    # The tick of the outbox sends it.
    assert anyio.run(office.site.app.delivery.deliver, message.address_id) == 1
    assert "09:00 · envoyée" in client.get("/console/requests").text
    assert words in visitor.take(visitor.client.get(f"/chat/updates?after={visitor.after}").json())[-1]["text"]


def test_the_audit_says_who_answered_and_not_what(office: Office) -> None:
    client, request_id = taken(office)
    answer(client, request_id, "Des mots à part")
    [message] = waiting(office)
    with office.site.app.store.read() as session:
        last = audit_log.latest(session, limit=1)[0]
    assert (last.action, last.row, last.detail) == ("message.say", message.id, {"say": "human.answer"})
    assert last.actor.startswith("staff:")
    assert "Des mots" not in office.sign_in("sara").get("/console/audit").text


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("oui", "oui"),
        ("  a\r\nb\rc ", "a\nb\nc"),
        ("\u2067مرحبا\u2069 \u200fabc\u061c", "مرحبا abc"),
        ("a\x00b\x1bc", "a b c"),
        ("<b>{text}</b>", "<b>{text}</b>"),
        ("👍🏽", "👍🏽"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("", ""),
        (" \n\t", ""),
        ("\u202e\u200e\u200b\u2060", ""),
        ("\x00", ""),
    ],
)
def test_what_is_sent_of_a_text(text: str, sent: str) -> None:
    assert cleaned(text) == sent


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("", 422, "La réponse est vide."),
        ("\u202e \n", 422, "La réponse est vide."),
        ("é" * (LONGEST + 1), 422, f"La réponse dépasse {LONGEST} caractères."),
        ("é" * LONGEST, 303, ""),
        (("é" * 499 + "\r\n") * 2, 303, ""),
    ],
)
def test_empty_and_too_long(office: Office, text: str, status: int, says: str) -> None:
    client, request_id = taken(office)
    given = answer(client, request_id, text)
    assert given.status_code == status
    assert says in given.text
    assert len(waiting(office)) == (status == 303)
    if len(text) > LONGEST and status == 422:
        assert text in given.text, "nothing is lost"


def stop(office: Office, client: TestClient, request_id: str) -> None:
    whom, now = person(office), office.site.app.clock()
    with office.site.app.store.write() as session:
        perform(
            session, [StopMessages()], actor="person", person_id=whom.person_id, address_id=whom.address_id, now=now,
            language="fr",
        )  # fmt: skip


def block(office: Office, client: TestClient, request_id: str) -> None:
    with office.site.app.store.write() as session:
        session.execute(update(Address).values(blocked_at=office.site.app.clock()))


def forget(office: Office, client: TestClient, request_id: str) -> None:
    whom = person(office)
    office.site.app.store.run(lambda session: people.forget(session, whom.person_id, office.site.app.clock()))


def close(office: Office, client: TestClient, request_id: str) -> None:
    now = office.site.app.clock()
    office.site.app.store.run(lambda session: handoffs.close(session, request_id, "staff:1", now))


def answered(office: Office, client: TestClient, request_id: str) -> None:
    assert answer(client, request_id, "Une autre").status_code == 303


@pytest.mark.parametrize(
    ("happens", "says", "box"),
    [
        (stop, "a demandé à ne plus recevoir de messages", "text-"),
        (block, "accepte plus nos messages", "text-"),
        (forget, "la personne a effacé ses données", "kept"),
        (close, "cette demande est close", "kept"),
        (answered, "Une réponse est déjà partie", "text-"),
    ],
)
def test_what_cannot_go_out_is_kept_on_the_page_with_why(office: Office, happens: Any, says: str, box: str) -> None:
    client, request_id = taken(office)
    right = token(client)
    happens(office, client, request_id)
    before = len(waiting(office))
    given = answer(client, request_id, "Venez </textarea> demain", token=right)
    assert given.status_code == 409
    assert says in given.text
    assert re.search(rf'<textarea id="{box}[^>]*>\s*Venez &lt;/textarea&gt; demain</textarea>', given.text)
    assert len(waiting(office)) == before


def test_only_whoever_took_it_answers(office: Office) -> None:
    _, request_id = taken(office)
    omar = office.sign_in("omar")
    assert "<textarea" not in omar.get("/console/requests").text
    given = answer(omar, request_id, "Bonjour")
    assert given.status_code == 409
    assert "seule la personne qui s&#39;occupe" in given.text
    assert waiting(office) == []


def test_an_answer_needs_the_form_of_the_same_session(office: Office) -> None:
    client, request_id = taken(office)
    path, right = f"/console/requests/{request_id}/answer", token(client)
    assert answer(client, request_id, "Bonjour", token="x").status_code == 403
    strange = client.post(path, data={"token": right, "text": "Bonjour"}, headers={"Origin": "https://example.org"})
    assert strange.status_code == 403
    assert answer(office.sign_in("sara"), request_id, "Bonjour", token=right).status_code == 403
    assert post(office.client(), path, token=right, text="Bonjour").status_code == 303, "to the sign-in"
    assert answer(client, "é", "Bonjour", token=right).status_code == 404
    assert client.post(path, data={"token": right, "text": "x" * 20_000}).status_code == 413
    assert waiting(office) == []
    assert answer(client, request_id, "Bonjour", token=right).status_code == 303


def test_the_page_of_a_refused_answer_can_be_read_in_the_other_language(office: Office) -> None:
    client, request_id = taken(office)
    text = client.get(f"/console/requests/{request_id}/answer?page=ar").text
    assert '<html lang="ar" dir="rtl">' in text
    assert 'href="/console/requests" aria-current="page"' in text
