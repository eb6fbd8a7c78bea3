"""Who writes: a random id in a cookie is the person's address on the channel "web". It is made with the first message,
never before, and nobody else can read or send it."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response

from bot.web.failures import Rejected
from bot.web.headers import is_secure

# Appointments can be made 90 days ahead and are kept for 30 days after.
KEPT = timedelta(days=120)
_RANDOM_BYTES = 24
_FORM = re.compile(r"[A-Za-z0-9_-]{32}")


class Visitors:
    """Reads and writes the cookie. ``public_url`` tells https behind a proxy."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url

    def _name(self, request: Request) -> str:
        # The prefix makes browsers refuse a cookie of this name from a sub-domain or without https.
        return "__Host-labas" if is_secure(request, self._public_url) else "labas"

    def address(self, request: Request) -> str | None:
        """The visitor's address, or None before the first message (or when the cookie is not one of ours)."""
        value = request.cookies.get(self._name(request), "")
        return value if _FORM.fullmatch(value) else None

    @staticmethod
    def new_address() -> str:
        """192 random bits."""
        return secrets.token_urlsafe(_RANDOM_BYTES)

    def keep(self, request: Request, response: Response, address: str) -> None:
        """Give or renew the cookie."""
        response.set_cookie(
            self._name(request), address, max_age=int(KEPT.total_seconds()), path="/",
            secure=is_secure(request, self._public_url), httponly=True, samesite="strict",
        )  # fmt: skip

    def drop(self, request: Request, response: Response) -> None:
        """Take the cookie back: there is nobody behind it any more."""
        response.delete_cookie(
            self._name(request), path="/", secure=is_secure(request, self._public_url), httponly=True,
            samesite="strict",
        )  # fmt: skip

    def refuse_strangers(self, request: Request) -> None:
        """Only our own page may act for a visitor: ``Rejected`` (403) for any other."""
        if self.is_strange(request):
            raise Rejected(403)

    def is_strange(self, request: Request) -> bool:
        """Whether another site's page sent a request.

        Browsers name the page's origin in every POST; programs that name none have no visitor's cookie either.
        """
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return True
        origin = request.headers.get("origin")
        ours = {request.headers.get("host", ""), URL(self._public_url).netloc} - {""}
        return origin is not None and URL(origin).netloc not in ours
