"""The command line as a user runs it: exact forms, exit codes, and a sentence for bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-11-24T09:00"


def labas(*arguments: str, given: str | bytes = "", data: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=given.encode() if isinstance(given, str) else given,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "LABAS_DATA": str(data)},
        timeout=240,
        check=False,
    )


def objects(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


@pytest.fixture(scope="session", autouse=True)
def ready(real_reader: object) -> None:
    """The environment and the model are there before a command is timed out."""


OPENINGS = {
    "ary": "بغيت ناخد موعد",
    "ary-Latn": "bghit nakhod rdv",
    "ar": "أريد حجز موعد",
    "fr": "je veux prendre un rendez-vous",
}


@pytest.mark.parametrize("variety", sorted(OPENINGS))
def test_chat_prints_one_object_a_reply_in_the_language_of_the_message(variety: str, tmp_path: Path) -> None:
    done = labas("chat", "--json", "--now", NOW, given=OPENINGS[variety] + "\n#1\n", data=tmp_path)
    assert done.returncode == 0
    replies = objects(done)
    for reply in replies:
        assert list(reply) == ["say", "text", "choices", "language", "outcome"]
        assert all(list(choice) == ["id", "label"] for choice in reply["choices"])
        assert reply["language"] == variety
    assert [r["say"] for r in replies] == ["welcome", "booking.ask_service", "place.ask_town"]


def test_chat_survives_what_no_person_types(tmp_path: Path) -> None:
    lines = [b"\x00\x00", b"\xff\xfe\xfa", "😀😀".encode(), b"", b"#99", b"x" * 1_000_000, "\u202eabc".encode(), b"{}"]
    done = labas("chat", "--json", given=b"\n".join(lines) + b"\n", data=tmp_path)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert len(objects(done)) >= len(lines)


def test_the_person_option_keeps_talks_apart_and_goes_on_later(tmp_path: Path) -> None:
    first = labas("chat", "--json", "--person", "a", "--now", NOW, given="je veux un rdv dentiste\n", data=tmp_path)
    other = labas("chat", "--json", "--person", "b", "--now", NOW, given="bonjour\n", data=tmp_path)
    again = labas("chat", "--json", "--person", "a", "--now", NOW, given="Rabat\n#1\n", data=tmp_path)
    assert objects(first)[-1]["say"] == "place.ask_town"
    assert objects(other)[0]["say"] == "welcome"
    assert objects(again)[-1]["say"] == "booking.ask_day"


def test_parse_prints_its_exact_form(tmp_path: Path) -> None:
    done = labas("parse", "--now", NOW, given="bghit rdv f Rabat ghedda\n\nne respire pas\n", data=tmp_path)
    assert done.returncode == 0
    booked, empty, danger = objects(done)
    keys = ["text", "intent", "confidence", "variety", "entities", "danger", "when", "model"]
    assert list(booked) == list(empty) == keys
    assert booked["intent"] == "book_appointment"
    assert booked["variety"] == "ary-Latn"
    assert [list(e) for e in booked["entities"]] == [["entity", "value", "text", "start", "end"]]
    assert booked["when"] == [{"kind": "date", "date": "2026-11-25"}]
    assert danger["danger"]


def test_when_needs_no_model_and_takes_its_own_now(tmp_path: Path) -> None:
    given = 'ghedda\n{"text": "ghedda", "now": "2026-12-31T10:00"}\nsalam\n'
    done = labas("when", "--now", NOW, given=given, data=tmp_path)
    assert done.returncode == 0
    assert objects(done) == [
        {"kind": "date", "date": "2026-11-25"},
        {"kind": "date", "date": "2027-01-01"},
        {"kind": "none"},
    ]


def test_a_line_with_a_wrong_now_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    done = labas("when", "--now", NOW, given='{"text": "ghedda", "now": "soon"}\nghedda\n', data=tmp_path)
    assert done.returncode == 1
    assert b"line 1" in done.stderr
    assert [o["kind"] for o in objects(done)] == ["none", "date"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("chat", "--now", "soon"),
        ("chat", "--channel", "pigeon"),
        ("when", "--now", "x"),
        ("nothing",),
        ("chat", "--what"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_a_sentence(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = labas(*arguments, given="x\n", data=tmp_path)
    assert done.returncode == 2
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_facilities_are_imported_whole_or_not_at_all(tmp_path: Path) -> None:
    template = labas("facilities", "template", data=tmp_path)
    good = tmp_path / "good.csv"
    good.write_bytes(template.stdout)
    done = labas("facilities", "import", str(good), data=tmp_path)
    assert done.returncode == 0, done.stderr
    bad = tmp_path / "bad.csv"
    header, *rows = template.stdout.decode().splitlines()
    bad.write_text("\n".join([header, *rows, "nonsense"]), "utf-8")
    done = labas("facilities", "import", str(bad), data=tmp_path)
    assert done.returncode == 1
    assert f"bad.csv:{len(rows) + 2}:".encode() in done.stderr
    latin = tmp_path / "latin.csv"
    latin.write_bytes(template.stdout + "é".encode("latin-1"))
    assert labas("facilities", "import", str(latin), data=tmp_path).returncode == 1


def test_doctor_says_what_is_wrong(tmp_path: Path) -> None:
    done = labas("doctor", data=tmp_path)
    assert done.returncode == 0, done.stdout
    assert b"zone data" in done.stdout


def test_a_wrong_database_is_a_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "LABAS_DATA": str(tmp_path), "LABAS_DATABASE_URL": "nothing://x"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "db", "upgrade"],
        capture_output=True,
        cwd=ROOT,
        env=environment,
        timeout=60,
        check=False,
    )
    assert done.returncode in (1, 2)
    assert done.stderr.startswith(b"labas: ")
