"""What every way of sending shares: putting a message into words, asking the channel, the call itself, and what follows
from its answer for the message, the address and the whole channel."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot import documents, logs, render
from bot.channels.base import Channel, Held, Prepares, Refused
from bot.errors import Failure, SendError
from bot.languages import DEFAULT_LANGUAGE
from bot.messages import Outgoing
from store import attempts, consequences, outbox, pacing, receipts
from store.clock import local
from store.database import Session, Store, is_transient
from store.ids import new_id
from store.results import ALARMS, Failed, Result, Sent, Unknown

log = structlog.get_logger(__name__)

# Shares of a try's lease. A call is given up well before the end, so that nobody else speaks for it meanwhile; and what
# was committed but not begun for long (the process was stopped) may soon be given up by others, so it is not begun.
_CALL_ENDS, _STALE = 0.9, 0.5
# What is held is released when its reason ends; this is for reasons that end in silence.
_HELD_FOR = timedelta(minutes=30)
DAILY_TIER = "daily_tier"
# After so many calls in a row that did not get out of the house, the channel rests a little: it is the network.
_OUT_OF_REACH, _RESTS = 10, timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Try:
    """A committed attempt and what it will send. ``begun`` is when it was committed, in seconds that only grow."""

    attempt: str
    channel: Channel
    waiting: outbox.OutMessage
    message: Outgoing
    begun: float


@dataclass(frozen=True, slots=True)
class Done:
    """A try and what became of it."""

    tried: Try
    result: Result
    error: SendError | None = None


class Sending:
    """Over the channels it was given, by name. ``clock`` gives the moment as aware UTC; ``lease`` is how long a try may
    take before it is given up as lost, ``silence`` how long an echo may take."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        *,
        lease: timedelta = attempts.LEASE,
        silence: timedelta = receipts.SILENCE,
    ) -> None:
        self.store = store
        self.channels = channels
        self.clock = clock
        self.lease = lease
        self.silence = silence
        self.owner = new_id()
        self._throttled: Counter[str] = Counter()
        self._not_out: Counter[str] = Counter()

    def words(self, session: Session, waiting: outbox.OutMessage, channel: Channel, now: datetime) -> Outgoing | None:
        """The message as it may be sent now. None when it may not: then it is settled as failed, or put off."""
        try:
            # A document asks the database; when that fails, only that is undone.
            with session.begin_nested() if waiting.say.document else nullcontext():
                message = self._rendered(session, waiting, channel, now)
            prepared = channel.prepare(session, waiting, message, now) if isinstance(channel, Prepares) else message
        except Exception as error:
            if is_transient(error):
                raise
            log.error("message_failed", row=waiting.id, error=type(error).__name__, where=logs.where(error))
            prepared = Refused(type(error).__name__)
        match prepared:
            case Outgoing():
                return prepared
            case Held():
                outbox.put_off(session, waiting.id, prepared.until or now + _HELD_FOR, prepared.reason)
            case Refused():
                self._refuse(session, waiting, prepared, now)
        return None

    def _refuse(self, session: Session, waiting: outbox.OutMessage, refused: Refused, now: datetime) -> None:
        attempt = outbox.begin_attempt(session, waiting.id, now, {}, self.owner)
        if attempt is not None:
            outbox.settle_attempt(session, attempt, Failed(refused.code, refused.failure), now)

    def _rendered(self, session: Session, waiting: outbox.OutMessage, channel: Channel, now: datetime) -> Outgoing:
        code = waiting.language or DEFAULT_LANGUAGE
        message = render.render(waiting.say, code, channel.limits, local(now))
        if waiting.say.document is None:
            return message
        file = documents.document(self.store, session, waiting.say.document, waiting.person_id, code, now)
        return replace(message, document=file)

    def may_open(
        self, session: Session, waiting: outbox.OutMessage, channel: Channel, before: pacing.Written, now: datetime
    ) -> bool:
        """Whether somebody may be written to first now; False puts the message off: the day's number is used up."""
        lane = waiting.say.lane
        if pacing.is_open(before, now) or pacing.may_open(session, channel.name, channel.pace, lane, now):
            return True
        # Those of the last day are counted by the hour.
        next_hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        outbox.put_off(session, waiting.id, next_hour, DAILY_TIER)
        return False

    async def call(self, tried: Try) -> Done:
        """The one request. Never raises."""
        lease, waited = self.lease.total_seconds(), time.monotonic() - tried.begun
        if waited > lease * _STALE:
            return Done(tried, Failed("stale", Failure.NOT_SENT))
        try:
            async with asyncio.timeout(lease * _CALL_ENDS - waited):
                given = await tried.channel.send(tried.waiting.address, tried.message, tracker=tried.attempt)
            return Done(tried, Sent(given))
        except SendError as error:
            tell = log.error if error.failure in ALARMS else log.warning
            tell(
                "send_failed", channel=tried.channel.name, code=error.code, failure=error.failure.value,
                attempt=tried.attempt,
            )  # fmt: skip
            return Done(tried, error.outcome(), error)
        except Exception as error:  # noqa: BLE001
            # A bug of the channel, or a call without an end: nobody knows whether the message arrived before it.
            code, where = type(error).__name__, logs.where(error)
            log.error("send_broke", channel=tried.channel.name, error=code, where=where, attempt=tried.attempt)
            return Done(tried, Unknown(code))

    def settle(self, session: Session, done: list[Done], now: datetime) -> None:
        """Note what became of tries, and what follows from it."""
        attempts.settle_all(session, [(one.tried.attempt, one.result) for one in done], now)
        for one in done:
            channel = one.tried.channel
            if one.error is not None and isinstance(channel, Prepares):
                channel.failed(session, one.tried.waiting, one.tried.message, one.error, now)
        # At the end: everybody wants the channel's row.
        for name in {one.tried.channel.name for one in done}:
            self._rest(session, name, [one for one in done if one.tried.channel.name == name], now)

    def _rest(self, session: Session, name: str, done: list[Done], now: datetime) -> None:
        """Let a channel rest for as long as what came back asks for, if it does."""
        failed = [one.result for one in done if isinstance(one.result, Failed)]
        # A full moment refuses everything that is on its way: that is one refusal, and one more only after a rest.
        if not any(one.kind is Failure.THROTTLED for one in failed):
            self._throttled[name] = 0
        elif not pacing.paused(session, name, now):
            self._throttled[name] += 1
        out_of_reach = [one for one in failed if one.kind is Failure.NOT_SENT and one.wait is None]
        self._not_out[name] = self._not_out[name] + len(out_of_reach) if len(out_of_reach) == len(done) else 0
        if self._not_out[name] >= _OUT_OF_REACH:
            pacing.pause(session, name, now + _RESTS, "out_of_reach")
        for result in failed:
            consequences.rest(session, name, result, now, now, max(1, self._throttled[name]))
        for one in done:
            if one.error is not None and one.error.rests is not None:
                pacing.pause(session, name, now + timedelta(seconds=one.error.rests), one.error.code)


def said(message: Outgoing) -> dict[str, object]:
    """What is really sent, kept (encrypted) on the attempt."""
    return {
        "text": message.text,
        "choices": [{"id": b.id, "label": b.label} for b in message.buttons],
        "language": message.language,
        "document": message.document.name if message.document else None,
        "ask_location": message.ask_location,
    }


def calls(message: Outgoing) -> int:
    """How many requests it takes: a file goes by itself."""
    return 2 if message.document is not None else 1
