"""Logs hold no text, name, number or token, whoever writes them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot import logs
from tests.bot.shell import shell

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz012345"


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/sendMessage", TOKEN),
        ("call +212 600 000 012 now", "600 000 012"),
        ("0600000012", "0600000012"),
    ],
)
def test_tokens_and_numbers_are_redacted(line: str, hidden: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", as_json=True)
    logging.getLogger("some.library").warning(line)
    structlog.get_logger().warning("event", url=line)
    written = capsys.readouterr().err
    assert "event" in written
    assert hidden not in written


def test_an_exception_of_a_library_leaves_its_type_only(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", as_json=False)
    try:
        raise ValueError("Fatima has a fever")
    except ValueError:
        logging.getLogger("some.library").exception("failed")
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert "Fatima" not in written


def test_a_talk_leaves_no_word_in_the_logs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG", as_json=True)
    with shell(tmp_path) as talk:
        talk.reader.fail = 1
        talk.say("rdv dentiste Rabat jeudi", "#1", "#1", "oui", "Fatima", "oui", who="canary-address")
    written = capsys.readouterr().err
    for word in ("Fatima", "dentiste", "canary-address"):
        assert word not in written
