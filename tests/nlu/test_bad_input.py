"""What nobody should have to send, sent all the same: answered in time, nothing raised, and no wish made up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from nlu.client import NluClient
from nlu.reader import Reader
from tests.nlu.conftest import Server

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 24, 9, 0)
# More than a talk waits (1.5 s), for the sake of busy machines; far less than a freeze.
PATIENCE = 5.0

HUGE = {
    "100 kB of one word": "a" * 100_000,
    "100 kB of words": "bghit rdv " * 10_000,
    "100 kB of Arabic words": "ولدي مريض " * 10_000,
    "100 kB of letters": "a b " * 25_000,
    "100 kB of digits": "1" * 100_000,
    "100 kB of marks": "?!" * 50_000,
    "2,000 emoji": "😀" * 2_000,
    "a family of emoji": "👨‍👩‍👧‍👦🏽" * 500,
    "accents without letters": "\u0301" * 2_000,
    "letters under accents": "e\u0301\u0302" * 500,
}
NO_LANGUAGE = [
    *("jdkjfkd", "qwertyuiop", "xkcdvbn mnbvcx", "kjhkjh sdfsdf wxcwxc", "fdsqfdsq", "dfgdfg dfgdfg", "asdfghjkl"),
    *("ضصثقفغع", "شسيبلاتنم", "ﷺﷺﷺ", "<script>alert(1)</script>", "hhhhhhhh"),
]
OTHER_LANGUAGES = [
    *("我想预约医生", "今天天气怎么样", "я хочу записаться к врачу", "Ich möchte einen Termin beim Arzt"),
    *("me duele mucho la cabeza desde ayer", "where is the nearest hospital"),
]
# Whatever a model makes of an insult, it must not do what nobody asked for.
INSULTS = ["t'es vraiment con", "espèce d'idiot", "nta 7mar", "حمار", "الله ينعل بوك", "fuck you", "bande de voleurs"]
WISHES = {
    *("delete_my_data", "stop_reminders", "cancel_appointment", "reschedule_appointment", "book_appointment"),
    *("affirm", "deny", "report_emergency", "export_my_data", "register_child", "greet"),
}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def reader(nlu_server: Server) -> AsyncIterator[Reader]:
    async with NluClient([nlu_server.url], nlu_server.token, deadline=PATIENCE) as client:
        yield Reader(client)


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
async def test_huge_texts_are_answered_in_time(reader: Reader, text: str) -> None:
    reading = await reader.read(text, NOW)
    assert reading.doubt != "unavailable"
    assert reading.danger == ()
    assert len(reading.text) <= 1_000


@pytest.mark.parametrize("text", NO_LANGUAGE)
async def test_random_letters_are_no_wish(reader: Reader, text: str) -> None:
    reading = await reader.read(text, NOW)
    assert reading.intent == "out_of_scope" or not reading.is_sure
    assert reading.intent != "greet"
    assert reading.danger == ()


@pytest.mark.parametrize("text", OTHER_LANGUAGES)
async def test_another_language_is_not_understood_for_sure(reader: Reader, text: str) -> None:
    reading = await reader.read(text, NOW)
    assert reading.intent == "out_of_scope" or not reading.is_sure


@pytest.mark.parametrize("text", INSULTS)
async def test_an_insult_sets_nothing_going(reader: Reader, text: str) -> None:
    reading = await reader.read(text, NOW)
    assert not (reading.is_sure and reading.intent in WISHES)
    assert reading.danger == () and reading.cues == frozenset()


@pytest.mark.parametrize("text", ["7", "000000", "12 34 56 78", "٣٤٥٦٧", "3.14159", "1234567890123"])
async def test_figures_alone_are_at_most_a_detail(reader: Reader, text: str) -> None:
    reading = await reader.read(text, NOW)
    assert reading.intent in {"inform", "out_of_scope"} or not reading.is_sure
    assert reading.variety is None


@pytest.mark.parametrize("text", ["\u200f\u200e\u202a\u202b", "??!!..", "\ud83d", "\u0301" * 9, "👍🏽😀", "\n\t "])
async def test_nothing_readable_has_no_intent(reader: Reader, text: str) -> None:
    assert (await reader.read(text, NOW)).intent is None


MIXED_DIRECTIONS = [
    "\u202eبغيت\u202c rdv \u2067ghedda\u2069",
    "bghit \u200fموعد\u200f ghedda",
    "\u2068بغيت ناخد\u2069 rdv\u200e غدا",
]


@pytest.mark.parametrize("text", MIXED_DIRECTIONS)
async def test_direction_marks_change_nothing(reader: Reader, text: str) -> None:
    reading = await reader.read(text, NOW)
    assert reading.intent == "book_appointment"
    assert reading.when == ({"kind": "date", "date": "2026-11-25"},)
    plain = await reader.read(reading.text, NOW)
    assert (plain.intent, plain.confidence, plain.variety) == (reading.intent, reading.confidence, reading.variety)


def test_labas_parse_answers_every_line(nlu_server: Server) -> None:
    lines = [*HUGE.values(), *NO_LANGUAGE, *OTHER_LANGUAGES, "", "salam"]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "parse", "--now", "2026-11-24T09:00"],
        input=b"\n".join([*(line.encode() for line in lines), b"\xff\xfe\x00 salam", b""]),
        env={**os.environ, "LABAS_NLU_URL": nlu_server.url, "LABAS_NLU_TOKEN": nlu_server.token},
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    rows = [json.loads(row) for row in done.stdout.decode("utf-8").splitlines()]
    assert len(rows) == len(lines) + 1
    assert all(len(row["text"]) <= 1_000 and row["danger"] == [] for row in rows)
    assert {row["model"] for row in rows if row["intent"] is not None} == {nlu_server.model}
    assert rows[-2]["intent"] == "greet"
