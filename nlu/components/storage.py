"""Storing small facts of a component as JSON in Rasa's model storage; arrays and models have their own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["read_json", "write_json"]


def write_json(folder: Path, name: str, content: Any) -> None:
    """Write ``content`` as ``<name>.json``."""
    (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def read_json(folder: Path, name: str) -> Any:
    """Read ``<name>.json``."""
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
