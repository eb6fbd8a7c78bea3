"""What goes wrong between a caller and a platform, the same for both fakes: scripted call by call, or at random.

A fault says when it strikes: before the platform carried the call out, or after. Only the second kind leaves the caller
in doubt, and only there can a message arrive twice.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.platforms.server import Answered


class Fault(Enum):
    """What goes wrong with a call."""

    RESET_BEFORE = auto()  # not carried out, connection reset
    RESET_AFTER = auto()  # carried out, connection reset
    LATE = auto()  # carried out, the answer comes after ``late_seconds``
    GATEWAY_BEFORE = auto()  # 502 with a page, not carried out
    GATEWAY_AFTER = auto()  # 502 with a page, carried out
    NONSENSE = auto()  # carried out, 200 with a page
    EMPTY_YES = auto()  # carried out, 200, but the answer does not name the message
    PROXY_FORBIDS = auto()  # 403 with a page, not carried out
    SWALLOWED = auto()  # answered as if carried out; nobody ever sees it


LOST_ANSWERS = (Fault.RESET_AFTER, Fault.LATE, Fault.GATEWAY_AFTER)


@dataclass
class Mishaps:
    """One call in ``1 / rate`` goes wrong in one of these ways. The seed makes a run repeatable."""

    rate: float
    kinds: tuple[Fault, ...] = LOST_ANSWERS
    seed: int = 1
    struck: int = 0
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def next(self) -> Fault | None:
        if self._random.random() >= self.rate:
            return None
        self.struck += 1
        return self._random.choice(self.kinds)


def page(status: int) -> Answered:
    """What a gateway answers in place of the platform."""
    return Answered(status, b"<html><title>Gateway</title></html>", {"Content-Type": "text/html"})


def before(fault: object) -> Answered | None:
    """The answer of a fault that keeps the call from being carried out."""
    if fault is Fault.RESET_BEFORE:
        return Answered(hang_up=True)
    if fault in (Fault.GATEWAY_BEFORE, Fault.PROXY_FORBIDS):
        return page(502 if fault is Fault.GATEWAY_BEFORE else 403)
    return None


def after(fault: object, empty_yes: bytes) -> Answered | None:
    """What comes back in place of the answer, if anything; ``empty_yes`` is the platform's shortest yes."""
    if fault is Fault.RESET_AFTER:
        return Answered(hang_up=True)
    if fault is Fault.GATEWAY_AFTER:
        return page(502)
    if fault is Fault.NONSENSE:
        return page(200)
    if fault is Fault.EMPTY_YES:
        return Answered(200, empty_yes, {"Content-Type": "application/json"})
    return None
