"""What is said at a danger sign: whom to call and what to do now, in any state, without consent and without questions.

The advice lines come from ``first_aid.yml`` (source and review state beside each). What is under way stays open.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialogues import params as p
from dialogues.effects import Say
from dialogues.facts import Facts
from dialogues.numbers import number_params
from dialogues.reading import Reading

_FILE = Path(__file__).with_name("first_aid.yml")
_MESSAGES = {
    "medical": "emergency.medical",
    "poison": "emergency.poison",
    "self_harm": "emergency.self_harm",
    "violence": "emergency.violence",
}


@cache
def first_aid() -> dict[str, dict[str, str]]:
    """What to do first, by danger sign id: ``message``, ``source``, ``review``."""
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return dict(data["first_aid"])


def reply(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """The answer when somebody chooses "it is urgent" from a menu."""
    return respond(reading)


def respond(reading: Reading) -> tuple[Say, ...]:
    """The answer to a reading with danger signs, or to a sure ``report_emergency`` without one."""
    kind = next((k for k in ("self_harm", "violence", "poison") if k in reading.danger_kinds), "medical")
    advice = _advice(reading.danger)
    said = Say(
        _MESSAGES[kind],
        {**number_params(), "first": p.a_message(advice)},
        outcome="ambulance",
        lane="danger",
    )
    return (said,)


def voice_of(reading: Reading) -> str | None:
    """ "distress" or "violence" when that is what the danger is about: then somebody of the staff may write."""
    voices = {"self_harm": "distress", "violence": "violence"}
    return next((voices[kind] for kind in ("self_harm", "violence") if kind in reading.danger_kinds), None)


def _advice(signs: tuple[str, ...]) -> str:
    """What to do first. Signs of pregnancy go before what else was seen: bleeding there is no wound to press on."""
    if any(sign.startswith(("pregnancy-", "labour-")) for sign in signs):
        return "first_aid.general"
    return next((first_aid()[sign]["message"] for sign in signs if sign in first_aid()), "first_aid.general")
