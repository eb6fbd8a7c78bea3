"""After distress or violence: whether somebody of the staff may write. Only a yes alerts anybody."""

from __future__ import annotations

from dialogues.answers import says_no, says_plain_yes
from dialogues.effects import Choice, Effect, GiveConsent, RequestHuman, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import Facts
from dialogues.handover import CONSENT_VERSION
from dialogues.reading import Reading
from dialogues.talk import Answers

_NUMBERS = Choice("go=ask_emergency_number", "choice.emergency_numbers")


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if says_plain_yes(reading):
        return Taken({**answers, "agree": "yes"})
    return Taken({**answers, "agree": "no"}) if says_no(reading) else None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    return Taken({**answers, "agree": value}) if into == "agree" and value in ("yes", "no") else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    agreed = answers.get("agree")
    if agreed is None:
        choices = (button("yes", "choice.agree"), button("no", "choice.disagree"))
        return Ask("agree", Say("triage.talk.ask_human", {}, choices, lane="danger"))
    if agreed == "no":
        return Done((Say("triage.talk.no_human", {}, (_NUMBERS,)),))
    alert: list[Effect] = []
    if "contact" not in facts.person.consents:
        alert.append(GiveConsent("contact", True, CONSENT_VERSION))
    alert.append(RequestHuman(str(answers.get("voice", "asked"))))
    return Done((*alert, Say("human.recorded")))


REACHING = Flow("reaching", 1, _take, _choose, _step)
