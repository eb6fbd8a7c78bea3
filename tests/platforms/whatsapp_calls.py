"""What was called: a call's name, told from its method and path, its fields, and the two rows of the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.platforms.server import Answered, Asked
from tests.platforms.whatsapp_rules import Content

_OF_THE_NUMBER = {("POST", "messages"): "messages", ("POST", "media"): "media"}
_OF_THE_ACCOUNT = {
    ("GET", "message_templates"): "templates", ("POST", "message_templates"): "template_create",
    ("DELETE", "message_templates"): "template_delete",
}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One call, with what it led to. ``what`` is ``send``, ``read``, ``media``, ``templates``, ``template_create``…"""

    what: str
    fields: dict[str, Any]
    status: int
    code: int | None
    at: float


@dataclass(frozen=True)
class Accepted:
    """A message that was answered with an id (or would have been, had the answer arrived)."""

    id: str
    to: str
    content: Content
    tracker: str | None
    template: tuple[str, str] | None
    at: float
    in_window: bool


def parts_of(path: str) -> list[str]:
    """The path without its version."""
    parts = [part for part in path.split("/") if part]
    if parts and parts[0][:1] == "v" and parts[0][1:].replace(".", "").isdigit():
        del parts[0]
    return parts


def name_of(
    method: str, parts: list[str], phone_id: str, account_id: str, app_id: str, *, is_template: bool
) -> str:  # fmt: skip
    """``is_template`` says whether the first part is the id of a template."""
    if len(parts) == 2:
        if parts[0] == phone_id and (method, parts[1]) in _OF_THE_NUMBER:
            return _OF_THE_NUMBER[method, parts[1]]
        if parts[0] == account_id and (method, parts[1]) in _OF_THE_ACCOUNT:
            return _OF_THE_ACCOUNT[method, parts[1]]
        if parts in ([account_id, "subscribed_apps"], [app_id, "subscriptions"]):
            return "subscribe" if method == "POST" else "subscriptions"
        return "template_unpause" if parts[1] == "unpause" and is_template else "unknown"
    if len(parts) != 1:
        return "unknown"
    if is_template:
        return "template_edit" if method == "POST" else "template"
    if method != "GET":
        return "unknown"
    return "account" if parts[0] == phone_id else "media_address"


async def fields_of(asked: Asked, what: str) -> Any:
    """The body, read: JSON, or a form for uploads. None when it cannot be read."""
    if asked.method != "POST":
        return {}
    if what == "media" or not asked.headers.get("content-type", "").startswith("application/json"):
        return await asked.fields()
    try:
        return json.loads(asked.body)
    except (ValueError, RecursionError):
        return None


def as_json(status: int, content: Any, headers: dict[str, str] | None = None) -> Answered:
    return Answered(status, json.dumps(content).encode(), {"Content-Type": "application/json", **(headers or {})})
