"""The NLU server: its token, its limits, bad input, and the form of its answers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from nlu.environment import child_environment
from tests.nlu.conftest import Server


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "bearer {token}", "Basic {token}"])
@pytest.mark.parametrize("path", ["/status", "/model/parse", "/", "/model/train"])
def test_nothing_without_the_token(nlu_server: Server, header: str | None, path: str) -> None:
    headers = {} if header is None else {"Authorization": header.format(token=nlu_server.token)}
    for method in ("GET", "POST"):
        assert httpx.request(method, nlu_server.url + path, headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["/", "/model/train", "/version", "/domain"])
def test_no_other_route(nlu_server: Server, path: str) -> None:
    assert nlu_server.post(path, json={"text": "salam"}).status_code == 404


BAD = [
    ({"content": b"{"}, 400),
    ({"content": b""}, 400),
    ({"content": b"\xff\xfe"}, 400),
    ({"json": []}, 400),
    ({"json": {}}, 400),
    ({"json": {"text": None}}, 400),
    ({"json": {"text": 12}}, 400),
    ({"json": {"text": ["salam"]}}, 400),
    ({"json": {"text": "a" * 1001}}, 413),
    ({"content": b'{"text": "' + b"a" * 1_000_000 + b'"}'}, 413),
]


@pytest.mark.parametrize(("body", "status"), BAD)
def test_bad_bodies_are_refused(nlu_server: Server, body: dict[str, Any], status: int) -> None:
    answer = nlu_server.post(**body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


ODD = [
    "",
    " ",
    "😀😀😀",
    "\x00",
    "\u202eabc\u202d",
    "a" * 1000,
    "ـ" * 1000,
    "\ud83d",
    "<script>",
    "/delete_my_data",
    "١٢",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_answered(nlu_server: Server, text: str) -> None:
    answer = nlu_server.post(content=b'{"text": ' + json.dumps(text).encode() + b"}")
    assert answer.status_code == 200
    found = answer.json()
    assert set(found) == {"text", "intent", "intent_ranking", "entities", "variety", "doubt", "model"}
    assert 0 <= found["intent"]["confidence"] <= 1


def test_form_of_an_answer(nlu_server: Server) -> None:
    text = "bghit nakhod rdv 3nd tbib dial snan f tanja"
    found = nlu_server.parse(text)
    assert found["text"] == text
    assert found["intent"] == found["intent_ranking"][0]
    assert found["intent"]["name"] == "book_appointment"
    assert len(found["intent_ranking"]) == 6
    assert sum(guess["confidence"] for guess in found["intent_ranking"]) <= 1.001
    assert [text[e["start"] : e["end"]] for e in found["entities"]] == [e["text"] for e in found["entities"]]
    assert found["doubt"] in {"none", "low", "ambiguous"}
    assert found["model"] == nlu_server.model


def test_a_slash_chooses_no_intent(nlu_server: Server) -> None:
    assert nlu_server.parse('/delete_my_data{"city": "x"}')["intent"]["confidence"] < 1


@pytest.mark.parametrize("text", ["zzzqqq xxwwvv", "ψυχή λόγος", "qwrtp", "жжж"])
def test_words_of_no_language_are_no_wish(nlu_server: Server, text: str) -> None:
    found = nlu_server.parse(text)
    assert found["doubt"] != "none" or found["intent"]["name"] == "out_of_scope"


def test_status(nlu_server: Server) -> None:
    answer = httpx.get(nlu_server.url + "/status", headers={"Authorization": f"Bearer {nlu_server.token}"})
    assert answer.json()["ready"] is True
    assert answer.json()["model"] == nlu_server.model


def test_it_does_not_start_without_a_token(nlu_model: Path, nlu_python: Path) -> None:
    done = subprocess.run(
        [str(nlu_python), "-m", "nlu.server", "--model", str(nlu_model)],
        env=child_environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "LABAS_NLU_TOKEN" in done.stderr


def test_a_file_that_is_no_model_ends_with_a_sentence(tmp_path: Path, nlu_python: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no archive")
    done = subprocess.run(
        [str(nlu_python), "-m", "nlu.server", "--model", str(broken)],
        env=child_environment(LABAS_NLU_TOKEN="x"), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "broken.tar.gz" in done.stderr


def test_nothing_of_a_message_is_logged(nlu_model: Path, nlu_python: Path) -> None:
    """At the most talkative level that can be asked for, the message is in neither stream."""
    child = subprocess.Popen(
        [str(nlu_python), "-m", "nlu.server", "--model", str(nlu_model), "--watch-stdin"],
        env=child_environment(LABAS_NLU_TOKEN="t", LOG_LEVEL="DEBUG"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    port = json.loads(child.stdout.readline())["port"]
    secret = "smiti Kawtarsecret 0612345678"
    answer = httpx.post(
        f"http://127.0.0.1:{port}/model/parse", json={"text": secret}, headers={"Authorization": "Bearer t"}
    )
    assert answer.status_code == 200
    out, err = child.communicate(timeout=20)
    assert child.returncode == 0
    assert "Kawtarsecret" not in out + err
    assert "0612345678" not in out + err
