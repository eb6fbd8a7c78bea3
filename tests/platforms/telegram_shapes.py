"""Every kind of update that Telegram brings, with canaries for texts and names."""

from __future__ import annotations

from typing import Any

CANARY = "CANARY-TEXT"
_WHO = {"id": 5551208, "is_bot": False, "first_name": "CANARY-PROFILE-NAME", "language_code": "fr"}
_CHAT = {"id": 5551208, "type": "private", "first_name": "CANARY-PROFILE-NAME"}
_BOT = {"id": 123456789, "is_bot": True, "first_name": "Labas"}
_FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 900}

# What a message holds, by its kind.
_CONTENTS: dict[str, dict[str, Any]] = {
    "text": {"text": f"{CANARY} salam"},
    "command": {"text": "/start", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]},
    "place": {"location": {"latitude": 34.02, "longitude": -6.84}},
    "voice": {"voice": {**_FILE, "duration": 3}},
    "photo": {"photo": [{**_FILE, "width": 90, "height": 90}], "caption": f"{CANARY} caption"},
    "document": {"document": {**_FILE, "file_name": CANARY}},
    "sticker": {"sticker": {**_FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False}},
    "contact": {"contact": {"phone_number": "+212612345678", "first_name": CANARY}},
    "answer": {"text": CANARY, "reply_to_message": {"message_id": 3, "date": 1, "chat": _CHAT, "text": CANARY}},
    "kind to come": {"hologram": {}},
}  # fmt: skip


def _message(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": 7, "from": _WHO, "chat": _CHAT, "date": 1_795_000_000, **content, **more}


def every() -> dict[str, dict[str, Any]]:
    """All of them by name."""
    made = {name: {"update_id": 1, "message": _message(content)} for name, content in _CONTENTS.items()}
    pressed = {"id": "1", "from": _WHO, "chat_instance": "1", "data": "go=ask_help", "message": _message({"text": "?"})}
    made["press"] = {"update_id": 1, "callback_query": pressed}
    made["edited"] = {"update_id": 1, "edited_message": _message({"text": CANARY}, edit_date=1_795_000_001)}
    standing = {
        "chat": _CHAT, "from": _WHO, "date": 1_795_000_000, "old_chat_member": {"user": _BOT, "status": "member"},
        "new_chat_member": {"user": _BOT, "status": "kicked"},
    }  # fmt: skip
    made["blocked"] = {"update_id": 1, "my_chat_member": standing}
    group = _message({"text": CANARY}) | {"chat": {"id": -100, "type": "supergroup", "title": CANARY}}
    made["group"] = {"update_id": 1, "message": group}
    return made
