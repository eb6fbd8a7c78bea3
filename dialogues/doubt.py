"""When the model is in doubt: the two wishes that it may be, an emergency that it may be, or the menu."""

from __future__ import annotations

from dataclasses import replace

from dialogues import smalltalk
from dialogues.effects import Choice, Say
from dialogues.engine import Turn
from dialogues.reading import Reading
from dialogues.routes import ROUTES
from dialogues.talk import Talk

# After so many messages in a row that answered nothing, a person is offered.
MISSES_BEFORE_HUMAN = 2
# Two intents are offered when the model gives them so much together; these are no wishes that one would offer.
LIKELY_TOGETHER = 0.6
# So probable, an emergency is asked about, whatever else the message may be.
EMERGENCY_SHARE = 0.3
NEVER_OFFERED = frozenset(
    {"affirm", "deny", "inform", "out_of_scope", "greet", "thank", "goodbye", "stop_conversation"}
)


def not_understood(talk: Talk, reading: Reading) -> Turn:
    """No intent to act on: offer the two that it may be, or the menu."""
    likely = _likely(reading)
    if likely is not None:
        return Turn(talk, (likely,), attempted=talk)
    if reading.doubt == "unavailable":
        return Turn(talk, (Say("not_understood.no_reading", {}, smalltalk.MENU),))
    misses = talk.misses + 1
    message = "not_understood.menu" if misses < MISSES_BEFORE_HUMAN else "not_understood.menu_human"
    return Turn(replace(talk, misses=misses), (Say(message, {}, smalltalk.MENU),))


def may_be_emergency(reading: Reading) -> bool:
    """The model hesitates between an emergency and something else, and the danger net has found nothing."""
    share = dict(reading.alternatives).get("report_emergency", 0.0)
    return reading.doubt == "ambiguous" and share >= EMERGENCY_SHARE


def emergency_or(reading: Reading) -> Say:
    """Whether it is urgent, or the other thing that it may be."""
    names = ["report_emergency"]
    if reading.intent in ROUTES and reading.intent not in NEVER_OFFERED:
        names.append(str(reading.intent))
    choices = tuple(Choice(f"go={name}", f"intent.{name}") for name in names)
    return Say("not_understood.which", {}, (*choices, *smalltalk.MENU_BUTTON))


def _likely(reading: Reading) -> Say | None:
    """The two wishes between which the model hesitates, when together they leave little else."""
    if reading.doubt != "ambiguous" or reading.intent is None:
        return None
    ranked = [(reading.intent, reading.confidence), *(a for a in reading.alternatives if a[0] != reading.intent)][:2]
    if len(ranked) < 2 or sum(share for _, share in ranked) < LIKELY_TOGETHER:
        return None
    if any(name not in ROUTES or name in NEVER_OFFERED for name, _ in ranked):
        return None
    choices = tuple(Choice(f"go={name}", f"intent.{name}") for name, _ in ranked)
    return Say("not_understood.which", {}, (*choices, *smalltalk.MENU_BUTTON))
