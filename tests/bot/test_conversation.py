"""A turn from arrival to replies, over a real database: once, in order, whole or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import anyio
import pytest

from bot.conversation import ANSWERING
from bot.messages import Incoming
from dialogues.reading import Reading
from store import handoffs, inbox, people
from store.models import Inbox
from tests.bot.shell import Shell, ids, shell

ASKED = ("rdv dentiste Rabat jeudi", "#1", "#1", "oui", "Fatima")
BOOKED = (*ASKED, "oui")


def test_an_appointment_is_made_told_and_cancelled(a_shell: Shell) -> None:
    done = a_shell.say(*BOOKED)
    assert ids(done) == ["booking.done"]
    assert done[0].document is not None
    assert done[0].document.content.startswith(b"BEGIN:VCALENDAR")
    assert ids(a_shell.say("mes rdv")) == ["bookings.one"]
    assert ids(a_shell.say("annuler")) == ["cancelling.confirm"]
    assert ids(a_shell.say("oui")) == ["cancelling.done"]
    assert ids(a_shell.say("mes rdv")) == ["bookings.none"]


def test_the_same_message_twice_is_answered_once(a_shell: Shell) -> None:
    message = Incoming("terminal", "fatima", "update-7", text="rdv")
    assert ids(a_shell.send(message)) == ["welcome", "booking.ask_service"]
    assert a_shell.send(message) == []


def test_the_words_of_a_button_are_the_button(a_shell: Shell) -> None:
    a_shell.say(*ASKED, "non")
    assert ids(a_shell.say("le jour ou l'heure")) == ["booking.ask_day"]


def test_replies_follow_the_writing_until_a_language_is_chosen(a_shell: Shell) -> None:
    assert a_shell.say("rdv")[-1].language == "fr"
    assert a_shell.say("bghit nakhod rdv")[-1].language == "ary-Latn"
    assert a_shell.say("Rabat")[-1].language == "ary-Latn"


def test_more_people_than_seats_want_one_hour(a_shell: Shell) -> None:
    people_ = [f"person {n}" for n in range(6)]
    for who in people_:
        assert ids(a_shell.say(*ASKED, who=who)) == ["booking.confirm_named"]
    outcomes = [ids(a_shell.say("oui", who=who))[0] for who in people_]
    seats = outcomes.count("booking.done")
    assert 1 <= seats < len(people_)
    assert outcomes == ["booking.done"] * seats + ["booking.slot_gone"] * (len(people_) - seats)


def test_of_a_long_message_the_person_is_told_that_it_was_cut(a_shell: Shell) -> None:
    assert "text_too_long" in ids(a_shell.say("x" * 1_000_000))


def test_a_message_that_breaks_the_turn_is_tried_again_then_set_aside_with_an_apology(a_shell: Shell) -> None:
    a_shell.reader.fail = 2
    assert ids(a_shell.say("rdv"))[-1] == "booking.ask_service"
    a_shell.reader.fail = 3
    assert ids(a_shell.say("rdv")) == ["something_wrong"]
    with a_shell.app.store.read() as session:
        assert len(inbox.quarantined(session)) == 1
    assert ids(a_shell.say("rdv"))[-1] == "booking.ask_service"


def test_danger_is_answered_before_any_consent_and_is_marked(a_shell: Shell) -> None:
    said = a_shell.say("ne respire pas")
    assert ids(said) == ["emergency.medical"]
    assert said[0].outcome == "ambulance"
    assert "141" in said[0].text


def test_without_consent_no_name_is_kept(a_shell: Shell) -> None:
    a_shell.say("rdv dentiste Rabat jeudi", "#1", "#1", "non")
    with a_shell.app.store.read() as session:
        whom = people.find(session, "terminal", "fatima")
        assert whom is not None
        known = people.export(session, whom.person_id)
    assert known["person"]["name"] is None
    assert known["bookings"] == []


def test_forgetting_leaves_a_stranger(a_shell: Shell) -> None:
    a_shell.say(*BOOKED)
    assert ids(a_shell.say("efface")) == ["privacy.confirm_delete_bookings"]
    assert ids(a_shell.say("oui")) == ["privacy.deleted"]
    assert ids(a_shell.say("mes rdv")) == ["welcome", "bookings.none"]


def test_a_copy_of_the_data_is_a_file_with_what_was_given(a_shell: Shell) -> None:
    a_shell.say(*BOOKED)
    file = a_shell.say("copie")[0].document
    assert file is not None
    assert "Fatima" in file.content.decode()


def test_a_request_for_a_person_is_on_the_list_of_staff(a_shell: Shell) -> None:
    assert ids(a_shell.say("personne")) == ["welcome", "consent.ask_contact"]
    assert ids(a_shell.say("oui")) == ["human.recorded"]
    with a_shell.app.store.read() as session:
        assert len(handoffs.open_requests(session)) == 1


def test_a_talk_goes_on_after_a_restart(tmp_path: Path) -> None:
    with shell(tmp_path) as before:
        before.say("rdv", "dentiste")
    with shell(tmp_path) as after:
        said = after.say("Rabat")
    assert said[-1].say in ("booking.ask_day", "place.ask_facility")


def test_what_was_received_but_not_answered_before_a_crash_is_answered_later(a_shell: Shell) -> None:
    import anyio

    from bot.ticks import ticks

    address = anyio.run(a_shell.app.conversation.accept, Incoming("terminal", "fatima", "u1", text="rdv"))
    assert address is not None and a_shell.terminal.take() == []
    unread = next(t for t in ticks(a_shell.app) if t.name == "unread")
    a_shell.moment[0] += timedelta(seconds=5)
    anyio.run(unread.work)
    assert ids(a_shell.terminal.take()) == ["welcome", "booking.ask_service"]


def test_in_a_crowd_nobody_is_claimed_before_their_turn_comes(a_shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim has a lease: a thousand people who wait with one would be taken for the victims of a crash."""
    in_hand: list[int] = []
    read = a_shell.reader.read

    async def slowly(text: str, now: datetime) -> Reading:
        with a_shell.app.store.read() as session:
            in_hand.append(session.query(Inbox).filter(Inbox.leased_until.is_not(None)).count())
        await anyio.sleep(0.01)
        return await read(text, now)

    monkeypatch.setattr(a_shell.reader, "read", slowly)

    async def crowd() -> None:
        found = [
            await a_shell.app.conversation.accept(Incoming("terminal", f"p{number}", str(number), text="mes rdv"))
            for number in range(3 * ANSWERING)
        ]
        async with anyio.create_task_group() as group:
            for address_id in found:
                assert address_id is not None
                group.start_soon(a_shell.app.work, address_id)

    anyio.run(crowd)
    assert 1 < max(in_hand) <= ANSWERING
    assert len(in_hand) == 3 * ANSWERING
    with a_shell.app.store.read() as session:
        assert {row.state for row in session.query(Inbox)} == {"done"}
