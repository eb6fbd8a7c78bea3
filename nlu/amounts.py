"""The numbers of a message with their units: 39 w nss · ٣٩ ونصف · 14/9 · 3 chhour · عام ونص · trois semaines.

For answers to a question that asks for one: what the number means (degrees, an age, breaths a minute) the question
knows. Dates and hours are ``nlu.when``'s.
"""

from __future__ import annotations

import re
from typing import Any

from nlu.normalise import fold_digits, tokenize
from nlu.when.lexicon import pieces
from nlu.when.line import Line
from nlu.when.numbers import number_at
from nlu.when.quantities import quantity_at

__all__ = ["amounts_in"]

MOST = 8
_FIGURE = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?")
_PAIR = re.compile(r"(\d{1,3}(?:[.,]\d)?)\s*[/\\]\s*(\d{1,3}(?:[.,]\d)?)")
_DEGREES = re.compile(r"\s?[°º]\s?(\d)(?!\d)")
_HALVES = frozenset("demi demie nos nss ness nes nous nouss noss nass nis nus نص نصف النصف نس".split())
_QUARTERS = frozenset("quart rbe3 rob3 ربع".split())
_AND = frozenset("w o ou u et و".split())
_POINT = frozenset("virgule virgul vergule point fasila فاصل فاصله نقطه فاصيله vir".split())


def amounts_in(text: str) -> tuple[dict[str, Any], ...]:
    """Each number in order: ``{"value": 39.5}``, with ``"unit"`` (year, month, week, day, hour, minute) when one is
    said, or ``{"pair": [140, 90]}``. Never raises on any text."""
    text = fold_digits(text)
    tokens = tokenize(text)
    found: list[dict[str, Any]] = []
    covered = -1
    for pair in _PAIR.finditer(text):
        found.append({"pair": [float(part.replace(",", ".")) for part in pair.groups()], "at": pair.start()})
    pairs = [(m.start(), m.end()) for m in _PAIR.finditer(text)]
    line = Line(text)
    for i, token in enumerate(tokens):
        if i <= covered or any(start <= token.start < end for start, end in pairs):
            continue
        at = line.word_at(token.start)
        timed = quantity_at(line, at, alone=True) if at < len(line) else None
        if timed is not None:
            end = line.words[timed.end - 1].end
            covered = max((k for k, other in enumerate(tokens) if other.start < end), default=i)
            unit, value = next(iter(timed.amounts.items()))
            found.append({"value": value, "unit": unit, "at": token.start})
            found += [
                {"value": v, "unit": u, "at": token.start, "and": True} for u, v in list(timed.amounts.items())[1:]
            ]
            continue
        plain = _plain(text, tokens, line, at, i)
        if plain is not None:
            value, covered = plain
            found.append({"value": value, "at": token.start})
    found.sort(key=lambda one: int(one["at"]))
    return tuple({k: v for k, v in one.items() if k != "at"} for one in found[:MOST])


def _plain(text: str, tokens: Any, line: Line, at: int, i: int) -> tuple[float, int] | None:
    """A number without a unit at token ``i``, and the last token it covers."""
    figure = _FIGURE.fullmatch(tokens[i].norm)
    if figure is not None:
        value, last = float(f"{figure[1]}.{figure[2] or 0}"), i
        tenths = _DEGREES.match(text, tokens[i].end)
        if tenths is not None and not figure[2] and i + 1 < len(tokens):
            return value + int(tenths[1]) / 10, i + 1
    else:
        said = number_at(line, at) if at < len(line) else None
        if said is None:
            return None
        end = line.words[said[1] - 1].end
        value, last = float(said[0]), max((k for k, token in enumerate(tokens) if token.start < end), default=i)
    return _with_part(tokens, value, last) if value == int(value) else (value, last)


def _with_part(tokens: Any, value: float, last: int) -> tuple[float, int]:
    """With the half, the quarter or the tenths said after it."""

    def norm(k: int) -> str:
        return tokens[k].norm if k < len(tokens) else ""

    for k in (last + 1, last + 2):
        if k == last + 2 and norm(last + 1) not in _AND | _POINT:
            break
        word = norm(k) if norm(k) in _HALVES | _QUARTERS else norm(k).removeprefix("و").removeprefix("w")
        if word in _HALVES:
            return value + 0.5, k
        if word in _QUARTERS:
            return value + 0.25, k
    if norm(last + 1) in _POINT:
        digit = norm(last + 2)
        said = int(digit) if digit.isdigit() else next((s["num"] for s, _ in pieces(digit) if "num" in s), None)
        if isinstance(said, int) and said < 10:
            return value + said / 10, last + 2
    return value, last
