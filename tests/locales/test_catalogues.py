"""Words: every message in all four languages, with the same placeholders, within the limits of every channel."""

from __future__ import annotations

import ast
import re
import unicodedata
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
from dialogues.vaccines import some_doses

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
    "child": p.a_text("Fatima-Zahra Bensouda"),
    "children": p.some_lines([("schedule.short_unknown", {"child": p.a_text("Fatima-Zahra")})] * 8),
    "doses": some_doses([f"{antigen}-1" for antigen in ("BCG", "PENTA", "VPO", "ROTA", "VPC", "VPI", "RR", "DTC")]),
    "visits": p.some_lines(
        [("schedule.visit", {"day": p.a_day(date(2027, 9, 22)), "doses": some_doses(["PENTA-1", "VPO-1", "ROTA-1"])})]
        * 4
    ),
    "items": p.some_lines(
        [("reminder.vaccine.item", {"child": p.a_text("Fatima-Zahra"), "doses": some_doses(["PENTA-1", "VPO-1"])})] * 6
    ),
    "birth": p.a_date(date(2026, 9, 1)),
    "month": p.a_month(date(2026, 9, 1)),
    "centre": p.a_name("Centre de santé urbain niveau 2 Hay Mohammadi", "المركز الصحي الحضري الحي المحمدي"),
    "sex": p.a_message("child.sex.f"),
    "state": p.a_message("minding.state.paused"),
    "visit": p.a_message("visit.naissance"),
    "why": p.a_message("why.worker"),
    "vaccine": p.a_message("vaccine.MENINGITIS"),
    "vaccines": some_doses(["MENINGITIS", "COVID"]),
    "dose": p.a_message("vaccine.VPO"),
    "remind": p.a_day(date(2027, 9, 22)),
    "due": p.a_day(date(2027, 9, 22)),
    "starts": p.a_moment(datetime(2027, 9, 22, 10, 30)),
    "ends": p.a_moment(datetime(2027, 9, 22, 12, 30)),
    "number": p.a_text("3"),
    "text": p.a_text("Vous pouvez venir demain matin, on vous attend."),
    "years": 40,
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
        used = set(PLACEHOLDER.findall(render.words(message, code)))
        assert used <= set(LONG), message


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
    used = literals("dialogues") | literals("bot") | literals("store") | literals("scheduler")
    files = [*(ROOT / "dialogues").glob("*.yml"), *(ROOT / "store").rglob("*.yaml")]
    data = "\n".join(file.read_text("utf-8") for file in files)
    heads = {literal for literal in used if literal.endswith((".", "_"))}
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


@pytest.mark.parametrize("folder", ["ary", "ar"])
def test_every_line_of_right_to_left_text_begins_with_a_right_to_left_letter(folder: str) -> None:
    """Else a messenger takes the whole line for left to right. Names in {holders} are isolated and do not decide."""

    def first(line: str) -> str:
        bare = PLACEHOLDER.sub("", line)
        return next((b for c in bare if (b := unicodedata.bidirectional(c)) in ("L", "R", "AL")), "AL")

    wrong = [i for i, e in catalogue(folder).items() if any(first(line) == "L" for line in e.msgstr.split("\n"))]
    assert set(wrong) <= {"choice.language.fr", "choice.language.ary-Latn"}


@pytest.mark.parametrize(
    ("code", "listed"),
    [("fr", "Penta, Rougeole (RR) et HPV (filles)"), ("ar", "الخماسي (Penta)، الحصبة (RR) ولقاح البنات (HPV)")],
)
def test_a_list_has_commas_and_one_and(code: str, listed: str) -> None:
    said = render.text("record.not_in_calendar", {"vaccines": some_doses(["PENTA", "RR", "HPV"])}, code, NOW)
    assert said.startswith(listed)


@pytest.mark.parametrize(("name", "said"), [("Adam", "les vaccins d'Adam"), ("Salma", "les vaccins de Salma")])
def test_french_elides_before_a_name(name: str, said: str) -> None:
    assert said in render.text("child.registered", {"child": p.a_text(name)}, "fr", NOW)


@pytest.mark.parametrize(
    ("code", "whole", "month"),
    [
        ("fr", "1er septembre 2026", "septembre 2026"), ("ary-Latn", "1 choutanbir 2026", "choutanbir 2026"),
        ("ar", "1 شتنبر 2026", "شتنبر 2026"), ("ary", "1 شتنبر 2026", "شتنبر 2026"),
    ],
)  # fmt: skip
def test_birth_dates_have_their_year(code: str, whole: str, month: str) -> None:
    params = {"birth": p.a_date(date(2026, 9, 1)), "month": p.a_month(date(2026, 9, 1))}
    bare = [
        render.text(m, params, code, NOW).replace("\u2068", "").replace("\u2069", "")
        for m in ("card.born", "child.age_told")
    ]
    assert whole in bare[0]
    assert month in bare[1]


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
