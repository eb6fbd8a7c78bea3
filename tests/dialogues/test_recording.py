"""A dose was given: told in any way, noted once, flagged where a health worker has to look, and taken back at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialogues.effects import RecordDose, Say
from dialogues.reading import Reading
from tests.dialogues.play import Play
from tests.dialogues.told import told
from tests.dialogues.world import World, a_child

BORN = "HB@2026-09-24 BCG@2026-09-26 VPO-0@2026-09-26"
TWO_MONTHS = ["PENTA", "VPO", "ROTA", "VPC"]


def world(**child: Any) -> World:
    """One girl of two months, with what is given at birth noted."""
    person = replace(World().person, consents=frozenset({"reminders"}))
    return World(person=person, followed=[a_child(**{"doses": BORN, **child})])


def noted(play: Play) -> list[str]:
    return [f"{e.antigen}@{e.given_on}" for e in play.effects if isinstance(e, RecordDose)]


def done(text: str) -> Reading:
    return told(text, "report_vaccination_done")


@pytest.mark.parametrize(
    ("text", "doses", "day"),
    [
        ("3tawha penta w polio lyoum", ["PENTA", "VPO"], "2026-11-24"),
        ("Salma a eu Penta et Rota hier", ["PENTA", "ROTA"], "2026-11-23"),
        ("دارت الخماسي والروتا أمس", ["PENTA", "ROTA"], "2026-11-23"),
        ("le penta 1 a été fait le 24/11/2026", ["PENTA"], "2026-11-24"),
        ("darna lpneumo nhar tnin", [], "2026-11-23"),
        ("derna BCG hadi 3 iyyam", ["BCG"], "2026-11-21"),
        ("vaccin polio fait il y a 3 jours", ["VPO"], "2026-11-21"),
    ],
)
def test_vaccines_and_day_are_noted_from_one_sentence(text: str, doses: list[str], day: str) -> None:
    play = Play(world()).then(done(text))
    if doses:
        assert noted(play) == [f"{dose}@{day}" for dose in doses]
        assert play.said[0] == "record.done"
    else:
        assert play.talk.answers["given"] == day


@pytest.mark.parametrize(("answer", "day"), [(1, "2026-11-24"), (2, "2026-11-23"), (told("nhar tnin"), "2026-11-23")])
def test_what_is_due_is_offered_when_no_vaccine_is_named(answer: int | Reading, day: str) -> None:
    play = Play(world()).then(done("safi derna jelba"))
    assert play.said == ["record.ask_due"]
    play.then(told("oui"))
    assert play.said == ["record.ask_day"]
    play.then(answer)
    assert noted(play) == [f"{dose}@{day}" for dose in TWO_MONTHS]


def test_not_all_of_them_are_picked_one_by_one() -> None:
    play = Play(world()).then(done("darna jelba lbar7"), 2)
    assert play.said == ["record.pick"]
    play.then(1, 1)
    assert play.said == ["record.pick_more"]
    play.then(len(play.talk.offered))
    assert noted(play) == ["PENTA@2026-11-23", "VPO@2026-11-23"]


@pytest.mark.parametrize(
    "text", ["darna jelba d chehrayn lbar7", "la dose de 2 mois faite hier", "درنا جلبة شهرين أمس"]
)
def test_a_visit_named_by_its_age_is_all_its_doses(text: str) -> None:
    assert noted(Play(world()).then(done(text))) == [f"{dose}@2026-11-23" for dose in TWO_MONTHS]


def test_doses_of_several_visits_are_asked_by_visit() -> None:
    play = Play(world(doses="")).then(done("darna jelba lbar7"))
    assert play.said == ["record.ask_visit"]
    play.then(1)
    assert noted(play) == ["BCG@2026-11-23"]


@pytest.mark.parametrize(
    ("text", "said", "stays"),
    [
        ("3tawha penta ghedda", "record.future", "given"),
        ("penta fait le 12/12/2026", "record.future", "given"),
        ("penta fait le 1/9/2026", "record.before_birth", "given"),
        ("penta fait le mois dernier", "record.ask_day", "given"),
    ],
)
def test_a_day_that_cannot_be_is_said_and_asked_again_and_the_vaccine_kept(text: str, said: str, stays: str) -> None:
    play = Play(world()).then(done(text))
    assert noted(play) == []
    assert play.said[0] == said
    assert play.talk.asked == stays
    assert noted(play.then(told("hier"))) == ["PENTA@2026-11-23"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3tawha corona lbar7", "record.not_in_calendar"),
        ("elle a eu le vaccin de la grippe hier", "record.not_in_calendar"),
        ("dart jelba d titanos lbar7", "record.not_in_calendar"),
    ],
)
def test_a_vaccine_of_no_childs_calendar_is_said_and_not_noted(text: str, said: str) -> None:
    play = Play(world()).then(done(text))
    assert play.said == [said]
    assert noted(play) == []


def test_a_vaccine_that_does_not_exist_asks_what_it_was() -> None:
    play = Play(world()).then(done("3tawha xyzvax lbar7"))
    assert play.said == ["record.ask_due"]
    assert noted(play) == []


def test_a_dose_of_the_other_sex_is_not_noted() -> None:
    boy = world(name="Adam", sex="m", birth=date(2015, 1, 1), doses="")
    play = Play(boy).then(done("3tawh HPV lbar7"))
    assert play.said == ["record.not_for_child"]


def test_the_same_vaccine_on_the_same_day_is_noted_once() -> None:
    play = Play(world(doses=f"{BORN} PENTA@2026-11-24"))
    assert play.then(done("penta fait aujourd'hui")).said == ["record.already"]
    play = Play(world(doses=f"{BORN} PENTA@2026-11-24"))
    assert noted(play.then(done("penta et rota faits aujourd'hui"))) == ["ROTA@2026-11-24"]


@pytest.mark.parametrize(
    ("doses", "text", "flag"),
    [
        (BORN, "penta fait le 20/10/2026", "record.early"),
        (f"{BORN} PENTA@2026-11-10", "penta fait aujourd'hui", "record.early"),
        (BORN, "penta 3 fait aujourd'hui", "record.check_number"),
        (BORN, "penta fait aujourd'hui", None),
    ],
)
def test_a_dose_too_early_or_out_of_order_is_noted_and_flagged_never_judged(
    doses: str, text: str, flag: str | None
) -> None:
    play = Play(world(doses=doses)).then(done(text))
    assert play.done == ["RecordDose"]
    assert [m for m in play.said if m in ("record.early", "record.check_number")] == ([flag] if flag else [])


def test_doses_told_out_of_order_are_numbered_by_their_days() -> None:
    play = Play(world(birth=date(2026, 6, 1), doses="PENTA@2026-09-10")).then(done("penta fait le 1/8/2026"))
    said = [e for e in play.effects if isinstance(e, Say) and e.message == "record.done"]
    assert said[0].params["doses"]["value"][0]["params"]["number"]["value"] == "1"


def test_dtc_said_of_a_baby_is_the_five_in_one() -> None:
    assert noted(Play(world()).then(told("Salma a eu le DTC hier", "report_vaccination_done"))) == ["PENTA@2026-11-23"]


def test_which_child_is_asked_when_it_is_not_clear_and_nothing_said_is_lost() -> None:
    two = world()
    two.followed.append(a_child("Adam", date(2025, 1, 1), "m", doses=""))
    play = Play(two).then(done("penta fait hier"))
    assert play.said == ["record.which_child"]
    play.then(told("Adam"))
    assert play.last(RecordDose) == RecordDose("adam", "PENTA", None, date(2026, 11, 23))


@pytest.mark.parametrize(
    "text", ["weldi dar penta lbar7", "mon fils a eu Penta hier", "Adam a eu penta hier", "ولدي دار الخماسي أمس"]
)
def test_the_child_is_known_by_name_or_as_the_only_son(text: str) -> None:
    two = world()
    two.followed.append(a_child("Adam", date(2025, 1, 1), "m", doses=""))
    play = Play(two).then(done(text))
    assert play.last(RecordDose) == RecordDose("adam", "PENTA", None, date(2026, 11, 23))


@pytest.mark.parametrize("count", [9, 12, 20])
def test_among_many_children_the_others_are_a_button_away(count: int) -> None:
    person = replace(World().person, consents=frozenset({"reminders"}))
    many = World(person=person, followed=[a_child(f"N{n}", date(2026, 9, 1 + n)) for n in range(count)])
    play = Play(many).then(done("penta fait hier"))
    shown = {choice.rpartition("=")[2] for choice in play.talk.offered}
    while shown != {c.id for c in many.followed} | {"more"}:
        before = set(shown)
        play.then(len(play.talk.offered))
        shown |= {choice.rpartition("=")[2] for choice in play.talk.offered}
        assert shown > before
    assert play.talk.asked == "child"


def test_the_button_right_after_takes_the_dose_back() -> None:
    play = Play(world()).then(done("penta fait hier"), 1)
    assert play.done == ["UndoDose"]
    assert play.said == ["undo.done"]
    assert not any(d.antigen == "PENTA" for d in play.world.followed[0].doses)


@pytest.mark.parametrize(
    "text",
    ["ghlett, ma daruhach", "ghlett", "je me suis trompé", "غلطت، ما داروهاش", "لم يأخذ اللقاح", "erreur, pas fait"],
)
def test_words_right_after_take_the_dose_back(text: str) -> None:
    play = Play(world()).then(done("penta fait hier"), told(text))
    assert play.done == ["UndoDose"]


def test_several_doses_of_a_day_are_taken_back_one_or_all() -> None:
    play = Play(world()).then(done("penta et rota faits hier"), told("ghlett"))
    assert play.said == ["undo.which"]
    assert len(play.talk.offered) == 4
    assert len(Play(world()).then(done("penta et rota faits hier"), told("ghlett"), 3).done) == 2
    assert len(play.then(1).done) == 1


def test_a_mistake_told_later_asks_which_dose() -> None:
    play = Play(world()).then(done("ghlett, ma daruhach"))
    assert play.said == ["undo.which"]
    assert play.then(told("aucune")).said == ["undo.nothing"]
    assert play.done == []


def test_with_nothing_noted_there_is_nothing_to_take_back() -> None:
    assert Play(world(doses="")).then(done("ghlett, ma daruhach")).said == ["undo.none_noted"]


@pytest.mark.parametrize(
    ("reason", "said"), [("gone", "child.gone"), ("future", "record.future_day"), ("unknown", "record.unknown")]
)
def test_what_the_store_refuses_is_worded(reason: str, said: str) -> None:
    assert Play(world()).then(done("penta fait hier")).refused(reason).said[0] == said


def test_a_photo_of_the_card_is_taken_kindly_in_the_middle_and_on_its_own() -> None:
    assert Play(world()).then(done("darna jelba lbar7"), Reading(media="image")).said == [
        "media.card",
        "record.ask_due",
    ]
    assert Play(world()).then(Reading(media="image")).said == ["media.card"]


def test_whoever_does_not_know_is_told_where_it_is_written() -> None:
    assert Play(world()).then(done("darna jelba lbar7"), told("ma3reftch")).said == ["record.on_card"]
    assert Play(world()).then(done("penta fait"), told("je sais pas")).said == ["record.on_card"]
