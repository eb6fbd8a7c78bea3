"""Moving and giving up an appointment: which one, when instead, and never by mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from dialogues.effects import CancelBooking, MoveBooking
from dialogues.facts import BookingFact
from dialogues.reading import Reading
from tests.dialogues.play import Play
from tests.dialogues.world import FACILITIES, World, a_reading

YES, NO = a_reading("oui", cues="yes"), a_reading("non", cues="no")
MOVE = a_reading("déplacer", "reschedule_appointment")
CANCEL = a_reading("annuler", "cancel_appointment")


def world(*bookings: BookingFact) -> World:
    made = World(person=replace(World().person, consents=frozenset({"appointments"})))
    made.booked = list(bookings) or [BookingFact("b1", "dentistry", FACILITIES[0], datetime(2026, 12, 3, 9, 0), "")]
    return made


def two() -> World:
    return world(
        BookingFact("b1", "dentistry", FACILITIES[0], datetime(2026, 12, 3, 9, 0), ""),
        BookingFact("b2", "generalist", FACILITIES[1], datetime(2026, 12, 4, 10, 0), ""),
    )


def test_an_appointment_is_moved_after_a_yes() -> None:
    play = Play(world()).then(replace(MOVE, when=({"kind": "datetime", "date": "2026-12-08", "time": "10:00"},)))
    assert play.said == ["rescheduling.confirm"]
    play.then(YES)
    assert play.last(MoveBooking) == MoveBooking("b1", datetime(2026, 12, 8, 10, 0))


def test_the_day_that_does_not_suit_is_not_the_new_day() -> None:
    play = Play(world()).then(replace(MOVE, when=({"kind": "date", "date": "2026-12-03"},)))
    assert play.said == ["booking.ask_day"]


def test_of_two_appointments_the_right_one_is_asked_for_or_found() -> None:
    assert Play(two()).then(MOVE).said == ["rescheduling.which"]
    named = replace(MOVE, entities=a_reading("dentiste", service="dentistry").entities)
    assert Play(two()).then(named).talk.answers["booking"] == "b1"
    assert Play(two()).then(CANCEL, 2).talk.answers["booking"] == "b2"


def test_a_slot_lost_at_the_last_moment_is_asked_again_and_the_old_one_stands() -> None:
    asked = replace(MOVE, when=({"kind": "datetime", "date": "2026-12-08", "time": "10:00"},))
    play = Play(world()).then(asked, YES)
    play.world.taken.add(datetime(2026, 12, 8, 10, 0))
    assert play.refused("slot_taken").said == ["booking.slot_gone", "booking.ask_slot"]
    assert play.refused("gone").said[0] == "rescheduling.gone"


def test_with_nothing_to_move_a_booking_is_offered() -> None:
    empty = World()
    assert Play(empty).then(MOVE).said == ["rescheduling.none"]
    assert Play(empty).then(MOVE, YES).said == ["booking.ask_service"]
    assert Play(empty).then(MOVE, NO).said == ["fine"]


REFUSALS = [
    "n annulez pas svp", "surtout n effacez pas", "non attendez gardez le", "safi ma tlghich lmaw3id ghadi nji",
    "blati ma tmse7ch", "ما تمسحوش", "لا تحذفوا شييا", "انتظروا", "khellih ghadi nji", "لا خليه",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSALS)
@pytest.mark.parametrize(
    ("intent", "kept"), [("cancel_appointment", "cancelling.kept"), ("delete_my_data", "privacy.not_deleted")]
)
def test_what_looks_like_the_intent_but_denies_it_undoes_nothing(text: str, intent: str, kept: str) -> None:
    """To a model "don't delete anything" is `delete_my_data`."""
    play = Play(world()).then(a_reading("x", intent), replace(a_reading(text, intent), confidence=1.0))
    assert (play.said, play.done) == ([kept], [])


@pytest.mark.parametrize("text", ["pourquoi ?", "peut-être", "3lach", "نعيمة", "hmm"])
@pytest.mark.parametrize("intent", ["cancel_appointment", "delete_my_data"])
def test_what_only_a_model_takes_for_a_yes_undoes_nothing(text: str, intent: str) -> None:
    play = Play(world()).then(a_reading("x", intent), replace(a_reading(text, "affirm"), confidence=0.99))
    assert (play.talk.asked, play.done) == ("confirm", [])


@pytest.mark.parametrize(
    "text", ["annulez la consultation", "oui annulez le", "bla mochkil lghih", "pas de souci annulez"]
)
def test_a_yes_that_holds_small_words_of_denial_is_still_a_yes(text: str) -> None:
    assert Play(world()).then(CANCEL, a_reading(text, "cancel_appointment")).done == ["CancelBooking"]


def test_the_wish_said_again_cancels_but_never_erases() -> None:
    assert Play(world()).then(CANCEL, CANCEL).done == ["CancelBooking"]
    erase = a_reading("efface tout", "delete_my_data")
    play = Play(world()).then(erase, erase)
    assert (play.said, play.done) == (["privacy.confirm_delete_bookings"], [])
    assert play.then(YES).done == ["Forget"]


def test_cancelling_asks_first_and_can_become_a_move() -> None:
    play = Play(world()).then(CANCEL)
    assert play.said == ["cancelling.confirm"]
    assert Play(world()).then(CANCEL, NO).said == ["cancelling.kept"]
    assert Play(world()).then(CANCEL, 2).talk.flow == "rescheduling"
    play.then(YES)
    assert play.last(CancelBooking) == CancelBooking("b1")


def test_nothing_to_cancel_is_said_with_a_way_on() -> None:
    play = Play(World()).then(CANCEL)
    assert play.said == ["cancelling.none"]
    assert play.then(Reading(choice="go=book_appointment")).said == ["booking.ask_service"]
