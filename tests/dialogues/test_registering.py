"""Registering a child: in any order, in any variety, with everything that can be wrong about a birth date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dialogues.effects import RecordDose, RegisterChild, Say
from dialogues.reading import Reading
from tests.dialogues.play import Play
from tests.dialogues.told import told
from tests.dialogues.world import NOW, World, a_child

YES, NO = told("oui"), told("non")
ALL_AT_ONCE = told("bnti Salma zadet f 24/9/2026", "register_child")


def agreed(**fields: object) -> World:
    """A world whose person has agreed to reminders."""
    return World(person=replace(World().person, consents=frozenset({"reminders"})), **fields)  # type: ignore[arg-type]


def test_the_questions_come_in_their_order_and_agreement_before_the_first() -> None:
    play = Play().then(told("je veux inscrire mon enfant", "register_child"))
    asked = [play.talk.asked]
    for answer in (YES, told("Salma"), told("24 septembre"), told("fille"), told("plus tard"), YES):
        asked.append(play.then(answer).talk.asked)
    assert asked == ["consent", "name", "birth", "sex", "commune", "confirm", None]
    assert play.done == ["GiveConsent", "RegisterChild"]
    assert play.last(RegisterChild) == RegisterChild("Salma", date(2026, 9, 24), "f", None)


@pytest.mark.parametrize(
    ("text", "name", "birth", "sex"),
    [
        ("bnti Salma zadet f 24/9/2026", "Salma", "2026-09-24", "f"),
        ("inscrire mon fils Adam né le 3 octobre", "Adam", "2026-10-03", "m"),
        ("بغيت نسجل بنتي سلمى زادت نهار 24 شتنبر", "سلمى", "2026-09-24", "f"),
        ("أريد تسجيل ابني آدم ولد يوم 12 غشت 2025", "آدم", "2025-08-12", "m"),
        ("weldi Yahya zad lbare7", "Yahya", "2026-11-23", "m"),
        ("bghit nsejel weldi Ilyas", "Ilyas", None, "m"),
        ("je veux inscrire le petit aujourd'hui", None, None, None),
    ],
)
def test_one_sentence_fills_several_answers(text: str, name: str | None, birth: str | None, sex: str | None) -> None:
    answers = Play(agreed()).then(told(text, "register_child")).talk.answers
    assert (answers.get("name"), answers.get("birth"), answers.get("sex")) == (name, birth, sex)


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("24/9/2026", "2026-09-24"), ("24-09-2026", "2026-09-24"), ("24.9.26", "2026-09-24"), ("12/9", "2026-09-12"),
        ("le 24 septembre", "2026-09-24"), ("nhar 24 chher 9", "2026-09-24"), ("hier", "2026-11-23"),
        ("lyoum", "2026-11-24"), ("lundi", "2026-11-23"), ("12 غشت 2025", "2025-08-12"), ("أمس", "2026-11-23"),
        ("3ndha 3 iyyam", "2026-11-21"), ("٢٤/٩/٢٠٢٦", "2026-09-24"), ("elle est née le 2 janvier", "2026-01-02"),
    ],
)  # fmt: skip
def test_a_birth_date_is_read_in_any_form(text: str, birth: str) -> None:
    play = Play(agreed()).then(told("inscrire ma fille Salma", "register_child"), told(text))
    assert play.talk.answers.get("birth") == birth
    assert play.talk.asked == "commune"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12/12/2026", "child.birth_future"), ("25 novembre 2026", "child.birth_future"), ("demain", None),
        ("5 mars 1986", "child.birth_old"), ("il a 40 ans", "child.birth_old"), ("24/11/2008", "child.birth_old"),
        ("31/02/2026", "child.birth_impossible"), ("30 février 2026", "child.birth_impossible"),
        ("12/13/2025", "child.birth_impossible"), ("99/99/9999", "child.birth_impossible"),
        ("2 mois", "child.age_told"), ("شهرين", "child.age_told"), ("3ndo 5 snin", "child.age_told"),
        ("septembre 2026", "child.birth_which_day"), ("je sais pas", "child.birth_on_card"),
        ("ma3reftch", "child.birth_on_card"), ("bla bla", "not_understood.again"),
    ],
)  # fmt: skip
def test_what_is_no_birth_date_is_said_and_asked_again_and_nothing_is_lost(text: str, said: str | None) -> None:
    play = Play(agreed()).then(told("inscrire ma fille Salma", "register_child"), told(text))
    assert play.talk.asked == "birth"
    assert "birth" not in play.talk.answers
    assert (play.talk.answers["name"], play.talk.answers["sex"]) == ("Salma", "f")
    assert said is None or play.said[0] == said
    assert play.then(told("24/9/2026")).talk.answers["birth"] == "2026-09-24"


def test_a_wrong_date_in_the_first_sentence_loses_nothing_else_of_it() -> None:
    play = Play(agreed()).then(told("bnti Salma zadet f 12/12/2026", "register_child"))
    assert play.said == ["child.birth_future", "child.ask_birth"]
    assert (play.talk.answers["name"], play.talk.answers["sex"]) == ("Salma", "f")


@pytest.mark.parametrize(("age", "day", "birth"), [("2 mois", "le 20", "2026-09-20"), ("2 mois", "12", "2026-10-12")])
def test_after_an_age_a_day_of_the_month_is_the_nearest_to_it(age: str, day: str, birth: str) -> None:
    """ "12" alone may be September or October for a baby of two months: the nearer one, and the summary shows it."""
    play = Play(agreed()).then(told("inscrire ma fille Salma", "register_child"), told(age), told(day))
    born = date.fromisoformat(play.talk.answers["birth"])
    assert born.day == date.fromisoformat(birth).day
    assert abs((born - (NOW.date() - timedelta(days=61))).days) <= 18


@pytest.mark.parametrize(
    ("correction", "answer", "value"),
    [
        ("non elle est née le 25/9/2026", "birth", "2026-09-25"),
        ("c'est un garçon", "sex", "m"),
        ("elle s'appelle Hiba", "name", "Hiba"),
    ],
)
def test_the_summary_can_be_corrected_in_words(correction: str, answer: str, value: str) -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, told("plus tard"), told(correction, "inform"))
    assert play.talk.asked == "confirm"
    assert play.talk.answers[answer] == value


@pytest.mark.parametrize(("number", "asked"), [(1, "name"), (2, "birth"), (3, "sex"), (4, "commune")])
def test_the_summary_can_be_corrected_by_button(number: int, asked: str) -> None:
    assert Play(agreed()).then(ALL_AT_ONCE, told("plus tard"), 2, number).talk.asked == asked


def test_what_is_registered_says_what_is_next_and_when_the_first_reminder_comes() -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, told("plus tard"), YES)
    assert play.said == ["child.registered", "child.due_by_now", "child.first_reminder"]
    last = play.last(Say)
    assert isinstance(last, Say)
    assert (last.params["day"]["value"], last.params["remind"]["value"]) == ("2026-12-24", "2026-12-17")


def test_a_newborn_is_reminded_of_the_two_months() -> None:
    play = Play(agreed()).then(told("bnti Salma zadet lyoum", "register_child"), told("plus tard"), YES)
    last = play.last(Say)
    assert isinstance(last, Say)
    assert last.params["day"]["value"] == "2027-01-24"


def test_without_agreement_nothing_is_kept_and_the_next_dose_is_told_all_the_same() -> None:
    play = Play().then(ALL_AT_ONCE, NO)
    assert play.done == ["GiveConsent"]
    assert play.said == ["consent.no_child", "schedule.late", "schedule.next"]
    assert play.world.followed == []


def test_a_child_registered_twice_is_shown_and_not_registered() -> None:
    play = Play(agreed(followed=[a_child()])).then(ALL_AT_ONCE)
    assert play.said[0] == "child.already"
    assert "schedule.next" in play.said
    assert "RegisterChild" not in play.done


@pytest.mark.parametrize("name", ["SALMA", "salma", "Sàlma "])
def test_a_name_in_another_spelling_is_the_same_child(name: str) -> None:
    play = Play(agreed(followed=[a_child()])).then(
        told("inscrire un bébé", "register_child"), told(name), told("24/9/2026")
    )
    assert play.said[0] == "child.already"


def test_twins_are_registered_one_after_the_other_with_what_they_share() -> None:
    play = Play(agreed()).then(told("j'ai des jumeaux nés le 24/9/2026", "register_child"), told("Salma"))
    assert play.talk.asked == "sex"
    play.then(told("fille"), told("plus tard"), YES)
    assert play.said[-1] == "child.ask_name_twin"
    play.then(told("Adam"), told("garçon"), YES)
    assert [(c.name, c.birth, c.sex) for c in play.world.followed] == [
        ("Salma", date(2026, 9, 24), "f"), ("Adam", date(2026, 9, 24), "m"),
    ]  # fmt: skip


def test_the_other_twin_can_be_added_by_the_button_after_registering() -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, told("plus tard"), YES)
    play.tapped("re.child.twin.2026-09-24")
    assert play.said == ["child.ask_name_twin"]
    play.then(told("Adam"), told("garçon"), YES)
    assert [c.name for c in play.world.followed] == ["Salma", "Adam"]


def test_doses_told_before_the_child_is_known_come_along() -> None:
    play = Play(agreed()).then(told("3tawha BCG lbare7", "report_vaccination_done"))
    assert play.said == ["record.no_child", "child.ask_name"]
    play.then(told("Salma"), told("24/9/2026"), told("fille"), told("plus tard"), YES)
    assert play.done == ["RegisterChild", "RecordDose"]
    assert play.last(RecordDose) == RecordDose("new", "BCG", None, date(2026, 11, 23))
    assert "record.done" in play.said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("already_registered", "child.name_taken"), ("too_many", "child.too_many"),
        ("bad_birth", "child.birth_impossible"), ("no_consent", "could_not"),
    ],
)  # fmt: skip
def test_what_the_store_refuses_is_worded(reason: str, said: str) -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, told("plus tard"), YES)
    assert play.refused(reason).said[0] == said


def test_a_picture_of_the_card_is_taken_kindly_and_the_question_asked_again() -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, Reading(media="image"))
    assert play.said == ["media.card", "child.ask_centre"]


def test_stop_in_the_middle_stops_and_keeps_no_half_child() -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, told("STOP"))
    assert play.done == ["StopMessages"]
    assert play.talk.flow is None
    assert play.world.followed == []


def test_the_usual_centre_is_chosen_like_any_place() -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, told("Rabat"), YES)
    assert play.last(RegisterChild) == RegisterChild("Salma", date(2026, 9, 24), "f", "F-RABAT-2")
