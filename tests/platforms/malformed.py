"""Payloads that no platform should ever send, made of ones that it does: the same ones again for the same seed.

Each is the bytes of a body. What is broken: a field gone, of another type, doubled, far too long, a number of 400
digits, nested thousands deep; bytes that are no text; bodies cut off; a thousand messages in one.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

DEPTH = 10_000
_ODD: Sequence[Callable[[], Any]] = (
    lambda: None, lambda: True, lambda: 0, lambda: -1, lambda: 2**63, lambda: 1e308, lambda: int("9" * 400),
    lambda: "", lambda: " ", lambda: "9" * 400, lambda: "\x00", lambda: "\ud800", lambda: "\u202eCANARY-TEXT",
    lambda: "🙂" * 2000, lambda: "CANARY-TEXT " * 500, lambda: [], lambda: {}, lambda: [[]], lambda: [None],
    lambda: {"": {}}, lambda: "__proto__", lambda: "'; DROP TABLE inbox; --", lambda: "2026-13-45T99:99:99Z",
    lambda: "NaN", lambda: -0.0, lambda: "%s%n{0.__class__}",
)  # fmt: skip
Path = tuple[Any, ...]


def bodies(seeds: Sequence[dict[str, Any]], seed: int) -> Iterator[bytes]:
    """Without end. Every third one or so is still a message, of a form nobody foresaw."""
    chance = random.Random(seed)
    ways: Sequence[Callable[[dict[str, Any], random.Random], bytes]] = (
        _mutated, _mutated, _mutated, _mutated, _mutated, _mutated, _mutated, _mutated, _cut, _bad_bytes, _nested,
        _many, _garbage, _bare,
    )  # fmt: skip
    number = 0
    while True:
        number += 1
        payload = _renumbered(chance.choice(seeds), number)
        yield chance.choice(ways)(payload, chance)


def _renumbered(payload: dict[str, Any], number: int) -> dict[str, Any]:
    """A copy whose message is none that came before."""
    made = copy.deepcopy(payload)
    for where in list(_paths(made)):
        if where[-1] in ("id", "update_id", "message_id"):
            old = _get(made, where)
            _set(made, where, old + number if isinstance(old, int) else f"{old}-{number}")
    return made


def _paths(value: Any, at: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*at, key)
        yield from _paths(inner, (*at, key))


def _get(value: Any, where: Path) -> Any:
    for key in where:
        value = value[key]
    return value


def _set(value: Any, where: Path, new: Any) -> None:
    _get(value, where[:-1])[where[-1]] = new


def _dump(value: Any) -> bytes:
    return json.dumps(value).encode()


def _mutated(payload: dict[str, Any], chance: random.Random) -> bytes:
    """One to four fields gone, doubled or of another kind."""
    for _ in range(chance.randint(1, 4)):
        places = list(_paths(payload))
        if not places:
            break
        where = chance.choice(places)
        parent = _get(payload, where[:-1])
        way = chance.random()
        if way < 0.25:
            del parent[where[-1]]
        elif way < 0.35 and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[where[-1]]))
        elif way < 0.45:
            other = chance.choice(places)
            parent[where[-1]] = copy.deepcopy(_get(payload, other))
        else:
            parent[where[-1]] = chance.choice(_ODD)()
    return _dump(payload)


def _cut(payload: dict[str, Any], chance: random.Random) -> bytes:
    whole = _dump(payload)
    return whole[: chance.randrange(len(whole))]


def _bad_bytes(payload: dict[str, Any], chance: random.Random) -> bytes:
    whole = bytearray(_dump(payload))
    for _ in range(chance.randint(1, 8)):
        whole[chance.randrange(len(whole))] = chance.choice((0x00, 0x80, 0xC0, 0xED, 0xFF, 0x22, 0x7B))
    return bytes(whole)


def _nested(payload: dict[str, Any], chance: random.Random) -> bytes:
    """A value thousands of levels deep, anywhere."""
    places = list(_paths(payload))
    _set(payload, chance.choice(places), "@@")
    opened, closed = chance.choice((('{"a":', "}"), ("[", "]")))
    depth = chance.choice((100, 900, DEPTH))
    return _dump(payload).replace(b'"@@"', (opened * depth + "1" + closed * depth).encode(), 1)


def _many(payload: dict[str, Any], chance: random.Random) -> bytes:
    """One list of it a hundred times as long, every item the same: a repeat within one POST."""
    lists = [where for where in _paths(payload) if isinstance(_get(payload, where), list) and _get(payload, where)]
    if lists:
        where = chance.choice(lists)
        _set(payload, where, _get(payload, where) * 100)
    return _dump(payload)


def _garbage(payload: dict[str, Any], chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(200))


def _bare(payload: dict[str, Any], chance: random.Random) -> bytes:
    return chance.choice(
        (b"", b"null", b"[]", b"{}", b"0", b'""', b"[[[[", b"{" * 5000, b"9" * 5000, b'{"entry":{}}', b"\xef\xbb\xbf{}")
    )
