"""Puts the parts together, once, at start. The only place that knows all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from anyio import to_thread

from bot import logs
from bot.channels.base import Channel
from bot.conversation import Conversation, Reads
from bot.delivery import Delivery
from bot.messages import Incoming
from bot.settings import Settings
from nlu.normalise import skeleton
from scheduler.hours import hours
from scheduler.planner import Planner
from store import clock as zones
from store import demo, due, holidays
from store.database import Session, Store, open_store
from store.errors import DatabaseFault, StoreError

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class App:
    """The parts of a running Labas."""

    settings: Settings
    store: Store
    conversation: Conversation
    delivery: Delivery
    channels: Mapping[str, Channel]
    clock: Clock

    async def handle(self, incoming: Incoming) -> str | None:
        """One message from its arrival to the replies; the id of its address, or None when it came before."""
        address_id = await self.conversation.accept(incoming)
        if address_id is not None:
            await self.work(address_id)
        return address_id

    async def work(self, address_id: str) -> None:
        """Answer and send whatever waits for an address.

        Never raises: what goes wrong for one person must not end the work for the others. It is found again in the
        inbox and the outbox.
        """
        touched: list[str] = []
        try:
            touched = await self.conversation.answer(address_id)
        except Exception as error:  # noqa: BLE001
            log.error("answer_failed", whose=address_id, error=type(error).__name__, where=logs.where(error))
        for each in dict.fromkeys([address_id, *touched]):
            await self.deliver(each)

    async def deliver(self, address_id: str) -> None:
        """Send whatever waits for an address; never raises, as ``work``."""
        try:
            await self.delivery.deliver(address_id)
        except Exception as error:  # noqa: BLE001
            log.error("delivery_failed", whose=address_id, error=type(error).__name__, where=logs.where(error))

    async def close(self) -> None:
        """Let go of the database."""
        await to_thread.run_sync(self.store.close)


def open_data(settings: Settings, clock: Clock) -> Store:
    """The database, made and filled with demo facilities when it is new, with the planner in it; StoreError or
    KeysError with a sentence.

    Several processes may do so at the same time.
    """
    try:
        zone_data = zones.check()
    except zones.ZoneDataError as error:
        raise StoreError(str(error)) from error
    settings.data.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.store_url, settings.keys_path, fold=skeleton)

    def fill(session: Session) -> None:
        holidays.load(session)
        demo.load(session, store.places, clock())
        due.realign(session, zone_data)

    try:
        store.plan_with(Planner(), hours().first)
        store.run(fill)
    except DatabaseFault as error:
        store.close()
        raise StoreError(f"The database cannot be filled ({type(error).__name__}).") from error
    return store


def build(settings: Settings, store: Store, reader: Reads, channels: Mapping[str, Channel], clock: Clock) -> App:
    """An app over an open store and the channels that are on."""
    return App(
        settings=settings,
        store=store,
        conversation=Conversation(store, reader, clock),
        delivery=Delivery(store, channels, clock),
        channels=channels,
        clock=clock,
    )
