"""Words by which a message about a child is understood without the model; they stand in ``child_words.yml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialogues.reading import Reading

_FILE = Path(__file__).with_name("child_words.yml")


@cache
def words(group: str) -> frozenset[str]:
    """The normal forms of a group; of one named ``…_phrases`` they are several words long."""
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return frozenset(str(word) for word in data[group])


def says(reading: Reading, group: str) -> bool:
    """Whether a word of the group is in the message."""
    return not words(group).isdisjoint(reading.words)


def says_phrase(reading: Reading, group: str) -> bool:
    """Whether a phrase of the group is in the message."""
    said = f" {' '.join(reading.words)} "
    return any(f" {phrase} " in said for phrase in words(group))
