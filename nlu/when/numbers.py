"""Numbers in digits and words, 0 to 199, and four-digit years: "vingt et un", "khmsa w 3chrin", "خمسة عشر"."""

from __future__ import annotations

from nlu.when.line import Line


def _french(line: Line, i: int) -> tuple[int, int]:
    """French compounds: soixante-dix-sept, quatre-vingt-dix, vingt et un, dix-sept."""
    value: int = line.get(i, "num")
    j = i + 1

    def part(k: int) -> int | None:
        found = line.get(k, "num") if line.has(k, "french_num") and not line.words[k].breaks else None
        return found if isinstance(found, int) else None

    if value == 100:
        rest = part(j)
        if rest is not None and rest < 100:
            tail, j = _french(line, j)
            return value + tail, j
        return value, j
    if value == 4 and part(j) == 20:
        value, j = 80, j + 1
    if value == 10 and (part(j) or 0) in (7, 8, 9):
        return value + (part(j) or 0), j + 1
    if value in (20, 30, 40, 50, 60, 80):
        k = j + 1 if line.norm(j) == "et" else j
        rest = part(k)
        if rest is None or (k > j and rest not in (1, 11)):
            return value, j
        if rest < 10:
            return value + rest, k + 1
        if value in (60, 80) and rest < 17:
            if rest == 10 and (part(k + 1) or 0) in (7, 8, 9):
                return value + rest + (part(k + 1) or 0), k + 2
            return value + rest, k + 1
    return value, j


def simple_number_at(line: Line, i: int) -> tuple[int, int] | None:
    """A number without "units and tens": what an hour may be. Returns the value and the index after it."""
    value = line.get(i, "num")
    if not isinstance(value, int):
        return None
    if line.has(i, "digits"):
        return value, i + 1
    if line.has(i, "french_num"):
        return _french(line, i)
    if 1 <= value <= 10 and line.has(i + 1, "teen") and not line.words[i + 1].glued and line.joined(i + 1):
        return (10 + value if value < 10 else 10), i + 2
    return value, i + 1


def number_at(line: Line, i: int) -> tuple[int, int] | None:
    """A number at word ``i`` as (value, index after it), or None."""
    found = simple_number_at(line, i)
    if found is None or line.has(i, "digits", "french_num"):
        return found
    value, j = found
    if not line.has(j, "and"):
        return value, j
    tens = line.get(j + 1, "num")
    plain = isinstance(tens, int) and not line.has(j + 1, "digits", "french_num")
    if plain and isinstance(tens, int) and (value in (100,) or (value < 10 and 20 <= tens <= 90)):
        return value + tens, j + 2
    return value, j


def year_at(line: Line, i: int) -> tuple[int, int] | None:
    """A four-digit year (1900 to 2199) at word ``i``, with "3am"/"sana"/"عام" before it or not."""
    j = i + 1 if line.has(i, "unit1") and line.get(i, "unit1") == "year" else i
    digits = line.get(j, "digits")
    if (
        isinstance(digits, str)
        and len(digits) == 4
        and 1900 <= int(digits) <= 2199
        and (i == 0 or not line.words[j].breaks)
    ):
        return int(digits), j + 1
    return None
