"""Fewer reminders, none, again; another centre, moved, told by mistake; and a child that died."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from dialogues.effects import CloseChild, SetChildFacility, SetReminders
from dialogues.facts import BookingFact
from tests.dialogues.play import Play
from tests.dialogues.told import told
from tests.dialogues.world import FACILITIES, World, a_child


def world(*children: Any) -> World:
    person = replace(World().person, consents=frozenset({"reminders"}))
    return World(person=person, followed=list(children))


ONE = a_child()
TWO = (ONE, a_child("Adam", date(2025, 1, 1), "m"))


@pytest.mark.parametrize(
    ("children", "text", "done"),
    [
        ((ONE,), "je ne veux plus de rappels", ["StopMessages"]),
        ((ONE,), "pause des rappels pour un mois", ["SetReminders"]),
        (TWO, "plus de rappels pour Adam", ["SetReminders"]),
        (TWO, "plus de rappels du tout", ["StopMessages"]),
        ((), "plus de rappels", ["StopMessages"]),
        ((ONE,), "ma b9itch bagha rappels d Salma, rkhelna", []),
    ],
)
def test_fewer_reminders_are_as_few_as_was_said(children: Any, text: str, done: list[str]) -> None:
    assert Play(world(*children)).then(told(text, "stop_reminders")).done == done


@pytest.mark.parametrize("text", ["STOP", "stop", "وقف", "7bes"])
def test_stop_alone_always_stops_everything(text: str) -> None:
    assert Play(world(*TWO)).then(told(text)).done == ["StopMessages"]


@pytest.mark.parametrize(
    ("children", "text", "effect"),
    [
        ((ONE,), "reprenez les rappels", SetReminders(None, "on")),
        (TWO, "remettez les rappels d'Adam", SetReminders("adam", "on")),
        ((), "remettez les rappels", SetReminders(None, "on")),
    ],
)
def test_reminders_come_back(children: Any, text: str, effect: SetReminders) -> None:
    play = Play(world(*children)).then(told(text, "resume_reminders"))
    assert play.last(SetReminders) == effect
    assert play.talk.flow is None


def test_after_a_stop_the_button_gives_them_back() -> None:
    play = Play(world(ONE)).then(told("stop"), 1)
    assert play.last(SetReminders) == SetReminders(None, "on")


@pytest.mark.parametrize(
    ("number", "done", "said"),
    [
        (1, ["SetReminders"], "minding.paused"),
        (2, ["SetReminders"], "minding.off"),
        (3, [], "place.ask_town"),
        (4, [], "minding.ask_moved"),
        (5, [], "minding.ask_mistake"),
        (6, [], "fine"),
    ],
)
def test_everything_about_a_child_can_be_set_by_button(number: int, done: list[str], said: str) -> None:
    play = Play(world(ONE)).tapped("re.child.manage.salma").then(number)
    assert (play.done, play.said) == (done, [said])


def test_another_centre_is_chosen_like_any_place() -> None:
    play = Play(world(ONE)).tapped("re.child.manage.salma").then(3, told("Rabat"))
    assert play.last(SetChildFacility) == SetChildFacility("salma", "F-RABAT-2")


def test_a_child_told_by_mistake_goes_after_a_yes() -> None:
    play = Play(world(ONE)).tapped("re.child.manage.salma").then(5)
    assert Play(world(ONE)).tapped("re.child.manage.salma").then(5, told("non")).done == []
    assert play.then(told("oui")).last(CloseChild) == CloseChild("salma", "mistake")


def test_a_child_that_moved_changes_its_centre_or_goes() -> None:
    moved = told("rkhelna, ma b9itch bagha rappels d Salma", "stop_reminders")
    play = Play(world(ONE)).then(moved)
    assert play.said == ["minding.ask_moved"]
    assert play.then(2).last(CloseChild) == CloseChild("salma", "moved")
    assert Play(world(ONE)).then(moved, 1).said == ["place.ask_town"]


DEATHS = [
    "weldi mat lah yrhmo", "bnti matet", "mon fils est décédé", "mon bébé est mort la semaine dernière",
    "ولدي مات الله يرحمو", "توفي ابني", "ابنتي توفيت رحمها الله", "drri twffa", "notre fille nous a quittés",
    "Salma matet lah yrhmha", "سلمى ماتت", "on a perdu notre bébé",
]  # fmt: skip


@pytest.mark.parametrize("intent", [None, "stop_reminders", "out_of_scope", "inform"])
@pytest.mark.parametrize("text", DEATHS)
def test_a_death_is_met_with_condolence_nothing_asked_and_everything_stops(text: str, intent: str | None) -> None:
    child = a_child("سلمى" if "سلمى" in text else "Salma")
    play = Play(world(child)).then(replace(told(text, intent), intent=intent))
    assert play.last(CloseChild) == CloseChild(child.id, "died")
    assert play.said == ["grief.stopped"]
    assert play.talk.flow is None
    assert play.talk.offered == ()


@pytest.mark.parametrize("text", DEATHS)
def test_with_several_children_nobody_is_asked_which(text: str) -> None:
    children = (a_child("Yasmine"), a_child("Rita", date(2025, 1, 1)), a_child("Ilyas", date(2024, 1, 1), "m"),
                a_child("Adam", date(2023, 1, 1), "m"))  # fmt: skip
    play = Play(world(*children)).then(told(text))
    if "Salma" in text or "سلمى" in text:
        assert play.said == ["grief.other"]
        return
    assert play.said == ["grief.all_stopped"]
    assert play.last(SetReminders) == SetReminders(None, "off")


def test_the_child_that_died_is_known_by_its_name_and_its_appointments_go() -> None:
    made = world(*TWO)
    made.booked = [BookingFact("b1", "vaccination", FACILITIES[1], datetime(2026, 12, 1, 9, 0), "Adam")]
    play = Play(made).then(told("Adam mat lah yrhmo"))
    assert play.last(CloseChild) == CloseChild("adam", "died")
    assert play.done == ["CloseChild", "CancelBooking"]


@pytest.mark.parametrize(
    ("text", "said"), [("bba mat", "grief.other"), ("mon mari est décédé", "grief.other"), ("weldi mat", "grief.child")]
)
def test_other_deaths_are_met_with_condolence_too(text: str, said: str) -> None:
    assert Play(world()).then(told(text)).said == [said]


@pytest.mark.parametrize(
    "text",
    [
        "lah yr7em lwalidin bghit nsejel weldi", "الله يرحم الوالدين بغيت موعد لولدي",
        "j'ai peur que mon fils soit mort",
        "weldi ghadi ymout?", "wach ila mat weldi", "mort de rire", "je suis morte de fatigue", "un mat de bateau",
    ],
)  # fmt: skip
def test_what_is_no_death_is_not_taken_for_one(text: str) -> None:
    assert not any(message.startswith("grief") for message in Play(world(ONE)).then(told(text)).said)
