"""Writing a talk down while it is had, in the form of ``tests/talks``: what they said, and the ids of what we said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.messages import Outgoing


class Recording:
    """Collects turns; ``save`` writes them when a file was given."""

    def __init__(self, file: Path | None, now: str | None) -> None:
        self._file = file
        self._now = now
        self._talk: list[dict[str, Any]] = []

    def add(self, they: str, we: list[Outgoing]) -> None:
        """One turn."""
        self._talk.append({"they": they, "we": [m.say for m in we]})

    def save(self) -> None:
        """Write the talk as YAML."""
        if self._file is None:
            return
        written = {"title": self._file.stem.replace("_", " "), "now": self._now or "", "talk": self._talk}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False, width=120), "utf-8")
