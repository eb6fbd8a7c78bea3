"""Minutes said after an hour: w nes, qell rbe3, w sb3 9sam, et quart, moins dix, إلا ربعا (rules 3 and 11)."""

from __future__ import annotations

from nlu.when.line import Line
from nlu.when.numbers import simple_number_at

# Numbers that are minutes without the word: "l3chra w 20".
ROUND_MINUTES = frozenset(range(5, 60, 5))
_SHARES = (("half", 30), ("quarter", 15), ("third", 20))


def _amount(line: Line, i: int, taken: bool) -> tuple[int, int] | None:
    """Minutes at ``i`` ("rbe3", "9smayn", "sb3 9sam", "20 d9i9a") and the index after; ``taken`` when they come off."""
    i = line.skip(i, "the", "article_only")
    if (qsem := line.get(i, "qsem")) is not None:
        return 5 * int(qsem), i + 1
    if line.has(i, "units", "unit1"):
        return None
    if line.norm(i) in ("nas", "nass") and line.at_end(i + 1):
        return 30, i + 1
    unit_follows = line.has(i + 1, "units") or (line.has(i + 1, "unit1") and not line.has(i + 1, "nhar"))
    for sense, minutes in _SHARES:
        if line.has(i, sense) and not unit_follows:
            return minutes, i + 1
    return _counted(line, i, taken)


def _counted(line: Line, i: int, taken: bool) -> tuple[int, int] | None:
    number = simple_number_at(line, i)
    if number is None and (count := line.get(i, "count")) is not None:
        number = (int(count), i + 1)
    if number is None or not 0 <= number[0] < 60:
        return None
    value, j = number
    k = line.skip(line.skip(j, "of"), "article_only")
    if line.has(k, "qsems", "qsem"):
        return 5 * value, k + 1
    if "minute" in (line.get(j, "unit1"), line.get(j, "units")):
        return value, j + 1
    if line.has(k, "units", "unit1", "things") and line.joined(k):
        return None
    return (value, j) if taken or (value in ROUND_MINUTES and line.norm(i - 1) != "et") else None


def _sign(line: Line, j: int) -> tuple[int, int] | None:
    """1 or -1 for the word that joins minutes to the hour, and where they start; None when nothing joins them."""
    if line.has(j, "minus", "minus_ll"):
        return -1, j + 1
    if line.has(j, "and"):
        return (-1, j + 2) if line.has(j + 1, "minus") else (1, j + 1)
    return (1, j) if line.has(j, "half", "third") and not line.has(j, "num", "count") else None


def minutes_after(line: Line, j: int) -> tuple[int, int]:
    """All minutes said after the hour that ends before ``j``: signed sum and index after them."""
    total = 0
    for _ in range(3):
        if line.at_end(j):
            break
        if line.has(j, "larob"):
            total, j = total - 15, j + 1
            continue
        sign = _sign(line, j)
        found = _amount(line, sign[1], sign[0] < 0) if sign else None
        if sign is None or found is None:
            break
        total, j = total + sign[0] * found[0], found[1]
    return total, j
