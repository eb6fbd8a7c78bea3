"""From a message that must be said to one that was: rendered now, the try committed before the call, then settled.

A try whose answer never came is ``unknown`` and is never repeated blindly; danger advice is said once more. Replies to
one address keep their order: a message that waits for another try holds back those behind it, but never danger advice.
Whatever goes wrong with one message settles that message, so that the next can go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from anyio import to_thread

from bot import documents, logs, render
from bot.channels.base import Channel
from bot.errors import SendError
from bot.languages import DEFAULT_LANGUAGE
from bot.messages import Outgoing
from store import outbox
from store.clock import local
from store.database import Session, Store, is_transient

log = structlog.get_logger(__name__)

_Result = outbox.Sent | outbox.Failed | outbox.Unknown


@dataclass(frozen=True, slots=True)
class _Try:
    """A committed attempt and what it will send."""

    attempt: str
    address: str
    message: Outgoing


class Delivery:
    """Sends over the channels it was given, by name. ``clock`` gives the moment as aware UTC."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock

    async def deliver(self, address_id: str) -> int:
        """Send everything that can be sent to one address now, in order; how many were handed over."""
        sent = 0
        trying = await to_thread.run_sync(self._next, address_id, None)
        while trying is not None:
            channel, attempt = trying
            result = await self._call(channel, attempt)
            sent += isinstance(result, outbox.Sent)
            trying = await to_thread.run_sync(self._next, address_id, (attempt.attempt, result))
        return sent

    def _next(self, address_id: str, done: tuple[str, _Result] | None) -> tuple[Channel, _Try] | None:
        """Settle the try that was made, and begin the next, in one transaction; None when nothing can be sent now."""

        def work(session: Session) -> tuple[Channel, _Try] | None:
            outbox.hold(session, address_id)
            if done is not None:
                outbox.settle_attempt(session, *done, self._clock())
            # After a failure the rest waits for the next tick, and only danger advice is tried at once.
            return self._begin_in(session, address_id, only_danger=done is not None and not _arrived(done[1]))

        return self._store.run(work)

    def _begin_in(self, session: Session, address_id: str, *, only_danger: bool) -> tuple[Channel, _Try] | None:
        now = self._clock()
        # Asked again after each message that is not sent: what may go next depends on what became of it.
        while ready := self._ready(session, address_id, now, only_danger=only_danger):
            waiting = ready[0]
            channel = self._channels.get(waiting.channel)
            if channel is None:
                return None
            message = self._rendered_or_failed(session, waiting, channel, now)
            if message is None:
                continue
            attempt = outbox.begin_attempt(session, waiting.id, now, _said(message))
            if attempt is not None:
                return channel, _Try(attempt, waiting.address, message)
        return None

    def _ready(self, session: Session, address_id: str, now: datetime, *, only_danger: bool) -> list[outbox.OutMessage]:
        ready = outbox.pending(session, address_id, now)
        return [message for message in ready if message.say.lane == "danger"] if only_danger else ready

    def _rendered_or_failed(
        self, session: Session, waiting: outbox.OutMessage, channel: Channel, now: datetime
    ) -> Outgoing | None:
        """The message in words; None when it cannot be put into words, and it is settled as failed."""
        try:
            # A document asks the database; when that fails, only that is undone.
            with session.begin_nested() if waiting.say.document else nullcontext():
                return self._rendered(session, waiting, channel, now)
        except Exception as error:
            if is_transient(error):
                raise
            code = type(error).__name__
            log.error("message_failed", row=waiting.id, error=code, where=logs.where(error))
        attempt = outbox.begin_attempt(session, waiting.id, now, {})
        if attempt is not None:
            outbox.settle_attempt(session, attempt, outbox.Failed(code, retryable=False), now)
        return None

    def _rendered(self, session: Session, waiting: outbox.OutMessage, channel: Channel, now: datetime) -> Outgoing:
        code = waiting.language or DEFAULT_LANGUAGE
        message = render.render(waiting.say, code, channel.limits, local(now))
        if waiting.say.document is None:
            return message
        file = documents.document(self._store, session, waiting.say.document, waiting.person_id, code, now)
        return replace(message, document=file)

    async def _call(self, channel: Channel, attempt: _Try) -> _Result:
        try:
            return outbox.Sent(await channel.send(attempt.address, attempt.message))
        except SendError as error:
            log.warning("send_failed", channel=channel.name, code=error.code, attempt=attempt.attempt)
            if error.unknown:
                return outbox.Unknown(error.code)
            wait = timedelta(seconds=error.retry_after) if error.retry_after is not None else None
            return outbox.Failed(error.code, error.retryable, wait, error.stops_address)
        except Exception as error:  # noqa: BLE001
            # A bug of the channel: nobody knows whether the message arrived before it.
            code = type(error).__name__
            log.error("send_broke", channel=channel.name, error=code, where=logs.where(error), attempt=attempt.attempt)
            return outbox.Unknown(code)


def _arrived(result: _Result) -> bool:
    return isinstance(result, outbox.Sent)


def _said(message: Outgoing) -> dict[str, object]:
    """What is really sent, kept (encrypted) on the attempt."""
    return {
        "text": message.text,
        "choices": [{"id": b.id, "label": b.label} for b in message.buttons],
        "language": message.language,
        "document": message.document.name if message.document else None,
        "ask_location": message.ask_location,
    }
