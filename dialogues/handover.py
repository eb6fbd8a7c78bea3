"""Asking for a person: the request is kept, if they agree to be contacted, and only what will happen is promised."""

from __future__ import annotations

from dialogues.answers import says_no, says_plain_yes
from dialogues.effects import GiveConsent, RequestHuman, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.talk import Answers

CONSENT_VERSION = "contact-1"


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """Nothing needs to be known beforehand."""
    return {}


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if says_plain_yes(reading):
        return Taken({**answers, "consent": "yes"})
    if says_no(reading):
        return Taken({**answers, "consent": "no"})
    return None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    return Taken({**answers, into: value}) if into == "consent" else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    consent = answers.get("consent")
    if "contact" in facts.person.consents:
        return Done((RequestHuman("asked"), Say("human.recorded")))
    if consent == "yes":
        return Done((GiveConsent("contact", True, CONSENT_VERSION), RequestHuman("asked"), Say("human.recorded")))
    if consent == "no":
        return Done((GiveConsent("contact", False, CONSENT_VERSION), Say("human.not_recorded")))
    return Ask(
        "consent", Say("consent.ask_contact", {}, (button("yes", "choice.agree"), button("no", "choice.disagree")))
    )


HANDOVER = Flow("handover", 1, _take, _choose, _step)
