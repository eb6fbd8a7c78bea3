"""What the command line does with the NLU: read lines, train, serve; ``bot/commands`` wires these to words."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from dialogues.reading import Reading
from nlu import models
from nlu.client import NluClient
from nlu.environment import Progress, ensure_environment
from nlu.errors import NluSetupError
from nlu.process import NluProcess
from nlu.reader import Reader

__all__ = ["parse_lines", "train"]

URL_VARIABLE = "LABAS_NLU_URL"
TOKEN_VARIABLE = "LABAS_NLU_TOKEN"  # noqa: S105 - the name of a variable


def parse_lines(
    lines: Iterable[str], model: Path | None = None, now: datetime | None = None, progress: Progress | None = None
) -> Iterator[dict[str, Any]]:
    """What is understood of each line, in the form of the design's section 6.

    Asks the servers of ``LABAS_NLU_URL`` where set and no ``model`` is named; else starts a child over ``model``, or
    over the model that fits our data, and stops it at the end. Raises NluSetupError when there is nothing to ask.
    """
    moment = now or datetime.now().astimezone().replace(tzinfo=None)
    with asyncio.Runner() as runner:
        urls = [url for url in os.environ.get(URL_VARIABLE, "").split(",") if url.strip()]
        process: NluProcess | None = None
        if model is not None or not urls:
            python = ensure_environment(progress or _silent)
            process = NluProcess(model or models.ensure_model(progress), python)
            runner.run(process.start())
            client = NluClient([process.url], process.token, deadline=30)
        else:
            client = NluClient([url.strip() for url in urls], os.environ.get(TOKEN_VARIABLE, ""), deadline=30)
        reader = Reader(client)
        try:
            for line in lines:
                reading = runner.run(reader.read(line, moment))
                if reading.doubt == "unavailable":
                    # Better no answer than one that looks like "understood nothing".
                    raise NluSetupError("the NLU server stopped answering")
                yield as_parsed(reading)
        finally:
            runner.run(client.close())
            if process is not None:
                runner.run(process.stop())


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
    return models.train(data, out or models.model_path(data), progress)


def _silent(what: str, share: float | None) -> None:
    """No progress is shown."""
