"""The word lists of ``spoken.yml``: how people answer, whatever the model makes of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialogues.reading import Reading

_FILE = Path(__file__).with_name("spoken.yml")


@cache
def words(group: str) -> frozenset[str]:
    """The words of a group."""
    data: dict[str, Any] = yaml.load(_FILE.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - "no" stays a word
    return frozenset(str(word) for word in data[group])


def says(reading: Reading, group: str) -> bool:
    """Whether a word of the group is in the message."""
    return not words(group).isdisjoint(reading.words)


def begins(reading: Reading, group: str) -> bool:
    """Whether a word of the message begins like one of the group."""
    stems = tuple(words(group))
    return any(word.startswith(stems) for word in reading.words)
