"""What a failed send means for the message and its address: one table, first row that fits.

After an answer that never came the message may have arrived, so it is ``unknown`` and never repeated blindly.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple

from telegram.error import TelegramError

from bot.channels.telegram.client import Lost, Refused
from bot.errors import Failure, SendError

# A wrong token is for the operator to mend; asking every few seconds helps nobody.
HALTED_SECONDS = 300.0
_FLOOD_SECONDS = 5.0


class _Row(NamedTuple):
    status: int
    fragment: str
    code: str
    failure: Failure = Failure.OUR_BUG


_TABLE: tuple[_Row, ...] = (
    _Row(403, "blocked", "blocked", Failure.NEVER),
    _Row(403, "deactivated", "deactivated", Failure.NEVER),
    _Row(403, "", "forbidden", Failure.NEVER),
    _Row(400, "chat not found", "chat_not_found", Failure.NEVER),
    _Row(400, "user not found", "chat_not_found", Failure.NEVER),
    _Row(400, "peer_id_invalid", "chat_not_found", Failure.NEVER),
    _Row(400, "too long", "text_too_long"),
    _Row(400, "button_data_invalid", "button_data_invalid"),
    _Row(400, "", "bad_request"),
    _Row(413, "", "too_large"),
    _Row(401, "", "channel_halted", Failure.HALT),
    _Row(404, "", "channel_halted", Failure.HALT),
)


def send_error(error: TelegramError) -> SendError:
    """The consequences of a failed call."""
    if isinstance(error, Lost):
        if error.was_sent:
            return SendError("no_answer", Failure.UNKNOWN)
        return SendError("not_connected", Failure.NOT_SENT)
    if isinstance(error, Refused):
        return _refused(error)
    return SendError("no_answer", Failure.UNKNOWN)


def _refused(error: Refused) -> SendError:
    if error.status == 429:
        wait = _FLOOD_SECONDS if error.retry_after is None else error.retry_after
        return SendError("flood", Failure.THROTTLED, retry_after=wait + jitter())
    if error.status >= 500:
        return SendError(f"http_{error.status}", Failure.UNKNOWN)
    if error.description is None and error.status not in (401, 404, 413):
        # Something between us and Telegram spoke, and did not let the request through; nobody blocked us.
        return SendError(f"http_{error.status}", Failure.NOT_SENT)
    said = (error.description or "").lower()
    for row in _TABLE:
        if row.status == error.status and row.fragment in said:
            halted = HALTED_SECONDS if row.failure is Failure.HALT else None
            return SendError(row.code, row.failure, retry_after=halted)
    return SendError(f"http_{error.status}")


def is_stale_press(error: TelegramError) -> bool:
    """Answering a press that is too old or already answered: nothing is wrong."""
    return isinstance(error, Refused) and error.status == 400 and "query" in (error.description or "").lower()


def jitter() -> float:
    """Up to a second, so that those who waited do not all come at once."""
    return secrets.randbelow(1000) / 1000
