"""`labas vaccines` as a user runs it: the exact form, a table to read, and a sentence for every bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.vaccines import run
from store.clock import local

ROOT = Path(__file__).resolve().parents[2]
GIVEN = (
    "HB-0@2026-03-15 BCG-1@2026-03-20 VPO-0@2026-03-20 PENTA-1@2026-05-15 VPO-1@2026-05-15 ROTA-1@2026-05-15 "
    "VPC-1@2026-05-15 ROTA-2@2026-06-15 ROTA-3@2026-07-15 VPC-2@2026-07-15 VPI-1@2026-07-15"
).split()


def labas(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "vaccines", *arguments],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip


def test_the_answer_has_its_exact_form() -> None:
    given = [word for dose in GIVEN for word in ("--given", dose)]
    done = labas("--birth", "2026-03-15", "--sex", "m", *given, "--on", "2026-11-23", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    found = json.loads(done.stdout)
    assert list(found) == ["calendar", "on", "doses", "next_visit"]
    assert (found["calendar"], found["on"]) == ("ma-2015+", "2026-11-23")
    assert found["next_visit"] == {"date": "2026-11-23", "doses": ["PENTA-2", "VPO-2"]}
    assert len(found["doses"]) == 22
    by_name = {row["dose"]: row for row in found["doses"]}
    assert list(by_name["PENTA-2"].items()) == [
        ("dose", "PENTA-2"), ("state", "overdue"), ("earliest", "2026-06-12"), ("due", "2026-06-15"),
        ("latest", "2031-03-15"), ("given", None), ("visit", "m3"), ("rule", "penta.interval-4-weeks"),
        ("review", "confirmed"),
    ]  # fmt: skip
    assert by_name["VPO-2"]["latest"] is None
    assert by_name["BCG-1"]["given"] == "2026-03-20"


def test_nothing_left_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    given = [
        "VPO-1@2010-03-01", "VPO-2@2010-04-01", "VPO-3@2010-05-01", "VPO-4@2011-07-01", "VPO-5@2015-01-01",
        "VPC-1@2010-03-01", "VPC-2@2010-05-01", "VPC-3@2011-01-01", "VPI-1@2010-05-01", "RR-1@2010-10-01",
        "RR-2@2011-07-01", "DTC-1@2011-07-01", "DTC-2@2015-01-01",
    ]  # fmt: skip
    assert run("2010-01-01", "m", given, "2026-11-23", as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["next_visit"] is None


BAD = [
    (["--sex", "f"], "--birth is missing"),
    (["--birth", "2026-01-01"], "--sex is missing"),
    (["--birth", "2026-01-01", "--sex", "x"], "the sex must be f or m, not 'x'"),
    (["--birth", "2026-01-01", "--sex", ""], "the sex must be f or m, not ''"),
    (["--birth", "2026-07-01", "--sex", "f"], "the birth date 2026-07-01 is after 2026-06-01"),
    (["--birth", "2026-02-30", "--sex", "f"], "--birth: there is no day 2026-02-30"),
    (["--birth", "01/02/2026", "--sex", "f"], "--birth: '01/02/2026' is no date"),
    (["--birth", "2026-1-1", "--sex", "f"], "--birth: '2026-1-1' is no date"),
    (["--birth", "20260101", "--sex", "f"], "--birth: '20260101' is no date"),
    (["--birth", "٢٠٢٦-٠١-٠١", "--sex", "f"], "is no date"),
    (["--birth", "2026-01-01\n", "--sex", "f"], "is no date"),
    (["--birth", "", "--sex", "f"], "--birth: '' is no date"),
    (["--birth", "1026-01-01", "--sex", "f"], "years must lie between 1900 and 2200"),
    (["--birth", "2026-01-01", "--sex", "f", "--on", "tomorrow"], "--on: 'tomorrow' is no date"),
    (["--birth", "2026-01-01", "--sex", "f", "--on", "2026-13-01"], "--on: there is no day 2026-13-01"),
    (["--birth", "2026-01-01", "--sex", "f", "--on", "9999-12-31"], "years must lie between 1900 and 2200"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-1"], "'PENTA-1' is no dose with its date"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-1@"], "--given: '' is no date"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-1@2026-02-29"], "--given: there is no day 2026-02-29"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-4@2026-03-01"], "has no dose 'PENTA-4'"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-01@2026-03-01"], "has no dose 'PENTA-01'"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-@2026-03-01"], "has no dose 'PENTA-'"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-١@2026-03-01"], "has no dose 'PENTA-١'"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-1-2@2026-03-01"], "has no dose 'PENTA-1-2'"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "COVID-1@2026-03-01"], "has no dose 'COVID-1'"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "@2026-03-01"], "has no dose ''"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-1@2025-12-31"], "is before birth"),
    (["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-1@2026-06-02"], "is after 2026-06-01"),
    (["--birth", "2026-01-01", "--sex", "f"] + ["--given", "PENTA-1@2026-03-01"] * 2, "told twice"),
    (["--birth", "2026-01-01", "--sex", "f"] + ["--given", "PENTA@2026-03-01"] * 2, "told twice"),
    (["--birth", "2026-01-01", "--sex", "m", "--given", "HPV-1@2026-03-01"], "HPV-1 is only for girls"),
]


@pytest.mark.parametrize(("arguments", "why"), BAD, ids=[f"{n} {why}" for n, (_, why) in enumerate(BAD)])
def test_bad_input_ends_with_a_sentence_and_code_2(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told: dict[str, list[str]] = {"--birth": [], "--sex": [], "--given": [], "--on": []}
    for option, value in zip(arguments[::2], arguments[1::2], strict=True):
        told[option].append(value)
    first = {option: values[0] if values else None for option, values in told.items()}
    code = run(first["--birth"], first["--sex"], told["--given"], first["--on"] or "2026-06-01", as_json=True)
    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert why in shown.err
    assert shown.err.startswith("labas: ") and len(shown.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--birth", "2026-01-01", "--sex", "f", "--given", "PENTA-9@2026-03-01", "--on", "2026-06-01", "--json"],
        ["--sex", "f", "--on", "2026-06-01"],
        ["--birth", "2026-01-01", "--sex", "girl"],
        ["--birth"],
        ["--unknown"],
    ],
)
def test_the_process_ends_with_code_2_and_no_traceback(arguments: list[str]) -> None:
    done = labas(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_dose_names_are_read_in_small_letters_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("2026-01-01", "f", ["penta-1@2026-03-01", "vpo@2026-01-02"], "2026-06-01", as_json=True) == 0
    given = [row["dose"] for row in json.loads(capsys.readouterr().out)["doses"] if row["given"]]
    assert given == ["VPO-0", "PENTA-1"]


def test_without_a_day_it_is_today_in_morocco(capsys: pytest.CaptureFixture[str]) -> None:
    before = local(datetime.now(UTC)).date()
    assert run("2026-01-01", "f", [], None, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["on"] in (str(before), str(local(datetime.now(UTC)).date()))


def test_the_table_is_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["PENTA-1@2026-02-01", "BCG-1@2026-01-02", "HB-0@2026-01-01"]
    assert run("2026-01-01", "f", given, "2026-06-20", as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Calendar ma-2015+, seen on 2026-06-20"
    shown = {line.split()[0]: line for line in lines}
    assert any(line.startswith("PENTA-1  given, does not count") and "penta.min-age-6-weeks" in line for line in lines)
    assert "2026-01-02" in shown["BCG-1"] and "given" in shown["BCG-1"]
    assert "to be confirmed by a health worker" in shown["ROTA-1"]
    assert lines[-1] == "Next visit: 2026-06-20, PENTA-1, VPO-1, ROTA-1, VPC-1, VPI-1"
    assert len(lines) == 1 + 1 + 25 + 1


def test_the_command_brings_neither_database_nor_model_with_it() -> None:
    """What keeps it quick: its imports, not a stopwatch."""
    told = "'--birth', '2026-01-01', '--sex', 'f', '--on', '2026-06-01', '--json'"
    code = (
        f"import sys; sys.argv = ['labas', 'vaccines', {told}]\n"
        "from bot.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "print([name for name in ('sqlalchemy', 'starlette', 'rapidfuzz', 'cryptography') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
