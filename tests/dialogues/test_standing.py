"""Buttons of reminders, offers and answers about children: at any time, and what was open goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from dialogues.effects import (
    AnswerOffer,
    ConfirmBooking,
    RecordDose,
    Say,
    SetReminders,
)
from dialogues.facts import BookingFact
from dialogues.standing import _ANSWERS, parse
from tests.dialogues.play import Play
from tests.dialogues.told import told
from tests.dialogues.world import FACILITIES, World, a_child

BORN = "HB@2026-09-24 BCG@2026-09-26 VPO-0@2026-09-26"
ID = "0193b1e0c0de7000a000000000000001"
BOOKED = BookingFact("b1", "vaccination", FACILITIES[1], datetime(2026, 12, 1, 9, 0), "Salma")
TWO_MONTHS = ["PENTA", "VPO", "ROTA", "VPC"]


def world(**child: Any) -> World:
    person = replace(World().person, consents=frozenset({"reminders", "appointments"}))
    return World(person=person, followed=[a_child(id=ID, **{"doses": BORN, **child})], booked=[BOOKED])


def test_every_id_fits_a_button() -> None:
    for kind, answer in _ANSWERS:
        made = f"re.{kind}.{answer}.{ID}:2026-11-24"
        assert len(made.encode()) <= 64
        assert parse(made) == {"kind": kind, "answer": answer, "subject": ID, "day": "2026-11-24"}


@pytest.mark.parametrize("made", ["re.", "re.x", "re.vaccine.given", "re.nothing.here.x", "re.vaccine.sold.x", "rex"])
def test_what_is_no_such_id_is_an_old_button(made: str) -> None:
    assert parse(made) is None
    assert Play(world()).tapped(made).said == ["old_button"]


@pytest.mark.parametrize(("tap", "day"), [(1, "2026-11-24"), (2, "2026-11-23"), (told("dimanche"), "2026-11-22")])
def test_given_asks_only_the_day_and_notes_every_dose_of_the_visit(tap: Any, day: str) -> None:
    play = Play(world(birth=date(2026, 9, 20))).tapped(f"re.vaccine.given.{ID}:2026-11-20")
    assert play.said == ["record.ask_day"]
    play.then(tap)
    assert [e.antigen for e in play.effects if isinstance(e, RecordDose)] == TWO_MONTHS
    assert {e.given_on.isoformat() for e in play.effects if isinstance(e, RecordDose)} == {day}
    assert play.said == ["record.done", "record.next"]


def test_given_twice_is_noted_once() -> None:
    play = Play(world()).tapped(f"re.vaccine.given.{ID}:2026-11-24").then(1)
    play.tapped(f"re.vaccine.given.{ID}:2026-11-24")
    assert play.said == ["record.nothing_open"]
    assert play.done == []


@pytest.mark.parametrize(
    ("answer", "said", "done"),
    [
        ("later", ["reminder.answer.later"], []),
        ("pause", ["minding.paused"], ["SetReminders"]),
        ("book", ["place.ask_town"], []),
    ],
)
def test_the_other_answers_to_a_vaccine_reminder(answer: str, said: list[str], done: list[str]) -> None:
    play = Play(world()).tapped(f"re.vaccine.{answer}.{ID}:2026-11-24")
    assert (play.said, play.done) == (said, done)


def test_book_is_for_that_child_at_its_centre() -> None:
    play = Play(world(facility=FACILITIES[1])).tapped(f"re.vaccine.book.{ID}:2026-11-24")
    assert play.said == ["booking.ask_day"]
    assert {k: play.talk.answers[k] for k in ("service", "for", "name", "facility")} == {
        "service": "vaccination", "for": "daughter", "name": "Salma", "facility": "F-RABAT-2",
    }  # fmt: skip


def test_pause_is_for_thirty_days() -> None:
    play = Play(world()).tapped(f"re.vaccine.pause.{ID}:2026-11-24")
    assert play.last(SetReminders) == SetReminders(ID, "paused", date(2026, 12, 24))


def test_an_appointment_is_confirmed_moved_or_cancelled_from_its_reminder() -> None:
    assert Play(world()).tapped("re.booking.come.b1").last(ConfirmBooking) == ConfirmBooking("b1")
    assert Play(world()).tapped("re.booking.move.b1").talk.flow == "rescheduling"
    assert Play(world()).tapped("re.booking.cancel.b1").said == ["cancelling.confirm"]


@pytest.mark.parametrize("answer", ["come", "move", "cancel"])
def test_a_reminder_of_an_appointment_that_is_gone_touches_no_other(answer: str) -> None:
    play = Play(world()).tapped(f"re.booking.{answer}.b0")
    assert (play.said, play.done) == (["reminder.answer.booking_gone"], [])


def test_after_a_visit_yes_records_and_no_is_taken_kindly() -> None:
    assert Play(world()).tapped("re.visit.yes.b9").said == ["record.ask_due"]
    assert Play(world()).tapped(f"re.visit.yes.{ID}").said == ["record.ask_due"]
    assert Play(world()).tapped("re.visit.no.b9").said == ["reminder.answer.not_given"]
    assert Play(world()).tapped("re.feedback.tell.b9").said == ["feedback.ask_text"]


@pytest.mark.parametrize(("answer", "taken", "said"), [("take", True, "offer.taken"), ("leave", False, "offer.left")])
def test_a_freed_seat_is_taken_or_left(answer: str, taken: bool, said: str) -> None:
    play = Play(world()).tapped(f"re.offer.{answer}.o1")
    assert play.last(AnswerOffer) == AnswerOffer("o1", taken)
    assert play.said == [said]
    assert play.refused("gone").said == ["offer.gone"]


@pytest.mark.parametrize("reason", ["gone", "slot_taken", "already_booked"])
def test_an_offer_that_cannot_be_had_is_said(reason: str) -> None:
    assert Play(world()).tapped("re.offer.take.o1").refused(reason).said == ["offer.gone"]


@pytest.mark.parametrize(
    "made",
    [f"re.vaccine.{a}.x:2026-11-24" for a in ("given", "book", "pause")]
    + [f"re.child.{a}.x" for a in ("record", "plan", "manage", "picture", "card", "on", "next", "book")],
)
def test_a_child_that_is_no_longer_followed_is_said(made: str) -> None:
    play = Play(world()).tapped(made)
    assert (play.said, play.done) == (["child.gone"], [])


@pytest.mark.parametrize(
    ("made", "taps", "first"),
    [
        (f"re.vaccine.later.{ID}:2026-11-24", (), "reminder.answer.later"),
        (f"re.vaccine.pause.{ID}:2026-11-24", (), "minding.paused"),
        (f"re.vaccine.given.{ID}:2026-11-24", (1,), "record.done"),
        ("re.booking.come.b1", (), "reminder.answer.come"),
        ("re.offer.leave.o1", (), "offer.left"),
        ("re.visit.no.b9", (), "reminder.answer.not_given"),
        ("re.booking.cancel.b1", (1,), "cancelling.done"),
        (f"re.child.picture.{ID}", (), "card.sent"),
    ],
)
def test_what_was_open_is_asked_again_afterwards_with_its_answers(made: str, taps: tuple[int, ...], first: str) -> None:
    play = Play(world()).then(told("rdv", "book_appointment"), 1).tapped(made).then(*taps)
    assert play.said[0] == first
    assert play.said[-1] == "place.ask_town"
    assert play.talk.flow == "booking"
    assert play.talk.answers["service"] == "generalist"
    assert play.talk.waiting is None


def test_what_waits_survives_a_second_tap_and_a_refusal() -> None:
    play = Play(world()).then(told("rdv", "book_appointment"), 1)
    play.tapped(f"re.vaccine.given.{ID}:2026-11-24").tapped("re.booking.come.b1")
    assert play.said[-1] in ("place.ask_town", "record.ask_day")
    play = Play(world()).then(told("rdv", "book_appointment"), 1).tapped("re.offer.take.o1")
    assert play.refused("gone").said == ["offer.gone", "place.ask_town"]


def test_stopping_forgets_what_waited() -> None:
    play = Play(world()).then(told("rdv", "book_appointment"), 1).tapped(f"re.vaccine.given.{ID}:2026-11-24")
    play.then(told("stop"))
    assert play.talk.flow is None
    assert play.talk.waiting is None


def test_the_card_is_a_picture_first_and_a_file_by_button() -> None:
    play = Play(world()).tapped(f"re.child.picture.{ID}")
    said = play.last(Say)
    assert isinstance(said, Say)
    assert said.document == f"card-picture:{ID}"
    play.then(1)
    said = play.last(Say)
    assert isinstance(said, Say)
    assert said.document == f"card:{ID}"


@pytest.mark.parametrize(
    "text", ["envoyez-moi la carte de vaccination", "sifet liya tel9i7at f lkarni", "أريد نسخة من دفتر التلقيح"]
)
def test_a_copy_of_the_vaccination_record_is_the_card(text: str) -> None:
    play = Play(world()).then(told(text, "export_my_data"))
    assert play.said == ["card.sent"]
    empty = replace_children(world())
    assert Play(empty).then(told(text, "export_my_data")).said == ["card.no_child"]
    assert Play(world()).then(told("mes données", "export_my_data")).said == ["privacy.export"]


def replace_children(made: World) -> World:
    made.followed = []
    return made
