"""One person who writes without end: one notice, no model, nobody else waits; danger and STOP are always heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import flood
from bot.channels import LIMITS
from bot.channels.terminal import Terminal
from bot.messages import Incoming
from store.models import Address, Inbox, Message
from tests.bot.shell import Shell, ids, shell


class Far(Terminal):
    """A channel that anybody can write to."""

    name = "far"


@pytest.fixture
def a_shell(tmp_path: Path) -> Iterator[Shell]:
    far = Far(LIMITS["telegram"])
    with shell(tmp_path, {"far": far}) as made:
        made.terminal = far
        yield made


def pour(a_shell: Shell, *texts: str, who: str = "fatima") -> list[str]:
    """Messages in the same second; what was said because of them."""
    said: list[str] = []
    for number, text in enumerate(texts):
        a_shell.moment[0] -= timedelta(seconds=1)  # ``send`` lets one pass
        at = f"{a_shell.moment[0].isoformat()}-{number}-{len(a_shell.reader.seen)}"
        said += ids(a_shell.send(Incoming("far", who, at, text=text)))
    return said


def test_one_notice_and_then_silence(a_shell: Shell) -> None:
    said = pour(a_shell, *["mes rdv"] * (flood.MOST + 30))
    assert said.count(flood.NOTICE) == 1
    assert said[-1] == flood.NOTICE
    assert len(a_shell.reader.seen) == flood.MOST, "the model reads no more than that"
    with a_shell.app.store.read() as session:
        assert {row.state for row in session.query(Inbox)} == {"done"}


@pytest.mark.parametrize(
    ("text", "answer"), [("ne respire pas", "emergency.medical"), ("ما كيتنفسش", "emergency.medical")]
)
def test_danger_is_answered_in_a_flood(a_shell: Shell, text: str, answer: str) -> None:
    said = pour(a_shell, *["mes rdv"] * (flood.MOST + 5), text)
    assert said[-1] == answer
    assert len(a_shell.reader.seen) == flood.MOST


@pytest.mark.parametrize("word", ["stop", "STOP", "وقف"])
def test_stop_is_obeyed_in_a_flood(a_shell: Shell, word: str) -> None:
    pour(a_shell, *["rdv"] * (flood.MOST + 5), word)
    with a_shell.app.store.read() as session:
        asked = session.query(Message).filter(Message.say.like("stopped.%")).count()
        stopped = session.query(Address).filter(Address.stopped_at.is_not(None)).count()
    assert asked + stopped >= 1


def test_after_a_minute_all_is_as_before(a_shell: Shell) -> None:
    pour(a_shell, *["mes rdv"] * (flood.MOST + 5))
    a_shell.moment[0] += timedelta(seconds=62)
    assert pour(a_shell, "mes rdv") == ["bookings.none"]
    a_shell.moment[0] += timedelta(seconds=62)
    said = pour(a_shell, *["mes rdv"] * (flood.MOST + 5))
    assert flood.NOTICE not in said, "no second notice within ten minutes"


def test_others_are_answered_meanwhile(a_shell: Shell) -> None:
    pour(a_shell, *["mes rdv"] * (flood.MOST + 5))
    assert "welcome" in pour(a_shell, "rdv", who="hassan")


def test_a_played_talk_may_be_as_fast_as_it_likes(a_shell: Shell) -> None:
    for number in range(flood.MOST + 5):
        a_shell.moment[0] -= timedelta(seconds=1)
        a_shell.send(Incoming("terminal", "me", str(number), text="mes rdv"))
    assert len(a_shell.reader.seen) == flood.MOST + 5
