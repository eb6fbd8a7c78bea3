"""The talk of triage: from the first words to one of five outcomes, one question at a time.

Answers: ``complaints`` (ids of protocols), ``for`` (a relation), ``child`` (id), the facts ``who``, ``age`` and
``pregnancy``, and each question's answer under its key. ``order`` holds what was answered, for going back; ``floor`` an
outcome below which this talk does not end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dialogues import params as p
from dialogues.choosing_place import take_place
from dialogues.effects import Say
from dialogues.engine import Ask, Done, Flow, Taken
from dialogues.errors import AnswerRejected
from dialogues.facts import Facts
from dialogues.numbers import number_params
from dialogues.reading import Reading
from dialogues.talk import Answers
from dialogues.triage import followed
from dialogues.triage.asking import ask, ask_complaint, choices_of
from dialogues.triage.check_words import name_id
from dialogues.triage.complaint import (
    COMMON,
    FALLBACK,
    NEWBORN,
    NEWBORN_DAYS,
    VOICES,
    cast,
    complaints_of,
    in_order,
    surely_concerns,
    with_bearing,
)
from dialogues.triage.ending import end
from dialogues.triage.engine import Next, Verdict, least, play
from dialogues.triage.hearing import is_plainly_other, is_surely_emergency, is_urgent, wants_visit
from dialogues.triage.load import protocols
from dialogues.triage.naming import symptoms_in
from dialogues.triage.outcomes import OUTCOMES, URGENCY, is_red
from dialogues.triage.protocol import PREGNANCY, UNKNOWN, WHO, Protocol
from dialogues.triage.ranges import kept
from dialogues.triage.spoken import age_answer, answer_to, plea_for, pregnancy_answer, who_answer
from dialogues.triage.state import State, state_of
from dialogues.triage.told import may_be_followed_child, named_child, person_facts, take_person, take_said
from dialogues.triage.words import says, says_also

VERSION = 1
_FACTS = ("who", "age", "pregnancy")
# Intents with which people answer questions about a complaint.
_ANSWERING = frozenset(
    {"affirm", "deny", "inform", "report_symptom", "report_mental_distress", "report_vaccine_side_effect", "feel_worse",
     "feel_better", "out_of_scope", "ask_pregnancy_advice", "report_emergency", "book_appointment", "back"}
)  # fmt: skip


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """What the first message tells: the complaints, for whom, and what would otherwise be asked."""
    found: dict[str, Any] = {"complaints": list(complaints_of(reading, protocols()))}
    if reading.is_sure and reading.intent == "feel_worse" and (facts.cases() or says(reading, "worse")):
        found["floor"] = "today"
    take_person(found, reading)
    found["complaints"] = list(with_bearing(found["complaints"] or _of_age(found), found))
    if (child := named_child(reading, facts)) is not None:
        found["child"] = child
    if is_urgent(reading):
        found["urgent"] = True
    if wants_visit(reading):
        found["visit"] = True
    if reading.location is not None or reading.first("city") is not None:
        found = dict(take_place(found, None, reading, facts) or found)
    _take_said(found, reading, facts)
    return followed.continued(reading, facts, found) if found.get("floor") else found


def _of_age(found: Mapping[str, Any]) -> tuple[str, ...]:
    """What is the matter is not asked of a newborn's mother: its protocol asks for every sign that counts."""
    age = kept(str(found.get("age", "")))
    return (NEWBORN,) if age is not None and age.low < NEWBORN_DAYS >= age.high else ()


def now_at(answers: Mapping[str, Any], facts: Facts) -> tuple[tuple[Protocol, ...], State]:
    """The protocols that are played, and what is known."""
    every = protocols()
    told = {k: str(v) for k, v in answers.items() if k in every.questions or k in _FACTS}
    given = person_facts(answers, facts)
    if answers.get("third") and "who" not in given:
        given["who"] = frozenset({"child", "other"})
    state = state_of(told, every.questions, given)
    return cast(answers.get("complaints", ()), every, state), state


def _take_said(found: dict[str, Any], reading: Reading, facts: Facts) -> None:
    played, _ = now_at(found, facts)
    take_said(found, reading, played, protocols().questions, facts.now.date())


def next_step(answers: Mapping[str, Any], facts: Facts) -> Next | Verdict:
    """The next question, or the outcome with the floor of this talk held."""
    played, state = now_at(answers, facts)
    held = next((outcome for outcome in OUTCOMES if outcome == answers.get("floor")), OUTCOMES[0])
    step = play(played, state, asked=len(answers.get("order", ())), urgent=bool(answers.get("urgent")), held=held)
    if not isinstance(step, Verdict):
        return step
    # With nothing but the general signs nobody is sent home: the complaint was not understood.
    least_of_all = "today" if all(p_.always for p_ in step.protocols) else "home"
    floor = max(URGENCY[held], URGENCY[least_of_all], URGENCY[step.outcome])
    return replace(step, outcome=OUTCOMES[floor])


# -- taking ------------------------------------------------------------------------------------------------------------


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    found: dict[str, Any] = dict(answers)
    if "back" in reading.cues:
        return Taken(went_back(found)) if found.get("order") or found.get("complaints") else None
    if asked == "complaint":
        return _take_complaint(found, reading, facts)
    direct = _direct(found, asked, reading, facts)
    _take_further(found, asked, reading, facts, is_said_with_yes=direct == "yes" and not says_also(reading))
    if direct is not None and asked is not None:
        _keep(found, asked, direct)
    remarks = _take_wish(found, reading)
    if found == dict(answers):
        return _missed(found, asked, reading)
    if not remarks and direct is None and asked not in found:
        remarks = (Say("triage.talk.noted"),)
    return Taken({**found, "begun": True}, remarks)


def _take_wish(found: dict[str, Any], reading: Reading) -> tuple[Say, ...]:
    """A visit that is wished for in the middle: after the questions. Said twice, it is left to whoever books."""
    if not reading.is_sure or reading.intent != "book_appointment" or found.get("visit"):
        return ()
    found["visit"] = True
    return (Say("triage.talk.visit_after"),)


def _missed(found: dict[str, Any], asked: str | None, reading: Reading) -> Taken | None:
    """An answer that is none: asked once more in other words, then it counts as "I don't know". A question or a wish
    of its own is left to whoever answers those."""
    if asked is None or not reading.words or is_surely_emergency(reading):
        return None
    if (reading.intent not in _ANSWERING or reading.intent == "book_appointment") and is_plainly_other(reading):
        return None
    if reading.intent == "report_emergency":
        found["urgent"] = True
    if found.get("missed") == asked:
        _keep(found, asked, UNKNOWN)
        return Taken(found)
    rejected = AnswerRejected(plea_for(asked, protocols().questions.get(asked)))
    rejected.kept = {**found, "missed": asked, "begun": True}
    raise rejected


def _take_complaint(found: dict[str, Any], reading: Reading, facts: Facts) -> Taken | None:
    """What is the matter. Words that lead to no protocol lead to the general one: nobody is asked twice."""
    named = complaints_of(reading, protocols()) or _pointed_complaint(reading)
    take_person(found, reading)
    if not named and ("no" in reading.cues or not reading.words):
        return None
    if not named and reading.is_sure and reading.intent not in _ANSWERING:
        return None
    found["complaints"] = list(with_bearing(named or (FALLBACK,), found))
    _take_said(found, reading, facts)
    return Taken(found)


def _pointed_complaint(reading: Reading) -> tuple[str, ...]:
    """The complaint on the screen that the message names in other words."""
    into, _, value = (reading.pointed or "").rpartition("=")
    return (value,) if into.endswith(".complaint") and value in protocols().by_id else ()


def _direct(found: Mapping[str, Any], asked: str | None, reading: Reading, facts: Facts) -> str | None:
    """The answer to the open question; whoever names a button in other words means it."""
    answer = _in_words(found, asked, reading, facts)
    into, _, value = (reading.pointed or "").rpartition("=")
    is_pointed = answer is None and asked in ("who", "pregnancy") and into.endswith(f".{asked}")
    return value if is_pointed and _is_answer(str(asked), value) else answer


def _in_words(found: Mapping[str, Any], asked: str | None, reading: Reading, facts: Facts) -> str | None:
    if asked == "who":
        return who_answer(reading)
    if asked == "age":
        _, state = now_at(found, facts)
        return age_answer(reading, grown_up="child" not in state.values["who"])  # type: ignore[operator]
    if asked == "pregnancy":
        return pregnancy_answer(reading)
    question = protocols().questions.get(asked or "")
    return answer_to(question, reading, facts) if question is not None else None


def _take_further(
    found: dict[str, Any], asked: str | None, reading: Reading, facts: Facts, *, is_said_with_yes: bool
) -> None:
    """What the message tells beside the answer: another complaint, an age, a temperature. "Yes, I am diabetic" says no
    more than what was asked."""
    if asked == "who" and (age := age_answer(reading, grown_up=True)) not in (None, UNKNOWN):
        found["age"] = age
    if len(reading.words) < 2 and asked in _FACTS:
        return
    before = dict(found)
    if asked not in ("age", "pregnancy") or not reading.cues:
        _take_person_again(found, asked, reading)
    every = protocols()
    under_way = [every.by_id[name] for name in found["complaints"] if name in every.by_id]
    asked_about = {*found["complaints"], *(name for protocol in under_way for name in protocol.covers)}
    named = [name for name in complaints_of(_without_intent(reading), every) if name not in asked_about]
    if named and symptoms_in(reading) and not is_said_with_yes:
        found["complaints"] = list(in_order([*found["complaints"], *named]))
    played, _ = now_at(found, facts)
    take_said(found, reading, played, every.questions, facts.now.date())
    if asked in before and asked not in found:
        found[asked] = before[asked]


def _take_person_again(found: dict[str, Any], asked: str | None, reading: Reading) -> None:
    """A relation, an age or a pregnancy in a later message corrects what was understood; "I" in it does not."""
    if reading.first("relation") is not None and asked == "who":
        take_person(found, reading)
        return
    again = {k: v for k, v in found.items() if k in ("for", "who", "child", "third")}
    take_person(found, reading)
    if reading.first("relation") is None:
        found.update(again)


def _without_intent(reading: Reading) -> Reading:
    return replace(reading, intent=None, entities=tuple(e for e in reading.entities if e.kind == "symptom"))


def _keep(found: dict[str, Any], asked: str, answer: str) -> None:
    found[asked] = answer
    found.pop("missed", None)
    found["order"] = [*(k for k in found.get("order", ()) if k != asked), asked]


def went_back(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without the last one that was given, which is asked again."""
    found = dict(answers)
    order = list(found.get("order", ()))
    if order:
        last = order.pop()
        found.pop(last, None)
        if last == "who":
            for key in ("for", "child", "third"):
                found.pop(key, None)
        found["order"] = order
    elif found.get("complaints"):
        found["complaints"] = []
    return found


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    found: dict[str, Any] = dict(answers)
    if into == "complaint":
        return _choose_complaint(found, value)
    if into == "who" and value.startswith("c."):
        if not any(c.id == value[2:] for c in facts.children()):
            return None
        found["child"] = value[2:]
        found.pop("for", None)
        _keep(found, "who", "child")
        found.pop("who")
        return Taken(found)
    if not _is_answer(into, value):
        return None
    _keep(found, into, value)
    return Taken(found)


def _choose_complaint(found: dict[str, Any], value: str) -> Taken | None:
    if value == "more":
        return Taken({**found, "page": int(found.get("page", 0)) + 1})
    known = value in protocols().by_id and (value == FALLBACK or any(value in page for page in COMMON))
    if not known:
        return None
    whom = {"who": "child"} if value == NEWBORN and "for" not in found else {}
    return Taken({**found, **whom, "complaints": [value]})


def _is_answer(into: str, value: str) -> bool:
    if into == "who":
        return value in WHO
    if into == "pregnancy":
        return value in (*PREGNANCY, UNKNOWN)
    if into == "age":
        return kept(value) is not None
    question = protocols().questions.get(into)
    return question is not None and any(choice.id == value for choice in choices_of(question))


# -- deciding ----------------------------------------------------------------------------------------------------------


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    every = protocols()
    if not answers.get("complaints"):
        return ask_complaint(answers, every)
    which = Next("who") if may_be_followed_child(answers, facts) else None
    step = which or next_step(answers, facts)
    if isinstance(step, Verdict):
        return end(step, answers, facts)
    played, state = now_at(answers, facts)
    asked = ask(step, answers, state, played, facts)
    if answers.get("order") or answers.get("begun"):
        return asked
    return replace(asked, opening=(_beginning(played, state, urgent=bool(answers.get("urgent"))),))


def _beginning(played: tuple[Protocol, ...], state: State, *, urgent: bool) -> Say:
    """What was understood, and what comes now, before the first question; where it is serious already, that."""
    if is_red(least(played, state)):
        return Say("triage.talk.begin_serious", number_params(), lane="danger")
    voice = next((p_.id for p_ in played if p_.id in VOICES), None)
    if voice is not None:
        return Say(f"triage.talk.begin_{voice}")
    if urgent:
        return Say("triage.talk.begin_urgent", number_params(), lane="danger")
    named = [p_ for p_ in played if not p_.always and p_.id != FALLBACK]
    named = [p_ for p_ in named if p_.id != NEWBORN or surely_concerns(p_, state)]
    if not named:
        return Say("triage.talk.begin")
    return Say("triage.talk.begin_about", {"complaint": p.joined((name_id(p_.id), {}) for p_ in named[:3])})


def _typed() -> frozenset[str]:
    """The questions whose answer may be a typed number."""
    numbers = (q.key for q in protocols().questions.values() if q.kind in ("number", "duration"))
    return frozenset((*numbers, "age"))


TRIAGE = Flow("triage", VERSION, _take, _choose, _step, typed=_typed(), hears=_ANSWERING)
