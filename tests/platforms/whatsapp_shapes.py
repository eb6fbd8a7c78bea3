"""Every kind of update that Meta brings, in the form of any version: of before 2026, of now, and without a number.

Written after Meta's reference, with our own words; the texts and names are canaries that no log may hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.platforms.whatsapp import ACCOUNT_ID, DISPLAY_PHONE, PHONE_ID
from tests.platforms.whatsapp_people import Shape
from tests.platforms.whatsapp_webhooks import OBJECT

CANARY = "CANARY-TEXT"
PHONE, USER_ID, NEW_PHONE, NEW_USER_ID = "212612345678", "MA.5551208655302741", "212699999999", "MA.7771208655302741"
SHAPES: tuple[Shape, ...] = ("both", "user_id", "phone")
_OURS = {"from": DISPLAY_PHONE, "id": "wamid.ours"}

# What a person sends, by its type: the content, and what else stands in the message.
_CONTENTS: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "text": ("text", {"body": f"{CANARY} salam"}, {}),
    "answer to a message": ("text", {"body": f"{CANARY} iyyeh"}, {"context": _OURS}),
    "forwarded": ("text", {"body": CANARY}, {"context": {"forwarded": True}}),
    "from an advertisement": (
        "text", {"body": CANARY},
        {"referral": {"source_url": "https://fb.me/x", "source_id": "1", "source_type": "ad", "headline": CANARY}},
    ),
    "about a product": (
        "text", {"body": CANARY},
        {"context": {**_OURS, "referred_product": {"catalog_id": "1", "product_retailer_id": "2"}}},
    ),
    "image": ("image", {"id": "1", "mime_type": "image/jpeg", "sha256": "x", "caption": f"{CANARY} caption"}, {}),
    "image without a caption": ("image", {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}, {}),
    "voice": ("audio", {"id": "1", "mime_type": "audio/ogg; codecs=opus", "sha256": "x", "voice": True}, {}),
    "video": ("video", {"id": "1", "mime_type": "video/mp4", "sha256": "x"}, {}),
    "sticker": ("sticker", {"id": "1", "mime_type": "image/webp", "sha256": "x", "animated": False}, {}),
    "document": ("document", {"id": "1", "mime_type": "application/pdf", "sha256": "x", "filename": CANARY}, {}),
    "location": ("location", {"latitude": 34.02, "longitude": -6.84, "name": CANARY, "address": CANARY}, {}),
    "bare location": ("location", {"latitude": 34, "longitude": -6}, {}),
    "contacts": ("contacts", [{"name": {"formatted_name": CANARY}, "phones": [{"phone": "+212", "wa_id": "2"}]}], {}),
    "reaction": ("reaction", {"message_id": "wamid.ours", "emoji": "👍"}, {}),
    "reaction taken back": ("reaction", {"message_id": "wamid.ours"}, {}),
    "button of ours": (
        "interactive", {"type": "button_reply", "button_reply": {"id": "go=ask_help", "title": CANARY}},
        {"context": _OURS},
    ),
    "row of our list": (
        "interactive",
        {"type": "list_reply", "list_reply": {"id": "go=ask_help", "title": CANARY, "description": CANARY}},
        {"context": _OURS},
    ),
    "form": ("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}", "body": "Sent"}}, {}),
    "button of a template": ("button", {"payload": "go=ask_help", "text": CANARY}, {"context": _OURS}),
    "order": ("order", {"catalog_id": "1", "text": CANARY, "product_items": [{"quantity": 2, "item_price": 30}]}, {}),
    "unsupported": (
        "unsupported", {"type": "poll_creation"},
        {"errors": [{"code": 131051, "title": "Message type unknown", "error_data": {"details": "no"}}]},
    ),
    "welcome": ("request_welcome", {}, {}),
    "edited": ("edit", {"original_message_id": "wamid.x", "message": {"type": "text", "text": {"body": CANARY}}}, {}),
    "taken back": ("revoke", {"original_message_id": "wamid.x"}, {}),
    "of a kind to come": ("hologram", {"id": "1"}, {}),
}  # fmt: skip
# Of these nothing is to be answered.
SILENT = {"reaction", "reaction taken back", "welcome", "edited", "taken back"}


def _ids(shape: Shape, phone: str, user_id: str) -> dict[str, str]:
    made = {phone: PHONE} if shape != "user_id" else {}
    return made | ({user_id: USER_ID} if shape != "phone" else {})


def value(shape: Shape, **items: Any) -> dict[str, Any]:
    """What a change about our number holds, with who it is about."""
    profile = {"name": "CANARY-PROFILE-NAME"} | ({"username": "CANARY-USERNAME"} if shape == "user_id" else {})
    contact = {"profile": profile, **_ids(shape, "wa_id", "user_id")}
    metadata = {"display_phone_number": DISPLAY_PHONE, "phone_number_id": PHONE_ID}
    return {"messaging_product": "whatsapp", "metadata": metadata, "contacts": [contact], **items}


def post(field: str, *values: dict[str, Any]) -> dict[str, Any]:
    """A POST with one change for each value."""
    changes = [{"field": field, "value": each} for each in values]
    return {"object": OBJECT, "entry": [{"id": ACCOUNT_ID, "time": 1_795_000_000, "changes": changes}]}


def message(name: str, shape: Shape, number: str) -> dict[str, Any]:
    """One of the kinds above, as an item of ``messages``."""
    kind, content, more = _CONTENTS[name]
    ids = _ids(shape, "from", "from_user_id")
    return {**ids, "id": f"wamid.{number}", "timestamp": "1795000000", "type": kind, kind: content, **more}


def said() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, POST) of everything a person can send, in every shape."""
    for shape in SHAPES:
        for name in _CONTENTS:
            item = message(name, shape, f"{shape}-{name}".replace(" ", "-"))
            yield f"{name} ({shape})", post("messages", value(shape, messages=[item]))


def _status(shape: Shape, state: str, **more: Any) -> dict[str, Any]:
    ids = _ids(shape, "recipient_id", "recipient_user_id")
    return {"id": "wamid.ours", "status": state, "timestamp": "1795000000", **ids, **more}


def statuses() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, POST) of what becomes of our messages."""
    errors = [{"code": 131026, "title": "Message undeliverable", "error_data": {"details": CANARY}}]
    for shape in SHAPES:
        for state in ("sent", "delivered", "read", "failed", "played", "warned"):
            more = {"errors": errors} if state == "failed" else {"biz_opaque_callback_data": "f" * 32}
            made = value(shape, statuses=[_status(shape, state, **more)])
            if shape == "phone" or state == "failed":
                del made["contacts"]
            yield f"{state} ({shape})", post("messages", made)


def _system(**system: Any) -> dict[str, Any]:
    item = {"id": "wamid.system", "timestamp": "1795000000", "type": "system", "system": {"body": CANARY, **system}}
    made = value("both", messages=[item])
    del made["contacts"]
    return made


def news() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, POST) of everything that is neither a person's message nor a status."""
    moved = _system(type="user_changed_number", wa_id=NEW_PHONE, user_id=NEW_USER_ID, previous_user_id=USER_ID)
    moved["messages"][0] |= {"from": PHONE, "from_user_id": USER_ID}
    old = _system(type="customer_changed_number", new_wa_id=NEW_PHONE, customer=PHONE)
    old["messages"][0]["from"] = PHONE
    yield "a new number", post("messages", moved)
    yield "a new number (before 2026)", post("messages", old)
    yield (
        "a new id",
        post("messages", _system(type="user_changed_user_id", user_id=NEW_USER_ID, previous_user_id=USER_ID)),
    )
    yield "an identity", post("messages", _system(type="customer_identity_changed", identity="x"))
    yield "an error of the number", post("messages", value("both", errors=[{"code": 131031, "title": "locked"}]))
    template = {
        "message_template_id": 1, "message_template_name": "rdv", "message_template_language": "fr", "reason": "NONE",
    }  # fmt: skip
    for event in ("APPROVED", "REJECTED", "PAUSED", "DISABLED", "FLAGGED", "IN_APPEAL", "PENDING_DELETION"):
        yield f"template {event}", post("message_template_status_update", template | {"event": event})
    yield (
        "template category",
        post("template_category_update", template | {"previous_category": "UTILITY", "new_category": "MARKETING"}),
    )
    yield (
        "template quality",
        post(
            "message_template_quality_update",
            template | {"previous_quality_score": "GREEN", "new_quality_score": "RED"},
        ),
    )
    for wanted in ("stop", "resume"):
        preference = {
            "wa_id": PHONE, "user_id": USER_ID, "category": "marketing_messages", "value": wanted, "detail": "x",
            "timestamp": 1795000000,
        }  # fmt: skip
        yield f"marketing {wanted}", post("user_preferences", value("both", user_preferences=[preference]))
    group = {"group_id": "g", "timestamp": "1795000000", "request_id": "r"}
    for kind in ("group_lifecycle_update", "group_settings_update", "group_participants_update"):
        yield kind, post(kind, value("both", groups=[{**group, "type": kind}]))
    for kind in ("account_update", "account_alerts", "phone_number_quality_update", "business_capability_update"):
        yield kind, post(kind, {"event": "X", "current_limit": "TIER_2K", "display_phone_number": DISPLAY_PHONE})
    yield "a field to come", post("holograms", {"x": 1})


def every() -> dict[str, dict[str, Any]]:
    """All of them by name."""
    return {**dict(said()), **dict(statuses()), **dict(news())}
