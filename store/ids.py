"""Row ids, made in Python: the id takes part in the encryption of the row, so it must exist before the INSERT."""

from __future__ import annotations

import secrets
import threading
import time

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A uuid7 as 32 hex characters: sorts by creation time, strictly increasing within a process."""
    global _last
    with _lock:
        # 48 bits of milliseconds followed by 12 bits that count within the millisecond (rand_a of RFC 9562, method 1).
        _last = max(_last + 1, (time.time_ns() // 1_000_000) << 12)
        moment, count = _last >> 12, _last & 0xFFF
    value = (moment << 80) | (0x7 << 76) | (count << 64) | (0b10 << 62) | secrets.randbits(62)
    return f"{value:032x}"
