"""Errors of the shell; the docstring says what it means, the fields what follows from it."""

from __future__ import annotations


class SettingsError(Exception):
    """A setting is missing or wrong; said in one sentence at start, never in a talk."""


class SendError(Exception):
    """A message was not handed over.

    ``retryable``: try again later (after ``retry_after`` seconds when the platform said so). ``stops_address``: this
    address cannot be written to until the person writes again. ``unknown``: it may have arrived, so it must not be
    repeated blindly. ``code`` is the platform's, for the operator; it holds no text and no address.
    """

    def __init__(
        self,
        code: str,
        *,
        retryable: bool = False,
        stops_address: bool = False,
        unknown: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable
        self.stops_address = stops_address
        self.unknown = unknown
        self.retry_after = retry_after
