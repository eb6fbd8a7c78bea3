"""One real model and one real NLU server for all tests of this folder; trained once, if none fits the data yet."""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from nlu import models
from nlu.client import NluClient
from nlu.environment import child_environment, ensure_environment
from nlu.evaluation.evaluate import Evaluation, evaluate_with
from nlu.evaluation.sets import read_sets
from nlu.examples import read_examples


@dataclass(frozen=True)
class Server:
    """A running NLU server."""

    url: str
    token: str
    pid: int
    model: str

    def post(self, path: str = "/model/parse", **how: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **how.pop("headers", {})}
        return httpx.post(f"{self.url}{path}", headers=headers, timeout=10, **how)

    def parse(self, text: str) -> dict[str, Any]:
        answer = self.post(json={"text": text})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="session")
def nlu_python() -> Path:
    return ensure_environment()


@pytest.fixture(scope="session")
def nlu_model() -> Path:
    return models.ensure_model()


@pytest.fixture(scope="session")
def nlu_server(nlu_model: Path, nlu_python: Path) -> Iterator[Server]:
    yield from serve(nlu_model, nlu_python)


@pytest.fixture(scope="session")
def evaluation(nlu_server: Server) -> Evaluation:
    """The session's model on the frozen sets, read once for all tests that look at it."""
    trained = list(read_examples(models.DATA))
    sets = read_sets(trained=trained)

    async def run() -> Evaluation:
        async with NluClient([nlu_server.url], nlu_server.token, deadline=30) as client:
            return await evaluate_with(client, sets, trained, lambda what, share: None)

    return asyncio.run(run())


def serve(model: Path, python: Path) -> Generator[Server, None, None]:
    """A server over a model, for as long as the generator is held."""
    token = secrets.token_urlsafe(16)
    child = subprocess.Popen(
        [str(python), "-m", "nlu.server", "--model", str(model), "--watch-stdin"],
        env=child_environment(LABAS_NLU_TOKEN=token),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        ready = json.loads(child.stdout.readline() or "{}")
        assert ready.get("ready"), "the NLU server said nothing"
        yield Server(f"http://127.0.0.1:{ready['port']}", token, child.pid, ready["model"])
    finally:
        child.stdin.close()
        child.wait(10)
