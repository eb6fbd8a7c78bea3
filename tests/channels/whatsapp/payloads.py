"""Payloads as Meta writes them, by hand: for what its fake would not send."""

from __future__ import annotations

import itertools
from typing import Any

from tests.platforms.whatsapp import ACCOUNT_ID, DISPLAY_PHONE, PHONE_ID

USER, PHONE = "MA.13491208655302741918", "212612345678"
_ids = itertools.count(1)


def a_message(kind: str = "text", content: Any = None, **more: Any) -> dict[str, Any]:
    """One message by the same person, in the shape of 2026. Fields that are None are left out."""
    fields = {
        "from": PHONE, "from_user_id": USER, "id": f"wamid.{next(_ids):06d}", "timestamp": "1764000000", "type": kind,
        kind: {"body": "salam"} if content is None and kind == "text" else content, **more,
    }  # fmt: skip
    return {key: value for key, value in fields.items() if value is not None}


def a_contact(**more: Any) -> dict[str, Any]:
    fields = {"profile": {"name": "CANARY-PROFILE-NAME"}, "wa_id": PHONE, "user_id": USER, **more}
    return {key: value for key, value in fields.items() if value is not None}


def a_value(*messages: Any, contacts: Any = None, **more: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": DISPLAY_PHONE, "phone_number_id": PHONE_ID}
    fields = {
        "messaging_product": "whatsapp", "metadata": metadata,
        "contacts": [a_contact()] if contacts is None else contacts,
        **({"messages": list(messages)} if messages else {}), **more,
    }  # fmt: skip
    return {key: value for key, value in fields.items() if value is not None}


def a_post(*values: dict[str, Any], field: str = "messages") -> dict[str, Any]:
    """A POST with a change for each value."""
    changes = [{"value": value, "field": field} for value in values]
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": ACCOUNT_ID, "time": 1764000000, "changes": changes}],
    }


def a_status(state: str = "delivered", **more: Any) -> dict[str, Any]:
    fields = {"id": "wamid.OUT", "status": state, "timestamp": "1764000001", "recipient_id": PHONE, **more}
    return {key: value for key, value in fields.items() if value is not None}
