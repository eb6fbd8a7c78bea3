"""The NLU child: started, restarted when it dies, stopped, and gone when its parent is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nlu.client import NluClient
from nlu.errors import NluSetupError
from nlu.process import NluProcess

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1][:3] if Path("/proc").exists() else True


async def test_it_answers_is_restarted_and_stops(nlu_model: Path, nlu_python: Path) -> None:
    process = NluProcess(nlu_model, nlu_python)
    await process.start()
    try:
        first = process.pid
        assert first is not None and process.state == "ready"
        async with NluClient([process.url], process.token) as client:
            assert (await client.parse("salam"))["intent"]["name"] == "greet"
            os.kill(first, signal.SIGKILL)
            for _ in range(300):
                await asyncio.sleep(0.1)
                if process.pid not in (None, first) and process.state == "ready":
                    break
            assert process.pid != first
            assert (await client.parse("salam"))["intent"]["name"] == "greet"
        second = process.pid
        assert second is not None
    finally:
        await process.stop()
    assert not alive(second)
    assert process.pid is None
    await process.stop()


async def test_a_model_that_cannot_be_loaded_is_said(tmp_path: Path, nlu_python: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"")
    process = NluProcess(broken, nlu_python)
    with pytest.raises(NluSetupError, match="broken"):
        await process.start()
    assert process.pid is None
    await process.stop()


async def test_a_python_that_is_not_there_is_said(nlu_model: Path, tmp_path: Path) -> None:
    with pytest.raises(NluSetupError):
        await NluProcess(nlu_model, tmp_path / "python").start()


def test_the_child_ends_with_its_parent(nlu_model: Path, nlu_python: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from nlu.process import NluProcess\n"
        "async def main():\n"
        f"    process = NluProcess(Path({str(nlu_model)!r}), Path({str(nlu_python)!r}))\n"
        "    await process.start()\n"
        "    print(process.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.kill()
    parent.wait(10)
    for _ in range(100):
        if not alive(child):
            break
        time.sleep(0.1)
    assert not alive(child)
