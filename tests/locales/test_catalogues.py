"""Words: every message in all four languages, with the same placeholders, within the limits of every channel."""

from __future__ import annotations

import ast
import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polib
import pytest

from bot import render
from bot.channels import LIMITS
from bot.languages import LANGUAGES
from dialogues import params as p
from dialogues.effects import Choice, Say
from dialogues.numbers import number_params

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 9, 0)
EMPTY_ON_PURPOSE = {"directory.no_distance", "directory.no_phone"}
FOLDERS = sorted(row.folder for row in LANGUAGES.values())
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def catalogue(folder: str) -> dict[str, polib.POEntry]:
    return {e.msgid: e for e in polib.pofile(str(ROOT / "locales" / folder / "LC_MESSAGES" / "messages.po"))}


IDS = sorted(catalogue("fr"))

# The longest a placeholder is likely to get.
LONG: dict[str, Any] = {
    **number_params(),
    "name": p.a_text("Fatima-Zahra Bensouda El Idrissi"),
    "place": p.a_name("Sidi Mohamed Ben Mansour", "سيدي محمد بن منصور"),
    "province": p.a_name("Casablanca-Settat", "الدار البيضاء سطات"),
    "town": p.a_name("Sidi Mohamed Ben Mansour", "سيدي محمد بن منصور"),
    "facility": p.a_name(
        "Centre de santé urbain niveau 2 Hay Mohammadi (démo)", "المركز الصحي الحضري الحي المحمدي (تجريبي)"
    ),
    "address": p.a_name("125, avenue Hassan II, quartier administratif", "125 شارع الحسن الثاني الحي الإداري"),
    "service": p.a_service("gastroenterology"),
    "relation": p.a_message("relation.grandmother"),
    "moment": p.a_moment(datetime(2027, 9, 22, 10, 30)),
    "before": p.a_moment(datetime(2027, 9, 22, 10, 30)),
    "day": p.a_day(date(2027, 9, 22)),
    "from": p.a_day(date(2027, 9, 22)),
    "to": p.a_day(date(2027, 9, 26)),
    "time": p.a_time(time(10, 30)),
    "opens": p.a_time(time(8, 30)),
    "closes": p.a_time(time(16, 30)),
    "holiday": p.a_message("holiday.independence_manifesto"),
    "first": p.a_message("first_aid.burn"),
    "last": p.a_message("weekday.4"),
    "days": 90,
    "km": p.a_number(12.5),
    "distance": p.a_message("directory.distance", km=p.a_number(12.5)),
    "phone": p.a_phone("0500000001"),
    "times": p.a_time(time(8, 30)),
    "hours": p.some_lines([]),
    "facilities": p.some_lines([]),
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_message_is_there_finished_and_no_other(folder: str) -> None:
    found = catalogue(folder)
    assert sorted(found) == IDS
    assert [i for i, e in found.items() if e.fuzzy or e.obsolete] == []
    assert {i for i, e in found.items() if not e.msgstr.strip()} == EMPTY_ON_PURPOSE


@pytest.mark.parametrize("folder", FOLDERS)
def test_placeholders_are_those_of_the_french_text(folder: str) -> None:
    def holders(text: str) -> list[str]:
        return sorted(PLACEHOLDER.findall(text))

    french, found = catalogue("fr"), catalogue(folder)
    assert [i for i in IDS if holders(french[i].msgstr) != holders(found[i].msgstr)] == []
    assert [i for i in IDS if re.sub(PLACEHOLDER, "", found[i].msgstr).count("{")] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_text_carries_direction_controls_of_its_own(folder: str) -> None:
    controls = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
    assert [i for i, e in catalogue(folder).items() if controls.search(e.msgstr)] == []


@pytest.mark.parametrize("channel", sorted(LIMITS))
@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_message_fits_every_channel(channel: str, code: str) -> None:
    limits = LIMITS[channel]
    for message in IDS:
        whole = render.text(message, LONG, code, NOW)
        assert len(whole) <= limits.text, message
        assert not PLACEHOLDER.search(whole), message
        assert message not in whole, message


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_button_labels_fit_without_being_cut(code: str) -> None:
    """Fixed labels are short enough for the narrowest list; those with a name in them may be cut."""
    room = LIMITS["whatsapp"].label
    for message in IDS:
        if message.startswith(("choice.", "intent.")) and not PLACEHOLDER.search(render.words(message, code)):
            assert len(render.words(message, code)) <= room, message


def literals(folder: str) -> set[str]:
    """Every string constant of a folder's code, f-strings by their fixed beginning."""
    found: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        if ".venv" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_message_is_said_somewhere() -> None:
    used = literals("dialogues") | literals("bot") | literals("store")
    files = [*(ROOT / "dialogues").glob("*.yml"), *(ROOT / "store").rglob("*.yaml")]
    data = "\n".join(file.read_text("utf-8") for file in files)
    heads = {literal for literal in used if literal.endswith(".")}
    unused = [i for i in IDS if i not in used and i not in data and not any(i.startswith(h) for h in heads)]
    assert unused == []


def test_every_message_that_is_said_exists() -> None:
    shape = re.compile(r"^[a-z_]+(\.[a-z_]+)+$")
    heads = {i.split(".")[0] for i in IDS}
    said = {s for s in literals("dialogues") if shape.match(s) and s.split(".")[0] in heads}
    assert {s for s in said if not s.endswith(".yml")} - set(IDS) == set()


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_names_and_numbers_are_isolated_in_right_to_left_text(code: str) -> None:
    say = Say("booking.confirm_named", {**LONG, "name": p.a_text("Fatima \u202eevil")})
    made = render.render(say, code, LIMITS["web"], NOW).text
    assert "\u202e" not in made
    isolates = made.count("\u2068")
    assert isolates == made.count("\u2069")
    assert (isolates > 0) == LANGUAGES[code].right_to_left


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("ary", "الخميس 3 دجنبر"),
        ("ar", "الخميس 3 دجنبر"),
        ("ary-Latn", "lkhmis 3 doujanbir"),
        ("fr", "jeudi 3 décembre"),
    ],
)
def test_days_have_their_moroccan_names(code: str, day: str) -> None:
    made = render.text("choice.day", {"day": p.a_day(date(2026, 12, 3))}, code, NOW)
    assert made.replace("\u2068", "").replace("\u2069", "") == day


def test_a_label_that_is_too_long_is_cut_and_an_isolate_is_closed() -> None:
    choice = Choice("x", "choice.facility", {"facility": p.a_name("x" * 80, "x" * 80), "town": p.a_name("R", "ر")})
    for code in LANGUAGES:
        made = render.label(choice, code, NOW, 24)
        assert len(made) <= 24
        assert made.count("\u2068") == made.count("\u2069")
