"""What the chat page sends, checked field by field, so that nothing in it can crash a turn."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import Request

from bot.web.failures import Rejected

LARGEST_BODY = 64 * 1024  # bytes
# A body over the limit is read to its end all the same, up to this: a browser that is cut off while it still sends
# sees a broken connection, not our answer.
DRAINED = 4 * 1024 * 1024
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LONGEST_CHOICE = 64  # bytes, as everywhere
_FIELDS = frozenset({"id", "text", "choice", "location", "after", "talk"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One message of the page. ``id`` is made by the page and stays the same when it tries again; ``after`` and
    ``talk`` say up to where the page has read. Exactly one of text, choice and location is there."""

    id: str
    text: str | None
    choice: str | None
    location: tuple[float, float] | None
    after: int
    talk: str


async def read_asked(request: Request) -> Asked:
    """The message in a request; ``Rejected`` with 413, 415, 400 or 422 when there is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Rejected(415)
    return check(_json(await _body(request)))


async def _body(request: Request) -> bytes:
    kept, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > DRAINED:
            break
        if size <= LARGEST_BODY:
            kept += chunk
    if size > LARGEST_BODY:
        raise Rejected(413, f"The body may have at most {LARGEST_BODY} bytes.")
    return bytes(kept)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        # Wrong UTF-8, wrong JSON, a number of thousands of digits, brackets thousands deep.
        raise Rejected(400) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def check(body: Any) -> Asked:
    """The message in a JSON value; ``Rejected`` (422) names the field that is wrong."""
    if not isinstance(body, dict):
        raise Rejected(422, "The body must be a JSON object.")
    unknown = sorted(set(body) - _FIELDS)
    if unknown:
        raise Rejected(422, f"Unknown field; known are: {', '.join(sorted(_FIELDS))}.")
    made = body.get("id")
    if not isinstance(made, str) or not _ID.fullmatch(made):
        raise Rejected(422, "id must be a string of 8 to 64 letters, digits, - and _.")
    given = [name for name in ("text", "choice", "location") if body.get(name) is not None]
    if len(given) != 1:
        raise Rejected(422, "Exactly one of text, choice and location must be given.")
    return Asked(
        id=made,
        text=_text(body["text"]) if given == ["text"] else None,
        choice=_choice(body["choice"]) if given == ["choice"] else None,
        location=_location(body["location"]) if given == ["location"] else None,
        after=check_after(body.get("after", 0)),
        talk=check_talk(body.get("talk", "")),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Rejected(422, "text must be a string.")
    # JSON can hold half a character (a lone surrogate), which nothing can store.
    return value.encode("utf-8", "replace").decode("utf-8")


def _choice(value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or not 1 <= len(value) <= _LONGEST_CHOICE:
        raise Rejected(422, "choice must be the id of a button.")
    return value


def _location(value: object) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2:
        latitude, longitude = value
        if _within(latitude, 90) and _within(longitude, 180):
            return float(latitude), float(longitude)
    raise Rejected(422, "location must be [latitude, longitude] in degrees.")


def _within(value: object, most: int) -> bool:
    # True and False are numbers to Python, not to anyone else.
    return isinstance(value, int | float) and not isinstance(value, bool) and -most <= value <= most


def check_after(value: object) -> int:
    """The number of the last message that the page has."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise Rejected(422, "after must be the number of a message.")
    return value


def check_talk(value: object) -> str:
    """The talk that ``after`` counts in, as an answer gave it."""
    if not isinstance(value, str) or len(value) > 64:
        raise Rejected(422, "talk must be a string from an earlier answer.")
    return value
