"""One time for both fakes and the Labas beside them, which a hand can push forward: tomorrow's reminder comes now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.platforms.telegram import BotApi
from tests.platforms.whatsapp import CloudApi

LONGEST = 400 * 24 * 3600


class Moment:
    """``file`` holds the seconds by which it is later than it is; Labas, in a process of its own, reads them there."""

    def __init__(self, file: Path, telegram: BotApi, whatsapp: CloudApi) -> None:
        self.file = file
        self._fakes = (telegram, whatsapp)
        self._shift = 0
        self.file.write_text("0", "ascii")

    @property
    def now(self) -> float:
        """Seconds since 1970."""
        return (datetime.now(UTC) + timedelta(seconds=self._shift)).timestamp()

    def advance(self, seconds: int) -> None:
        """Later by so much; ValueError for a time that goes back or leaves the calendars we have."""
        if not 0 < seconds <= LONGEST or self._shift + seconds > LONGEST:
            raise ValueError(seconds)
        self._shift += seconds
        self.file.write_text(str(self._shift), "ascii")
        for fake in self._fakes:
            fake.advance(seconds)


def later(file: Path) -> datetime:
    """Now, by the file."""
    return datetime.now(UTC) + timedelta(seconds=int(file.read_text("ascii") or 0))
