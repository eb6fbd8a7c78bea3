"""`labas parse` and `labas when`: what a text was understood as, one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.bootstrap import wall_clock
from bot.commands.moments import parse_now
from bot.errors import SettingsError
from store.clock import local


def _lines() -> Iterator[str]:
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", errors="replace").rstrip("\r\n")


def _print(found: object) -> None:
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def when(now: str | None) -> int:
    """The most useful time expression of each text. A line may be JSON: ``{"text": …, "now": …}``; a line whose "now"
    is no moment is answered ``none``, named on standard error, and makes the exit code 1."""
    from nlu.when import read

    moment = parse_now(now) if now else local(wall_clock())
    failed = 0
    for number, line in enumerate(_lines(), 1):
        text, at = line, moment
        try:
            text, at = _with_own_now(line, moment)
        except SettingsError as error:
            print(f"labas: line {number}: {error}", file=sys.stderr)
            failed = 1
            _print({"kind": "none"})
            continue
        _print(read(text, at))
    return failed


def _with_own_now(line: str, moment: datetime) -> tuple[str, datetime]:
    if not line.lstrip().startswith("{"):
        return line, moment
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return line, moment
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        return line, moment
    return given["text"], parse_now(str(given["now"])) if given.get("now") else moment


def parse(model: Path | None, now: str | None) -> int:
    """What the model, the danger net and the time reader make of each text."""
    from bot.commands.progress import progress
    from nlu.commands import parse_lines

    moment = parse_now(now) if now else local(wall_clock())
    with progress() as show:
        for found in parse_lines(_lines(), model=model, now=moment, progress=show):
            _print(found)
    return 0
