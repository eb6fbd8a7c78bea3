"""The client against a server that misbehaves: deadline, breaker, several addresses, long texts."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from nlu.client import Breaker, NluClient
from nlu.errors import NluUnavailable

pytestmark = pytest.mark.anyio
GOOD = {"text": "x", "intent": {"name": "greet", "confidence": 1.0}, "intent_ranking": [], "entities": []}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Fake:
    """A local server that does what ``mode`` says and remembers what it was asked."""

    def __init__(self) -> None:
        self.mode = "good"
        self.calls: list[dict[str, Any]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fake.calls.append({"token": self.headers["Authorization"], **json.loads(body)})
                if fake.mode == "hang":
                    time.sleep(1.0)
                if fake.mode == "drip":  # a byte now and then: each read is in time, the whole is not
                    self.send_response(200)
                    self.send_header("Content-Length", "1000")
                    self.end_headers()
                    for _ in range(20):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                        time.sleep(0.1)
                    return
                status, content = {
                    "good": (200, json.dumps(GOOD).encode()),
                    "hang": (200, json.dumps(GOOD).encode()),
                    "500": (500, b"{}"),
                    "401": (401, b"{}"),
                    "html": (200, b"<html>"),
                    "list": (200, b"[]"),
                    "empty": (200, b"{}"),
                }[fake.mode]
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # a client that stopped waiting is what some tests are about

        self.http = Quiet(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    yield server
    server.http.shutdown()
    server.http.server_close()


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def test_it_sends_the_token_and_caps_the_text(fake: Fake) -> None:
    async with NluClient([fake.url + "/"], "secret") as client:
        assert (await client.parse("é" * 5000))["intent"]["name"] == "greet"
    assert fake.calls == [{"token": "Bearer secret", "text": "é" * 1000}]


@pytest.mark.parametrize("mode", ["500", "401", "html", "list", "empty"])
async def test_a_wrong_answer_is_no_answer(fake: Fake, mode: str) -> None:
    fake.mode = mode
    async with NluClient([fake.url], "t") as client:
        with pytest.raises(NluUnavailable):
            await client.parse("salam")


@pytest.mark.parametrize("mode", ["hang", "drip"])
async def test_the_deadline_holds(fake: Fake, mode: str) -> None:
    fake.mode = mode
    async with NluClient([fake.url], "t", deadline=0.3) as client:
        begun = time.monotonic()
        with pytest.raises(NluUnavailable):
            await client.parse("salam")
        assert time.monotonic() - begun < 0.9


async def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with NluClient([f"http://127.0.0.1:{port}"], "t") as client:
        with pytest.raises(NluUnavailable):
            await client.parse("salam")


async def test_five_failures_open_the_breaker_for_ten_seconds(fake: Fake) -> None:
    clock = Clock()
    async with NluClient([fake.url], "t", clock=clock) as client:
        fake.mode = "500"
        for _ in range(5):
            assert client.state == "ready"
            with pytest.raises(NluUnavailable):
                await client.parse("salam")
        assert client.state == "down"
        fake.mode = "good"
        clock.seconds = 9.9
        with pytest.raises(NluUnavailable):
            await client.parse("salam")
        assert len(fake.calls) == 5
        clock.seconds = 10.1
        for _ in range(3):
            assert await client.parse("salam")


async def test_a_failed_trial_opens_it_again(fake: Fake) -> None:
    clock = Clock()
    async with NluClient([fake.url], "t", clock=clock) as client:
        fake.mode = "500"
        for _ in range(5):
            with pytest.raises(NluUnavailable):
                await client.parse("salam")
        clock.seconds = 11
        for _ in range(3):
            with pytest.raises(NluUnavailable):
                await client.parse("salam")
        assert len(fake.calls) == 6
        assert client.state == "down"


def test_half_open_lets_one_call_through() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(5):
        breaker.failed()
    assert not breaker.allows()
    clock.seconds = 10
    assert breaker.state == "half-open"
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.succeeded()
    assert [breaker.allows(), breaker.allows()] == [True, True]


def test_a_success_forgets_failures() -> None:
    breaker = Breaker(Clock())
    for _ in range(4):
        breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.state == "closed"


async def test_the_next_server_is_asked_when_one_fails(fake: Fake) -> None:
    other = Fake()
    other.mode = "500"
    try:
        async with NluClient([other.url, fake.url], "t") as client:
            for _ in range(10):
                assert await client.parse("salam")
        assert len(fake.calls) == 10
        assert 1 <= len(other.calls) <= 5
    finally:
        other.http.shutdown()
        other.http.server_close()


def test_no_address_is_an_error() -> None:
    with pytest.raises(ValueError, match="address"):
        NluClient([], "t")


@pytest.mark.parametrize("at_once", [1, 10])
async def test_two_servers_share_the_load(fake: Fake, at_once: int) -> None:
    other = Fake()
    try:
        async with NluClient([fake.url, other.url], "t", deadline=10) as client:
            for _ in range(20 // at_once):
                await asyncio.gather(*(client.parse("salam") for _ in range(at_once)))
        assert (len(fake.calls), len(other.calls)) == (10, 10)
    finally:
        other.http.shutdown()
        other.http.server_close()
