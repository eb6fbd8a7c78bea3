"""What the command line does with the NLU: read lines, train, serve; ``bot/commands`` wires these to words."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from dialogues.reading import Reading
from nlu import models, shelf
from nlu.client import NluClient
from nlu.environment import Progress, ensure_environment
from nlu.errors import NluSetupError
from nlu.process import NluProcess
from nlu.reader import Reader

__all__ = ["as_parsed", "asking", "parse_lines", "train"]

PATIENCE = 30.0  # seconds for one answer: nobody waits in a talk
URL_VARIABLE = "LABAS_NLU_URL"
TOKEN_VARIABLE = "LABAS_NLU_TOKEN"  # noqa: S105 - the name of a variable


@asynccontextmanager
async def asking(model: Path | None = None, progress: Progress | None = None) -> AsyncIterator[NluClient]:
    """A client of the servers of ``LABAS_NLU_URL`` where set and no ``model`` is named; else of a child over ``model``,
    or over the one that is served here, which ends with the block.

    Raises NluSetupError when there is nothing to ask.
    """
    urls = [url.strip() for url in os.environ.get(URL_VARIABLE, "").split(",") if url.strip()]
    async with AsyncExitStack() as stack:
        if model is not None or not urls:
            python = ensure_environment(progress or _silent)
            child = await stack.enter_async_context(NluProcess(model or models.served_model(progress), python))
            client = NluClient([child.url], child.token, deadline=PATIENCE)
        else:
            client = NluClient(urls, os.environ.get(TOKEN_VARIABLE, ""), deadline=PATIENCE)
        yield await stack.enter_async_context(client)


def parse_lines(
    lines: Iterable[str], model: Path | None = None, now: datetime | None = None, progress: Progress | None = None
) -> Iterator[dict[str, Any]]:
    """What is understood of each line, in the form of the design's section 6; ``asking`` tells of whom.

    Raises NluSetupError when there is nobody to ask.
    """
    moment = now or datetime.now().astimezone().replace(tzinfo=None)
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        try:
            reader = Reader(runner.run(stack.enter_async_context(asking(model, progress))))
            for line in lines:
                reading = runner.run(reader.read(line, moment))
                if reading.doubt == "unavailable":
                    # Better no answer than one that looks like "understood nothing".
                    raise NluSetupError("the NLU server stopped answering")
                yield as_parsed(reading)
        finally:
            runner.run(stack.aclose())


def as_parsed(reading: Reading) -> dict[str, Any]:
    """A reading in the exact form of ``labas parse``; ``text`` is what was read, and offsets point into it."""
    return {
        "text": reading.text,
        "intent": reading.intent,
        "confidence": round(reading.confidence, 4),
        "variety": reading.variety,
        "entities": [
            {"entity": e.kind, "value": e.value, "text": e.text, "start": e.start, "end": e.end}
            for e in reading.entities
        ],
        "danger": list(reading.danger),
        "when": [dict(expression) for expression in reading.when],
        "model": reading.model,
    }


def train(data_dir: Path | None = None, out: Path | None = None, progress: Progress | None = None) -> Path:
    """Train on ``data_dir`` (ours by default) and write ``out`` (by default where the server looks for it).

    Raises NluSetupError with a sentence when that is not possible.
    """
    data = data_dir or models.DATA
    made = models.train(data, out or models.model_path(data), progress)
    if out is None:
        shelf.prune([made, models.model_path()])
    return made


def _silent(what: str, share: float | None) -> None:
    """No progress is shown."""
