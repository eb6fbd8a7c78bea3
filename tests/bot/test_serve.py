"""`labas serve` as an operator runs it: it comes up, answers, and stops in order when told."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def served(tmp_path: Path, real_reader: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and its address."""
    child = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "LABAS_DATA": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    address = ""
    for line in child.stdout:
        if found := re.search(r"web chat\s+(http\S+)", line):
            address = found.group(1)
            break
    assert address
    yield child, address
    child.kill()
    child.wait()


def post(address: str, body: dict[str, str]) -> dict[str, object]:
    request = urllib.request.Request(
        f"{address}chat/send", json.dumps(body).encode(), {"Content-Type": "application/json", "Origin": address[:-1]}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        read: dict[str, object] = json.load(answer)
        return read


def children_of(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in listed]


def test_it_answers_and_stops_in_order_at_sigterm(served: tuple[subprocess.Popen[str], str]) -> None:
    child, address = served
    said = post(address, {"id": "0123456789abcdef", "text": "bghit rdv 3nd tbib dial snan"})
    assert [m["say"] for m in said["messages"]] == ["welcome", "place.ask_town"]  # type: ignore[attr-defined]
    with urllib.request.urlopen(f"{address}readyz", timeout=10) as ready:
        assert json.load(ready)["ready"] is True
    nlu = children_of(child.pid)
    assert nlu
    child.send_signal(signal.SIGTERM)
    child.send_signal(signal.SIGTERM)  # as `uv run` in a process group passes it on
    assert child.wait(timeout=40) == 0
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in nlu) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in nlu)
