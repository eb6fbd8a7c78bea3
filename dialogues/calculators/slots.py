"""Which of the free slots to show: few, spread, and near to what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from dialogues.facts import SlotFact

# The hours a part of the day covers, the end not included (dossier 6.8, nlu/when.md rule 12).
PARTS: dict[str, tuple[time, time]] = {
    "morning": (time(0), time(12)),
    "noon": (time(11, 30), time(14)),
    "afternoon": (time(12), time(18)),
    "evening": (time(16), time(23, 59)),
    "night": (time(18), time(23, 59)),
}


def in_part(slots: Sequence[SlotFact], part: str | None) -> list[SlotFact]:
    """The slots that begin within a part of the day; all of them when no part was said."""
    if part not in PARTS:
        return list(slots)
    begin, end = PARTS[part]
    return [s for s in slots if begin <= s.starts.time() < end]


def minutes(moment: time) -> int:
    """Minutes since midnight."""
    return moment.hour * 60 + moment.minute


def nearest(slots: Sequence[SlotFact], wanted: time, count: int) -> list[SlotFact]:
    """The ``count`` slots nearest to an hour, in the order of the day."""
    by_distance = sorted(slots, key=lambda s: (abs(minutes(s.starts.time()) - minutes(wanted)), s.starts))
    return sorted(by_distance[:count], key=lambda s: s.starts)


def spread(slots: Sequence[SlotFact], page: int, count: int) -> tuple[list[SlotFact], bool]:
    """Page ``page`` (0 is the first) of at most ``count`` slots, and whether more follow.

    The first page is spread evenly over the day, so that morning and afternoon both show; the next ones fill in what
    the first left out, in order.
    """
    if len(slots) <= count:
        return list(slots), False
    step = (len(slots) - 1) / (count - 1)
    first = [slots[round(i * step)] for i in range(count)]
    if page <= 0:
        return first, True
    shown = {s.starts for s in first}
    rest = [s for s in slots if s.starts not in shown]
    start = ((page - 1) * count) % max(len(rest), 1)
    return rest[start : start + count], start + count < len(rest)
