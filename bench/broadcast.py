"""A campaign to ten thousand people by six workers that are killed and stopped all the time: nobody twice, all reached.

    uv run python -m bench.broadcast [--rows N] [--kills N] [--stops N] [--platform telegram|whatsapp] [--database …]

The platform is a server of our own that takes messages over HTTP and writes down what everybody has on the screen: it
is the judge. ``delivered_twice``: somebody has the message twice. ``lost``: it counts as sent and nobody has it, or it
was never brought to an end. ``unknown``: nobody can say (the worker was killed during the call); not repeated. On
WhatsApp the platform's reports settle these calls. Leases are shortened to seconds. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.crowd import MORNING, clock_from, databases, gather, opened
from bench.herd import Herd

ROWS, KILLS, STOPS, WORKERS, HANDS = 10_000, 200, 50, 6, 4
# In place of two minutes; how long an echo may take is twice that, in place of fifteen.
LEASE = 6.0
PATIENCE = 1800.0
WORD = "a-word-of-the-bench"


def settings_of(url: str, api: str) -> Any:
    """Settings of a process of ours, with both channels."""
    from bot.settings import Settings
    from tests.platforms import telegram, whatsapp

    return Settings(
        database_url=url, telegram_token=telegram.TOKEN, telegram_api=api, whatsapp_token=whatsapp.TOKEN,
        whatsapp_api=api, whatsapp_phone_id=whatsapp.PHONE_ID, whatsapp_account_id=whatsapp.ACCOUNT_ID,
        whatsapp_secret=whatsapp.SECRET, whatsapp_verify_token=WORD,
    )  # fmt: skip


def channel_of(platform: str, url: str, api: str) -> Any:
    """The real channel of a platform, without its pace: here it is to be as fast as it can."""
    from bot.channels.base import FREE

    settings = settings_of(url, api)
    if platform == "telegram":
        from bot.channels.telegram import Telegram

        return Telegram(settings.telegram_token, api, FREE)
    from bot.channels.whatsapp import channel_of as whatsapp

    made = whatsapp(settings)
    made.set_pace(0.0, None)
    return made


def work(
    url: str, keys_file: Path, began: float, platform: str, api: str, lease: float, read_seconds: float | None
) -> None:
    """A worker: everything that `labas serve` does to send, until it is ended."""
    asyncio.run(_work(url, keys_file, began, platform, api, lease, read_seconds))


async def _work(
    url: str, keys_file: Path, began: float, platform: str, api: str, lease: float, read_seconds: float | None
) -> None:
    from bot import logs
    from bot.channels.telegram import client as telegram
    from bot.channels.whatsapp import client as whatsapp
    from bot.delivery import Delivery

    logs.configure("ERROR", as_json=False)
    if read_seconds is not None:
        # In place of twenty: nobody has so much patience here.
        telegram.READ_SECONDS = whatsapp.READ_SECONDS = read_seconds
    store, channel = opened(url, keys_file), channel_of(platform, url, api)
    times = {"lease": timedelta(seconds=lease), "silence": timedelta(seconds=2 * lease)}
    delivery = Delivery(store, {channel.name: channel}, clock_from(began), hands=HANDS, **times)
    async with delivery.running():
        while True:
            await delivery.look()
            await asyncio.sleep(0.5)


def listen(url: str, keys_file: Path, began: float, api: str, port: int) -> None:
    """The receiving side of WhatsApp: reports of what became of messages come in here."""
    asyncio.run(_listen(url, keys_file, began, api, port))


async def _listen(url: str, keys_file: Path, began: float, api: str, port: int) -> None:
    from starlette.applications import Starlette

    from bot import logs
    from bot.bootstrap import build
    from bot.channels.whatsapp import receiving
    from tests.channels.serving import Lines, serving

    logs.configure("ERROR", as_json=False)
    store, channel = opened(url, keys_file), channel_of("whatsapp", url, api)
    app = build(settings_of(url, api), store, Lines(), {"whatsapp": channel}, clock_from(began))
    with socket.create_server(("127.0.0.1", port)) as listening:
        async with receiving(app, lambda _: None) as routes, serving(Starlette(routes=list(routes)), listening):
            await asyncio.Event().wait()


class TelegramJudge:
    """The Bot API with people on it; ``seen`` is how many messages each address has on the screen."""

    def __init__(self, rows: int, mishaps: Any = None) -> None:
        from tests.platforms.telegram import BotApi

        self.api = BotApi(late_seconds=1.0)
        self.api.rates = _NoRates()  # type: ignore[assignment]
        self.api.mishaps = mishaps
        self.addresses = [str(1000 + number) for number in range(rows)]
        for address in self.addresses:
            self.api.person(int(address)).sees  # noqa: B018 - who is looked at has a chat

    def seen(self) -> Counter[str]:
        return Counter({str(chat.id): len(chat.shown) for chat in self.api.chats.values()})


class WhatsAppJudge:
    """The Cloud API with people on it, all of whom wrote a moment ago."""

    def __init__(self, rows: int, mishaps: Any = None) -> None:
        from tests.platforms.whatsapp import CloudApi
        from tests.platforms.whatsapp_webhooks import How

        self.api = CloudApi(tier=None, per_second=10**9, pair_burst=10**9, late_seconds=1.0)
        self.api.mishaps = mishaps
        self.api.webhooks.how = How(items=20)
        self.api.advance(MORNING.timestamp() - time.time())
        people = [self.api.person() for _ in range(rows)]
        for person in people:
            person.last_inbound = self.api.now()
        self.addresses = [person.user_id for person in people]

    def seen(self) -> Counter[str]:
        return Counter({person.user_id: len(person.sees) for person in self.api.people})


class _NoRates:
    """A platform without limits."""

    def check(self, chat: int, now: float) -> None:
        """Everything goes."""


JUDGES: dict[str, Any] = {"telegram": TelegramJudge, "whatsapp": WhatsAppJudge}


async def run(
    platform: str, url: str, keys_file: Path, rows: int, kills: int, stops: int, mishaps: Any = None,
    *, lease: float = LEASE, read_seconds: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One campaign; what became of it."""
    judge, began = JUDGES[platform](rows, mishaps), time.time()
    gather(url, keys_file, rows, platform, address=judge.addresses.__getitem__)
    if platform == "whatsapp":
        have_just_written(url, keys_file)
    async with judge.api as api:
        listener = None
        if platform == "whatsapp":
            listener = Herd(1, listen, (url, keys_file, began, api.url, port := free_port()))
            await subscribed(api, port)
        herd = Herd(WORKERS, work, (url, keys_file, began, platform, api.url, lease, read_seconds))
        store = opened(url, keys_file)
        try:
            await _disturb(herd, store, kills, stops, lease)
            await _ended(store, platform, lease)
            if listener is not None:
                await asyncio.sleep(2)
        finally:
            herd.end()
            if listener is not None:
                listener.end()
        found = judged(store, judge)
        store.close()
    seconds = time.time() - began
    return {**found, "kills": herd.kills, "stops": herd.stops, "hands": HANDS, "seconds": round(seconds, 1)}


async def subscribed(api: Any, port: int) -> None:
    """Have the fake bring its reports there, once it is up."""
    async with asyncio.timeout(30):
        while not await api.subscribe(f"http://127.0.0.1:{port}/whatsapp/webhook", WORD):
            await asyncio.sleep(0.2)


def free_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def have_just_written(url: str, keys_file: Path) -> None:
    """Everybody is within the 24 hours in which one may write freely."""
    from sqlalchemy import update

    from store.models import Address

    store = opened(url, keys_file)
    with store.write() as session:
        session.execute(update(Address).values(heard_at=MORNING, last_inbound_at=MORNING))
    store.close()


def counted(store: Any) -> dict[str, int]:
    """How many messages are in which state."""
    from sqlalchemy import func, select

    from store.models import Message

    with store.read() as session:
        return dict(session.execute(select(Message.state, func.count()).group_by(Message.state)).all())


def still_open(states: dict[str, int]) -> int:
    """How many of those are not at their end."""
    return states.get("pending", 0) + states.get("sending", 0)


async def _disturb(herd: Herd, store: Any, kills: int, stops: int, lease: float) -> None:
    """Kill and stop as long as there is something to send, evenly over the whole."""
    frozen: list[asyncio.Task[None]] = []
    total = sum(counted(store).values())
    while (herd.kills < kills or herd.stops < stops) and (left := still_open(counted(store))):
        await asyncio.sleep(0.05)
        share = 1 - left / total
        if herd.kills < kills * min(1.0, share * 1.2 + 0.02):
            herd.kill_one()
        if herd.stops < stops * min(1.0, share * 1.2 + 0.02) and len([f for f in frozen if not f.done()]) < 2:
            # Some longer than the lease: others speak for their tries meanwhile.
            seconds = lease * (0.2 if herd.stops % 4 else 1.3)
            frozen.append(asyncio.create_task(herd.stop_one(seconds)))
    await asyncio.gather(*frozen)


async def _ended(store: Any, platform: str, lease: float) -> None:
    """Wait until nothing is on its way any more, and on WhatsApp until what is unknown is settled."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = counted(store)
            open_ones = still_open(found)
            if not open_ones and (platform == "telegram" or not found.get("unknown", 0)):
                return
            if not open_ones and await _stays(store, found, lease):
                return
            await asyncio.sleep(0.5)


async def _stays(store: Any, found: dict[str, int], lease: float) -> bool:
    """Whether nothing moves any more, long after what is unknown should have been settled."""
    for _ in range(8):
        await asyncio.sleep(lease)
        if counted(store) != found:
            return False
    return True


def judged(store: Any, judge: Any) -> dict[str, Any]:
    """What the rows say beside what people have on the screen."""
    from sqlalchemy import func, select

    from store import sealed
    from store.models import Address, Attempt, Message

    seen = judge.seen()
    with store.read() as session:
        rows = [
            (sealed.must_get(session, address, "address"), message.state)
            for message, address in session.execute(select(Message, Address).join(Address))
        ]
        lost_calls = select(func.count()).where(
            Attempt.code.in_(("lost", "no_answer", "no_echo", "http_502")) | (Attempt.state == "unknown")
        )
        in_doubt = session.scalar(lost_calls) or 0
        attempts = session.scalar(select(func.count()).select_from(Attempt)) or 0
        echoed = session.scalar(
            select(func.count()).select_from(Attempt).where(Attempt.state == "sent", Attempt.receipt.is_not(None))
        )
    states = Counter(state for _, state in rows)
    unknown_seen = sum(seen[address] > 0 for address, state in rows if state == "unknown")
    return {
        "rows": len(rows), "states": dict(states), "attempts": attempts, "echoed": echoed,
        "delivered_twice": sum(times > 1 for times in seen.values()),
        "lost": sum(
            (state == "sent" and not seen[address]) or state in ("pending", "sending", "failed", "expired")
            for address, state in rows
        ),
        "unknown": states["unknown"], "unknown_that_arrived": unknown_seen, "in_doubt_at_the_end": in_doubt,
    }  # fmt: skip


def is_good(platform: str, found: dict[str, Any], kills: int) -> bool:
    """The bar: nobody twice, nobody left out, and no more unknown than were in flight when a worker was killed."""
    settled = platform == "telegram" or found["unknown"] <= 0.005 * max(1, found["kills"] * HANDS)
    return (
        found["delivered_twice"] == found["lost"] == 0
        and found["kills"] >= kills
        and found["unknown"] <= found["kills"] * HANDS + found["stops"] * HANDS
        and settled
    )


async def _all(options: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {}
    for platform in options.platform or ("telegram", "whatsapp"):
        with databases() as urls, tempfile.TemporaryDirectory() as folder:
            for name in options.database or ("postgresql", "sqlite"):
                keys_file = Path(folder) / f"{name}-keys.json"
                found = await run(platform, urls[name], keys_file, options.rows, options.kills, options.stops)
                results[f"{platform}/{name}"] = {**found, "ok": is_good(platform, found, options.kills)}
    return results


def main() -> int:
    """Run and print; 1 when the bar was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--stops", type=int, default=STOPS)
    parser.add_argument("--platform", action="append", choices=("telegram", "whatsapp"))
    parser.add_argument("--database", action="append", choices=("postgresql", "sqlite"))
    options = parser.parse_args()
    results = asyncio.run(_all(options))
    print(json.dumps({"bench": "broadcast", "workers": WORKERS, **results}))
    return 0 if all(result["ok"] for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
