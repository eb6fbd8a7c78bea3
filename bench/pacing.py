"""Four replicas send a campaign under the platform's limits while people are answered: the limit is used, never passed.

    uv run python -m bench.pacing [--rows N] [--platform telegram|whatsapp] [--replies N]

The platform refuses what is too much (Telegram: 30 messages in any second and one a second in a chat; WhatsApp: 80 in
any second with what comes in, one in six seconds a person). Each replica also answers people, so many a second in all;
``reply_p95`` is from the moment a reply was written down to the platform's yes. ``cap_used`` is what the platform took
in the busy part of the campaign, as a share of its limit. PostgreSQL. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from bench import broadcast
from bench.crowd import clock_from, databases, gather, opened
from bench.herd import Herd

ROWS, REPLICAS, TALKERS = 10_000, 4, 400
LIMITS = {"telegram": 30, "whatsapp": 80}
REPLIES_A_SECOND = 1.0


def replica(url: str, keys_file: Path, began: float, platform: str, api: str, replies: float) -> None:
    """What `labas serve` does to send, and somebody to be answered every now and then."""
    asyncio.run(_replica(url, keys_file, began, platform, api, replies))


async def _replica(url: str, keys_file: Path, began: float, platform: str, api: str, replies: float) -> None:
    from bot import logs
    from bot.channels.telegram.channel import PACE
    from bot.delivery import Delivery

    logs.configure("ERROR", as_json=False)
    store, channel = opened(url, keys_file), broadcast.channel_of(platform, url, api)
    if platform == "telegram":
        channel.pace = PACE
    else:
        channel.set_pace(80.0, None)
    clock = clock_from(began)
    delivery = Delivery(store, {channel.name: channel}, clock)
    async with delivery.running():
        answering = asyncio.create_task(_answer(store, delivery, clock, replies))
        while not answering.done():
            await delivery.look()
            await asyncio.sleep(2.0)


async def _answer(store: Any, delivery: Any, clock: Any, replies: float) -> None:
    """People who wrote are answered: the row, then at once the sending of it."""
    from anyio import to_thread

    from dialogues.effects import Say
    from store import outbox
    from store.database import Session
    from store.models import Address

    chance = random.Random()
    talkers = await to_thread.run_sync(_talkers, store)
    running: set[asyncio.Task[Any]] = set()
    while True:
        await asyncio.sleep(chance.expovariate(replies))
        address_id = chance.choice(talkers)

        def work(session: Session, address_id: str = address_id) -> None:
            if session.get(Address, address_id) is not None:
                outbox.enqueue(session, address_id, Say("goodbye"), clock(), language="fr")

        await to_thread.run_sync(store.run, work)
        task = asyncio.create_task(delivery.deliver(address_id))
        running.add(task)
        task.add_done_callback(running.discard)


def _talkers(store: Any) -> list[str]:
    from sqlalchemy import select

    from store.models import Message

    with store.read() as session:
        return list(session.scalars(select(Message.address_id).where(Message.state == "expired")))


async def run(platform: str, url: str, keys_file: Path, rows: int, replies: float = REPLIES_A_SECOND) -> dict[str, Any]:
    """One campaign under the limits."""
    judge, began = _judge(platform, rows + TALKERS), time.time()
    gather(url, keys_file, rows + TALKERS, platform, address=judge.addresses.__getitem__)
    if platform == "whatsapp":
        broadcast.have_just_written(url, keys_file)
    store = opened(url, keys_file)
    _to_talk(store, judge.addresses[rows:])
    async with judge.api as api:
        times = _watched(api)
        listener = None
        if platform == "whatsapp":
            port = broadcast.free_port()
            listener = Herd(1, broadcast.listen, (url, keys_file, began, api.url, port))
            await broadcast.subscribed(api, port)
        herd = Herd(REPLICAS, replica, (url, keys_file, began, platform, api.url, replies / REPLICAS))
        try:
            async with asyncio.timeout(broadcast.PATIENCE):
                while broadcast.still_open(await asyncio.to_thread(broadcast.counted, store)) > 2:
                    await asyncio.sleep(2)
        finally:
            herd.end()
            if listener is not None:
                listener.end()
        refused = _refused(platform, api)
    found = {**_figures(store, times, LIMITS[platform]), "refused": refused}
    store.close()
    return {**found, "refused_share": round(refused / max(1, len(times) + refused), 5)}


def _judge(platform: str, rows: int) -> Any:
    judge = broadcast.JUDGES[platform](rows)
    if platform == "telegram":
        from tests.platforms.telegram_rules import Rates

        judge.api.rates = Rates()
    else:
        from tests.platforms.whatsapp_rules import PAIR_BURST, PER_SECOND
        from tests.platforms.whatsapp_rules import Rates as WhatsAppRates

        judge.api.rates = WhatsAppRates(PER_SECOND, PAIR_BURST, None)
    return judge


def _watched(api: Any) -> list[float]:
    """The moments at which the platform took a message."""
    times: list[float] = []
    rates = api.rates
    name = "check" if hasattr(rates, "check") else "check_throughput"
    check = getattr(rates, name)

    def watched(*args: Any) -> None:
        check(*args)
        times.append(time.time())

    setattr(rates, name, watched)
    return times


def _refused(platform: str, api: Any) -> int:
    return sum(api.rates.refused.values())


def _to_talk(store: Any, addresses: list[str]) -> None:
    """These people are no part of the campaign: they are answered while it runs."""
    from sqlalchemy import select, update

    from store.models import Address, Message
    from store.people import address_index

    with store.write() as session:
        indexes = [address_index(session, channel, a) for a in addresses for channel in ("telegram", "whatsapp")]
        theirs = select(Address.id).where(Address.address_index.in_(indexes))
        session.execute(
            update(Message)
            .where(Message.address_id.in_(theirs))
            .values(state="expired")
            .execution_options(synchronize_session=False)
        )


def _figures(store: Any, times: list[float], limit: int) -> dict[str, Any]:
    from sqlalchemy import select

    from store.models import Message

    with store.read() as session:
        rows = session.execute(
            select(Message.lane, Message.state, Message.created_at, Message.settled_at).where(Message.say == "goodbye")
        ).all()
    replies = sorted(_seconds(row.created_at, row.settled_at) for row in rows if row.lane == "reply" and row.settled_at)
    states: dict[str, int] = {}
    for row in rows:
        if row.lane == "broadcast":
            states[row.state] = states.get(row.state, 0) + 1
    # Without the first and last seconds, in which the replicas come up and run out.
    begin, end = times[0] + 3, times[-1] - 3
    busy = [moment for moment in times if begin <= moment < end]
    return {
        "states": states, "replies": len(replies), "seconds": round(times[-1] - times[0], 1),
        "per_second": round(len(busy) / (end - begin), 2), "limit": limit,
        "cap_used": round(len(busy) / (end - begin) / limit, 4), "most_in_a_second": _most(times),
        "reply_p50": round(replies[len(replies) // 2], 3) if replies else None,
        "reply_p95": round(replies[int(len(replies) * 0.95)], 3) if replies else None,
    }  # fmt: skip


def _most(times: list[float]) -> int:
    most, first = 0, 0
    for number, moment in enumerate(times):
        while times[first] <= moment - 1:
            first += 1
        most = max(most, number - first + 1)
    return most


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()


def is_good(found: dict[str, Any]) -> bool:
    """The bar."""
    return (
        found["refused_share"] <= 0.001
        and found["cap_used"] >= 0.9
        and found["reply_p95"] is not None
        and found["reply_p95"] <= 2.0
    )


async def _all(options: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {}
    for platform in options.platform or ("telegram", "whatsapp"):
        with databases() as urls, tempfile.TemporaryDirectory() as folder:
            keys_file = Path(folder) / "keys.json"
            found = await run(platform, urls["postgresql"], keys_file, options.rows, options.replies)
            results[platform] = {**found, "ok": is_good(found)}
    return results


def main() -> int:
    """Run and print; 1 when the bar was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--replies", type=float, default=REPLIES_A_SECOND, help="a second, of all replicas")
    parser.add_argument("--platform", action="append", choices=("telegram", "whatsapp"))
    options = parser.parse_args()
    results = asyncio.run(_all(options))
    print(json.dumps({"bench": "pacing", "replicas": REPLICAS, "rows": options.rows, **results}))
    return 0 if all(result["ok"] for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
