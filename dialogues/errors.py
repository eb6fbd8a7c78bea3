"""Errors of the core. Each carries its consequence; the docstring says it in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """An effect could not be carried out; the flow words the alternative.

    ``reason`` is one of the codes that the effect's docstring lists.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AnswerRejected(Exception):
    """An answer was understood but cannot be taken (a past date, an unknown town); ``message`` says why, then the
    question is asked again. Answers named in ``drop`` are forgotten, so that an older remark is not repeated; ``kept``
    are the answers with what else the same message told."""

    def __init__(self, message: str, *, drop: tuple[str, ...] = (), **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.drop = drop
        self.kept: Mapping[str, Any] | None = None
        self.params = params
