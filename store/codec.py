"""JSON that keeps dates: answers of a talk and parameters of a message hold days and hours and come back as such."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

_TAGS: tuple[tuple[type, str], ...] = ((datetime, "$datetime"), (date, "$date"), (time, "$time"))
_READERS = {"$datetime": datetime.fromisoformat, "$date": date.fromisoformat, "$time": time.fromisoformat}


def _default(value: object) -> object:
    for kind, tag in _TAGS:  # datetime before date: it is a subclass
        if isinstance(value, kind):
            return {tag: value.isoformat()}  # type: ignore[attr-defined]
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"cannot be kept: {type(value).__name__}")


def _hook(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        [(tag, value)] = found.items()
        reader = _READERS.get(tag)
        if reader is not None and isinstance(value, str):
            return reader(value)
    return found


def dumps(value: object) -> str:
    """Compact JSON text. Tuples and sets become lists; another unknown type raises TypeError."""
    return json.dumps(value, default=_default, ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> Any:
    """The value that ``dumps`` was given."""
    return json.loads(text, object_hook=_hook)
