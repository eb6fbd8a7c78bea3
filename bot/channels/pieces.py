"""A message in several pieces: a long text cut where it hurts least, and what to do when a later piece goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from bot.errors import Failure, SendError

# A message that is already half on the phone is worth a short wait, in seconds, and a few tries.
_PATIENCE, _TRIES, _FIRST_WAIT = 10.0, 4, 0.5
# But what is too much for the platform is everybody's matter: delivery must hear of it before it sends the next one.
_A_MOMENT = 5.0


def pieces(text: str, room: int) -> list[str]:
    """A text in pieces of at most ``room`` characters, cut at line ends, else between words, else anywhere; none is
    blank, for platforms refuse those."""
    made: list[str] = []
    rest = text.strip()
    while len(rest) > room:
        cut = _cut(rest, room)
        made.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in (*made, rest) if piece]


async def continued(call: Callable[[], Awaitable[str | None]], again: Collection[Failure]) -> str | None:
    """Send a piece after the first; failures of these kinds are tried again after a moment.

    Any other, and the last, is ``UNKNOWN`` for the whole message (code ``partly_…``): sending it again would repeat
    what the person has read. Who takes nothing more from us (``NEVER``) is that, whatever came before.
    """
    wait = _FIRST_WAIT
    for tried in range(1, _TRIES + 1):
        try:
            return await call()
        except SendError as error:
            failed = error
        if failed.failure is Failure.NEVER:
            raise failed
        is_everybodys = failed.failure is Failure.THROTTLED
        wait = max(wait * 2, failed.retry_after or 0)
        if failed.failure not in again or wait > (_A_MOMENT if is_everybodys else _PATIENCE) or tried == _TRIES:
            break
        await asyncio.sleep(wait)
    rests = (failed.retry_after or _A_MOMENT) if is_everybodys else None
    raise SendError(f"partly_{failed.code}", Failure.UNKNOWN, rests=rests)


def _cut(text: str, room: int) -> int:
    for mark in ("\n", " "):
        found = text.rfind(mark, 1, room + 1)
        if found > 0:
            return found
    return room
