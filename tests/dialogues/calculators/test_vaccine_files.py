"""A calendar file is taken whole or refused with its name and the place; a child's calendar goes by its birth."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from dialogues.calculators.spans import Span, add_months, span
from dialogues.calculators.vaccine_files import (
    FOLDER,
    CalendarFileError,
    calendar_for,
    calendars,
    load_calendar,
    load_calendars,
)
from dialogues.calculators.vaccine_schedule import forecast

WHOLE = (FOLDER / "ma-2015.yml").read_text("utf-8")
WRONG = yaml.safe_load(Path(__file__).with_name("wrong_files.yml").read_text("utf-8"))


@pytest.mark.parametrize(("old", "new", "why"), WRONG, ids=[why for _, _, why in WRONG])
def test_a_wrong_file_is_refused_with_its_name_and_the_place(old: str, new: str, why: str, tmp_path: Path) -> None:
    assert old in WHOLE
    file = tmp_path / "ma-2099.yml"
    file.write_text(WHOLE.replace(old, new, 1), "utf-8")
    with pytest.raises(CalendarFileError) as refused:
        load_calendar(file)
    assert str(refused.value).startswith("ma-2099.yml: ")
    assert why in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"- a\n", b"\xff\xfe", b"just words", b"[x]: 1\n", b"a: !!python/none x\n"])
def test_what_is_no_calendar_at_all_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "ma-2099.yml"
    file.write_bytes(content)
    with pytest.raises(CalendarFileError, match=r"^ma-2099\.yml: "):
        load_calendar(file)


def later(tmp_path: Path, name: str, calendar: str, born_from: str) -> None:
    text = WHOLE.replace("id: ma-2015+", f"id: {calendar}").replace("born_from: null", f"born_from: {born_from}")
    (tmp_path / name).write_text(text.replace("least: 56 days", "least: 60 days"), "utf-8")


def test_a_later_file_is_for_the_children_born_since_and_changes_nothing_for_the_others(tmp_path: Path) -> None:
    (tmp_path / "ma-2015.yml").write_text(WHOLE, "utf-8")
    later(tmp_path, "ma-2028.yml", "ma-2028+", "2028-03-01")
    both = load_calendars(tmp_path)
    assert [calendar.id for calendar in both] == ["ma-2015+", "ma-2028+"]
    assert calendar_for(date(2028, 2, 29), both).id == "ma-2015+"
    assert calendar_for(date(2028, 3, 1), both).id == "ma-2028+"
    assert calendar_for(date(1999, 1, 1), both).id == "ma-2015+"
    dose = {c.id: next(d for d in c.doses if d.name == "VPC-2").interval for c in both}
    assert [bound.span for bound in dose.values() if bound] == [Span(days=56), Span(days=60)]


@pytest.mark.parametrize(
    ("calendar", "born_from", "why"),
    [
        ("ma-2015+", "2028-03-01", "id: ma-2015+ is also that of"),
        ("ma-2028+", "null", "born_from: None is also that of"),
    ],
)
def test_two_files_for_the_same_children_are_refused(calendar: str, born_from: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "ma-2015.yml").write_text(WHOLE, "utf-8")
    later(tmp_path, "ma-2028.yml", calendar, born_from)
    with pytest.raises(CalendarFileError) as refused:
        load_calendars(tmp_path)
    assert why in str(refused.value)


def test_a_folder_that_leaves_children_without_a_calendar_is_refused(tmp_path: Path) -> None:
    later(tmp_path, "ma-2028.yml", "ma-2028+", "2028-03-01")
    with pytest.raises(CalendarFileError, match="open born_from"):
        load_calendars(tmp_path)


def test_the_calendar_in_force_says_where_everything_comes_from() -> None:
    (calendar,) = calendars()
    assert (calendar.id, calendar.effective_from, calendar.born_from) == ("ma-2015+", date(2015, 1, 15), None)
    assert all(dose.source and dose.certainty == "C" for dose in calendar.doses)
    assert {dose.name for dose in calendar.doses if dose.review == "pending"} == {"HPV-1", "HPV-2"}
    assert {rule.id for rule in calendar.rules.values() if rule.review == "pending"} == {
        "rota.ask-after-24-weeks", "dtc.interval-6-months", "dtc.interval-2-years", "dtc.without-penta-3",
        "dtc.ask-after-7-years", "live.interval-4-weeks", "numbers.contradict-dates",
    }  # fmt: skip


def test_the_page_for_people_lists_the_rules_as_they_are() -> None:
    page = (FOLDER.parents[1] / "docs" / "vaccines.md").read_text("utf-8")
    found = re.search(r"<!-- rules: .*? -->\n(.*?)<!-- end of rules -->", page, re.DOTALL)
    assert found is not None
    rules = calendars()[-1].rules.values()
    rows = [f"| `{rule.id}` | {rule.says} | {rule.source} | {rule.review} |" for rule in rules]
    assert found.group(1).splitlines() == ["| rule | says | source | review |", "|---|---|---|---|", *rows]


def test_every_calendar_can_be_reckoned_with(tmp_path: Path) -> None:
    for calendar in calendars():
        found = forecast(calendar, date(2026, 1, 1), "f", [], date(2026, 1, 1))
        assert [row.dose for row in found.doses] == [dose.name for dose in calendar.doses]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_end_on_their_last_day(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("birth", Span()),
        ("1 day", Span(days=1)),
        ("14 weeks", Span(days=98)),
        ("9 months", Span(months=9)),
        ("5 years", Span(months=60)),
    ],
)
def test_spans_are_read(words: str, expected: Span) -> None:
    assert span(words) == expected


@pytest.mark.parametrize(
    "words", ["", "5", "years", "-1 days", "1.5 months", "5 years 2 months", " 5 years", "٥ years"]
)
def test_what_is_no_span_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="no span"):
        span(words)
