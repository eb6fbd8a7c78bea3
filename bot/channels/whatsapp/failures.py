"""What each of Meta's codes means for the message, its address and the channel: one table.

Codes decide, never titles, which Meta changes. The same code may be the answer to a call or come later, in the status
of a message that was accepted first; then it surely failed.
"""

from __future__ import annotations

from bot.errors import Failure, SendError

_CODES: dict[Failure, tuple[int, ...]] = {
    Failure.THROTTLED: (2, 4, 80007, 130429, 131016, 131057),
    Failure.SLOWER: (131056,),
    Failure.WINDOW: (131047,),
    Failure.HELD: (131049,),
    Failure.UNWANTED: (131050,),
    Failure.UNDELIVERABLE: (130472, 130497, 131021, 131026, 131030, 131062, 137000),
    Failure.OUR_BUG: (
        100, 131008, 131009, 131051, 131052, 131053, 132005, 132007, 132008, 135000,
    ),
    Failure.TEMPLATE: (131063, 132000, 132001, 132012, 132015, 132016),
    Failure.SPAM: (131048, 131064),
    Failure.HALT: (
        0, 3, 10, 33, 190, *range(200, 300), 368, 131005, 131031, 131037, 131042, 131044, 131045, 133010,
    ),
}  # fmt: skip
FAILURES: dict[int, Failure] = {code: failure for failure, codes in _CODES.items() for code in codes}
# What a template is after such an answer: not to be tried again before Meta says so. The first three mean that it was
# deleted or edited at Meta, for we fill it as it was approved; what a value of one message makes wrong (132005, 132007,
# 132008) is no reason to hold the others.
TEMPLATE_STATES = {
    "132001": "deleted", "132000": "outdated", "132012": "outdated", "132015": "paused", "132016": "disabled",
}  # fmt: skip
# An object that is not there, or not any more ours: Graph tells it from a wrong parameter by its subcode.
NOT_OURS = "100.33"
MARKETING_STOPPED = "131050"


def refused(
    status: int, code: int | None, retry_after: float | None = None, subcode: int | None = None
) -> SendError:  # fmt: skip
    """An answer other than yes to a call. ``code`` is Graph's, or None when it was not Meta that spoke."""
    if (code, subcode) == (100, 33):
        return SendError(NOT_OURS, Failure.HALT)
    if code is not None and (failure := FAILURES.get(code)) is not None:
        return SendError(str(code), failure, retry_after=retry_after)
    name = f"http_{status}" if code is None else str(code)
    if status >= 500:
        return SendError(name, Failure.UNKNOWN)
    if status == 429:
        return SendError(name, Failure.THROTTLED, retry_after=retry_after)
    if status == 401:
        return SendError(name, Failure.HALT)
    # Without a code something between us and Meta spoke, and did not let the request through.
    return SendError(name, Failure.NOT_SENT if code is None else Failure.OUR_BUG, retry_after=retry_after)


def told_later(code: int | None) -> SendError:
    """A message that was accepted has failed, its status says."""
    if code is None:
        return SendError("failed", Failure.UNDELIVERABLE)
    # Something of Meta's broke (131000): it surely did not arrive, so it is tried again.
    broke = Failure.NOT_SENT if code in (1, 131000) else Failure.UNDELIVERABLE
    return SendError(str(code), FAILURES.get(code, broke))
