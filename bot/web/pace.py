"""How fast one visitor may write: enough for anybody in a hurry, too little to keep everybody else waiting."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_KEPT = 10_000


class Pace:
    """A bucket a key: ``burst`` at once, then ``per_second``. In memory: it protects this process."""

    def __init__(self, burst: int, per_second: float, now: Callable[[], float] = time.monotonic) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """0 when one more may pass now (and is counted), else the seconds until one may."""
        now = self._now()
        left, at = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        passes = left >= 1
        self._left[key] = (left - 1 if passes else left, now)
        while len(self._left) > _MOST_KEPT:
            self._left.popitem(last=False)
        return 0.0 if passes else (1 - left) / self._per_second
