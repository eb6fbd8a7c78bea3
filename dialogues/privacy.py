"""The person's rights over their data: to know, to have a copy, to have it erased."""

from __future__ import annotations

from dialogues import params as p
from dialogues.answers import refuses, says_plain_yes
from dialogues.child_words import says
from dialogues.choosing_child import child_meant
from dialogues.effects import Choice, Forget, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.talk import Answers

# So many cards are sent at once.
CARDS_AT_ONCE = 4


def what_is_kept(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """What is kept, why, how long, and the three things one can do about it."""
    choices = (Choice("go=export_my_data", "choice.export"), Choice("go=delete_my_data", "choice.delete"))
    return (Say("privacy.what_is_kept", {}, choices),)


def export(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """A copy of everything kept, as a file; or only the vaccination card, where that is what is asked for."""
    if not says(reading, "card") and reading.first("vaccine") is None:
        return (Say("privacy.export", document="export"),)
    children = facts.children()
    meant = child_meant(reading, facts)
    cards = [meant] if meant else list(children[:CARDS_AT_ONCE])
    if not cards:
        return (Say("card.no_child", {}, (Choice("go=register_child", "choice.register_child"),)),)
    return tuple(
        Say("card.sent", {"child": p.a_text(c.name)}, (_file(c.id),), document=f"card-picture:{c.id}") for c in cards
    )


def _file(child: str) -> Choice:
    return Choice(f"re.child.card.{child}", "choice.card_file")


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
