"""Errors of the shell; the docstring says what it means, the fields what follows from it."""

from __future__ import annotations

from datetime import timedelta

from store.results import Failed, Failure, Unknown

__all__ = ["Failure", "Overloaded", "SendError", "SettingsError"]


class SettingsError(Exception):
    """A setting is missing or wrong; said in one sentence at start, never in a talk."""


class Overloaded(Exception):
    """More came in than can be stored now: to be answered with 503 and ``Retry-After: retry_after`` (seconds)."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("overloaded")
        self.retry_after = retry_after


class SendError(Exception):
    """A message was not handed over.

    ``failure`` says what is known and so what follows; ``retry_after`` is the wait in seconds that the platform asked
    for. ``rests``: seconds for which the whole channel must rest, whatever became of this message (a part of it went,
    and the next one was too much). ``code`` is the platform's, for the operator; it holds no text and no address.
    """

    def __init__(
        self,
        code: str,
        failure: Failure = Failure.OUR_BUG,
        *,
        retry_after: float | None = None,
        rests: float | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.failure = failure
        self.retry_after = retry_after
        self.rests = rests

    def outcome(self) -> Failed | Unknown:
        """What the store is told."""
        if self.failure is Failure.UNKNOWN:
            return Unknown(self.code)
        wait = timedelta(seconds=self.retry_after) if self.retry_after is not None else None
        return Failed(self.code, self.failure, wait)
