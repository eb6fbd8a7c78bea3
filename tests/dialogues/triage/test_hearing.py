"""Which messages open triage, whatever the model makes of them, and which do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues.reading import Entity, Reading
from dialogues.triage.hearing import answered, heard, is_danger, is_urgent, wants_visit
from tests.dialogues.triage.listening import read
from tests.dialogues.world import NOW

BREATHING = "general.breathing"


def taken_for(text: str, intent: str, confidence: float = 0.95, doubt: str = "none") -> Reading:
    """The reading of a text that the model takes for that."""
    told = read(text, NOW)
    return replace(told, intent=intent, confidence=confidence, doubt=doubt, alternatives=())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("un chien m'a mordu", "out_of_scope", 0.97), ("قط خدشني", "out_of_scope", 0.99),
        ("weldi fih 39", "inform", 0.99), ("je suis enceinte et j'ai mal au ventre", "ask_pregnancy_advice", 0.9),
        ("que prendre pour la toux", "ask_medication", 0.9), ("tsekhfet lyoum w daba labas", "feel_better", 0.9),
        ("je voudrais un rdv, j'ai mal au ventre", "book_appointment", 0.9),
        ("mon fils a de la fièvre", "give_feedback", 0.3), ("je ne me sens pas bien", "report_mental_distress", 0.97),
    ],
)  # fmt: skip
def test_a_complaint_is_heard(text: str, intent: str, confidence: float) -> None:
    doubt = "none" if confidence >= 0.5 else "low"
    found = heard(taken_for(text, intent, confidence, doubt))
    assert (found.intent, found.is_sure) == ("report_symptom", True)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("j'ai rêvé d'un serpent", "out_of_scope"), ("mon chat a vomi, un vétérinaire ?", "out_of_scope"),
        ("si un jour mon fils avale une pile, je fais quoi", "out_of_scope"),
        ("la fièvre est partie, merci", "feel_better"),
        ("bnti mrida b skhana wach t9der dir jelba", "ask_vaccine_info"),
        ("rdv pour le diabète de mon père", "book_appointment"), ("où mesurer ma tension ?", "find_facility"),
        ("c'est quoi les contractions", "ask_pregnancy_advice"), ("bonjour", "greet"), ("oui", "affirm"),
    ],
)  # fmt: skip
def test_what_is_no_complaint_is_left_as_it_is(text: str, intent: str) -> None:
    assert heard(taken_for(text, intent)).intent == intent


def test_a_medicine_that_is_named_is_asked_about_as_before() -> None:
    asked = taken_for("doliprane pour la toux ?", "ask_medication")
    with_medicine = replace(asked, entities=(*asked.entities, Entity("medicine", "paracetamol", "doliprane", 0, 9)))
    assert heard(with_medicine).intent == "ask_medication"


def test_asked_for_a_town_a_name_like_a_complaint_is_a_name() -> None:
    town = replace(taken_for("sidi kaymet", "inform"), words=("kayk7eb",))
    assert heard(town, "commune").intent == "inform"
    assert heard(town).intent == "report_symptom"


def test_an_emergency_that_only_the_model_sees_is_asked_about_when_it_names_a_complaint() -> None:
    seen = taken_for("ma mère est tombée et a mal au bras", "report_emergency")
    assert not is_danger(seen)
    assert is_urgent(heard(seen))
    assert is_danger(taken_for("vite vite", "report_emergency"))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("un scorpion m'a piqué au pied", False),
        ("un serpent m'a mordu", True),
        ("ma kaytneffesch", True),
        ("douleur à la poitrine en respirant depuis 3 jours", True),
        ("sdri kaydrni mli kankhob", False),
        ("صدري كيضرني ملي كنتحرك", False),
        ("j'ai une pression dans la poitrine et je transpire", True),
    ],
)
def test_after_few_signs_a_question_decides(text: str, is_one: bool) -> None:
    assert is_danger(read(text, NOW)) is is_one


def test_a_no_in_front_answers_a_question_and_denies_nothing() -> None:
    awake = read("لا فايق", NOW)
    assert awake.danger
    assert answered(awake, BREATHING).danger == ()
    assert answered(awake, None).danger
    assert answered(read("لا يتنفس", NOW), BREATHING).danger


def test_a_wish_for_a_visit_is_remembered() -> None:
    assert wants_visit(heard(taken_for("je voudrais un rdv, j'ai mal au ventre", "book_appointment")))
    assert not wants_visit(heard(taken_for("j'ai mal au ventre", "report_symptom")))
