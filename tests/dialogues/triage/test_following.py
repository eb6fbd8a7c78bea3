"""After a triage: the question whether to ask again, and what people say when they are asked how it goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues.effects import AnswerCase, GiveConsent, OpenCase, Outcome, Say
from dialogues.facts import CaseFact
from dialogues.reading import Entity, Reading
from dialogues.triage import followed, following
from dialogues.triage.case import from_json, reopened, to_json
from dialogues.triage.outcomes import OUTCOMES, URGENCY
from tests.dialogues.play import Play
from tests.dialogues.triage.listening import read
from tests.dialogues.triage.playing import Talked
from tests.dialogues.world import FACILITIES, NOW, World, a_child, a_reading

FIRST = "weldi 3ndo 3 snin fih skhana 38,5 mn lbar7"
AGREES = {"care"}


def world(*consents: str, **fields: Any) -> World:
    return World(person=replace(World().person, consents=frozenset(consents)), **fields)


def a_case(outcome: Outcome = "home", **fields: Any) -> CaseFact:
    """A fever of a child, asked about an hour ago."""
    given: dict[str, Any] = {
        "id": "k1", "complaints": ("fever",), "subject": "son", "opened": NOW - timedelta(days=1),
        "answers": {"age": "1096", "shared.temperature": "38.5", "general.breathing": "no", "who": "child"},
        "asked": NOW - timedelta(hours=1), "is_last": False, **fields,
    }  # fmt: skip
    return CaseFact(outcome=outcome, **given)


def to_the_end(talked: Talked) -> Talked:
    """A no to everything, up to the outcome."""
    while talked.outcome is None:
        talked.says("la")
    return talked


# -- may we ask again? -------------------------------------------------------------------------------------------------


def test_the_advice_comes_first_then_the_question() -> None:
    talked = to_the_end(Talked().opens(FIRST))
    assert talked.said == ["triage.talk.end_home", "case.ask.home"]
    assert not [e for e in talked.effects if not isinstance(e, Say)]


def test_a_yes_keeps_codes_and_no_word_of_the_person() -> None:
    talked = to_the_end(Talked().opens(FIRST)).says("iyeh")
    consent, case, said = talked.effects
    assert consent == GiveConsent("care", True, "care-1")
    assert isinstance(case, OpenCase)
    assert (case.outcome, case.complaints, case.subject) == ("home", ("fever",), "son")
    assert set(case.versions) == {"general", "fever"}
    assert case.answers["shared.temperature"] == "38.5"
    assert all(rule.split(".")[0] in case.versions for rule in case.rules)
    assert isinstance(said, Say) and said.message == "case.will.home"
    assert "skhana" not in repr(case) and "weldi" not in repr(case)
    assert from_json(to_json(case)) == case


def test_a_no_keeps_nothing() -> None:
    talked = to_the_end(Talked().opens(FIRST)).says("la")
    assert talked.effects == (GiveConsent("care", False, "care-1"), Say("case.no"))
    assert talked.talk.flow is None


def test_who_agreed_before_is_not_asked_and_the_case_is_kept_with_the_advice() -> None:
    talked = to_the_end(Talked(world("care")).opens(FIRST))
    assert [type(e).__name__ for e in talked.effects] == ["Say", "OpenCase", "Say"]
    assert talked.said == ["triage.talk.end_home", "case.will.home"]
    assert talked.talk.flow is None


def test_while_an_ambulance_is_called_nothing_is_asked_and_afterwards_it_is() -> None:
    played = Play(world()).then(read("ma fille de 4 ans a de la fièvre", NOW), a_reading("oui", cues="yes"))
    assert played.said == ["triage.talk.end_ambulance"]
    # A yes to a question that was never shown is none.
    played.then(a_reading("oui", cues="yes"))
    assert (played.said, played.done) == (["case.ask.ambulance"], [])
    played.then(a_reading("oui", cues="yes"))
    assert (played.said, played.done) == (["case.will.red"], ["GiveConsent", "OpenCase"])


def test_after_an_appointment_made_on_the_way_it_is_asked_too() -> None:
    talked = Talked(world("appointments"))
    talked.world.does([GiveConsent("appointments", True, "v1")])
    talked = to_the_end(talked.opens("3andi l7ri9 f lboul hadi 3 iyam, 3ndi 30 3am"))
    assert talked.outcome in ("today", "soon")
    assert talked.said[-1] == "triage.talk.ask_town"
    talked.taps("skip")
    assert talked.asked == "book"
    talked.taps("no")
    assert talked.said[-1] == f"case.ask.{talked_outcome(talked)}"


def talked_outcome(talked: Talked) -> str:
    return from_json(talked.talk.answers["case"]).outcome


def test_of_violence_nothing_is_kept_whatever_was_agreed() -> None:
    reading = replace(a_reading("x", "report_symptom"), entities=(Entity("symptom", "violence", "x", 0, 1),))
    talked = Talked(world("care")).opens(reading)
    for _ in range(12):
        if talked.outcome:
            break
        talked.says("non")
    assert talked.talk.answers.get("voice") == "violence"
    assert "later" not in talked.talk.answers
    assert not any(isinstance(e, OpenCase) for e in talked.effects)


def test_a_danger_word_keeps_an_open_triage_for_who_agreed_before_but_none_of_violence() -> None:
    for consents, danger, kept in (
        (("care",), "chest-pain", 1), ((), "chest-pain", 0), (("care",), "beaten-now", 0),
    ):  # fmt: skip
        effects = following.cut_short({"complaints": ["fever"], "who": "self"}, (danger,), world(*consents))
        assert len(effects) == kept
    [case] = following.cut_short({"complaints": ["fever"]}, ("chest-pain",), world("care"))
    assert isinstance(case, OpenCase)
    assert (case.outcome, case.rules, case.cut_short) == ("ambulance", ("danger.chest-pain",), True)


def test_a_death_ends_what_is_followed_and_nothing_is_asked() -> None:
    played = Play(world("care", followed_cases=[a_case("emergency", subject="mother")]))
    played.then(read("ma mère est décédée", NOW))
    assert played.effects[0] == AnswerCase("k1", "over")
    assert played.said == ["grief.other"]


# -- how is it now? ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "answer", "said", "advised"),
    [
        ("home", "better", "advice.better", None),
        ("home", "same", "case.same_soon", "soon"),
        ("soon", "same", "case.same_soon", "soon"),
        ("today", "same", "case.go_today", "today"),
        ("today", "not_seen", "case.go_today", "today"),
        ("today", "seen", "case.was_seen", None),
        ("emergency", "same", "case.same_red", "emergency"),
        ("ambulance", "same", "case.same_red", "emergency"),
        ("emergency", "better", "advice.better", None),
    ],
)
def test_a_button(outcome: Outcome, answer: str, said: str, advised: str | None) -> None:
    played = Play(world("care", followed_cases=[a_case(outcome)])).tapped(f"re.case.{answer}.k1")
    assert played.said == [said]
    assert played.last(AnswerCase) == AnswerCase("k1", answer)  # type: ignore[arg-type]
    assert played.last(Say).outcome == advised  # type: ignore[union-attr]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_worse_asks_the_danger_signs_again_and_never_lowers(outcome: Outcome) -> None:
    played = Play(world("care", followed_cases=[a_case(outcome)])).tapped("re.case.worse.k1")
    assert AnswerCase("k1", "worse") in played.effects
    told = [e.outcome for e in played.effects if isinstance(e, Say) and e.outcome]
    asked = [str(played.talk.asked)] if played.talk.flow == "triage" else []
    while not told:
        asked.append(str(played.talk.asked))
        played.then(a_reading("non", cues="no"))
        told = [e.outcome for e in played.effects if isinstance(e, Say) and e.outcome]
    assert URGENCY[told[0]] >= max(URGENCY[outcome], URGENCY["today"])
    # Nobody is asked again whom it is about; how they breathe, unless an ambulance is due anyway.
    assert not {"who", "age", "complaint"} & set(asked)
    assert outcome == "ambulance" or "general.breathing" in asked
    # The new case takes the place of the old one.
    opened = played.last(OpenCase)
    assert isinstance(opened, OpenCase) and opened.follows == "k1"


@settings(max_examples=120, deadline=None)
@given(
    outcome=st.sampled_from(OUTCOMES),
    complaint=st.sampled_from(["fever", "belly", "chest_pain", "headache", "pregnancy", "burn", "something_else"]),
    answers=st.lists(st.sampled_from(["yes", "no", "unsure"]), min_size=14, max_size=14),
)
def test_whatever_is_answered_worse_never_lowers(outcome: Outcome, complaint: str, answers: list[str]) -> None:
    case = a_case(outcome, complaints=(complaint,), answers={"who": "self", "age": "10957"}, subject="self")
    played = Play(world("care", followed_cases=[case])).tapped("re.case.worse.k1")
    for cue in answers:
        told = [e.outcome for e in played.effects if isinstance(e, Say) and e.outcome]
        if told:
            break
        played.then(a_reading("x", cues=cue))
    assert told and URGENCY[told[0]] >= max(URGENCY[outcome], URGENCY["today"])


def test_worse_is_heard_when_the_case_is_long_closed() -> None:
    played = Play(world("care")).tapped("re.case.worse.k9")
    assert (played.talk.flow, played.talk.asked) == ("triage", "complaint")
    assert played.talk.answers["floor"] == "today"


@pytest.mark.parametrize("answer", ["same", "not_seen"])
def test_other_buttons_of_a_closed_case(answer: str) -> None:
    assert Play(world("care")).tapped(f"re.case.{answer}.k9").said == ["case.closed"]


def test_a_child_that_is_no_longer_followed_is_asked_about_by_age() -> None:
    case = a_case(subject="child:gone", answers={"who": "child", "age": "1096"})
    found = reopened(case, world())
    assert "child" not in found
    assert found["who"] == "child"
    adam = a_child("Adam")
    assert reopened(a_case(subject="child:adam"), world(followed=[adam]))["child"] == "adam"


def test_a_pregnancy_is_asked_again() -> None:
    found = reopened(a_case(answers={"pregnancy": "pregnant", "age": "9000..12000"}), world())
    assert "pregnancy" not in found
    assert "pregnancy" in reopened(a_case(answers={"pregnancy": "no"}), world())


# -- in words ----------------------------------------------------------------------------------------------------------

WORDS = [
    ("mazal kima kan", "same"), ("b7al b7al", "same"), ("c'est pareil", "same"), ("rien n'a changé", "same"),
    ("toujours la même chose", "same"), ("مازال كيما كان", "same"), ("بحال بحال", "same"), ("نفس الشيء", "same"),
    ("لم يتغير شيء", "same"), ("ma t7ssentch", None), ("ما تحسنتش", "same"), ("pas mieux", "same"),
    ("ça va mieux", "better"), ("je vais mieux merci", "better"), ("t7essent", "better"), ("تحسنت الحمد لله", "better"),
    ("أحسن", "better"), ("c'est pire", "worse"), ("l7al zad", "worse"), ("زاد الحال", "worse"), ("ساءت حالته", "worse"),
    ("c'est pas pire", None), ("mieux mais il tousse", None), ("labas", None), ("bonjour", None), ("merci", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "answer"), WORDS, ids=[row[0] for row in WORDS])
def test_words_count_as_the_button(text: str, answer: str | None) -> None:
    heard = followed.heard(plain(text), world("care", followed_cases=[a_case(subject="")]))
    assert heard == (f"re.case.{answer}.k1" if answer else None)


def plain(text: str) -> Reading:
    """The words alone, as the lists see them."""
    return replace(read(text, NOW), intent=None, doubt="low")


@pytest.mark.parametrize(("cue", "answer"), [("yes", "seen"), ("no", "not_seen")])
def test_a_yes_or_no_to_were_you_seen(cue: str, answer: str) -> None:
    heard = followed.heard(a_reading("x", cues=cue), world("care", followed_cases=[a_case("today")]))
    assert heard == f"re.case.{answer}.k1"
    assert followed.heard(a_reading("x", cues=cue), world("care", followed_cases=[a_case("home")])) is None


@pytest.mark.parametrize(
    "case",
    [a_case(asked=None), a_case(asked=NOW - timedelta(days=4)), a_case(subject="mother")],
    ids=["not asked", "asked long ago", "about somebody else"],
)
def test_words_are_no_answer(case: CaseFact) -> None:
    reading = replace(plain("weldi mazal kima kan"), entities=(Entity("relation", "son", "weldi", 0, 5),))
    assert followed.heard(reading, world("care", followed_cases=[case])) is None


def test_a_new_complaint_is_for_triage() -> None:
    reading = replace(plain("mazal"), entities=(Entity("symptom", "chest_pain", "x", 0, 1),))
    assert followed.heard(reading, world("care", followed_cases=[a_case()])) is None


def test_still_the_same_complaint_is_the_same() -> None:
    reading = replace(plain("mazal skhoun"), entities=(Entity("symptom", "fever", "skhoun", 6, 12),))
    assert followed.heard(reading, world("care", followed_cases=[a_case()])) == "re.case.same.k1"


def test_feeling_better_ends_the_only_case_and_but_is_asked_about() -> None:
    played = Play(world("care", followed_cases=[a_case(asked=None)])).then(a_reading("ça va", "feel_better"))
    assert (played.said, played.done) == (["advice.better"], ["AnswerCase"])
    but = Play(world("care", followed_cases=[a_case()])).then(a_reading("mieux mais fatigue", "feel_better"))
    assert (but.said, but.done) == (["case.which"], [])


def test_feeling_better_of_two_cases_of_which_none_was_asked_about_ends_neither() -> None:
    two = [a_case(asked=None), a_case(id="k2", asked=None, subject="self")]
    assert Play(world("care", followed_cases=two)).then(a_reading("ça va", "feel_better")).done == []


def test_feeling_worse_takes_up_the_case() -> None:
    played = Play(world("care", followed_cases=[a_case("soon")])).then(a_reading("ça empire encore plus", "feel_worse"))
    assert played.talk.flow == "triage"
    assert (played.talk.answers["case"], played.talk.answers["floor"]) == ("k1", "today")
    assert "general.breathing" not in played.talk.answers


def test_an_appointment_for_the_care_that_the_complaint_asks_for() -> None:
    made = World(followed_cases=[a_case("home")])
    assert {s.code for s in made.services()} >= {"generalist"} and FACILITIES
    played = Play(made).tapped("re.case.same.k1")
    assert played.last(Say).choices[0].id.startswith("go=book_appointment:")  # type: ignore[union-attr]
