"""Reads the word lists that stand beside this code, each file once: a message needs words of nearly every group."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["read_lists"]


@cache
def read_lists(name: str) -> dict[str, Any]:
    """The groups of ``<name>.yml``. All of it is text: "no" stays a word."""
    text = Path(__file__).with_name(f"{name}.yml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but texts
    return data
