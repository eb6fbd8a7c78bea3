"""``/metrics``: how well messages are handed over, in the form that Prometheus reads. Counts alone, of nobody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.bootstrap import App
from store import service_level
from store.service_level import Level

WINDOWS = {"1h": timedelta(hours=1), "24h": timedelta(hours=24)}
# How long an answer serves, in seconds: who looks more often gets the same.
_KEPT = 5.0
_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_HELP = {
    "labas_handed_over": "Messages handed to the platform",
    "labas_handed_over_in_time": "Messages handed to the platform within 10 seconds of their creation",
    "labas_in_time_ratio": "Share of messages handed to the platform within 10 seconds of their creation",
    "labas_unknown": "Messages of which nobody knows whether they arrived",
    "labas_failed": "Messages that failed, by class",
    "labas_dropped": "Messages that were not wanted any more, by reason",
    "labas_open": "Messages that are not settled yet",
    "labas_waiting": "Messages that could go now",
    "labas_oldest_waiting_seconds": "Age of the oldest message that could go now",
    "labas_held": "Messages that wait for something, by what",
    "labas_paused_seconds": "How long a channel (or its campaigns) still rests, by the code that made it",
    "labas_inbox_waiting": "Messages of people that are not answered yet",
    "labas_inbox_oldest_seconds": "Age of the oldest message of a person that is not answered yet",
    "labas_inbox_quarantined": "Messages of people that were set aside after three failures",
    "labas_turned_away_total": "Updates that were asked to come again because too many came at once (this process)",
    "labas_turns_missed_total": "Turns at sending that were given up because they came too late (this process)",
}

_Sample = tuple[str, dict[str, str], float]


class Metrics:
    """The route over one app."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._text, self._until = "", 0.0
        # Whoever asks meanwhile waits for the same answer, and takes no thread from those who send.
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[Route]:
        """To be mounted at the root."""
        return [Route("/metrics", self.metrics)]

    async def metrics(self, request: Request) -> Response:
        """All figures, at most a few seconds old."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._until:
                self._text = await to_thread.run_sync(self._render)
                self._until = time.monotonic() + _KEPT
        return PlainTextResponse(self._text, media_type=_TYPE)

    def _render(self) -> str:
        now = self._app.clock()
        with self._app.store.read() as session:
            levels = {name: service_level.look(session, now, over) for name, over in WINDOWS.items()}
        found = [sample for name, level in levels.items() for sample in _over(name, level)]
        found += [*_now(levels["1h"], now), ("labas_turned_away_total", {}, float(self._app.gate.turned_away))]
        for name, bulk in self._app.delivery.bulk.items():
            found.append(("labas_turns_missed_total", {"channel": name}, float(bulk.missed)))
        return _text(found)


def _over(window: str, level: Level) -> Iterator[_Sample]:
    for lane in level.lanes:
        labels = {"channel": lane.channel, "lane": lane.lane, "window": window}
        yield "labas_handed_over", labels, lane.handed
        yield "labas_handed_over_in_time", labels, lane.in_time
        yield "labas_unknown", labels, lane.unknown
        for kind, count in lane.failures.items():
            yield "labas_failed", {**labels, "class": kind}, count
        for reason, count in lane.dropped.items():
            yield "labas_dropped", {**labels, "reason": reason}, count
    if level.share is not None:
        yield "labas_in_time_ratio", {"window": window}, level.share


def _now(level: Level, now: datetime) -> Iterator[_Sample]:
    for lane in level.lanes:
        labels = {"channel": lane.channel, "lane": lane.lane}
        yield "labas_open", labels, lane.open
        yield "labas_waiting", labels, lane.waiting
        yield "labas_oldest_waiting_seconds", labels, _age(lane.oldest, now)
    for reason, count in level.held.items():
        yield "labas_held", {"reason": reason}, count
    for pause in level.pauses:
        labels = {"channel": pause.channel, "what": "campaigns" if pause.bulk_only else "all", "code": pause.code or ""}
        yield "labas_paused_seconds", labels, (pause.until - now).total_seconds()
    yield "labas_inbox_waiting", {}, level.inbox_waiting
    yield "labas_inbox_oldest_seconds", {}, _age(level.inbox_oldest, now)
    yield "labas_inbox_quarantined", {}, level.quarantined


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _text(samples: list[_Sample]) -> str:
    lines: list[str] = []
    for name, said in _HELP.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        lines += [f"# HELP {name} {said}", f"# TYPE {name} {kind}"]
        lines += [f"{name}{_labels(labels)} {value:g}" for found, labels, value in samples if found == name]
    return "\n".join(lines) + "\n"


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
