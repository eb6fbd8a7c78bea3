"""Careful looks into JSON that somebody else wrote: a value of the wrong form is as good as none; nothing raises."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# Meta's own ids are far shorter; a longer one is used all the same, by its hash.
_LONGEST_ID = 400
_NOBODY: Mapping[str, Any] = {}


def mapping(value: object) -> Mapping[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else _NOBODY


def rows(value: object) -> list[Any]:
    """A list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def text(value: object) -> str | None:
    """A text, without halves of characters, which no database and no model can hold."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else None


def word(value: object, longest: int = 64) -> str:
    """A short text such as a type, a status or a code's name; "" for anything else."""
    is_plain = isinstance(value, str) and value.isascii() and value.isprintable()
    return value if is_plain and isinstance(value, str) and len(value) <= longest else ""


def whole(value: object) -> int | None:
    """A whole number, also one that came as text; None when it is none or longer than any of Meta's."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        return int(value)
    return value if isinstance(value, int) and abs(value) < 10**20 else None


def moment(value: object) -> datetime | None:
    """Seconds since 1970, as a number or a text."""
    seconds = whole(value)
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def identifier(value: object) -> str | None:
    """An id of Meta's, or None."""
    found = text(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
    if not found:
        return None
    return found if len(found) <= _LONGEST_ID else fingerprint(found)


def fingerprint(*parts: object) -> str:
    """An id for what has none: the same words give the same one."""
    return "sha256:" + hashlib.sha256(dump(parts).encode("utf-8", "surrogatepass")).hexdigest()


def dump(value: object) -> str:
    """JSON text in one order of keys; for what cannot be written, its type."""
    try:
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return f"<{type(value).__name__}>"
