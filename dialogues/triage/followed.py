"""What somebody answers when asked again how it goes: by a button of the follow-up, or in their own words.

An answer never lowers what was advised: "the same" after an emergency is still one, and "worse" begins triage again
with the outcome as its floor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from dialogues.effects import AnswerCase, Choice, Effect, Say
from dialogues.engine import Done
from dialogues.facts import CaseFact, Facts
from dialogues.numbers import number_params
from dialogues.reading import Reading
from dialogues.talk import Answers
from dialogues.triage.case import CHILD, reopened
from dialogues.triage.complaint import complaints_of
from dialogues.triage.followed_words import says_but, told
from dialogues.triage.load import protocols
from dialogues.triage.outcomes import is_red

# A follow-up that came this long ago is no longer what a bare "the same" answers.
FRESH = timedelta(days=3)
_BUTTONS = {"today": ("seen", "not_seen")}
_HOW = ("better", "same", "worse")


def buttons(case_id: str, outcome: str) -> tuple[Choice, ...]:
    """The buttons under a follow-up."""
    return tuple(Choice(choice_of(answer, case_id), f"choice.case.{answer}") for answer in _BUTTONS.get(outcome, _HOW))


def choice_of(answer: str, case_id: str) -> str:
    """The id of a button."""
    return f"re.case.{answer}.{case_id}"


# -- a tapped button (``dialogues.standing``) --------------------------------------------------------------------------


def _find(answers: Answers, facts: Facts) -> CaseFact | None:
    return next((case for case in facts.cases() if case.id == answers["subject"]), None)


def better(answers: Answers, facts: Facts) -> Done:
    """It is over."""
    case = _find(answers, facts)
    ended: tuple[Effect, ...] = (AnswerCase(case.id, "better"),) if case else ()
    return Done((*ended, Say("advice.better")))


def worse(answers: Answers, facts: Facts) -> Done:
    """Triage again. Also when the case is closed by now: whoever says that it got worse is asked what is the matter."""
    case = _find(answers, facts)
    if case is None:
        return Done(then=("triage", {"complaints": [], "floor": "today"}))
    said: tuple[Effect, ...] = ()
    if case.outcome == "emergency":
        said = (Say("case.worse_red", number_params(), lane="danger"),)
    return Done((AnswerCase(case.id, "worse"), *said), then=("triage", reopened(case, facts)))


def same(answers: Answers, facts: Facts) -> Done:
    """Not better: somebody should look, the sooner the more urgent it was."""
    case = _find(answers, facts)
    if case is None:
        return Done((Say("case.closed"),))
    noted = AnswerCase(case.id, "same")
    if is_red(case.outcome):
        said = Say("case.same_red", number_params(), _visit(case, facts), "emergency", lane="danger")
    elif case.outcome == "today":
        return Done((noted, _today(case, facts)))
    else:
        last = "_last" if case.is_last else ""
        said = Say(f"case.same_soon{last}", number_params(), _visit(case, facts), "soon")
    return Done((noted, said))


def seen(answers: Answers, facts: Facts) -> Done:
    """A health worker looked: what they said goes before anything of ours."""
    case = _find(answers, facts)
    ended: tuple[Effect, ...] = (AnswerCase(case.id, "seen"),) if case else ()
    return Done((*ended, Say("case.was_seen", number_params())))


def not_seen(answers: Answers, facts: Facts) -> Done:
    """Today, again."""
    case = _find(answers, facts)
    if case is None:
        return Done((Say("case.closed"),))
    return Done((AnswerCase(case.id, "not_seen"), _today(case, facts)))


def _today(case: CaseFact, facts: Facts) -> Say:
    return Say("case.go_today", number_params(), _visit(case, facts), "today")


def _visit(case: CaseFact, facts: Facts) -> tuple[Choice, ...]:
    """An appointment for the kind of care that the complaint asks for, and where to go."""
    every, offered = protocols().by_id, {service.code for service in facts.services()}
    wanted = [every[name].service for name in case.complaints if name in every]
    service = next((code for code in (*wanted, "generalist") if code in offered), None)
    book = Choice(f"go=book_appointment:{service}" if service else "go=book_appointment", "choice.book_visit")
    return (book, Choice("go=find_facility", "choice.find"))


ANSWERS: dict[tuple[str, str], Callable[[Answers, Facts], Done]] = {
    ("case", "better"): better,
    ("case", "same"): same,
    ("case", "worse"): worse,
    ("case", "seen"): seen,
    ("case", "not_seen"): not_seen,
}


# -- in words ----------------------------------------------------------------------------------------------------------


def heard(reading: Reading, facts: Facts) -> str | None:
    """The button that a message means which comes after a follow-up, with nothing else under way: "mazal kima kan",
    "ça va mieux"; a yes or no to "were you seen?". None when it is not that, or not for sure."""
    case = _asked(facts)
    if case is None or reading.danger or reading.choice is not None:
        return None
    if case.outcome == "today" and {"yes", "no"} & reading.cues:
        return choice_of("seen" if "yes" in reading.cues else "not_seen", case.id)
    answer = told(reading)
    if answer is None or _names_more(case, reading) or not _is_about(case, reading, facts):
        return None
    return choice_of(answer, case.id)


def _names_more(case: CaseFact, reading: Reading) -> bool:
    """Whether a complaint is named that the case does not have: that is for triage to hear."""
    named = complaints_of(replace(reading, intent=None), protocols())
    return bool(named) and set(named).isdisjoint(case.complaints)


def feel_better(reading: Reading, facts: Facts) -> tuple[Effect, ...]:
    """ "I feel better", whether asked or not: it ends the case that it is about. "Better, but …" is asked about."""
    case = _meant(reading, facts)
    if case is None:
        return (Say("advice.better"),)
    if says_but(reading):
        shown = tuple(Choice(choice_of(answer, case.id), f"choice.case.{answer}") for answer in _HOW)
        return (Say("case.which", {}, shown),)
    return (AnswerCase(case.id, "better"), Say("advice.better"))


def continued(reading: Reading, facts: Facts, found: Answers) -> Answers:
    """The answers with which "it got worse" opens triage, when it is about a case that is still followed: what was
    known of the person and the complaints, and the outcome as a floor. ``found`` is what the message says itself."""
    case = _meant(reading, facts)
    if case is None:
        return found
    known = reopened(case, facts)
    complaints = list(dict.fromkeys([*known["complaints"], *found.get("complaints", ())]))
    return {**known, **found, "complaints": complaints, "floor": known["floor"]}


def _asked(facts: Facts) -> CaseFact | None:
    """The case whose follow-up came last and waits for an answer."""
    waiting = [(case.asked, case) for case in facts.cases() if case.asked and facts.now - case.asked <= FRESH]
    return max(waiting, key=lambda pair: pair[0])[1] if waiting else None


def _meant(reading: Reading, facts: Facts) -> CaseFact | None:
    """The case that a message is about: that asked about last, else the only one there is."""
    cases = facts.cases()
    case = _asked(facts) or (cases[0] if len(cases) == 1 else None)
    return case if case is not None and _is_about(case, reading, facts) else None


def _is_about(case: CaseFact, reading: Reading, facts: Facts) -> bool:
    """Whether whom the message names may be whom the case is about; one that names nobody may be about anybody."""
    named = {entity.value for entity in reading.all("relation")}
    if not named:
        return True
    if case.subject.startswith(CHILD):
        child = next((c for c in facts.children() if c.id == case.subject.removeprefix(CHILD)), None)
        sex = {"f": "daughter", "m": "son"}.get(child.sex, "") if child else ""
        return not named.isdisjoint({"child", "baby", "twins", sex})
    if case.subject in ("child", "other", ""):
        return "self" not in named
    return case.subject in named
