"""Meta calls us: the signature is checked over the raw body, all of it is stored, and only then Meta gets its 200.

An authentic update never gets anything but a 200, unless it cannot be stored now: Meta would repeat it for seven days.
Nothing of a body is logged.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.whatsapp.receiver import Receiver
from bot.channels.whatsapp.signature import HEADER, is_signed, is_word
from bot.channels.whatsapp.updates import parsed
from bot.errors import Overloaded
from bot.overload import Gate

log = structlog.get_logger(__name__)

PATH = "/whatsapp/webhook"
# Meta's own largest is 3 MB.
LARGEST_BODY = 4 * 1024 * 1024
RETRY_SECONDS = 5
_LONGEST_CHALLENGE = 256


def routes_to(receiver: Receiver, secrets: Sequence[str], verify_token: str, gate: Gate) -> list[Route]:
    """Where Meta asks for its challenge, and where it posts. Neither secrets nor the word may be empty."""
    if not secrets or not all(secrets) or not verify_token:
        raise ValueError("the webhook needs a secret and a word")

    async def verify(request: Request) -> Response:
        asked = request.query_params
        challenge = asked.get("hub.challenge", "")
        is_ours = is_word(asked.get("hub.verify_token", ""), verify_token)
        if asked.get("hub.mode") != "subscribe" or not is_ours or not 0 < len(challenge) <= _LONGEST_CHALLENGE:
            log.warning("webhook_not_verified")
            return Response(status_code=403)
        # As text: a challenge that somebody made up must not become a page.
        return PlainTextResponse(challenge)

    async def webhook(request: Request) -> Response:
        signature = request.headers.get(HEADER)
        if signature is None:
            log.warning("webhook_refused", why="unsigned")
            return Response(status_code=401)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            log.warning("webhook_refused", why="too_large")
            return Response(status_code=413)
        if not is_signed(body, signature, secrets):
            log.warning("webhook_refused", why="signature")
            return Response(status_code=403)
        try:
            async with gate.place():
                return await _take(receiver, body)
        except Overloaded as overloaded:
            return _later(overloaded.retry_after)

    return [Route(PATH, verify, methods=["GET"]), Route(PATH, webhook, methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """The whole body, or None when it is larger than any of Meta's."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and (len(told) > 12 or int(told) > LARGEST_BODY):
        return None
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LARGEST_BODY:
            return None
    return bytes(read)


async def _take(receiver: Receiver, body: bytes) -> Response:
    payload = parsed(body)
    try:
        await (receiver.unreadable(body) if payload is None else receiver.take(payload))
    except Exception as error:  # noqa: BLE001
        # Whatever kept the store from taking it: Meta keeps the update and brings it again.
        log.error("update_not_stored", error=type(error).__name__)
        return _later(RETRY_SECONDS)
    return Response(status_code=200)


def _later(seconds: int) -> Response:
    return Response(status_code=503, headers={"Retry-After": str(seconds)})
