"""How the Cloud API says no: its codes, with the HTTP status, title and form it gives them.

From Meta's table of error codes (dossier platforms.md 2.2). Some codes come at once, as the answer to the call; others
only later, as a ``failed`` status of a message that was accepted.
"""

from __future__ import annotations

import itertools
from typing import Any

# code: (HTTP status, title)
CODES: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (500, "API Unknown"),
    2: (503, "API Service"),
    3: (500, "API Method"),
    4: (400, "API Too Many Calls"),
    10: (403, "API Permission Denied"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    190: (401, "Access token has expired"),
    200: (403, "API Permission"),
    368: (403, "Temporarily blocked for policies violations"),
    80007: (400, "Rate limit issues"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country."),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131031: (403, "Account has been locked"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "This message was not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "User has stopped marketing messages"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (400, "Account in maintenance mode"),
    131064: (400, "Messaging limit reached for classification violations"),
    132000: (400, "Template Param Count Mismatch"),
    132001: (404, "Template does not exist"),
    132005: (400, "Template Hydrated Text Too Long"),
    132007: (400, "Template Format Character Policy Violated"),
    132008: (400, "Template Parameter Value Invalid"),
    132012: (400, "Template Parameter Format Mismatch"),
    132015: (400, "Template is Paused"),
    132016: (400, "Template is Disabled"),
    135000: (400, "Generic user error"),
}
# Told in a ``failed`` status after the call was answered with yes.
TOLD_LATER = frozenset({130472, 131026, 131047, 131048, 131049, 131050, 131064})

_traces = itertools.count(1)


class GraphError(Exception):
    """An answer with an ``error``. ``later`` makes it a ``failed`` status instead; None: as Meta does for this code."""

    def __init__(
        self, code: int, details: str = "", *, subcode: int | None = None, status: int | None = None,
        later: bool | None = None, retry_after: int | None = None,
    ) -> None:  # fmt: skip
        self.code, self.details, self.subcode = code, details, subcode
        http_status, self.title = CODES.get(code, (400, "Generic user error"))
        self.status = status or http_status
        self.later = code in TOLD_LATER if later is None else later
        self.retry_after = retry_after
        super().__init__(f"(#{code}) {self.title}")

    def answer(self) -> dict[str, Any]:
        error: dict[str, Any] = {
            "message": str(self), "type": "OAuthException", "code": self.code,
            "fbtrace_id": f"Atest{next(_traces):08d}",
            "error_data": {"messaging_product": "whatsapp", "details": self.details or self.title},
        }  # fmt: skip
        if self.subcode is not None:
            error |= {"error_subcode": self.subcode, "error_user_title": self.title, "error_user_msg": self.details}
        return {"error": error}

    def in_status(self) -> dict[str, Any]:
        """As one of the ``errors`` of a failed message."""
        return {
            "code": self.code, "title": self.title, "message": self.title,
            "error_data": {"details": self.details or self.title},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }  # fmt: skip


def missing(name: str) -> GraphError:
    return GraphError(131008, f"Parameter '{name}' is mandatory")


def invalid(details: str) -> GraphError:
    return GraphError(131009, details)
