"""What one person wrote, set between the messages that reached their phone; the fakes keep only the latter."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]


@dataclass
class Transcript:
    """``heard`` is how many messages had arrived when something was written."""

    _mine: list[tuple[int, Message]] = field(default_factory=list)

    def add(self, heard: int, number: str, text: str) -> None:
        message = {"id": f"m-{number}", "mine": True, "text": text, "at": time.time()}
        self._mine.append((heard, message))

    @property
    def is_empty(self) -> bool:
        return not self._mine

    def merged(self, theirs: list[Message]) -> list[Message]:
        """Both sides in the order they appeared."""
        made: list[Message] = []
        waiting = list(self._mine)
        for number, message in enumerate(theirs):
            while waiting and waiting[0][0] <= number:
                made.append(waiting.pop(0)[1])
            made.append(message)
        return made + [message for _, message in waiting]
