"""The person's rights over their data: to know, to have a copy, to have it erased."""

from __future__ import annotations

from dialogues.answers import refuses, says_plain_yes
from dialogues.effects import Choice, Forget, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.talk import Answers


def what_is_kept(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """What is kept, why, how long, and the three things one can do about it."""
    choices = (Choice("go=export_my_data", "choice.export"), Choice("go=delete_my_data", "choice.delete"))
    return (Say("privacy.what_is_kept", {}, choices),)


def export(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """A copy of everything kept, as a file."""
    return (Say("privacy.export", document="export"),)


def open_deleting(reading: Reading, facts: Facts) -> Answers:
    """Nothing needs to be known beforehand."""
    return {}


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if says_plain_yes(reading):
        return Taken({"confirm": "yes"})
    if refuses(reading):
        return Taken({"confirm": "no"})
    # The wish said again is no yes: what cannot be undone takes a plain one. The question is put again.
    said_again = reading.is_sure and reading.intent == "delete_my_data"
    return Taken(dict(answers)) if asked and said_again else None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    return Taken({into: value}) if into == "confirm" else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    if answers.get("confirm") == "yes":
        return Done((Forget(), Say("privacy.deleted")))
    if answers.get("confirm") == "no":
        return Done((Say("privacy.not_deleted"),))
    choices = (button("yes", "choice.yes_delete"), button("no", "choice.no_keep"))
    message = "privacy.confirm_delete_bookings" if facts.bookings() else "privacy.confirm_delete"
    return Ask("confirm", Say(message, {}, choices))


DELETING = Flow("deleting", 1, _take, _choose, _step)
