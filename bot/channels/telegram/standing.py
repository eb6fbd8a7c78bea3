"""Who blocked the bot and who let it back in: nothing is sent to a blocked address until the person is back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from anyio import to_thread

from bot.channels.telegram.incoming import CHANNEL, Standing
from store import people
from store.database import Session, Store
from store.models import Address


async def note(store: Store, change: Standing, clock: Callable[[], datetime]) -> bool:
    """Write it down; False when we do not know the address or the news is older than the person's last message.

    Platforms repeat themselves: a block that is told again after the person wrote must not silence us.
    """

    def work(session: Session) -> bool:
        whom = people.find(session, CHANNEL, change.address)
        if whom is None:
            return False
        row = session.get_one(Address, whom.address_id)
        if change.is_member:
            row.blocked_at = None
            return True
        if row.last_inbound_at is not None and change.at < row.last_inbound_at:
            return False
        row.blocked_at = clock()
        return True

    return await to_thread.run_sync(store.run, work)
