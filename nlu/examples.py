"""Reads Rasa YAML training sentences without Rasa: for tests, for checks of the data, for the bot's own process.

Rasa's own reader does the training; this one knows the part of the format that sentences use (``- sentence`` lines with
``[words](entity)`` or ``[words]{"entity": …}`` marks) and tells which file and line a sentence came from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

__all__ = ["VARIETIES", "Example", "Mark", "parse_marks", "read_examples"]

VARIETIES = ("ary", "ary-Latn", "ar", "fr")
_MARK = re.compile(r"\[(?P<words>[^\[\]]+?)\](?:\((?P<entity>[^()]+)\)|(?P<json>\{[^{}]*\}))")


@dataclass(frozen=True, slots=True)
class Mark:
    """An entity marked in a sentence."""

    entity: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """One training sentence, its marks taken out of the text."""

    text: str
    intent: str
    variety: str | None
    marks: tuple[Mark, ...]
    path: Path


def read_examples(folder: Path) -> Iterator[Example]:
    """Every sentence under ``folder`` (or in that one file), in the order of file names.

    Raises ValueError on a file that is not NLU data.
    """
    for path in [folder] if folder.is_file() else sorted([*folder.rglob("*.yml"), *folder.rglob("*.yaml")]):
        if path.parent.name in {"gazetteers", "danger"} or (
            path.parent == folder and path.stem in {"danger_signs", "cues", "concepts"}
        ):
            continue
        yield from _read_file(path)


def _read_file(path: Path) -> Iterator[Example]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not readable as YAML: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("nlu", []), list):
        raise ValueError(f"{path}: no list under 'nlu'")
    variety = path.parent.name if path.parent.name in VARIETIES else None
    for block in content.get("nlu", []):
        if "intent" in block:
            for line in str(block.get("examples", "")).splitlines():
                if line.strip().startswith("- "):
                    yield _parse(line.strip()[2:].strip(), str(block["intent"]), variety, path)


def _parse(line: str, intent: str, variety: str | None, path: Path) -> Example:
    text, marks = parse_marks(line)
    return Example(text, intent, variety, marks, path)


def parse_marks(line: str) -> tuple[str, tuple[Mark, ...]]:
    """A written sentence as its text without marks, and the marks."""
    text, marks, last = "", [], 0
    for match in _MARK.finditer(line):
        text += line[last : match.start()]
        words = match["words"]
        if match["json"]:
            details = json.loads(match["json"])
            entity, value = str(details["entity"]), str(details.get("value", words))
        else:
            entity, _, value = match["entity"].partition(":")
            value = value or words
        marks.append(Mark(entity, value, len(text), len(text) + len(words)))
        text += words
        last = match.end()
    return text + line[last:], tuple(marks)
