"""What can go wrong on the bot's side of the NLU; each carries a sentence that says what to do."""

from __future__ import annotations

__all__ = ["NluError", "NluSetupError", "NluUnavailable"]


class NluError(Exception):
    """Any of the below."""


class NluSetupError(NluError):
    """The NLU environment or its model could not be made, or the NLU process does not start."""


class NluUnavailable(NluError):
    """No NLU server answered in time; the message can still be read by cues, times and danger signs."""
