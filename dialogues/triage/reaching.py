"""After distress or violence: whether somebody of the staff may write. Only a yes alerts anybody."""

from __future__ import annotations

from dialogues.answers import says_no, says_plain_yes
from dialogues.effects import Choice, Effect, GiveConsent, Lane, RequestHuman, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import Facts
from dialogues.handover import CONSENT_VERSION
from dialogues.numbers import number_params
from dialogues.reading import Reading
from dialogues.talk import Answers
from dialogues.triage.following import later_of
from dialogues.triage.hearing import is_plainly_other
from dialogues.triage.outcomes import is_red

# What somebody goes on telling.
_TELLING = frozenset({"report_mental_distress", "report_symptom", "feel_worse", "inform", "out_of_scope", "affirm"})
_NUMBERS = Choice("go=ask_emergency_number", "choice.emergency_numbers")


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if says_plain_yes(reading):
        return Taken({**answers, "agree": "yes"})
    if says_no(reading):
        return Taken({**answers, "agree": "no"})
    # Whoever writes on is not told that they were not understood.
    is_other = not reading.words or (is_plainly_other(reading) and reading.intent not in _TELLING)
    return None if is_other else Taken({**answers}, (_heard(answers),))


def _heard(answers: Answers) -> Say:
    return Say(f"triage.talk.heard_{answers.get('voice', 'distress')}", number_params(), lane="danger")


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    return Taken({**answers, "agree": value}) if into == "agree" and value in ("yes", "no") else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    agreed = answers.get("agree")
    if agreed is None:
        choices = (button("yes", "choice.agree"), button("no", "choice.disagree"))
        lane: Lane = "danger" if is_red(answers["outcome"]) else "reply"
        return Ask("agree", Say("triage.talk.ask_human", {}, choices, lane=lane))
    later = later_of(answers)
    # An appointment that was being made is not asked about now; it stays open.
    quietly = later is None
    if agreed == "no":
        return Done((Say("triage.talk.no_human", {}, (_NUMBERS,)),), later=later, quietly=quietly)
    alert: list[Effect] = []
    if "contact" not in facts.person.consents:
        alert.append(GiveConsent("contact", True, CONSENT_VERSION))
    alert.append(RequestHuman(str(answers.get("voice", "asked"))))
    return Done((*alert, Say("human.recorded")), later=later, quietly=quietly)


REACHING = Flow("reaching", 1, _take, _choose, _step, hears=_TELLING)
