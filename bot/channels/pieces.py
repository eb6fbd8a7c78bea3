"""A long text in pieces that a platform takes, cut where it hurts least."""

from __future__ import annotations


def pieces(text: str, room: int) -> list[str]:
    """A text in pieces of at most ``room`` characters, cut at line ends, else between words, else anywhere; none is
    blank, for platforms refuse those."""
    made: list[str] = []
    rest = text.strip()
    while len(rest) > room:
        cut = _cut(rest, room)
        made.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in (*made, rest) if piece]


def _cut(text: str, room: int) -> int:
    for mark in ("\n", " "):
        found = text.rfind(mark, 1, room + 1)
        if found > 0:
            return found
    return room
