"""The Graph API over HTTP, with pywa underneath and four things of our own.

The base address can be set. Every failure becomes a ``SendError`` that says what is known about the request; neither it
nor anything it hangs on holds the token or a text. Timeouts are set here. Answers stay plain JSON.

pywa's client refuses a user id with letters in it, which Meta's may have, so its requests are used without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
from pywa_async.api import GraphAPIAsync

from bot.channels.whatsapp import failures
from bot.channels.whatsapp.reading import mapping, rows, whole, word
from bot.errors import Failure, SendError, SettingsError
from bot.messages import Document

# The version that pywa's types are made for.
VERSION = "v26.0"
CONNECT_SECONDS, READ_SECONDS, WRITE_SECONDS, POOL_SECONDS = 5.0, 20.0, 20.0, 5.0
UPLOAD_SECONDS = 60.0
_CONNECTIONS = 64
_PAGE, _MOST_PAGES = 100, 100
_TEMPLATE_FIELDS = (
    "id", "name", "language", "status", "category", "components", "rejected_reason", "quality_score",
    "message_send_ttl_seconds",
)  # fmt: skip
# What Meta takes when a template is first handed in, and never lets be changed.
_FIXED = ("name", "language", "category", "parameter_format")
# httpx's exceptions after which no byte of the request has left.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class _Graph(GraphAPIAsync):
    """pywa's requests, with answers and failures in our words."""

    async def _request(  # type: ignore[override]  # pywa types its own asynchronous requests as plain ones
        self, method: str, endpoint: str, **kwargs: Any
    ) -> dict[str, Any]:
        kwargs.pop("log_kwargs", None)
        answer: httpx.Response | None = None
        failed = SendError("no_answer", Failure.UNKNOWN)
        try:
            answer = await self._session.request(method=method, url=endpoint, **kwargs)
        except _NOT_SENT:
            failed = SendError("not_connected", Failure.NOT_SENT)
        except (httpx.HTTPError, httpx.InvalidURL):
            # Anything else of httpx's: the request may have arrived.
            pass
        # Raised outside of the handlers, so that the exception with the request in it is not its context.
        if answer is None:
            raise failed
        if answer.status_code >= 300:
            raise _refused(answer)
        said = _json(answer)
        if said is None:
            raise SendError("unreadable", Failure.UNKNOWN)
        return said


def _refused(answer: httpx.Response) -> SendError:
    error = mapping((_json(answer) or {}).get("error"))
    wait = answer.headers.get("retry-after", "")
    seconds = float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None
    return failures.refused(answer.status_code, whole(error.get("code")), seconds, whole(error.get("error_subcode")))


def _json(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class Client:
    """One phone number at one Graph API. Every method raises ``SendError``."""

    def __init__(self, token: str, api: str, phone_id: str, account_id: str) -> None:
        if not token.isascii() or any(letter.isspace() for letter in token):
            raise SettingsError("LABAS_WHATSAPP_TOKEN is no access token: it has letters that no token has.")
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, write=WRITE_SECONDS, pool=POOL_SECONDS)
        # No proxy from the environment, no redirects: the token goes to this address alone.
        limits = httpx.Limits(max_connections=_CONNECTIONS)
        self._http = httpx.AsyncClient(timeout=timeout, limits=limits, trust_env=False)
        self._graph = _Graph(token, self._http, float(VERSION.removeprefix("v")))
        self._http.base_url = httpx.URL(f"{api}/{VERSION}")
        self._http.headers["User-Agent"] = "labas"
        self._phone_id, self._account_id = phone_id, account_id

    async def send(self, address: str, kind: str, content: Mapping[str, Any], tracker: str) -> str | None:
        """Hand one message over; its id, or None when the answer held none."""
        # An address is a phone number or a user id; the API has a field for each, and drops one in the other's place.
        is_phone = address.isdigit()
        said = await self._graph.send_message(
            sender=self._phone_id,
            to=address if is_phone else None,
            recipient=None if is_phone else address,
            recipient_type="individual",
            typ=kind,
            msg=dict(content),
            biz_opaque_callback_data=tracker,
        )
        first = mapping(next(iter(rows(said.get("messages"))), None)).get("id")
        return first if isinstance(first, str) and first else None

    async def upload(self, document: Document, media_type: str) -> str:
        """Keep a file at the platform; its id, to be sent."""
        said = await self._graph._request(
            method="POST",
            endpoint=f"/{self._phone_id}/media",
            files={
                "file": (document.name, document.content, media_type),
                "messaging_product": (None, "whatsapp"),
                "type": (None, media_type),
            },
            timeout=UPLOAD_SECONDS,
        )
        number = said.get("id")
        if not isinstance(number, str) or not number:
            raise SendError("unreadable", Failure.NOT_SENT)
        return number

    async def mark_read(self, message_id: str, *, is_typing: bool) -> None:
        """Two blue ticks under the person's message, and if so that we are typing (until we answer, or 25 seconds)."""
        if is_typing:
            await self._graph.set_indicator(self._phone_id, message_id, "text")
        else:
            await self._graph.mark_message_as_read(self._phone_id, message_id)

    async def number(self) -> Mapping[str, Any]:
        """What the platform says of our number."""
        fields = (
            "display_phone_number", "verified_name", "quality_rating", "whatsapp_business_manager_messaging_limit",
            "throughput",
        )  # fmt: skip
        return await self._graph.get_business_phone_number(self._phone_id, fields)

    async def subscribed_apps(self) -> list[str]:
        """The names of the apps to which Meta posts what happens on the account."""
        said = await self._graph._request(method="GET", endpoint=f"/{self._account_id}/subscribed_apps")
        apps = (mapping(mapping(row).get("whatsapp_business_api_data")) for row in rows(said.get("data")))
        return [word(app.get("name")) or word(app.get("id")) or "?" for app in apps]

    async def templates(self) -> list[Mapping[str, Any]]:
        """All templates of the account."""
        found: list[Mapping[str, Any]] = []
        after: str | None = None
        for _ in range(_MOST_PAGES):
            page = {"limit": str(_PAGE)} | ({"after": after} if after else {})
            said = await self._graph.get_templates(self._account_id, fields=_TEMPLATE_FIELDS, pagination=page)
            found += [mapping(row) for row in rows(said.get("data"))]
            paging = mapping(said.get("paging"))
            next_one = mapping(paging.get("cursors")).get("after")
            if "next" not in paging or not isinstance(next_one, str) or next_one == after:
                return found
            after = next_one
        return found

    async def submit(self, template: Mapping[str, Any], platform_id: str | None) -> Mapping[str, Any]:
        """Hand a template in, or a new wording of one that is there."""
        if platform_id is None:
            return await self._graph.create_template(self._account_id, dict(template))
        changes = {key: template[key] for key in template if key not in _FIXED}
        return await self._graph._request(method="POST", endpoint=f"/{platform_id}", json=changes)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
