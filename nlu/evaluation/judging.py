"""Has the sets read as a message is read: the model is asked over HTTP, and the reader makes of its answers what it
makes of them in a talk. That happens in a process of its own, so that the model's answers do not wait for it."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialogues.reading import Reading
from nlu.client import NluClient
from nlu.environment import Progress
from nlu.evaluation.sets import EMERGENCY, Case, DateCase, Sets
from nlu.reader import Reader, clean
from nlu.when import read

__all__ = ["Judged", "JudgedDate", "Readings", "read_all"]

AT_ONCE = 4
TIMED_CALLS = 400
CHUNK = 200
ANY_MOMENT = datetime(2026, 11, 24, 9, 0)


@dataclass(frozen=True, slots=True)
class Judged:
    """What one sentence was read as. ``chances``: intents and probabilities, best first; ``danger``: the net's ids."""

    case: Case
    chances: tuple[tuple[str, float], ...]
    doubt: str
    variety: str | None
    danger: tuple[str, ...]

    @property
    def intent(self) -> str | None:
        """The best guess."""
        return self.chances[0][0] if self.chances else None

    @property
    def confidence(self) -> float:
        """The best guess's probability."""
        return self.chances[0][1] if self.chances else 0.0

    @property
    def right(self) -> bool:
        """Whether the best guess is the right intent."""
        return self.intent == self.case.intent

    @property
    def alarmed(self) -> bool:
        """Whether the net or the model took it for danger to life; either is enough."""
        return bool(self.danger) or self.intent == EMERGENCY


@dataclass(frozen=True, slots=True)
class JudgedDate:
    """What the time reader made of one sentence."""

    case: DateCase
    given: dict[str, Any]

    @property
    def right(self) -> bool:
        """Exactly, field by field."""
        return self.given == self.case.expect


@dataclass(frozen=True, slots=True)
class Readings:
    """All of it. ``entities``: what was found in each entity case, as (kind, start, end, value);
    ``milliseconds``: sorted, of single parses over HTTP by one client, the rest being done."""

    judged: list[Judged]
    dates: list[JudgedDate]
    entities: list[list[tuple[str, int, int, str]]]
    milliseconds: list[float]


async def read_all(client: NluClient, sets: Sets, show: Progress) -> Readings:
    """Everything in ``sets`` read through ``client``. Raises NluUnavailable when nobody answers."""
    loop = asyncio.get_running_loop()
    texts = [case.text for case in sets.cases] + [case.text for _, case in sets.entities]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as aside:
        try:
            times = loop.run_in_executor(aside, _times, [(date.text, date.now) for date in sets.dates])
            chunks = []
            for start in range(0, len(texts), CHUNK):
                show("asking the model", start / len(texts))
                answered = await _answers(client, texts[start : start + CHUNK])
                chunks.append(loop.run_in_executor(aside, _readings, answered))
            readings = [reading for chunk in chunks for reading in await chunk]
            dates = [JudgedDate(*row) for row in zip(sets.dates, await times, strict=True)]
        except BaseException:
            aside.shutdown(wait=False, cancel_futures=True)
            raise
    judged = [_judged(*row) for row in zip(sets.cases, readings[: len(sets.cases)], strict=True)]
    entities = [
        [(found.kind, found.start, found.end, found.value) for found in reading.entities]
        for reading in readings[len(sets.cases) :]
    ]
    return Readings(judged, dates, entities, await _timed(client, texts))


def _judged(case: Case, reading: Reading) -> Judged:
    best = ((reading.intent, reading.confidence),) if reading.intent else ()
    return Judged(case, best + reading.alternatives, reading.doubt, reading.variety, reading.danger)


async def _answers(client: NluClient, texts: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
    """Each text with the model's answer, a few asked at once."""
    answers: list[tuple[str, dict[str, Any]]] = [("", {}) for _ in texts]
    rest = iter(range(len(texts)))

    async def ask() -> None:
        for number in rest:
            answers[number] = (texts[number], await client.parse(clean(texts[number])))

    askers = [asyncio.create_task(ask()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*askers)
    finally:
        for asker in askers:
            asker.cancel()
    return answers


async def _timed(client: NluClient, texts: Sequence[str]) -> list[float]:
    """How long single parses take, over texts from all parts of the sets."""
    took = []
    for text in texts[:: max(1, len(texts) // TIMED_CALLS)]:
        begun = time.perf_counter()
        await client.parse(text)
        took.append((time.perf_counter() - begun) * 1000)
    return sorted(took)


class _Answered:
    """Stands where the reader has its client, and gives the answer that the model gave."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer

    async def parse(self, text: str) -> dict[str, Any]:
        return self._answer


def _readings(answered: Sequence[tuple[str, dict[str, Any]]]) -> list[Reading]:
    async def read_each() -> list[Reading]:
        return [await Reader(_Answered(answer)).read(text, ANY_MOMENT) for text, answer in answered]

    return asyncio.run(read_each())


def _times(asked: Sequence[tuple[str, datetime]]) -> list[dict[str, Any]]:
    return [dict(read(text, now)) for text, now in asked]
