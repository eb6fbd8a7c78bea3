"""What a platform reports of messages it took: accepted, sent, delivered, read, or failed after all.

Reports come late, doubled and in any order, so they only ever raise what is known of a try. On platforms that give our
own name of a try back they also settle calls whose answer never came: an echo proves that it arrived, and silence does
the contrary, once later tries have been echoed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, Select, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from store import attempts, consequences, pacing, sealed
from store.lanes import URGENT
from store.models import Attempt, Lane, Message
from store.models.base import table
from store.results import Failed, Failure, Sent, Unknown

State = Literal["accepted", "sent", "delivered", "read", "failed"]
_RANK: dict[str | None, int] = {None: 0, "piece": 0, "accepted": 1, "sent": 2, "delivered": 3, "read": 4, "failed": 4}
# A call without an echo for so long did not arrive, if tries that began well after it have been echoed meanwhile.
SILENCE = timedelta(minutes=15)
_WELL_AFTER = 15
_LOOKED_BACK = timedelta(days=2)
NO_ECHO = "no_echo"
# After so many tries without an echo it may be the echoes that are missing: what became of the next stays unknown.
_MOST_SILENT = 2
# The shared mark of the newest echo need not be exact: at most one write in so many seconds.
_MARK_EVERY = 1.0

_ATTEMPT, _MESSAGE, _LANE = table(Attempt), table(Message), table(Lane)
_LATER = _MESSAGE.alias("later")
_SILENCED = _ATTEMPT.alias("silenced")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A report about a try, which ``tracker`` or the platform's ``external_id`` names. ``failed`` is why."""

    state: State
    at: datetime
    tracker: str | None = None
    external_id: str | None = None
    failed: Failed | Unknown | None = None


_FIND: Select[Any] = (
    select(
        _ATTEMPT.c.id, _ATTEMPT.c.external_index, _ATTEMPT.c.message_id, _ATTEMPT.c.number, _ATTEMPT.c.state,
        _ATTEMPT.c.code, _ATTEMPT.c.receipt, _ATTEMPT.c.at, _MESSAGE.c.address_id,
    )
    .join(_MESSAGE, _MESSAGE.c.id == _ATTEMPT.c.message_id)
    .where(
        _MESSAGE.c.channel == bindparam("on"),
        or_(
            _ATTEMPT.c.id.in_(bindparam("trackers", expanding=True)),
            _ATTEMPT.c.external_index.in_(bindparam("indexes", expanding=True)),
        ),
    )
    .order_by(_ATTEMPT.c.id)
    .with_for_update(of=_ATTEMPT)
)  # fmt: skip
_RAISE = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("row"))
    .values(receipt=bindparam("reached"), receipt_at=bindparam("reached_at"))
)
# A piece before the last one is on the phone: it proves nothing about the whole, but silence does neither any more.
_PIECE = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("row"), _ATTEMPT.c.receipt.is_(None))
    .values(receipt="piece", receipt_at=bindparam("now"))
)
_PROVEN = _RAISE.values(
    state="sent", code=None, settled_at=bindparam("now"), external_id=bindparam("external"),
    external_index=bindparam("external_blind"),
)  # fmt: skip
_FAILED = _RAISE.values(state="failed", code=bindparam("why"), settled_at=bindparam("now"))
_MARK = (
    update(_LANE)
    .where(_LANE.c.id == bindparam("on"), _LANE.c.echoed_at < bindparam("enough"))
    .values(echoed_at=bindparam("moment"))
)
_SILENT: Select[Any] = (
    select(
        _ATTEMPT.c.id, _MESSAGE.c.id.label("message_id"), _MESSAGE.c.lane, _MESSAGE.c.expires_at,
        exists()
        .where(
            _LATER.c.address_id == _MESSAGE.c.address_id, _LATER.c.number > _MESSAGE.c.number,
            _LATER.c.state == "sent", _LATER.c.lane.in_(URGENT),
        )
        .label("talk_went_on"),
    )
    .join(_MESSAGE, _MESSAGE.c.id == _ATTEMPT.c.message_id)
    .join(_LANE, _LANE.c.id == _MESSAGE.c.channel)
    .where(
        _ATTEMPT.c.state == "unknown", _ATTEMPT.c.at > bindparam("since"), _ATTEMPT.c.at <= bindparam("until"),
        _MESSAGE.c.state == "unknown", _MESSAGE.c.channel == bindparam("on"), _ATTEMPT.c.number == _MESSAGE.c.tries,
        # The newest echo is of a try that began well after it: receipts are flowing.
        _ATTEMPT.c.at <= bindparam("echoed"),
        # Nothing of it is known to be on the phone: neither by the answer to its first piece nor by that one's echo.
        _ATTEMPT.c.receipt.is_(None), _ATTEMPT.c.code.not_like("partly%"),
        select(func.count())
        .where(_SILENCED.c.message_id == _ATTEMPT.c.message_id, _SILENCED.c.code == NO_ECHO)
        .scalar_subquery() < _MOST_SILENT,
    )
    .order_by(_ATTEMPT.c.id)
    .limit(200)
    .with_for_update(of=_ATTEMPT, skip_locked=True)
)  # fmt: skip
_ECHOED = select(_LANE.c.echoed_at).where(_LANE.c.id == bindparam("on"))
_GIVE_UP = (
    update(_ATTEMPT).where(_ATTEMPT.c.id == bindparam("row")).values(state="failed", code=NO_ECHO)
)  # fmt: skip
_MESSAGE_IS = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id == bindparam("row"), _MESSAGE.c.state == "unknown")
    .values(state=bindparam("becomes"), failure=bindparam("why"), settled_at=bindparam("settled"))
)
_AGAIN = _MESSAGE_IS.values(next_at=bindparam("now"))


def receive(session: Session, channel: str, receipts: Iterable[Receipt], now: datetime) -> int:
    """Note reports of one channel, all of a delivery in one call; how many told something new.

    Reports of what we do not know are nothing to us. A tracker with a dot is that of a piece before the last one.
    """
    all_of_them = list(receipts)
    known = [receipt for receipt in all_of_them if receipt.tracker is None or "." not in receipt.tracker]
    pieces = {_whole(r.tracker) for r in all_of_them if r.tracker and "." in r.tracker and r.state != "failed"}
    vault = sealed.vault_of(session)
    blind = {r.external_id: vault.blind("attempt", r.external_id) for r in known if r.external_id}
    trackers = {r.tracker for r in known if r.tracker} | pieces
    if not trackers and not blind:
        return 0
    indexes = {blind[r.external_id] for r in known if r.external_id and not r.tracker}
    values = {"on": channel, "trackers": sorted(trackers), "indexes": sorted(indexes)}
    failing = [receipt for receipt in known if receipt.state == "failed"]
    attempts.hold_addresses(
        session,
        {receipt.tracker for receipt in failing if receipt.tracker},
        {blind[receipt.external_id] for receipt in failing if receipt.external_id},
    )
    found = session.execute(_FIND, values).all()
    new, newest = 0, 0.0
    failures: list[tuple[datetime, Failed]] = []
    for row in found:
        theirs = [
            r for r in known
            if r.tracker == row.id or (not r.tracker and r.external_id and blind[r.external_id] == row.external_index)
        ]  # fmt: skip
        if row.id in pieces:
            session.execute(_PIECE, {"row": row.id, "now": now})
        if not theirs:
            continue
        if any(r.tracker for r in theirs):
            newest = max(newest, row.at.timestamp())
        highest = max(theirs, key=lambda receipt: _RANK[receipt.state])
        if _RANK[highest.state] > _RANK[row.receipt]:
            failed = _reach(session, row, highest, blind.get(highest.external_id or ""), now)
            if failed is not None:
                failures.append((highest.at, failed))
            new += 1
    # The row that all share comes last.
    if newest:
        pacing.ensure(session, channel)
        session.execute(_MARK, {"on": channel, "moment": newest, "enough": newest - _MARK_EVERY})
    for at, failed in failures:
        # From the report's own moment: an old one that comes late stops nothing.
        consequences.rest(session, channel, failed, at, now)
    return new


def _whole(tracker: str) -> str:
    return tracker.partition(".")[0]


def _reach(session: Session, row: Row[Any], receipt: Receipt, index: str | None, now: datetime) -> Failed | None:
    """Note it; what failed, if it did."""
    values = {"row": row.id, "reached": receipt.state, "reached_at": receipt.at, "now": now}
    if receipt.state == "failed":
        failed = receipt.failed
        if not isinstance(failed, Failed):
            # It says why in a way that we do not know; that it did not arrive is certain.
            failed = Failed(failed.code if failed else "failed", Failure.UNDELIVERABLE)
        session.execute(_FAILED, {**values, "why": failed.code[:64]})
        attempts.conclude(session, row.message_id, row.number, failed, now, row.at, after_all=True)
        return failed
    if row.state in ("calling", "unknown") or row.code == NO_ECHO:
        external = receipt.external_id and sealed.seal(session, "attempt", "external_id", row.id, receipt.external_id)
        session.execute(_PROVEN, {**values, "external": external, "external_blind": index})
        attempts.conclude(session, row.message_id, row.number, Sent(receipt.external_id), now, row.at)
    else:
        session.execute(_RAISE, values)
    if receipt.state in ("delivered", "read"):
        consequences.was_delivered(session, row.address_id)
    return None


@dataclass(frozen=True, slots=True)
class Settled:
    """How many calls without an echo are tried again, and how many were given up."""

    again: int
    given_up: int


def settle_silent(session: Session, channel: str, now: datetime, silence: timedelta = SILENCE) -> Settled:
    """Settle calls whose answer never came and of which no echo came either: surely they did not arrive.

    They are tried again, unless it is too late or the talk has gone on without them.
    """
    echoed = session.scalar(_ECHOED, {"on": channel})
    if not echoed:
        return Settled(0, 0)
    until = datetime.fromtimestamp(echoed, now.tzinfo) - silence / _WELL_AFTER
    values = {"on": channel, "since": now - _LOOKED_BACK, "until": now - silence, "echoed": until}
    rows = session.execute(_SILENT, values).all()
    given_up = _settle(session, rows, now)
    return Settled(len(rows) - given_up, given_up)


def _settle(session: Session, rows: Sequence[Row[Any]], now: datetime) -> int:
    given_up = 0
    for row in rows:
        session.execute(_GIVE_UP, {"row": row.id})
        about = {"row": row.message_id, "now": now}
        if row.expires_at <= now or (row.lane in URGENT and row.talk_went_on):
            session.execute(_MESSAGE_IS, {**about, "becomes": "failed", "why": NO_ECHO, "settled": now})
            given_up += 1
        else:
            session.execute(_AGAIN, {**about, "becomes": "pending", "why": None, "settled": None})
    return given_up
