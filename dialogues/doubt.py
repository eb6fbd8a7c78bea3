"""When the model is in doubt: the wishes that it may be, an emergency that it may be, or the menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogues import smalltalk
from dialogues.effects import Choice, Say
from dialogues.engine import Turn
from dialogues.reading import Reading
from dialogues.routes import ROUTES
from dialogues.talk import Talk

# After so many messages in a row that answered nothing, a person is offered.
MISSES_BEFORE_HUMAN = 2
# Two intents are offered when the model gives them so much together. Where it is less sure, up to three are, each of
# which it gives so much; together again so much.
LIKELY_TOGETHER = 0.6
LIKELY_ALONE = 0.15
MOST_OFFERED = 3
# So probable, an emergency is asked about, whatever else the message may be.
EMERGENCY_SHARE = 0.3
NEVER_OFFERED = frozenset(
    {"affirm", "deny", "inform", "out_of_scope", "greet", "thank", "goodbye", "stop_conversation"}
)


def not_understood(talk: Talk, reading: Reading) -> Turn:
    """No intent to act on: offer those that it may be, or the menu."""
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
    return _which(names)


def _likely(reading: Reading) -> Say | None:
    """The wishes between which the model hesitates, when together they leave little else."""
    if reading.doubt not in ("ambiguous", "low") or reading.intent is None:
        return None
    ranked = [(str(name), share) for name, share in reading.guesses]
    if reading.doubt == "ambiguous":
        likely = ranked[:2]
    else:
        likely = [guess for guess in ranked[:MOST_OFFERED] if guess[1] >= LIKELY_ALONE]
    if len(likely) < 2 or sum(share for _, share in likely) < LIKELY_TOGETHER:
        return None
    if any(name not in ROUTES or name in NEVER_OFFERED for name, _ in likely):
        return None
    return _which([name for name, _ in likely])


def _which(names: Sequence[str]) -> Say:
    """Which of these wishes is meant, or the menu."""
    choices = tuple(Choice(f"go={name}", f"intent.{name}") for name in names)
    return Say("not_understood.which", {}, (*choices, *smalltalk.MENU_BUTTON))
