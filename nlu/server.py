"""The NLU server: a trained model behind two small HTTP routes on loopback; runs inside the NLU environment.

``POST /model/parse`` takes ``{"text": …}``, ``GET /status`` says which model is loaded; both want the bearer token that
the parent gave in ``LABAS_NLU_TOKEN``. The text is checked, capped and never logged. When it is ready the server prints
one JSON line with its port; started with ``--watch-stdin`` it ends as soon as its standard input closes, that is when
its parent is gone, however it went.
"""

# ruff: noqa: PLC0415 - Rasa is imported after it was made quiet.

from __future__ import annotations

import argparse
import asyncio
import hmac
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from nlu import quiet, tensorflow_stub

if TYPE_CHECKING:
    from nlu.engine import Engine

# More threads gain nothing on one short sentence, and spin when the machine is busy. Before numpy is imported.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
tensorflow_stub.install()

from aiohttp import web  # noqa: E402 - aiohttp comes with Rasa; the lines above must run before its tree is imported

__all__ = ["TOKEN_VARIABLE", "application", "main"]

TOKEN_VARIABLE = "LABAS_NLU_TOKEN"  # noqa: S105 - the name of a variable
MAX_CHARACTERS = 1_000
MAX_BODY_BYTES = 16_384
log = logging.getLogger("labas.nlu")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(engine: Engine, token: str) -> web.Application:
    """The two routes over a loaded model. ``token`` must not be empty."""
    if not token:
        raise ValueError(f"{TOKEN_VARIABLE} is empty")
    expected = f"Bearer {token}".encode()
    started = time.time()

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, expected):
            return _refuse(401, "unauthorized")
        try:
            return await handler(request)
        except web.HTTPRequestEntityTooLarge:
            return _refuse(413, "body too large")
        except web.HTTPException as error:
            return _refuse(error.status, error.reason)

    async def parse(request: web.Request) -> web.StreamResponse:
        try:
            body = json.loads(await request.read())
        except ValueError:  # also bytes that are not UTF-8
            return _refuse(400, "body is not JSON")
        text = body.get("text") if isinstance(body, dict) else None
        if not isinstance(text, str):
            return _refuse(400, "text must be a string")
        if len(text) > MAX_CHARACTERS:
            return _refuse(413, f"text is longer than {MAX_CHARACTERS} characters")
        try:
            answer = json.dumps(engine.parse(text), ensure_ascii=False)
            return web.Response(body=answer.encode("utf-8", "replace"), content_type="application/json")
        except Exception as error:  # noqa: BLE001 - any component may fail; the text must not reach a log
            log.error("parse failed: %s", type(error).__name__)
            return _refuse(500, "parse failed")

    async def status(_: web.Request) -> web.StreamResponse:
        return web.json_response({"ready": True, "model": engine.name, "pid": os.getpid(), "started": started})

    app = web.Application(middlewares=[guard], client_max_size=MAX_BODY_BYTES)
    app.router.add_post("/model/parse", parse)
    app.router.add_get("/status", status)
    return app


def _refuse(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status)


async def serve(engine: Engine, token: str, host: str, port: int, watch_stdin: bool) -> None:
    """Serve until told to stop by signal or, when watching, by the end of standard input."""
    runner = web.AppRunner(application(engine, token), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, port, reuse_address=True)
    await site.start()
    server = site._server
    chosen = server.sockets[0].getsockname()[1] if server is not None and hasattr(server, "sockets") else port
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    watcher = asyncio.create_task(_until_stdin_closes(stop)) if watch_stdin else None
    sys.stdout.write(json.dumps({"ready": True, "host": host, "port": chosen, "model": engine.name}) + "\n")
    sys.stdout.flush()
    await stop.wait()
    if watcher is not None:
        watcher.cancel()
    await runner.cleanup()


async def _until_stdin_closes(stop: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass
    stop.set()


def main(arguments: list[str] | None = None) -> int:
    """The command line: ``python -m nlu.server --model FILE [--host H] [--port N] [--watch-stdin]``."""
    parser = argparse.ArgumentParser(prog="python -m nlu.server", description="Serve a trained NLU model.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--watch-stdin", action="store_true", help="end when standard input closes")
    options = parser.parse_args(arguments)
    token = os.environ.pop(TOKEN_VARIABLE, "")
    if not token:
        sys.stderr.write(f"set {TOKEN_VARIABLE}\n")
        return 2
    quiet.settle()
    from nlu.engine import Engine

    try:
        engine = Engine(options.model)
        engine.parse("salam")  # the first parse fills caches
    except Exception as error:  # noqa: BLE001 - Rasa raises many kinds; all mean that this file cannot be served
        sys.stderr.write(f"cannot load the model {options.model.name}: {type(error).__name__}: {error}\n")
        return 1
    asyncio.run(serve(engine, token, options.host, options.port, options.watch_stdin))
    return 0


if __name__ == "__main__":
    sys.exit(main())
