"""The reader: everything but the model is filled whether the model answers or not; odd texts never raise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from nlu.client import NluClient
from nlu.commands import as_parsed, parse_lines
from nlu.errors import NluUnavailable
from nlu.reader import Reader, clean
from tests.nlu.conftest import Server

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 23, 10, 0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Down:
    async def parse(self, text: str) -> dict[str, Any]:
        raise NluUnavailable("down")


@pytest.mark.parametrize("client", [None, Down()])
async def test_without_the_model_the_rest_is_there(client: Down | None) -> None:
    reading = await Reader(client).read("oui", NOW)
    assert reading.doubt == "unavailable"
    assert reading.cues == {"yes"}
    assert reading.intent is None
    reading = await Reader(client).read("weldi ma kaytnefsch", NOW)
    assert reading.danger
    reading = await Reader(client).read("demain à 10h", NOW)
    assert reading.when[0] == {"kind": "datetime", "date": "2026-11-24", "time": "10:00"}
    assert reading.words == ("demain", "a", "10h")


class SaysEmergency:
    async def parse(self, text: str) -> dict[str, Any]:
        ranking = [{"name": "report_emergency", "confidence": 0.9}, {"name": "feel_better", "confidence": 0.08}]
        return {"intent": ranking[0], "intent_ranking": ranking, "doubt": "none", "variety": "fr"}


@pytest.mark.parametrize(
    ("text", "intent", "doubt"),
    [
        ("il n'a pas de convulsions", "feel_better", "ambiguous"),  # the net has read the sign, and its denial
        ("ma tante est morte d'une hémorragie il y a trois ans", "feel_better", "ambiguous"),
        ("papa a une drôle de couleur", "report_emergency", "none"),  # no sign that the net knows: the model alone
        ("il convulse", "report_emergency", "none"),
    ],
)
async def test_the_model_does_not_overrule_what_the_net_has_read(text: str, intent: str, doubt: str) -> None:
    reading = await Reader(SaysEmergency()).read(text, NOW)
    assert (reading.intent, reading.doubt) == (intent, doubt)


async def test_with_the_model(nlu_server: Server) -> None:
    async with NluClient([nlu_server.url], nlu_server.token) as client:
        reading = await Reader(client).read("bghit nakhod rdv 3nd tbib dial snan ghedda f tanja", NOW)
    assert reading.intent == "book_appointment"
    assert reading.is_sure
    assert reading.variety == "ary-Latn"
    assert reading.model == nlu_server.model
    service, city = reading.first("service"), reading.first("city")
    assert service is not None and service.value == "dentistry"
    assert city is not None and city.value == "01.511.01.0"
    assert reading.when == ({"kind": "date", "date": "2026-11-24"},)
    assert reading.alternatives[0][0] != "book_appointment"


async def test_what_an_open_question_asks_for_reaches_the_time_reader() -> None:
    reading = await Reader(None).read("12/03", NOW, expecting="birth")
    assert reading.when[0]["kind"] == "birthdate"


ODD = ["", " ", "\x00", "\x00oui\x00", "\u202eoui\u202c", "😀😀", "a" * 1_000_000, "ب" * 5_000, "\ud83d", "\n\n", "???"]


@pytest.mark.parametrize("text", ODD)
async def test_odd_texts(nlu_server: Server, text: str) -> None:
    async with NluClient([nlu_server.url], nlu_server.token) as client:
        reading = await Reader(client).read(text, NOW)
    assert "\x00" not in reading.text and "\u202e" not in reading.text
    if "oui" in text:
        assert reading.cues == {"yes"}
    if not reading.words:
        assert (reading.intent, reading.doubt) == (None, "none")


def test_clean_keeps_what_is_written() -> None:
    assert clean("a\x00b\u202ec\n\td ") == "abc\n\td "


async def test_form_of_labas_parse(nlu_server: Server) -> None:
    async with NluClient([nlu_server.url], nlu_server.token) as client:
        found = as_parsed(await Reader(client).read(" rdv pédiatre à Salé lundi", NOW))
    assert list(found) == ["text", "intent", "confidence", "variety", "entities", "danger", "when", "model"]
    assert found["text"] == " rdv pédiatre à Salé lundi"
    assert [found["text"][e["start"] : e["end"]] for e in found["entities"]] == ["pédiatre", "Salé"]
    assert all(list(e) == ["entity", "value", "text", "start", "end"] for e in found["entities"])
    assert found["when"] == [{"kind": "date", "date": "2026-11-30"}]


def test_lines_through_a_running_server(nlu_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAS_NLU_URL", nlu_server.url)
    monkeypatch.setenv("LABAS_NLU_TOKEN", nlu_server.token)
    found = list(parse_lines(["salam", "", "عافاك عاونوني"], now=NOW))
    assert [row["text"] for row in found] == ["salam", "", "عافاك عاونوني"]
    assert found[0]["intent"] == "greet"
    assert found[1]["intent"] is None
