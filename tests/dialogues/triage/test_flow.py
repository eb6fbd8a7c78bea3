"""The talk of triage, as people lead it: corrections, jokes, contradictions, many complaints at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dialogues.effects import Say
from dialogues.facts import ChildFact
from dialogues.reading import Reading
from dialogues.triage.flow import now_at
from tests.dialogues.play import Play
from tests.dialogues.triage.listening import read
from tests.dialogues.triage.playing import Talked
from tests.dialogues.world import FACILITIES, World, a_reading

ADAM = ChildFact("c1", "Adam", date(2023, 5, 10), "m", FACILITIES[0], "on", None, ())


def test_what_the_message_tells_is_not_asked() -> None:
    talked = Talked().opens("weldi 3ndo 3 snin fih skhana 38,5 mn lbar7")
    asked = []
    while talked.outcome is None:
        asked.append(talked.asked)
        talked.says("la")
    assert not {"who", "age", "shared.temperature", "shared.days"} & set(asked)
    assert talked.outcome == "home"


def test_the_blood_of_a_bite_is_the_bites_own() -> None:
    talked = Talked().opens("3edni kelb f yeddi, ana 3ndi 30 3am").says("la")
    for _ in range(12):
        if talked.asked == "bite.skin":
            break
        talked.says("la")
    talked.says("kaysil dem chwiya")
    assert not {"bleeding", "wound"} & set(talked.talk.answers["complaints"])


@pytest.mark.parametrize("word", ["oui", "إيه", "iyeh", "نعم", "chwiya", "je ne sais pas", "ma3reftch", "ما عرفتش"])
def test_a_danger_sign_or_not_knowing_ends_the_questions(word: str) -> None:
    talked = Talked().opens("ma fille de 4 ans a de la fièvre").says(word)
    assert talked.outcome == "ambulance"
    # Somebody is on the phone: nothing is asked now.
    assert talked.asked is None


def test_the_urgent_line_is_first_and_the_digits_have_lines_of_their_own() -> None:
    talked = Talked().opens("ma fille de 4 ans a de la fièvre").says("oui")
    said = next(e for e in talked.effects if isinstance(e, Say))
    assert said.message == "triage.talk.end_ambulance"
    assert said.lane == "danger"


def test_a_registered_child_is_chosen_and_its_age_not_asked() -> None:
    world = World()
    world.children = lambda: [ADAM]  # type: ignore[method-assign]
    talked = Talked(world).opens("weldi fih skhana")
    assert talked.asked == "who"
    talked.taps("c.c1")
    assert talked.asked == "general.breathing"


def test_a_child_that_is_named_is_not_asked_for() -> None:
    world = World()
    world.children = lambda: [ADAM]  # type: ignore[method-assign]
    assert Talked(world).opens("Adam fih skhana").asked == "general.breathing"


def test_going_back_asks_the_last_question_again() -> None:
    talked = Talked().opens("ma fille de 4 ans a de la fièvre").says("non")
    assert talked.asked == "general.not_awake"
    assert talked.says("retour").asked == "general.breathing"


def test_a_correction_of_the_age_is_taken_at_any_time() -> None:
    talked = Talked().opens("ma fille de 4 ans a de la fièvre").says("non").says("non, elle a 3 mois")
    assert talked.talk.answers["age"] == "91..121"


@pytest.mark.parametrize("text", ["900 ans", "2"])
def test_an_impossible_age_is_asked_again(text: str) -> None:
    talked = Talked().opens("mon fils a de la fièvre")
    assert talked.says(text).asked == "age"


def test_no_fever_but_forty_degrees_is_forty_degrees() -> None:
    talked = Talked().opens("mon fils de 3 ans n'a pas de fièvre mais il tousse et il a 40 de température")
    assert "fever" in talked.talk.answers["complaints"]
    assert talked.talk.answers["shared.temperature"] == "40"


def test_jokes_are_asked_once_more_and_then_count_as_not_knowing() -> None:
    talked = Talked().opens("ma fille de 4 ans a de la fièvre").says("hahaha")
    assert talked.said == ["triage.talk.say_yes_no", "triage.general.ask.breathing"]
    assert talked.says("lalala tayara").outcome == "ambulance"


def test_many_complaints_end_within_twelve_questions() -> None:
    talked = Talked().opens("عندي السخانة والكحبة وراسي كيضرني وكرشي كتضرني والسهال، عمري 30 عام")
    turns = 0
    while talked.outcome is None:
        talked.says("لا" if talked.asked not in ("shared.temperature",) else "38")
        turns += 1
        assert turns <= 14
    assert len(talked.talk.answers.get("order", ())) <= 12


def test_a_new_complaint_in_the_middle_is_asked_about_too() -> None:
    talked = Talked().opens("mon fils de 6 ans tousse").says("non").says("non mais il a aussi mal au ventre")
    assert {"breathing", "belly"} <= set(talked.talk.answers["complaints"])


def test_a_fever_at_one_month_is_the_newborns() -> None:
    talked = Talked().opens("mon bébé de 3 semaines a de la fièvre")
    while talked.outcome is None:
        talked.says("non")
    assert talked.outcome in ("emergency", "ambulance")


def test_feeling_worse_never_ends_below_today() -> None:
    talked = Talked().opens(replace(_reading("j'ai encore mal à la gorge, c'est pire, 25 ans"), intent="feel_worse"))
    while talked.outcome is None:
        talked.says("non" if not str(talked.asked).endswith("days") else "2 jours")
    assert talked.outcome in ("today", "emergency", "ambulance")


def test_words_that_name_no_complaint_lead_to_the_general_one() -> None:
    talked = Talked().opens(_reading("salut"))
    assert talked.asked == "complaint"
    talked.says("je me sens bizarre")
    assert talked.talk.answers["complaints"] == ["something_else"]


def test_after_an_outcome_the_place_is_looked_for_and_a_visit_offered() -> None:
    talked = Talked().opens("ma fille de 4 ans a 39,5 de fièvre depuis hier")
    while talked.outcome is None:
        talked.says("non")
    assert talked.outcome == "today"
    assert (talked.talk.flow, talked.asked) == ("placing", "commune")
    assert talked.says("Rabat").asked == "book"


def _reading(text: str) -> Reading:
    return read(text, World().now)


def _routed(*texts: str) -> Play:
    play = Play()
    for text in texts:
        play.then(read(text, play.world.now))
    return play


def test_what_was_told_of_the_person_is_not_asked_for_another_complaint() -> None:
    play = _routed("mon fils de 3 ans a de la fièvre", "non", "non", "non", "non", "39,5")
    assert play.talk.flow == "placing"
    play.then(read("il a aussi mal à l'oreille", play.world.now))
    assert play.talk.flow == "triage"
    assert play.talk.asked == "general.breathing"


def test_another_person_is_asked_about_anew() -> None:
    play = _routed("mon fils de 3 ans a de la fièvre", "non", "non", "non", "non", "39,5", "ma mère a mal au dos")
    assert "age" not in play.talk.answers
    assert play.talk.answers["for"] == "mother"


def test_a_booking_waits_for_the_questions_and_goes_on() -> None:
    play = Play().then(a_reading("rdv", "book_appointment", service="dentistry"))
    play.then(read("mon fils de 6 ans a de la fièvre", play.world.now))
    assert (play.talk.flow, play.talk.waiting and play.talk.waiting["flow"]) == ("triage", "booking")
    for answer in ("non", "non", "non", "38", "1 jour", "non", "non"):
        play.then(read(answer, play.world.now))
    assert play.talk.flow == "booking"
    assert play.talk.answers["service"] == "dentistry"


def test_a_visit_wished_for_in_the_middle_is_taken_up_after_the_outcome() -> None:
    play = _routed("ma fille de 4 ans a de la fièvre")
    play.then(replace(read("je voudrais un rendez-vous", play.world.now), intent="book_appointment"))
    assert play.said == ["triage.talk.visit_after", "triage.general.ask.breathing"]
    for answer in ("non", "non", "non", "non", "39,5", "Rabat"):
        play.then(read(answer, play.world.now))
    assert play.said[0] == "triage.talk.place_told"
    assert play.talk.flow == "booking"


def test_a_danger_sign_ends_the_questions_and_leaves_what_waited_open() -> None:
    play = Play().then(a_reading("rdv", "book_appointment", service="dentistry"))
    play.then(read("mon fils de 6 ans a de la fièvre", play.world.now), read("il ne respire plus", play.world.now))
    assert play.said == ["emergency.medical"]
    assert play.talk.flow == "booking"


def test_no_danger_and_no_answer_at_all_is_asked_once_more_and_then_counts_as_not_knowing() -> None:
    play = _routed("j'ai de la toux", "hhhh")
    assert play.said == ["triage.talk.say_yes_no", "triage.general.ask.breathing"]
    assert play.then(read("tayara", play.world.now)).last(Say).outcome == "ambulance"  # type: ignore[union-attr]


def test_an_adult_for_whom_the_newborns_protocol_was_chosen_goes_on_in_the_general_one() -> None:
    played, _ = now_at({"complaints": ["newborn"], "who": "self", "age": "12000"}, World())
    assert [p.id for p in played] == ["general", "something_else"]


def test_whoever_no_named_protocol_concerns_goes_on_in_the_general_one() -> None:
    told = {"complaints": ["after_birth", "newborn"], "who": "self", "age": "12000", "pregnancy": "no"}
    played, _ = now_at(told, World())
    assert [p.id for p in played] == ["general", "something_else"]


def test_a_pregnant_woman_with_any_complaint_is_asked_for_the_signs_of_pregnancy() -> None:
    assert "pregnancy" in Talked().opens("je suis enceinte et mes pieds sont gonflés").talk.answers["complaints"]


def test_whoever_says_only_that_a_newborn_is_ill_is_asked_the_newborns_questions() -> None:
    assert Talked().opens("mon bébé de 3 semaines ne va pas bien").talk.answers["complaints"] == ["newborn"]


def test_i_have_diabetes_said_to_a_question_is_no_further_complaint() -> None:
    talked = Talked().opens("j'ai mal à la poitrine quand je tousse, 44 ans")
    while talked.asked != "shared.heart_risk":
        talked.says("non")
    assert talked.says("oui j'ai du diabète").outcome == "emergency"


def test_after_red_distress_nothing_else_is_asked_than_whether_somebody_may_write() -> None:
    play = Play().then(a_reading("rdv", "book_appointment", service="dentistry"))
    play.then(read("je veux mourir", play.world.now))
    assert play.said == ["emergency.self_harm", "triage.talk.ask_human"]
    assert play.then(read("j'ai mal", play.world.now)).said[0] == "triage.talk.heard_distress"
    assert play.then(read("oui", play.world.now)).said == ["human.recorded"]
    assert play.talk.flow == "booking"
