"""`labas nlu train` and `labas nlu serve`."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from bot.commands.progress import progress
from bot.settings import read_settings
from nlu.errors import NluSetupError


def train(data: Path | None, out: Path | None) -> int:
    """Train on our examples, or on a folder of Rasa YAML of one's own; prints where the model is."""
    from nlu.commands import train as run

    try:
        with progress() as show:
            model = run(data, out, progress=show)
    except NluSetupError as error:
        print(f"labas: {error}", file=sys.stderr)
        return 1
    print(model)
    return 0


def serve(host: str, port: int, model: Path | None) -> int:
    """Serve a model until told to stop. Without ``LABAS_NLU_TOKEN`` a token is made and printed."""
    try:
        return asyncio.run(_serve(host, port, model))
    except NluSetupError as error:
        print(f"labas: {error}", file=sys.stderr)
        return 1


async def _serve(host: str, port: int, model: Path | None) -> int:
    from nlu.environment import ensure_environment
    from nlu.models import ensure_model
    from nlu.process import NluProcess

    given = read_settings().nlu_token
    with progress() as show:
        await asyncio.to_thread(ensure_environment, show)
        chosen: Path = model if model is not None else await asyncio.to_thread(ensure_model, show)
    child = NluProcess(chosen, port=port, host=host)
    child.token = given or child.token
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with child:
        print(f"NLU on {child.url}", flush=True)
        if not given:
            print(f"token (LABAS_NLU_TOKEN): {child.token}", flush=True)
        await stop.wait()
    return 0
