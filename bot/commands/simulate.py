"""`labas simulate`: what would be sent in the days to come, tried on a copy of the data with the clock set forward."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from bot import logs, render
from bot.bootstrap import open_data
from bot.commands.moments import clock_from
from bot.languages import DEFAULT_LANGUAGE
from bot.settings import read_settings
from scheduler.simulation import Event, simulate
from store.clock import local


def run(days: int, now: str | None, *, as_json: bool) -> int:
    """Print the days on which something happens. People are numbers, and names of children are masked."""
    settings = read_settings()
    logs.configure("ERROR" if settings.log_level == "INFO" else settings.log_level, as_json=settings.log_json)
    clock = clock_from(now)
    store = open_data(settings, clock)
    start = local(clock()).replace(second=0, microsecond=0)
    try:
        with tempfile.TemporaryDirectory(prefix="labas-simulate-") as folder:
            events = simulate(store, Path(folder), start, days)
            if as_json:
                print(json.dumps(_as_json(start, days, events), ensure_ascii=False, indent=2))
            else:
                _print(start, days, events)
    finally:
        store.close()
    return 0


def _as_json(start: datetime, days: int, events: Iterable[Event]) -> dict[str, Any]:
    made: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    for day, of_day in groupby(events, key=lambda event: event.at.date()):
        rows = list(of_day)
        counts.update(event.state for event in rows)
        made.append(
            {
                "day": day.isoformat(),
                "sent": [_sent(event) for event in rows if event.say is not None],
                "not_sent": [_not_sent(event) for event in rows if event.say is None],
            }
        )
    return {"from": start.isoformat(timespec="minutes"), "days": days, "counts": dict(counts), "on": made}


def _sent(event: Event) -> dict[str, Any]:
    text, buttons = words(event)
    return {
        "time": event.at.strftime("%H:%M"), "to": f"person {event.person}", "kinds": list(event.kinds),
        "say": event.say.message if event.say else None, "language": event.language, "text": text,
        "choices": buttons,
    }  # fmt: skip


def _not_sent(event: Event) -> dict[str, Any]:
    return {
        "time": event.at.strftime("%H:%M"), "to": f"person {event.person}", "kinds": list(event.kinds),
        "state": event.state, "reason": event.reason,
    }  # fmt: skip


def words(event: Event) -> tuple[str, list[str]]:
    """The message as the person would read it, and its buttons; its bare id while a text is missing."""
    assert event.say is not None
    code = event.language or DEFAULT_LANGUAGE
    try:
        text = render.text(event.say.message, event.say.params, code, event.at)
        return text, [render.text(choice.label, choice.params, code, event.at) for choice in event.say.choices]
    except render.MissingMessage as missing:
        return f"[{event.say.message}: no text for {missing}]", []


def _print(start: datetime, days: int, events: Iterable[Event]) -> None:
    counts: Counter[str] = Counter()
    for day, of_day in groupby(events, key=lambda event: event.at.date()):
        print(f"\n{day:%A %d %B %Y}")
        for event in of_day:
            counts[event.state] += 1
            head = f"  {event.at:%H:%M}  person {event.person}"
            if event.say is None:
                print(f"{head}  {event.state}: {', '.join(event.kinds)} ({event.reason})")
                continue
            text, buttons = words(event)
            print(f"{head}  {', '.join(event.kinds)}")
            for line in [*text.splitlines(), *(f"[{button}]" for button in buttons)]:
                print(f"         {line}")
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nothing"
    print(f"\n{days} days from {start:%Y-%m-%d %H:%M}: {told}. This was a copy: nothing was sent or changed.")
