"""Praise or a complaint: passed on in the person's own words, without their name, if they agree."""

from __future__ import annotations

from typing import Any

from dialogues.answers import says_no, says_plain_yes
from dialogues.effects import GiveConsent, LeaveFeedback, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.talk import Answers

CONSENT_VERSION = "feedback-1"
# Fewer words than this only announce a judgement ("I want to complain").
TELLING_WORDS = 8
LENGTH = 1000


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """The message itself, when it already says what it is about."""
    return {"text": reading.text[:LENGTH]} if len(reading.words) >= TELLING_WORDS else {}


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    found: dict[str, Any] = dict(answers)
    if asked == "consent" and says_plain_yes(reading):
        return Taken({**found, "consent": "yes"})
    if asked == "consent" and says_no(reading):
        return Taken({**found, "consent": "no"})
    if asked == "text" and reading.words:
        return Taken({**found, "text": reading.text[:LENGTH]})
    if asked == "consent" and (reading.intent == "give_feedback" or len(reading.words) >= TELLING_WORDS):
        # More of the same, told while we asked: it belongs to what is passed on.
        return Taken({**found, "text": f"{found.get('text', '')}\n{reading.text}".strip()[:LENGTH]})
    return None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    return Taken({**answers, into: value}) if into == "consent" else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    if "text" not in answers:
        return Ask("text", Say("feedback.ask_text"))
    if answers.get("consent") == "yes":
        return Done(
            (GiveConsent("feedback", True, CONSENT_VERSION), LeaveFeedback(str(answers["text"])), Say("feedback.done"))
        )
    if answers.get("consent") == "no":
        return Done((Say("feedback.dropped"),))
    choices = (button("yes", "choice.pass_on"), button("no", "choice.do_not"))
    return Ask("consent", Say("consent.ask_feedback", {}, choices))


FEEDBACK = Flow("feedback", 1, _take, _choose, _step)
