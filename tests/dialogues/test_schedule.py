"""Which dose is next and why: for one child, several, one not followed; what was missed; and never a word of blame."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from dialogues import child_words
from dialogues.calculators.vaccine_files import calendars
from dialogues.calculators.vaccine_schedule import DoseRow
from dialogues.effects import Say
from dialogues.vaccines import BIRTH_VISITS, ELSEWHERE, VISIT_AT, reason, vaccines_named
from nlu.normalise import normal_text
from tests.dialogues.play import Play
from tests.dialogues.told import _gazetteer, told
from tests.dialogues.world import NOW, World, a_child

BORN = "HB@2026-09-24 BCG@2026-09-26 VPO-0@2026-09-26"
TODAY = f"{BORN} PENTA@2026-11-24 VPO@2026-11-24 ROTA@2026-11-24 VPC@2026-11-24"
NEXT = told("imta jelba jaya", "check_vaccination_schedule")


def world(*children: Any) -> World:
    person = replace(World().person, consents=frozenset({"reminders"}))
    return World(person=person, followed=list(children))


def said_of(play: Play, message: str) -> Say:
    return next(e for e in play.effects if isinstance(e, Say) and e.message == message)


@pytest.mark.parametrize(
    ("child", "said"),
    [
        ({"doses": BORN}, ["schedule.now", "schedule.next"]),
        ({"doses": ""}, ["schedule.late", "schedule.next"]),
        ({"doses": TODAY}, ["schedule.next"]),
        ({"doses": f"{BORN} PENTA@2026-10-20"}, ["schedule.now", "schedule.next", "schedule.show_card"]),
        (
            {"birth": date(2025, 9, 1), "doses": ""},
            ["schedule.late", "schedule.next", "schedule.too_late", "schedule.ask_worker"],
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_one_child(child: dict[str, Any], said: list[str]) -> None:
    play = Play(world(a_child(**child))).then(NEXT)
    assert play.said == said
    assert play.talk.flow is None
    assert play.done == []


def test_the_next_visit_comes_with_its_day_and_its_reason() -> None:
    say = said_of(Play(world(a_child(doses=TODAY))).then(NEXT), "schedule.next")
    assert say.params["day"]["value"] == "2026-12-24"
    assert say.params["why"]["value"] == "why.calendar"
    early = a_child(doses=TODAY.replace("PENTA@2026-11-24", "PENTA@2026-11-20"))
    late = a_child(birth=date(2026, 8, 1), doses="HB@2026-08-01 BCG@2026-08-02 PENTA@2026-11-20")
    assert said_of(Play(world(early)).then(NEXT), "schedule.next").params["why"]["value"] == "why.calendar"
    assert said_of(Play(world(late)).then(NEXT), "schedule.next").params["why"]["value"] == "why.interval"


def test_every_rule_of_every_calendar_has_a_reason_in_plain_words() -> None:
    families = set()
    for calendar in calendars():
        for rule in calendar.rules:
            row = DoseRow("X-1", "due", NOW.date(), NOW.date(), None, None, "m2", rule, "confirmed")
            families.add(reason(row))
            assert reason(replace_due(row)) in ("why.calendar", "why.worker")
    assert families == {"why.calendar", "why.interval", "why.live", "why.worker"}


def replace_due(row: DoseRow) -> DoseRow:
    return row._replace(due=row.due + timedelta(days=3))


def test_every_visit_of_the_calendar_can_be_named() -> None:
    known = {dose.visit for calendar in calendars() for dose in calendar.doses}
    assert known == {*VISIT_AT.values(), *BIRTH_VISITS}


def test_every_vaccine_of_the_gazetteer_is_an_antigen_or_known_to_be_none() -> None:
    antigens = {name for calendar in calendars() for name in calendar.antigens}
    assert set(_gazetteer("vaccine")) == antigens | ELSEWHERE
    assert antigens & ELSEWHERE == set()


@pytest.mark.parametrize(
    ("text", "doses"),
    [
        ("penta 2", ["PENTA-2"]), ("vpo 0", ["VPO-0"]), ("rr 1 et vpo 4", ["RR-1", "VPO-4"]),
        ("penta 9", ["PENTA"]), ("penta 12/9", ["PENTA"]), ("bcg 24/11", ["BCG"]), ("RR", ["RR"]),
    ],
)  # fmt: skip
def test_a_number_after_a_vaccine_is_its_number_when_there_is_such_a_dose(text: str, doses: list[str]) -> None:
    assert vaccines_named(told(text))[0] == doses


@pytest.mark.parametrize(
    "text", ["weldi fatetou jelba d 9 chhour", "il a raté le vaccin de 9 mois", "فاتتو جلبة 9 شهور"]
)
def test_a_missed_visit_says_what_can_still_be_given(text: str) -> None:
    boy = a_child("Adam", date(2025, 9, 1), "m", doses="PENTA@2025-11-01")
    play = Play(world(boy)).then(told(text, "check_vaccination_schedule"))
    assert play.said == ["missed.can"]


@pytest.mark.parametrize(
    ("birth", "doses", "visit", "said"),
    [
        (date(2026, 9, 24), TODAY, "2 mois", ["missed.given"]),
        (date(2026, 9, 24), TODAY, "9 mois", ["missed.later"]),
        (date(2020, 1, 1), "", "2 mois", ["missed.can", "missed.too_late"]),
        (date(2024, 1, 1), "", "2 mois", ["missed.can", "missed.too_late"]),
    ],
)
def test_each_dose_of_a_missed_visit_has_its_answer(birth: date, doses: str, visit: str, said: list[str]) -> None:
    child = a_child(birth=birth, doses=doses)
    assert Play(world(child)).then(told(f"elle a raté la dose de {visit}", "check_vaccination_schedule")).said == said


def test_of_several_children_it_is_asked_which_and_all_is_an_answer() -> None:
    two = world(a_child(doses=TODAY), a_child("Adam", date(2025, 1, 1), "m"))
    play = Play(two).then(NEXT)
    assert play.said == ["child.which"]
    assert Play(two).then(NEXT, told("Adam")).said[0] == "schedule.late"
    play.then(3)
    assert [line["message"] for line in said_of(play, "schedule.all").params["children"]["value"]] == [
        "schedule.short_next", "schedule.short_now",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["weldi imta jelba jaya", "et pour Adam ?", "mon fils, c'est quand le prochain vaccin"]
)
def test_the_child_is_known_from_the_words(text: str) -> None:
    two = world(a_child(doses=TODAY), a_child("Adam", date(2025, 1, 1), "m"))
    assert Play(two).then(told(text, "check_vaccination_schedule")).said[0] == "schedule.late"


def test_without_a_registered_child_the_birth_date_is_enough_and_following_is_offered() -> None:
    play = Play(world()).then(NEXT)
    assert play.said == ["schedule.ask_birth"]
    play.then(told("24/9/2026"))
    assert play.said == ["schedule.late", "schedule.next", "schedule.offer_to_follow"]
    assert play.done == []
    play.then(1)
    assert play.said == ["child.ask_name"]
    assert play.talk.answers["birth"] == "2026-09-24"


@pytest.mark.parametrize(
    ("text", "said"),
    [("12/12/2026", "child.birth_future"), ("5/3/1986", "child.birth_old"), ("2 mois", "child.age_told")],
)
def test_a_birth_date_that_cannot_be_is_asked_again(text: str, said: str) -> None:
    play = Play(world()).then(NEXT, told(text))
    assert play.said == [said, "schedule.ask_birth"]
    assert play.then(told("24/9/2026")).said[-1] == "schedule.offer_to_follow"


@pytest.mark.parametrize(
    "text",
    ["ana 7amla wach khassni jelba d titanos", "vaccin tétanos pendant la grossesse", "أنا حامل متى لقاح الكزاز"],
)
def test_tetanus_in_pregnancy_is_told_and_the_midwife_decides(text: str) -> None:
    assert Play(world()).then(told(text, "check_vaccination_schedule")).said == ["vaccine_info.tetanus"]


def test_the_plan_groups_what_was_missed_into_few_visits() -> None:
    child = a_child(birth=date(2025, 9, 1), doses="")
    play = Play(world(child)).tapped(f"re.child.plan.{child.id}")
    visits = said_of(play, "schedule.plan").params["visits"]["value"]
    assert len(visits) == 4
    assert len(visits[0]["params"]["doses"]["value"]) >= 5
    assert not any(".plan." in choice for choice in play.talk.offered)


def test_asked_in_the_middle_of_a_booking_it_is_answered_and_the_booking_goes_on() -> None:
    play = Play(world(a_child(doses=TODAY))).then(told("rdv", "book_appointment"), NEXT)
    assert play.said == ["schedule.next", "booking.ask_service"]
    play = Play(world()).then(told("rdv", "book_appointment"), NEXT)
    assert play.said == ["schedule.ask_birth"]
    play.then(told("24/9/2026"))
    assert play.said[-1] == "booking.ask_service"


def test_words_of_children_are_normal_forms() -> None:
    data = child_words._FILE.read_text("utf-8")
    groups = [line.split(":")[0] for line in data.splitlines() if line[:1].isalpha()]
    for group in groups:
        assert {w for w in child_words.words(group) if normal_text(w) != w} == set(), group
