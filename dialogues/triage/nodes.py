"""Reads YAML strictly: every value is text, every unknown or doubled key is refused with file and line.

YAML would make ``yes`` a truth value and ``1.0`` a number; here a nurse's ``yes`` stays a yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from dialogues.triage.protocol import Where

_ID = re.compile(r"[a-z][a-z0-9_]*")
ID_LENGTH = 16
# The parser in C reads forty files in a few hundredths of a second.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadProtocol(ValueError):
    """A protocol cannot be used. ``faults`` name file and line, for the person who edits it."""

    def __init__(self, faults: Iterable[tuple[Where, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{where}: {what}" for where, what in self.faults))


def where(node: yaml.Node) -> Where:
    """The place of a node."""
    return Where(Path(str(node.start_mark.name)).name, node.start_mark.line + 1)


def bad(node: yaml.Node, what: str) -> BadProtocol:
    """The error for a fault at a node."""
    return BadProtocol([(where(node), what)])


def root(path: Path) -> yaml.Node:
    """The whole file as a node."""
    start = Where(path.name, 1)
    with path.open("rb") as file:
        loader = _LOADER(file)
        try:
            found = loader.get_single_node()
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            at = Where(path.name, mark.line + 1) if mark else start
            raise BadProtocol([(at, f"no YAML: {getattr(error, 'problem', None) or error}")]) from error
        finally:
            loader.dispose()
    if found is None:
        raise BadProtocol([(start, "the file is empty")])
    return found


def mapping(node: yaml.Node, allowed: Iterable[str] = (), needed: Iterable[str] = ()) -> dict[str, yaml.Node]:
    """A mapping's values by key; with ``allowed`` empty any key goes."""
    if not isinstance(node, yaml.MappingNode):
        raise bad(node, "expected `key: value` lines")
    known = set(allowed)
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = text(key)
        if name in found:
            raise bad(key, f"{name!r} is given twice")
        if known and name not in known:
            raise bad(key, f"unknown key {name!r}; known here: {', '.join(sorted(known))}")
        found[name] = value
    missing = [name for name in needed if name not in found]
    if missing:
        raise bad(node, f"missing: {', '.join(missing)}")
    return found


def items(node: yaml.Node) -> list[yaml.Node]:
    """The items of a list; a single value is a list of one."""
    if isinstance(node, yaml.ScalarNode):
        return [node]
    if not isinstance(node, yaml.SequenceNode):
        raise bad(node, "expected a list")
    return list(node.value)


def text(node: yaml.Node) -> str:
    """A value as it is written."""
    if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
        raise bad(node, "expected some text")
    return str(node.value).strip()


def an_id(node: yaml.Node, length: int = ID_LENGTH) -> str:
    """A name of a-z, 0-9 and _, short enough to travel in a button."""
    found = text(node)
    if not _ID.fullmatch(found) or len(found) > length:
        raise bad(node, f"{found!r} is no id: a to z, 0 to 9 and _, at most {length} characters")
    return found


def one_of(node: yaml.Node, allowed: Iterable[str]) -> str:
    """A value out of a closed list."""
    found, known = text(node), list(allowed)
    if found not in known:
        raise bad(node, f"{found!r} is none of: {', '.join(known)}")
    return found


def whole(node: yaml.Node, least: int) -> int:
    """A whole number."""
    found = text(node)
    if not found.isdecimal() or int(found) < least:
        raise bad(node, f"{found!r} is no whole number from {least} on")
    return int(found)


def texts(node: yaml.Node) -> tuple[str, ...]:
    """A list of plain values, each once."""
    found = [text(item) for item in items(node)]
    doubled = [item for item in items(node) if found.count(text(item)) > 1]
    if doubled:
        raise bad(doubled[-1], f"{text(doubled[-1])!r} is given twice")
    return tuple(found)


def is_on(node: yaml.Node) -> bool:
    """``yes`` or ``no``; ``true`` and ``false`` mean the same."""
    return one_of(node, ("yes", "no", "true", "false")) in ("yes", "true")
