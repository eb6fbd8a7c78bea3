"""What is said at the end, for every rule of every protocol in every language: short, urgent first, no diagnosis."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bot import render
from bot.channels import LIMITS
from bot.languages import LANGUAGES
from dialogues.effects import Say
from dialogues.numbers import numbers
from dialogues.triage.ending import end
from dialogues.triage.engine import Verdict
from dialogues.triage.load import protocols
from dialogues.triage.outcomes import is_red
from dialogues.triage.protocol import Protocol, Rule
from tests.dialogues.world import World

NOW = datetime(2026, 11, 24, 9, 0)
# Characters: more does not stand on a phone's screen at once.
LONGEST = 800
NO_DIAGNOSIS = {"fr": "pas un diagnostic", "ar": "ليست تشخيصا", "ary": "ماشي تشخيص", "ary-Latn": "machi tachkhis"}
EVERY: dict[str, tuple[Protocol, Rule]] = {
    rule.key: (protocol, rule)
    for protocol in protocols().by_id.values()
    for rule in (*protocol.rules, protocol.otherwise)
    if not protocol.always or rule in protocol.rules
}


def said_for(key: str) -> Say:
    """The message of the outcome that a rule gives."""
    protocol, rule = EVERY[key]
    effects = end(Verdict(rule.outcome, (rule,), (protocol,)), {}, World()).effects
    return next(e for e in effects if isinstance(e, Say) and e.outcome)


@pytest.mark.parametrize("key", EVERY)
@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_ending_can_be_read_at_once(code: str, key: str) -> None:
    say = said_for(key)
    text = render.render(say, code, LIMITS["whatsapp"], NOW).text
    lines = [re.sub("[\u2068\u2069]", "", line) for line in text.splitlines()]
    assert NO_DIAGNOSIS[code] in lines[-1]
    assert [line for line in lines if not line or "triage." in line] == []
    assert len(text) <= LONGEST
    if say.outcome == "ambulance":
        assert numbers()["samu"]["call"] in lines[1]


@pytest.mark.parametrize("key", EVERY)
def test_no_red_outcome_is_told_as_an_ordinary_reply(key: str) -> None:
    say = said_for(key)
    assert say.outcome is not None
    assert say.lane == ("danger" if is_red(say.outcome) else "reply")
