"""Labas with Telegram in a process of its own, to be killed: `python -m tests.channels.telegram.crashing FOLDER API`.

``FOLDER`` is a data folder. What comes in is stored and acknowledged; the reader never returns when it reads "hang".
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from dialogues.reading import Reading
from tests.channels.serving import LINES, Lines
from tests.channels.telegram.running import running


class Hanging(Lines):
    """A model that never answers."""

    async def read(self, text: str, now: datetime) -> Reading:
        if text == "hang":
            await asyncio.Event().wait()
        return await super().read(text, now)


async def main(data: Path, api_url: str) -> None:
    async with running(data, api_url, reader=Hanging(dict(LINES))):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
