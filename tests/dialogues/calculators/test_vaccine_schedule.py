"""The rules of docs/vaccines.md, each history worked out by hand from them and from a wall calendar."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogues.calculators.vaccine_history import Given, HistoryError
from dialogues.calculators.vaccine_plan import plan
from dialogues.calculators.vaccine_schedule import forecast
from tests.dialogues.calculators.children import CALENDAR, doses, seen

FILES = sorted(Path(__file__).with_name("histories").glob("*.yml"))
HISTORIES = [
    pytest.param(history, id=f"{file.stem}: {history['it']}")
    for file in FILES
    for history in yaml.safe_load(file.read_text("utf-8"))
]
GIRL = [
    "HB-0", "BCG-1", "VPO-0", "PENTA-1", "VPO-1", "ROTA-1", "VPC-1", "PENTA-2", "VPO-2", "ROTA-2", "PENTA-3", "VPO-3",
    "VPI-1", "ROTA-3", "VPC-2", "RR-1", "VPC-3", "RR-2", "DTC-1", "VPO-4", "DTC-2", "VPO-5", "HPV-1", "HPV-2",
]  # fmt: skip


@pytest.mark.parametrize("history", HISTORIES)
def test_a_history_is_seen_as_the_rules_say(history: dict[str, Any]) -> None:
    found = seen(history["child"], history.get("given"), history["day"])
    for dose, expected in history.get("rows", {}).items():
        rows = [row._asdict() for row in found.doses if row.dose == dose]
        wanted = expected if isinstance(expected, list) else [expected]
        assert [{key: row[key] for key in want} for row, want in zip(rows, wanted, strict=True)] == wanted, dose
    for dose in history.get("absent", ()):
        assert dose not in {row.dose for row in found.doses}
    if "next" in history:
        visit = found.next_visit
        shown = f"{visit.date} {' '.join(visit.doses)}" if visit else None
        assert shown == history["next"]


def test_each_history_names_a_rule_of_the_calendar_and_every_rule_has_one() -> None:
    named = {history.values[0]["rule"] for history in HISTORIES}  # type: ignore[index]
    births = {"hb.from-birth", "bcg.from-birth", "vpo.from-birth"}
    assert named <= set(CALENDAR.rules)
    assert set(CALENDAR.rules) - named == births


@pytest.mark.parametrize(("sex", "expected"), [("f", GIRL), ("m", GIRL[:-2])])
def test_every_dose_is_there_once_in_calendar_order(sex: str, expected: list[str]) -> None:
    assert [row.dose for row in seen(f"2026-01-01 {sex}", "", "2026-06-01").doses] == expected


def test_what_did_not_count_stands_before_what_is_still_to_be_given() -> None:
    found = seen("2026-01-01 m", "PENTA-1@2026-02-01 PENTA-1@2026-03-10 PENTA-2@2026-03-20", "2026-05-01")
    assert [(row.dose, row.state) for row in found.doses if row.dose.startswith("PENTA")] == [
        ("PENTA-1", "invalid"),
        ("PENTA-1", "given"),
        ("PENTA-2", "invalid"),
        ("PENTA-2", "due"),
        ("PENTA-3", "upcoming"),
    ]
    assert [dose for dose, _ in groupby(row.dose for row in found.doses)] == GIRL[:-2]


BAD = [
    ("2026-01-01", "f", "XYZ-1@2026-02-01", "has no dose 'XYZ-1'"),
    ("2026-01-01", "f", "PENTA-4@2026-02-01", "has no dose 'PENTA-4'"),
    ("2026-01-01", "f", "PENTA-0@2026-02-01", "has no dose 'PENTA-0'"),
    ("2026-01-01", "f", "HB-1@2026-02-01", "has no dose 'HB-1'"),
    ("2026-01-01", "f", "PENTA-1@2025-12-31", "before birth"),
    ("2026-01-01", "f", "PENTA-1@2026-06-02", "is after 2026-06-01"),
    ("2026-01-01", "f", "PENTA-1@2026-03-01 PENTA-1@2026-03-01", "told twice"),
    ("2026-01-01", "f", "PENTA@2026-03-01 PENTA@2026-03-01", "told twice"),
    ("2026-01-01", "f", "PENTA@2026-03-01 PENTA-2@2026-03-01", "told twice"),
    ("2026-01-01", "m", "HPV-1@2026-03-01", "only for girls"),
    ("2026-01-01", "x", "", "f or m"),
    ("2026-06-02", "f", "", "birth date 2026-06-02 is after"),
    ("1850-06-02", "f", "", "years must lie between"),
]


@pytest.mark.parametrize(("birth", "sex", "told", "why"), BAD)
def test_what_cannot_be_is_refused(birth: str, sex: str, told: str, why: str) -> None:
    given = []
    for one in told.split():
        name, _, day = one.partition("@")
        antigen, _, number = name.partition("-")
        given.append(Given(antigen, int(number) if number else None, date.fromisoformat(day)))
    with pytest.raises(HistoryError, match=why):
        forecast(CALENDAR, date.fromisoformat(birth), sex, given, date(2026, 6, 1))


PLANS = [
    (
        "a newborn boy: the calendar as printed",
        "2026-01-01 m", "", "2026-01-01",
        [
            "2026-01-01 HB-0 BCG-1 VPO-0", "2026-03-01 PENTA-1 VPO-1 ROTA-1 VPC-1", "2026-04-01 PENTA-2 VPO-2 ROTA-2",
            "2026-05-01 PENTA-3 VPO-3 VPI-1 ROTA-3 VPC-2", "2026-10-01 RR-1", "2027-01-01 VPC-3",
            "2027-07-01 RR-2 DTC-1 VPO-4", "2031-01-01 DTC-2 VPO-5",
        ],
    ),
    (
        "nothing given at 20 months: what can be caught up first, then what must wait",
        "2025-03-23 m", "", "2026-11-23",
        [
            "2026-11-23 PENTA-1 VPO-1 ROTA-1 VPC-1 VPI-1 RR-1", "2026-12-21 PENTA-2 VPO-2 ROTA-2 RR-2",
            "2027-01-18 PENTA-3 VPO-3 ROTA-3 VPC-2", "2027-02-15 VPO-4", "2027-03-15 VPC-3", "2027-07-18 DTC-1",
            "2030-03-23 DTC-2 VPO-5",
        ],
    ),
    (
        "BCG is overdue five days before the visit of 2 months: one visit for both",
        "2026-01-01 m", "HB-0@2026-01-01 VPO-0@2026-01-01", "2026-02-24",
        ["2026-02-24 BCG-1 PENTA-1 VPO-1 ROTA-1 VPC-1", "2026-04-01 PENTA-2 VPO-2 ROTA-2"],
    ),
    (
        "a girl of 12",
        "2014-09-01 f",
        "RR-1@2015-06-01 RR-2@2016-03-01 VPO-1@2014-11-01 VPO-2@2014-12-01 VPO-3@2015-01-01 VPO-4@2016-03-01"
        " VPO-5@2019-09-01 VPI-1@2015-01-01 VPC-1@2014-11-01 VPC-2@2015-01-01 VPC-3@2015-09-01"
        " PENTA-1@2014-11-01 PENTA-2@2014-12-01 PENTA-3@2015-01-01 DTC-1@2016-03-01 DTC-2@2019-09-01",
        "2026-11-23",
        ["2026-11-23 HPV-1", "2027-05-23 HPV-2"],
    ),
    (
        "a late BCG today keeps RR-1 away for four weeks",
        "2026-01-01 m",
        "VPO-1@2026-03-01 VPO-2@2026-04-01 VPO-3@2026-05-01 PENTA-1@2026-03-01 PENTA-2@2026-04-01 PENTA-3@2026-05-01"
        " ROTA-1@2026-03-01 ROTA-2@2026-04-01 ROTA-3@2026-05-01 VPC-1@2026-03-01 VPC-2@2026-05-01 VPI-1@2026-05-01",
        "2026-09-20",
        ["2026-09-20 BCG-1", "2026-10-18 RR-1", "2027-01-01 VPC-3"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("child", "given", "on", "expected"), [p[1:] for p in PLANS], ids=[p[0] for p in PLANS])
def test_a_plan_brings_a_child_back_in_few_visits(child: str, given: str, on: str, expected: list[str]) -> None:
    birth, sex = child.split()
    visits = plan(CALENDAR, date.fromisoformat(birth), sex, doses(given), date.fromisoformat(on))
    shown = [f"{visit.date} {' '.join(visit.doses)}" for visit in visits]
    assert shown[: len(expected)] == expected
