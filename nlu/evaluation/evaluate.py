"""Runs the whole evaluation: reads the sets, asks the model, makes the report. ``bot/commands`` wires it to words."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu import models
from nlu.client import NluClient
from nlu.commands import asking
from nlu.environment import Progress
from nlu.evaluation.judging import Readings, read_all
from nlu.evaluation.report import figures_of
from nlu.evaluation.sets import FROZEN, Sets, read_sets
from nlu.examples import Example, read_examples

__all__ = ["Evaluation", "evaluate", "evaluate_with"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The report, and the readings that it was made of."""

    report: dict[str, Any]
    readings: Readings


def evaluate(folder: Path = FROZEN, model: Path | None = None, progress: Progress | None = None) -> Evaluation:
    """Measure ``model`` (or the one that is served) on the sets under ``folder``.

    Raises NluSetupError with a sentence when the sets or the model are not there.
    """
    show = progress or (lambda what, share: None)
    show("reading the sets", 0.0)
    trained = list(read_examples(models.DATA))
    sets = read_sets(folder, trained)

    async def run() -> Evaluation:
        async with asking(model, show) as client:
            return await evaluate_with(client, sets, trained, show, size=_size(model))

    return asyncio.run(run())


async def evaluate_with(
    client: NluClient, sets: Sets, trained: Iterable[Example], show: Progress, size: int | None = None
) -> Evaluation:
    """The same, with a client of a running server; ``size``: the model's bytes, where known."""
    readings = await read_all(client, sets, show)
    status = (await client.status())[0]
    training = Counter(str(example.variety) for example in trained)
    about = {"model": {"id": status.get("model"), "bytes": size}, "training": dict(sorted(training.items()))}
    return Evaluation(about | figures_of(sets, readings), readings)


def _size(model: Path | None) -> int | None:
    return model.stat().st_size if model is not None and model.exists() else None
