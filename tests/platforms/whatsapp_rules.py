"""What the Cloud API takes: kinds of messages with their limits, files, and how many messages how fast.

From Meta's reference and pywa's source (dossier platforms.md 2.2). Lengths are counted in characters.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import Any

from tests.platforms.whatsapp_errors import GraphError, invalid, missing

TEXT_LENGTH, BODY_LENGTH, SMALL_LENGTH, CAPTION_LENGTH = 4096, 1024, 60, 1024
BUTTONS, BUTTON_TITLE, BUTTON_ID = 3, 20, 256
SECTIONS, ROWS, ROW_TITLE, ROW_ID, ROW_DESCRIPTION, LIST_BUTTON = 10, 10, 24, 200, 72, 20
TRACKER_LENGTH = 512
BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
WINDOW_SECONDS = DAY_SECONDS = 24 * 3600
TYPING_SECONDS = 25
PER_SECOND = 80
PAIR_SECONDS, PAIR_BURST = 6, 45
# How many people a day may be written to first, and what the API calls that.
TIERS: dict[int | None, str] = {
    50: "TIER_50", 250: "TIER_250", 2_000: "TIER_2K", 10_000: "TIER_10K", 100_000: "TIER_100K", None: "TIER_UNLIMITED",
}  # fmt: skip
# What a number may be sent as a file; note what is not there: text/calendar, application/json, application/zip.
MEDIA_TYPES = {
    "audio": ("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus"),
    "document": (
        "application/vnd.ms-powerpoint", "application/msword", "application/vnd.ms-excel", "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/plain",
    ),
    "image": ("image/jpeg", "image/png"),
    "sticker": ("image/webp",),
    "video": ("video/mp4", "video/3gpp"),
}  # fmt: skip
MEDIA_BYTES = {"audio": 16 << 20, "document": 100 << 20, "image": 5 << 20, "sticker": 500 << 10, "video": 16 << 20}


@dataclass(frozen=True)
class Content:
    """A message as the person will see it. ``choices`` are (id, label); ``media`` is the id of an uploaded file."""

    kind: str
    text: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    descriptions: tuple[str, ...] = ()
    opens_list: str | None = None
    media: str | None = None
    file_name: str | None = None
    asks_location: bool = False


def read_message(fields: dict[str, Any]) -> Content:
    """The message in a call; templates are read elsewhere. GraphError when the platform would not take it."""
    kind = fields.get("type", "text")
    if not isinstance(kind, str) or kind not in (*_READERS, "contacts"):
        raise GraphError(100, f"Param type must be one of {{{', '.join(sorted(_READERS))}, contacts}}")
    content: Content = _contacts(fields) if kind == "contacts" else _READERS[kind](_object(fields, kind))
    return content


def check_envelope(given: Any) -> dict[str, Any]:
    """What every message has around it."""
    fields = as_object(given)
    if fields.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    if fields.get("recipient_type", "individual") != "individual":
        raise GraphError(100, "Param recipient_type must be one of {INDIVIDUAL}")
    tracker = fields.get("biz_opaque_callback_data", "")
    if not isinstance(tracker, str) or len(tracker) > TRACKER_LENGTH:
        raise GraphError(100, f"Param biz_opaque_callback_data must be at most {TRACKER_LENGTH} characters long.")
    return fields


def as_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise GraphError(100, "The request body must be a JSON object")
    return value


def _object(fields: dict[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    if value is None:
        raise missing(name)
    if not isinstance(value, dict):
        raise GraphError(100, f"Param {name} must be a JSON object.")
    return value


def text_of(fields: dict[str, Any], name: str, longest: int, *, shortest: int = 1, code: int = 131009) -> str:
    """A text within its limits."""
    value = fields.get(name)
    if value is None and shortest:
        raise missing(name)
    if not isinstance(value or "", str):
        raise GraphError(100, f"Param {name} must be a string.")
    text = value or ""
    if len(text) > longest or len(text.strip()) < shortest:
        raise GraphError(code, f"{name} length invalid. Min length: {shortest}, Max length: {longest}")
    return text


def _text(part: dict[str, Any]) -> Content:
    return Content("text", text_of(part, "body", TEXT_LENGTH, code=100))


def _interactive(part: dict[str, Any]) -> Content:
    kind, action = part.get("type"), _object(part, "action")
    body = text_of(_object(part, "body"), "text", BODY_LENGTH)
    if "footer" in part:
        text_of(_object(part, "footer"), "text", SMALL_LENGTH)
    header = part.get("header")
    if isinstance(header, dict) and header.get("type") == "text":
        body = f"{text_of(header, 'text', SMALL_LENGTH)}\n{body}"
    if kind == "button":
        return Content("interactive", body, _buttons(action.get("buttons")))
    if kind == "list":
        return _list(action, body)
    if kind == "location_request_message":
        if action.get("name") != "send_location":
            raise invalid("action name must be send_location")
        return Content("interactive", body, asks_location=True)
    if kind == "cta_url":
        parameters = _object(action, "parameters")
        label, url = text_of(parameters, "display_text", BUTTON_TITLE), text_of(parameters, "url", 2000)
        return Content("interactive", f"{body}\n{label}: {url}")
    raise invalid(f"interactive type {kind!r} is not supported")


def _buttons(given: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, list) or not 1 <= len(given) <= BUTTONS:
        raise invalid(f"Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: {BUTTONS}")
    found = []
    for button in given:
        if not isinstance(button, dict) or button.get("type") != "reply":
            raise invalid("buttons must be of type reply")
        reply = _object(button, "reply")
        found.append((text_of(reply, "id", BUTTON_ID), text_of(reply, "title", BUTTON_TITLE)))
    _all_different([i for i, _ in found], "button id")
    _all_different([label for _, label in found], "button title")
    return tuple(found)


def _list(action: dict[str, Any], body: str) -> Content:
    opens, sections = text_of(action, "button", LIST_BUTTON), action.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= SECTIONS:
        raise invalid(f"Invalid sections count. Min allowed sections: 1, Max allowed sections: {SECTIONS}")
    rows: list[dict[str, Any]] = []
    for section in sections:
        if not isinstance(section, dict) or not isinstance(section.get("rows"), list) or not section["rows"]:
            raise invalid("each section must have rows")
        text_of(section, "title", ROW_TITLE, shortest=1 if len(sections) > 1 else 0)
        rows += section["rows"]
    if len(rows) > ROWS or not all(isinstance(row, dict) for row in rows):
        raise invalid(f"Total row count exceed max allowed count: {ROWS}")
    choices = tuple((text_of(row, "id", ROW_ID), text_of(row, "title", ROW_TITLE)) for row in rows)
    _all_different([i for i, _ in choices], "row id")
    described = tuple(text_of(row, "description", ROW_DESCRIPTION, shortest=0) for row in rows)
    return Content("interactive", body, choices, described, opens)


def _all_different(values: list[str], what: str) -> None:
    if len(set(values)) != len(values):
        raise invalid(f"duplicated {what}")


def _media(kind: str, part: dict[str, Any]) -> Content:
    if ("id" in part) == ("link" in part):
        raise GraphError(100, "Exactly one of id and link must be set")
    caption = text_of(part, "caption", CAPTION_LENGTH, shortest=0)
    name = text_of(part, "filename", 240, shortest=0) or None
    if "link" in part:
        return Content(kind, "\n".join(filter(None, [caption, text_of(part, "link", 2000)])), file_name=name)
    return Content(kind, caption, media=text_of(part, "id", 200), file_name=name)


def _location(part: dict[str, Any]) -> Content:
    try:
        latitude, longitude = float(part["latitude"]), float(part["longitude"])
    except (KeyError, TypeError, ValueError):
        raise missing("latitude, longitude") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise invalid("latitude or longitude out of range")
    return Content("location", f"{part.get('name', '')} {latitude},{longitude}".strip())


def _contacts(fields: dict[str, Any]) -> Content:
    cards = fields.get("contacts")
    if not isinstance(cards, list) or not cards:
        raise missing("contacts")
    return Content("contacts", ", ".join(text_of(_object(card, "name"), "formatted_name", 512) for card in cards))


def _reaction(part: dict[str, Any]) -> Content:
    text_of(part, "message_id", 256)
    return Content("reaction", text_of(part, "emoji", 16, shortest=0))


_READERS: dict[str, Any] = {
    "text": _text, "interactive": _interactive, "location": _location, "reaction": _reaction,
    **{kind: (lambda part, kind=kind: _media(kind, part)) for kind in MEDIA_TYPES},
}  # fmt: skip


def check_file(given: Any, fields: dict[str, Any]) -> tuple[str, str, bytes]:
    """(name, type, bytes) of an upload."""
    if fields.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    if not isinstance(given, tuple) or not given[2]:
        raise GraphError(100, "The parameter file is required.")
    name, media_type, content = str(given[0]), str(given[1]).split(";")[0].strip(), given[2]
    kind = next((kind for kind, types in MEDIA_TYPES.items() if media_type in types), None)
    if kind is None:
        allowed = ", ".join(t for types in MEDIA_TYPES.values() for t in types)
        raise GraphError(
            100, f"Param file must be a file with one of the following types: {allowed}. Received file of type"
            f" '{media_type}'.",
        )  # fmt: skip
    if len(content) > MEDIA_BYTES[kind]:
        raise GraphError(131053, "The file is too large")
    return name, media_type, content


def phone_of(value: object) -> str:
    """The digits of a recipient in ``to``. A BSUID there is read as if its digits were a number (chatwoot #15150)."""
    if not isinstance(value, str) or not value.strip():
        raise GraphError(100, "The parameter to is required.")
    digits = re.sub(r"[^0-9]", "", value)
    if not 5 <= len(digits) <= 32:
        raise invalid("Recipient phone number is not valid")
    return digits


class Rates:
    """How many messages the number has had in the last second, in and out; how many a person; how many new a day."""

    def __init__(self, per_second: int, pair_burst: int, tier: int | None) -> None:
        self.per_second, self.tier = per_second, tier
        self._burst = float(pair_burst)
        self._all: deque[float] = deque()
        self._pairs: dict[str, tuple[float, float]] = {}
        self._reached: dict[str, float] = {}
        self.refused: dict[int, int] = {}
        self.most_in_a_second = 0

    def count_inbound(self, now: float) -> None:
        self._forget(now)
        self._all.append(now)

    def check_throughput(self, now: float) -> None:
        self._forget(now)
        if len(self._all) >= self.per_second:
            self._refuse(130429, "Cloud API message throughput has been reached.")
        self._all.append(now)
        self.most_in_a_second = max(self.most_in_a_second, len(self._all))

    def _forget(self, now: float) -> None:
        while self._all and self._all[0] <= now - 1:
            self._all.popleft()

    def check_pair(self, person: str, now: float) -> None:
        """One in six seconds, with bursts of 45 that are borrowed from the future."""
        left, then = self._pairs.get(person, (self._burst, now))
        left = min(self._burst, left + (now - then) / PAIR_SECONDS)
        if left < 1:
            self._refuse(131056, "Too many messages sent to this phone number in a short period of time.")
        self._pairs[person] = (left - 1, now)

    def check_tier(self, person: str, now: float) -> None:
        """Different people written to first, outside a window, in any 24 hours."""
        if self.tier is None:
            return
        while self._reached and (first := next(iter(self._reached.items())))[1] <= now - DAY_SECONDS:
            del self._reached[first[0]]
        if person not in self._reached and len(self._reached) >= self.tier:
            self._refuse(131048, "The number has reached its messaging limit of the day.")
        self._reached.setdefault(person, now)

    def _refuse(self, code: int, details: str) -> None:
        self.refused[code] = self.refused.get(code, 0) + 1
        raise GraphError(code, details)
