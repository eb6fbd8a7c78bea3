"""The NLU server as our child: started on loopback with a token of its own, restarted when it dies, stopped.

It also ends by itself when we are gone, because it watches the pipe that is its standard input.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import sys
from pathlib import Path
from typing import Literal

from nlu.environment import child_environment, environment_folder, python_of
from nlu.errors import NluSetupError

__all__ = ["NluProcess"]

READY_SECONDS = 90
STOP_SECONDS = 5
# Pauses before restarts; a child that lived a minute starts the count anew.
RESTART_PAUSES = (0.2, 1.0, 5.0, 15.0, 60.0)
LIVED_LONG = 60.0

State = Literal["stopped", "starting", "ready", "down"]


class NluProcess:
    """One NLU server child over one model."""

    def __init__(self, model: Path, python: Path | None = None, port: int = 0, host: str = "127.0.0.1") -> None:
        """``python``: the NLU environment's; ``port`` 0 lets the system choose one, which a restart keeps."""
        self.model = model
        self.host = host
        self.port = port
        self.token = secrets.token_urlsafe(32)
        self.state: State = "stopped"
        self._python = python or python_of(environment_folder())
        self._child: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens; known once it has started."""
        return f"http://{self.host}:{self.port}"

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._child.pid if self._child is not None and self._child.returncode is None else None

    async def start(self) -> None:
        """Start it and wait until it answers. Raises NluSetupError with its last words when it does not."""
        await self._launch()
        self._keeper = asyncio.create_task(self._keep())

    async def _launch(self) -> None:
        self.state = "starting"
        command = [str(self._python), "-m", "nlu.server", "--model", str(self.model.resolve()), "--watch-stdin"]
        command += ["--host", self.host, "--port", str(self.port)]
        try:
            child = await asyncio.create_subprocess_exec(
                *command,
                env=child_environment(LABAS_NLU_TOKEN=self.token),
                cwd=self.model.resolve().parent,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                # A terminal's Ctrl-C is ours to handle; we then stop the child in order.
                start_new_session=True,
            )
        except OSError as error:
            self.state = "down"
            raise NluSetupError(f"the NLU process cannot be started: {error}") from error
        self._child = child
        assert child.stdout is not None
        try:
            ready = json.loads(await asyncio.wait_for(child.stdout.readline(), READY_SECONDS))
            self.port = int(ready["port"])
        except (TimeoutError, ValueError, KeyError) as error:
            said = await self._end(child)
            self.state = "down"
            raise NluSetupError(f"the NLU process did not start: {said or 'it said nothing'}") from error
        except asyncio.CancelledError:
            await self._end(child)
            raise
        self.state = "ready"

    async def _end(self, child: asyncio.subprocess.Process) -> str:
        """Kill a child that did not become ready; its last line on standard error."""
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        _, complaints = await child.communicate()
        lines = [line for line in complaints.decode("utf-8", "replace").splitlines() if line.strip()]
        return lines[-1] if lines else ""

    async def _keep(self) -> None:
        """Pass on what the child says, and start it again when it ends without being told to."""
        failures = 0
        while True:
            child = self._child
            assert child is not None
            born = asyncio.get_running_loop().time()
            await _pass_on(child)
            await child.wait()
            self.state = "down"
            if asyncio.get_running_loop().time() - born > LIVED_LONG:
                failures = 0
            while True:
                await asyncio.sleep(RESTART_PAUSES[min(failures, len(RESTART_PAUSES) - 1)])
                failures += 1
                try:
                    await self._launch()
                except NluSetupError:
                    continue
                break

    async def stop(self) -> None:
        """Stop it in order, and by force when it takes too long. Safe to call twice."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        child, self._child = self._child, None
        self.state = "stopped"
        if child is None or child.returncode is not None:
            return
        if child.stdin is not None:
            child.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            await asyncio.wait_for(child.wait(), STOP_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    async def __aenter__(self) -> NluProcess:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


async def _pass_on(child: asyncio.subprocess.Process) -> None:
    """Copy the child's standard error to ours until it ends; it holds kinds of errors, never a text."""
    assert child.stderr is not None
    while line := await child.stderr.readline():
        sys.stderr.write(f"nlu: {line.decode('utf-8', 'replace')}")
