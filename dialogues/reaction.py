"""After a dose: two lists of signs, then what to do. Whoever does not know is advised as if there were one.

Kept small: triage (health protocols) takes this over when it is there.
Signs and advice: health dossier 1.7 [C S10 in part, GK], awaiting a Moroccan clinician's review.
"""

from __future__ import annotations

from dialogues.answers import says_no, says_yes
from dialogues.effects import Choice, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import Facts
from dialogues.numbers import number_params
from dialogues.reading import Reading
from dialogues.talk import Answers

_QUESTIONS = {"danger": "reaction.ask_danger", "today": "reaction.ask_today"}
_WAYS = (Choice("go=find_facility", "choice.find"), Choice("go=ask_emergency_number", "choice.emergency_numbers"))


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """Nothing is taken from the first message: a sign that it names is asked for like the others."""
    return {}


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if asked not in _QUESTIONS:
        return None
    if says_yes(reading):
        return Taken({**answers, asked: "yes"})
    if "unsure" in reading.cues:
        return Taken({**answers, asked: "unsure"})
    if says_no(reading):
        return Taken({**answers, asked: "no"})
    return None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    fits = into in _QUESTIONS and value in ("yes", "no", "unsure")
    return Taken({**answers, into: value}) if fits else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    for question, message in _QUESTIONS.items():
        answer = answers.get(question)
        if answer is None:
            choices = (button("yes", "choice.yes"), button("no", "choice.no"), button("unsure", "choice.do_not_know"))
            return Ask(question, Say(message, {}, choices))
        if answer != "no":
            return Done((_advice(question),))
    return Done((Say("reaction.home", number_params(), _WAYS, outcome="home"),))


def _advice(question: str) -> Say:
    if question == "danger":
        return Say("reaction.ambulance", number_params(), outcome="ambulance", lane="danger")
    return Say("reaction.go_today", number_params(), _WAYS, outcome="today", lane="danger")


REACTION = Flow("reaction", 1, _take, _choose, _step)
