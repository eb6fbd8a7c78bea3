"""The numbers to call, read once from ``numbers.yml`` so that a change of number is a change of data."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialogues import params as p

_FILE = Path(__file__).with_name("numbers.yml")


@cache
def numbers() -> dict[str, dict[str, str]]:
    """Every number by its name, with ``call``, ``certainty``, ``source`` and ``review``."""
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return dict(data["numbers"])


@cache
def number_params() -> dict[str, Any]:
    """Parameters ``{samu}``, ``{police}``, … for messages that name numbers."""
    return {name: p.a_phone(row["call"]) for name, row in numbers().items()}
