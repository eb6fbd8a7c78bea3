"""A data file read key by key: what is missing, of the wrong kind or unknown is refused with the place it stands at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from dialogues.calculators.spans import Span, span

T = TypeVar("T")


class FormError(ValueError):
    """What is wrong, beginning with the place: ``doses[3] PENTA-1: from: …``."""


class Part:
    """A mapping of the file and where it stands. Keys are taken one by one; ``done`` refuses what is left over.

    Every method raises ``FormError``.
    """

    def __init__(self, place: str, value: object) -> None:
        if not isinstance(value, dict):
            raise FormError(f"{place}: a mapping is needed" if place else "the file holds no mapping")
        self.place = place
        self._left: dict[object, Any] = dict(value)

    def wrong(self, key: str, why: object) -> FormError:
        """The error to raise for a key of this place."""
        return FormError(f"{self.place}: {key}: {why}" if self.place else f"{key}: {why}")

    def has(self, key: str) -> bool:
        """Whether the key is there and not yet taken."""
        return key in self._left

    def take(self, key: str, kind: type[T]) -> T:
        """The value of a key that must be there."""
        if key not in self._left:
            raise self.wrong(key, "is missing")
        value = self._left.pop(key)
        empty = not value and kind is not dict
        if not isinstance(value, kind) or empty or isinstance(value, datetime):
            raise self.wrong(key, f"{kind.__name__} needed, not {value!r}")
        return value

    def open(self, key: str, kind: type[T]) -> T | None:
        """The value of a key that must be there but may be null."""
        if self.has(key) and self._left[key] is None:
            del self._left[key]
            return None
        return self.take(key, kind)

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self.take(key, str)
        if value not in known:
            raise self.wrong(key, f"{value!r} is none of {', '.join(known)}")
        return value

    def span(self, key: str) -> Span:
        """A span of time in words."""
        value = self.take(key, str)
        try:
            return span(value)
        except ValueError as error:
            raise self.wrong(key, error) from error

    def part(self, key: str) -> Part:
        """The mapping under a key."""
        return Part(f"{self.place}: {key}" if self.place else key, self.take(key, dict))

    def optional(self, key: str, read: Callable[[Part], T]) -> T | None:
        """What ``read`` makes of the mapping under a key, or ``None`` where the key is not there."""
        return read(self.part(key)) if self.has(key) else None

    def names(self) -> list[str]:
        """The keys not yet taken, in their order; all must be words."""
        for key in self._left:
            if not isinstance(key, str):
                raise self.wrong(str(key), "a word is needed as key")
        return [str(key) for key in self._left]

    def done(self) -> None:
        """Refuse what nobody asked for: a misspelt key is no silent default."""
        if self._left:
            raise self.wrong(str(next(iter(self._left))), "is not a key of this place")
