"""The chat's API: a talk from the first message to the appointment, retries, what is read later, documents, erasure."""

from __future__ import annotations

import asyncio
import json

import anyio
import httpx
import pytest

from bot.messages import Incoming
from dialogues.effects import Say
from store import outbox, people
from store.ids import new_id
from tests.web.site import HOST, Site, Visitor

DENTIST = "Je veux un rendez-vous chez le dentiste"


def person(site: Site, visitor: Visitor) -> people.Whom | None:
    with site.app.store.read() as session:
        return people.find(session, "web", visitor.client.cookies.get("labas") or "")


def test_an_appointment_is_made_by_typing_and_tapping(a_site: Site) -> None:
    visitor = a_site.visitor()
    done = visitor.book()
    whom = person(a_site, visitor)
    assert whom is not None
    with a_site.app.store.read() as session:
        facts = a_site.app.store.facts(session, whom.person_id, a_site.app.clock())
        assert [(b.service, b.facility.commune_fr) for b in facts.bookings()] == [("dentistry", "Rabat")]
    assert set(done) == {
        "number", "say", "text", "choices", "language", "direction", "outcome", "document", "ask_location", "calls",
    }  # fmt: skip


def test_a_first_message_is_welcomed_and_carries_numbers_to_call(a_site: Site) -> None:
    said = a_site.visitor().say("Bonjour")
    assert [m["say"] for m in said] == ["welcome", "menu.offer"]
    assert said[0]["calls"] == ["141", "15"]
    assert [m["number"] for m in said] == [1, 2]
    assert said[1]["choices"][0]["id"] == "go=book_appointment"


@pytest.mark.parametrize(("text", "language", "direction"), [("Bonjour", "fr", "ltr"), ("السلام عليكم", "ary", "rtl")])
def test_replies_say_which_way_they_are_read(a_site: Site, text: str, language: str, direction: str) -> None:
    said = a_site.visitor().say(text)
    assert {(m["language"], m["direction"]) for m in said} == {(language, direction)}


def test_the_cookie_comes_with_the_first_message_only(a_site: Site) -> None:
    visitor = a_site.visitor()
    for path in ("/", "/chat/updates", "/healthz"):
        assert "set-cookie" not in visitor.client.get(path).headers
    header = visitor.post(text="Bonjour").headers["set-cookie"]
    name, _, value = header.split(";")[0].partition("=")
    assert name == "labas"
    assert len(value) == 32
    for part in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert part in header


def test_two_visitors_never_see_each_other(a_site: Site) -> None:
    one, other = a_site.visitor(), a_site.visitor()
    one.book()
    other.say("Bonjour")
    assert one.client.cookies["labas"] != other.client.cookies["labas"]
    assert {m["say"] for m in other.client.get("/chat/updates").json()["messages"]} == {"welcome", "menu.offer"}


def test_a_retry_is_the_same_message(a_site: Site) -> None:
    visitor, made = a_site.visitor(), new_id()
    first = visitor.post(id=made, text="Bonjour").json()
    again = visitor.post(id=made, text="Bonjour").json()
    assert again == first, "the answer that was lost comes again"
    assert a_site.reader.seen == ["Bonjour"]


def test_a_first_message_whose_cookie_was_lost_is_not_lost(a_site: Site) -> None:
    visitor, made = a_site.visitor(), new_id()
    visitor.post(id=made, text="Bonjour")
    visitor.client.cookies.clear()
    again = visitor.post(id=made, text="Bonjour").json()
    assert [m["say"] for m in again["messages"]] == ["welcome", "menu.offer"]


def test_the_ids_of_one_visitor_do_not_shadow_those_of_another(a_site: Site) -> None:
    made = new_id()
    for visitor in (a_site.visitor(), a_site.visitor()):
        visitor.post(text="Bonjour")
        assert visitor.post(id=made, text="mes rendez-vous").json()["messages"][-1]["say"] == "bookings.none"


def test_a_message_that_waited_in_the_inbox_is_answered_by_the_retry(a_site: Site) -> None:
    """The process died between storing and answering: the page tries again under the same id."""
    visitor, made = a_site.visitor(), new_id()
    visitor.say("Bonjour")
    address = visitor.client.cookies["labas"]
    incoming = Incoming("web", address, f"{address}:{made}", text="mes rendez-vous")
    assert anyio.run(a_site.app.conversation.accept, incoming) is not None
    answer = visitor.post(id=made, text="mes rendez-vous").json()
    assert [m["say"] for m in answer["messages"]] == ["bookings.none"]


def test_messages_at_once_are_all_answered_once(a_site: Site) -> None:
    visitor = a_site.visitor()
    visitor.say("Bonjour")
    address = visitor.client.cookies["labas"]

    async def send_all() -> list[int]:
        transport = httpx.ASGITransport(a_site.asgi())
        async with httpx.AsyncClient(transport=transport, base_url=HOST, cookies={"labas": address}) as client:
            bodies = [{"id": new_id(), "text": f"mes rendez-vous {number % 2}"} for number in range(8)]
            answers = await asyncio.gather(*(client.post("/chat/send", json=body) for body in bodies))
            return [answer.status_code for answer in answers]

    assert set(anyio.run(send_all)) == {200}
    assert len(a_site.reader.seen) == 9
    numbers = [m["number"] for m in visitor.client.get("/chat/updates").json()["messages"]]
    assert numbers == sorted(set(numbers))


def test_what_is_said_later_is_found_by_asking(a_site: Site) -> None:
    visitor = a_site.visitor()
    visitor.say("Bonjour")
    whom = person(a_site, visitor)
    assert whom is not None
    with a_site.app.store.write() as session:
        outbox.enqueue(session, whom.address_id, Say("thank.welcome"), a_site.app.clock(), language="fr")
    ask = f"/chat/updates?after={visitor.after}&talk={visitor.talk}"
    assert visitor.client.get(ask).json()["messages"] == []
    anyio.run(a_site.app.delivery.deliver, whom.address_id)
    assert [m["say"] for m in visitor.take(visitor.client.get(ask).json())] == ["thank.welcome"]
    assert visitor.client.get(f"/chat/updates?after={visitor.after}").json()["messages"] == []


def test_a_long_talk_is_read_page_by_page(a_site: Site) -> None:
    visitor = a_site.visitor()
    visitor.say("Bonjour")
    whom = person(a_site, visitor)
    assert whom is not None
    with a_site.app.store.write() as session:
        for _ in range(130):
            made = outbox.enqueue(session, whom.address_id, Say("fine"), a_site.app.clock(), language="fr")
            attempt = outbox.begin_attempt(session, made, a_site.app.clock(), {"text": "D'accord."})
            assert attempt is not None
            outbox.settle_attempt(session, attempt, outbox.Sent(), a_site.app.clock())
    first = visitor.client.get("/chat/updates").json()
    rest = visitor.client.get(f"/chat/updates?after={first['messages'][-1]['number']}").json()
    assert (len(first["messages"]), first["more"], rest["more"]) == (100, True, False)
    assert [m["number"] for m in first["messages"] + rest["messages"]] == list(range(1, 133))


def test_the_calendar_file_is_the_persons_own(a_site: Site) -> None:
    visitor, stranger = a_site.visitor(), a_site.visitor()
    address = visitor.book()["document"]["address"]
    file = visitor.client.get(address)
    assert file.headers["content-type"].startswith("text/calendar")
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["cache-control"] == "no-store"
    assert b"BEGIN:VEVENT" in file.content
    stranger.say("Bonjour")
    for who in (stranger, a_site.visitor()):
        assert who.client.get(address).status_code == 404
    for other in ("/chat/document/1", "/chat/document/0", f"/chat/document/{10**9}"):
        assert visitor.client.get(other).status_code == 404, "no file, no such message"


def test_the_copy_of_ones_data_is_json(a_site: Site) -> None:
    visitor = a_site.visitor()
    visitor.book()
    file = visitor.client.get(visitor.say("mes données")[-1]["document"]["address"])
    assert "Fatima" in json.dumps(json.loads(file.content), ensure_ascii=False)


def test_after_an_erasure_the_farewell_is_read_and_nothing_is_left(a_site: Site) -> None:
    visitor = a_site.visitor()
    address = visitor.book()["document"]["address"]
    said = visitor.say("efface mes données", "#1")
    assert [(m["say"], m["number"]) for m in said] == [("privacy.deleted", None)]
    assert visitor.talk is None
    assert "labas" not in visitor.client.cookies, "the cookie goes with the person"
    assert visitor.client.get("/chat/updates").json() == {"talk": None, "messages": [], "more": False}
    assert visitor.client.get(address).status_code == 404
    visitor.after = 40  # a page that has not noticed
    visitor.talk = "0" * 32
    assert visitor.say("Bonjour")[0]["say"] == "welcome", "a new talk counts anew"


def test_a_location_finds_a_centre(a_site: Site) -> None:
    visitor = a_site.visitor()
    said = visitor.say(DENTIST)
    assert said[-1]["ask_location"] is True
    answer = visitor.post(location=[34.02, -6.84])
    assert visitor.take(answer.json())[-1]["say"] == "place.ask_facility"


def test_an_old_button_gets_a_kind_answer(a_site: Site) -> None:
    visitor = a_site.visitor()
    visitor.say(DENTIST, "Rabat")
    old = visitor.buttons()[0]
    visitor.book()
    assert visitor.take(visitor.post(choice=old).json())[0]["say"] == "old_button"


def test_an_emergency_is_answered_with_its_outcome_and_numbers(a_site: Site) -> None:
    said = a_site.visitor().say("poison")
    assert said[-1]["outcome"] == "ambulance"
    assert {"141", "15", "0801 000 180"} <= set(said[-1]["calls"])
