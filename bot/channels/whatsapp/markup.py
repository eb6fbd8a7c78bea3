"""How a message looks on WhatsApp: up to three buttons under it, else a list that opens, a file, or plain text.

A text that is too long to have buttons goes before, in pieces; the last of them carries the buttons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import render
from bot.channels.pieces import pieces
from bot.messages import Button, Document, Outgoing, Template

TEXT_LENGTH, BODY_LENGTH, CAPTION_LENGTH = 4096, 1024, 1024
BUTTONS, BUTTON_LENGTH = 3, 20
ROWS, ROW_LENGTH, DESCRIPTION_LENGTH = 10, 24, 72
_LIST_BUTTON = "whatsapp.list_button"

# What WhatsApp takes as a file; anything else is sent as text under its own name, which its ending tells from one.
_IMAGES = frozenset(("image/jpeg", "image/png"))
_FILES = frozenset(("application/pdf", "text/plain"))


@dataclass(frozen=True, slots=True)
class Part:
    """One call: its type, and the object of that name."""

    kind: str
    content: Mapping[str, Any]


def parts(message: Outgoing, media_id: str | None) -> list[Part]:
    """The calls that a message takes, in order. ``media_id``: its document, which is at the platform already."""
    if message.template is not None:
        return [Part("template", _template(message.template))]
    text = message.text.strip()
    has_choice = bool(message.buttons) or message.ask_location
    made: list[Part] = []
    if message.document is not None and media_id is not None:
        fits = not has_choice and len(text) <= CAPTION_LENGTH
        made.append(_file(message.document, media_id, text if fits else ""))
        if fits:
            return made
    if not has_choice:
        return [*made, *(_text(piece) for piece in pieces(text, TEXT_LENGTH))]
    body = pieces(text, BODY_LENGTH)[-1:] or [""]
    before = text[: len(text) - len(body[0])]
    return [*made, *(_text(piece) for piece in pieces(before, TEXT_LENGTH)), _interactive(message, body[0])]


def media_type(document: Document) -> str:
    """The type under which a document is kept at the platform."""
    return document.media_type if document.media_type in _IMAGES | _FILES else "text/plain"


def _text(text: str) -> Part:
    return Part("text", {"body": text, "preview_url": False})


def _file(document: Document, media_id: str, caption: str) -> Part:
    said = {"caption": caption} if caption else {}
    if document.media_type in _IMAGES:
        return Part("image", {"id": media_id, **said})
    return Part("document", {"id": media_id, "filename": document.name, **said})


def _interactive(message: Outgoing, body: str) -> Part:
    # A message has one or the other. Where both are wanted the choices go: a place can be typed, or sent unasked.
    if not message.buttons:
        action: dict[str, Any] = {"name": "send_location"}
        return Part("interactive", {"type": "location_request_message", "body": {"text": body}, "action": action})
    buttons = _different(message.buttons)
    titles = [button.label for button in buttons]
    # A list has room for the whole of a label that was cut.
    is_cut = any(button.whole for button in buttons)
    if (
        not is_cut
        and len(buttons) <= BUTTONS
        and len(set(titles)) == len(titles)
        and max(map(len, titles)) <= BUTTON_LENGTH
    ):
        replies = [{"type": "reply", "reply": {"id": button.id, "title": button.label}} for button in buttons]
        return Part("interactive", {"type": "button", "body": {"text": body}, "action": {"buttons": replies}})
    rows = [_row(button) for button in buttons[:ROWS]]
    action = {"button": render.words(_LIST_BUTTON, message.language)[:BUTTON_LENGTH], "sections": [{"rows": rows}]}
    return Part("interactive", {"type": "list", "body": {"text": body}, "action": action})


def _different(buttons: tuple[Button, ...]) -> list[Button]:
    """The same without a second one of the same id, which would be refused with the whole message."""
    made: dict[str, Button] = {}
    for button in buttons:
        made.setdefault(button.id, button)
    return list(made.values())


def _row(button: Button) -> dict[str, str]:
    title = button.label if len(button.label) <= ROW_LENGTH else f"{button.label[: ROW_LENGTH - 1]}{render.CUT}"
    row = {"id": button.id, "title": title}
    whole = button.whole or (button.label if title != button.label else "")
    return {**row, "description": whole[:DESCRIPTION_LENGTH]} if whole else row


def _template(template: Template) -> dict[str, Any]:
    components: list[dict[str, Any]] = []
    if template.values:
        values = [{"type": "text", "parameter_name": name, "text": text} for name, text in template.values]
        components.append({"type": "body", "parameters": values})
    for number, payload in enumerate(template.payloads):
        components.append(
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": str(number),
                "parameters": [{"type": "payload", "payload": payload}],
            }
        )
    return {"name": template.name, "language": {"code": template.language}, "components": components}
