"""The waiting list: offered on a full day, joined after agreement and name, shown, left; and what refuses it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dialogues.effects import JoinWaitingList, LeaveWaitingList
from dialogues.facts import WaitingFact
from tests.dialogues.play import Play
from tests.dialogues.world import FACILITIES, NOW, World, a_reading

WISH = a_reading("rdv dentiste Rabat", "book_appointment", service="dentistry", city="421", day="2026-11-26")
WAIT = WaitingFact("w1", FACILITIES[0], "dentistry", None, None, None)


def full(**consents: bool) -> World:
    days = {NOW.date() + timedelta(days=n) for n in range(120)} if consents.get("all") else {date(2026, 11, 26)}
    return World(full=days, person=replace(World().person, consents=frozenset({"appointments"})))


@pytest.mark.parametrize("everything", [True, False])
def test_a_full_day_offers_the_list_and_joining_it_ends_the_booking(everything: bool) -> None:
    play = Play(full(all=everything)).then(WISH)
    assert play.said == ["booking.day_full"]
    play.then(len(play.talk.offered))
    assert play.said == ["booking.ask_name"]
    play.then(a_reading("Fatima", "inform"))
    assert play.last(JoinWaitingList) == JoinWaitingList("F-RABAT-1", "dentistry", "")
    assert play.said == ["waiting.joined"]
    assert play.talk.flow is None


def test_agreement_comes_first() -> None:
    play = Play(World(full={date(2026, 11, 26)})).then(WISH)
    assert play.then(len(play.talk.offered)).talk.asked == "consent"
    play.then(a_reading("oui", cues="yes"), a_reading("Fatima", "inform"))
    assert play.done == ["GiveConsent", "JoinWaitingList"]


@pytest.mark.parametrize("reason", ["already_waiting", "already_booked"])
def test_a_refusal_is_worded(reason: str) -> None:
    play = Play(full()).then(WISH)
    play.then(len(play.talk.offered), a_reading("Fatima", "inform"))
    assert play.refused(reason).said == [f"waiting.{reason}"]


@pytest.mark.parametrize("day", ["2026-11-29", "2026-11-27"])
def test_a_closed_or_a_free_day_offers_no_list(day: str) -> None:
    play = Play(full()).then(a_reading("rdv", "book_appointment", service="dentistry", city="421", day=day))
    assert not any(choice.endswith("=wait") for choice in play.talk.offered)


def test_where_one_waits_is_shown_with_the_appointments_and_can_be_left() -> None:
    world = full()
    world.waits = [WAIT]
    play = Play(world).then(a_reading("mes rdv", "check_appointment"))
    assert play.said == ["waiting.one"]
    assert play.then(1).last(LeaveWaitingList) == LeaveWaitingList("w1")
    assert play.refused("gone").said == ["waiting.left"]
