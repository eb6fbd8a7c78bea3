"""What came in one POST, stored durably, all of it, before Meta gets its answer; then the workers are woken.

A message that cannot be stored as what it is, for a reason of its own, is set aside and holds up nothing; a database
that does not answer holds up the whole POST, which then comes again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from anyio import CapacityLimiter, to_thread

from bot.channels.whatsapp import news
from bot.channels.whatsapp.channel import WhatsApp
from bot.channels.whatsapp.incoming import ASK_STAFF, CHANNEL, READ, Heard
from bot.channels.whatsapp.reading import dump, fingerprint
from bot.channels.whatsapp.updates import Status, Update, updates
from bot.logs import where
from store import identity, inbox, knocking, outbox, pacing, people, talks
from store import news as kept
from store.database import Session

if TYPE_CHECKING:
    from bot.bootstrap import App  # at run time it would import us

log = structlog.get_logger(__name__)

U = TypeVar("U", bound=Update)

# So many messages in one transaction, and so many transactions at once: few enough that nobody waits long for a lock,
# and that answers find a connection to the database too.
_AT_ONCE = 50
_WRITERS = 8
# Of a body that cannot be read so much is kept for staff, in bytes.
_KEPT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """A message that is now in the inbox. ``is_owned``: a member of staff answers it."""

    address_id: str
    external_id: str
    is_owned: bool


class Receiver:
    """``counts`` says what became of updates: ``stored repeated silent receipt news aside unreadable``."""

    def __init__(
        self, app: App, channel: WhatsApp, phone_id: str, account_id: str, wake: Callable[[str], None]
    ) -> None:  # fmt: skip
        self._app = app
        self._channel = channel
        self._phone_id, self._account_id = phone_id, account_id
        self._wake = wake
        self.counts: Counter[str] = Counter()
        self._writers = CapacityLimiter(_WRITERS)

    async def take(self, payload: dict[str, Any]) -> None:
        """Returns when nothing of it needs Meta any more. Raises what the store raises; then it must come again."""
        found = updates(payload, self._phone_id, self._account_id)
        stored = await to_thread.run_sync(self._store, found, limiter=self._writers)
        latest = {each.address_id: each for each in stored}
        for each in latest.values():
            self._wake(each.address_id)
            self._channel.mark_read(each.external_id, is_typing=not each.is_owned)

    async def unreadable(self, body: bytes) -> None:
        """A signed body that is no JSON object: it is kept as it came, never asked for again. Raises as ``take``."""
        raw = body[:_KEPT_BYTES].decode("latin-1")

        def work(session: Session) -> bool:
            return kept.keep(
                session, CHANNEL, fingerprint(raw, len(body)), self._app.clock(), code="unreadable",
                state="quarantined", payload=raw,
            )  # fmt: skip

        self.counts["unreadable"] += 1
        await to_thread.run_sync(self._app.store.run, work)
        log.warning("update_unreadable", size=len(body), count=self.counts["unreadable"])

    def _store(self, found: Sequence[Update]) -> list[Stored]:
        heard = self._not_repeated([update for update in found if isinstance(update, Heard)])
        stored: list[Stored] = []
        for start in range(0, len(heard), _AT_ONCE):
            stored += self._messages(heard[start : start + _AT_ONCE])
        statuses = [update for update in found if isinstance(update, Status)]
        if statuses:
            self.counts["receipt"] += len(statuses)
            self._safely(statuses, news.receive)
        for update in found:
            if not isinstance(update, Heard | Status):
                self.counts["news"] += 1
                self._safely([update], news.note)
        return stored

    def _not_repeated(self, heard: list[Heard]) -> list[Heard]:
        """Without what has come before. A look that waits for no writer: under load most of what comes is repeated."""
        if not heard:
            return []
        with self._app.store.read() as session:
            known = kept.stored(session, CHANNEL, {each.incoming.external_id for each in heard})
        self.counts["repeated"] += sum(each.incoming.external_id in known for each in heard)
        # As they were written: one person may come under two keys, and ``take_turns`` gives locks their one order.
        return [each for each in heard if each.incoming.external_id not in known]

    def _messages(self, heard: Sequence[Heard]) -> list[Stored]:
        def work(session: Session) -> list[Stored | str]:
            identity.take_turns(session, CHANNEL, [each.keys for each in heard])
            return [self._message(session, each, self._app.clock()) for each in heard]

        try:
            made = self._app.store.run(work)
        except Exception as error:
            if not kept.is_its_own_fault(error):
                raise
            if len(heard) > 1:
                # One of them is the reason; the others are stored without it.
                return [each for one in heard for each in self._messages([one])]
            self._set_aside(heard, error)
            return []
        self.counts.update(each if isinstance(each, str) else "stored" for each in made)
        stored = [each for each in made if isinstance(each, Stored)]
        pacing.note_inbound(CHANNEL, len(stored))
        return stored

    def _message(self, session: Session, heard: Heard, now: datetime) -> Stored | str:
        """One message, in the caller's transaction; a word when it needs no answer."""
        external_id = heard.incoming.external_id
        if identity.is_noted(session, CHANNEL, heard.keys):
            address = heard.keys.user_id or ""
        elif inbox.is_stored(session, CHANNEL, external_id):
            # Asked again, now that nobody else writes: a repetition from before somebody changed their number must not
            # make a new person.
            return "repeated"
        else:
            address = identity.resolve(session, CHANNEL, heard.keys, now)
        # A clock that is ahead of ours must not open the window for longer.
        at = min(heard.at or now, now)
        incoming = heard.incoming
        if heard.is_silent:
            whom = people.find_or_create(session, CHANNEL, address, now)
            if heard.kind != READ or knocking.has_answer(session, whom.address_id):
                return self._silent(session, heard, whom, at, now)
            # The answer they come for waited too long. Whoever knocked at their door lets them in.
            incoming = replace(incoming, choice=ASK_STAFF)
        accepted = inbox.accept(session, CHANNEL, external_id, address, incoming.to_payload(), now)
        if accepted is None:
            return "repeated"
        identity.heard(session, accepted.address_id, at)
        return Stored(accepted.address_id, external_id, talks.is_owned(session, accepted.person_id, now))

    @staticmethod
    def _silent(session: Session, heard: Heard, whom: people.Whom, at: datetime, now: datetime) -> Stored | str:
        external_id = heard.incoming.external_id
        kept.keep(session, CHANNEL, external_id, now, code=heard.kind, address_id=whom.address_id)
        people.note_inbound(session, whom, now)
        if heard.kind != READ:
            return "silent"
        identity.heard(session, whom.address_id, at)
        outbox.release_held(session, address_id=whom.address_id)
        return Stored(whom.address_id, external_id, is_owned=True)

    def _safely(self, found: Sequence[U], work: Callable[[Sequence[U], Session, datetime], None]) -> None:
        try:
            self._app.store.run(lambda session: work(found, session, self._app.clock()))
        except Exception as error:
            if not kept.is_its_own_fault(error):
                raise
            if len(found) > 1:
                # One of them is the reason; the others are noted without it.
                for one in found:
                    self._safely([one], work)
            else:
                self._set_aside(found, error)

    def _set_aside(self, found: Iterable[Update], error: Exception) -> None:
        """What cannot be stored as what it is: kept sealed, for staff."""
        log.error("update_set_aside", error=type(error).__name__, where=where(error))
        raw = dump([repr(update) for update in found])[:_KEPT_BYTES]

        def work(session: Session) -> bool:
            return kept.keep(
                session, CHANNEL, fingerprint("aside", raw), self._app.clock(), code=type(error).__name__,
                state="quarantined", payload=raw,
            )  # fmt: skip

        self.counts["aside"] += 1
        self._app.store.run(work)
