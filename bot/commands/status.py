"""`labas status`: how well messages are handed over, what waits and why, from the database that `serve` works on."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot import logs
from bot.bootstrap import wall_clock
from bot.settings import read_settings
from store import service_level, templates
from store.clock import local
from store.database import open_store
from store.service_level import LaneLevel, Level
from store.templates import TemplateRow


def run(hours: int, *, as_json: bool) -> int:
    """Print it; 1 when there are no data yet."""
    settings = read_settings()
    logs.configure("ERROR" if settings.log_level == "INFO" else settings.log_level, as_json=settings.log_json)
    if not settings.keys_path.exists():
        print("labas: there are no data here yet; `labas serve` makes them", file=sys.stderr)
        return 1
    store = open_store(settings.store_url, settings.keys_path)
    now = wall_clock()
    try:
        with store.read() as session:
            level = service_level.look(session, now, timedelta(hours=hours))
            unusable = templates.alarms(session)
    finally:
        store.close()
    if as_json:
        print(json.dumps(_as_json(level, unusable, now), ensure_ascii=False, indent=2))
    else:
        _print(level, unusable, now, hours)
    return 0


def _as_json(level: Level, unusable: Sequence[TemplateRow], now: datetime) -> dict[str, Any]:
    return {
        "since": level.since.isoformat(),
        "in_time": level.share,
        "lanes": [
            {
                "channel": lane.channel, "lane": lane.lane, "handed": lane.handed, "in_time": lane.in_time,
                "unknown": lane.unknown, "failures": lane.failures, "dropped": lane.dropped, "open": lane.open,
                "waiting": lane.waiting, "oldest_seconds": _age(lane.oldest, now),
            }
            for lane in level.lanes
        ],
        "held": level.held,
        "pauses": [
            {
                "channel": pause.channel, "until": pause.until.isoformat(), "code": pause.code,
                "campaigns_only": pause.bulk_only,
            }
            for pause in level.pauses
        ],
        "templates": [
            {"channel": row.channel, "name": row.name, "language": row.language, "why": _why(row)} for row in unusable
        ],
        "inbox": {
            "waiting": level.inbox_waiting, "oldest_seconds": _age(level.inbox_oldest, now),
            "quarantined": level.quarantined,
        },
    }  # fmt: skip


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else round((now - since).total_seconds(), 1)


def _why(row: TemplateRow) -> str:
    return row.why_not.removeprefix("template_") or row.status


def _print(level: Level, unusable: Sequence[TemplateRow], now: datetime, hours: int) -> None:
    share = "nothing was sent" if level.share is None else f"{level.share:.1%} handed over within 10 s (aim: 95 %)"
    print(f"Last {hours} h: {share}\n")
    if level.lanes:
        print("  channel   lane            sent  in 10 s  unknown  failed  waiting  oldest")
    for lane in level.lanes:
        print(f"  {_row(lane, now)}")
    for lane in level.lanes:
        for said, counts in (("failed", lane.failures), ("dropped", lane.dropped)):
            for why, count in sorted(counts.items()):
                print(f"  {lane.channel} {lane.lane}: {count} {said} ({why})")
    for reason, count in sorted(level.held.items()):
        print(f"  {count} held for {reason}")
    for pause in level.pauses:
        what = "campaigns are" if pause.bulk_only else "the channel is"
        print(f"  {pause.channel}: {what} paused until {local(pause.until):%H:%M:%S} ({pause.code})")
    for row in unusable:
        print(f"  {row.channel}: template {row.name} ({row.language}) is {_why(row)}")
    oldest = _age(level.inbox_oldest, now)
    since = f", the oldest for {oldest:.0f} s" if oldest is not None else ""
    print(f"\nInbox: {level.inbox_waiting} to be answered{since}; {level.quarantined} set aside after three failures.")


def _row(lane: LaneLevel, now: datetime) -> str:
    share = "-" if lane.share is None else f"{lane.share:.1%}"
    oldest = _age(lane.oldest, now)
    age = "-" if oldest is None else f"{oldest:.0f} s"
    return (
        f"{lane.channel:9} {lane.lane:12} {lane.handed:>7} {share:>8} {lane.unknown:>8}"
        f" {sum(lane.failures.values()):>7} {lane.waiting:>8}  {age}"
    )
