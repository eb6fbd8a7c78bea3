"""The owner's own description of the Cloud API, where the shared folder with it lies beside the checkout.

It is a data file to check against, not to copy: who uses it skips where it is not. Its payloads are of version 23;
``of_2026`` adds the identity fields that every payload has had since.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_ROOT = Path(__file__).resolve().parents[2]
_FILE = "shared/contracts/whatsapp/business-messaging-api_v23.0.yaml"
# Where no folder is: one case that says so, instead of none.
MISSING = {"the shared folder is not beside the checkout": None}
USER_ID = "US.13491208655302741918"


def path() -> Path | None:
    """The file in one of the folders around the checkout."""
    return next((folder / _FILE for folder in _ROOT.parents if (folder / _FILE).is_file()), None)


@cache
def _document() -> dict[str, Any] | None:
    found = path()
    if found is None:
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read: dict[str, Any] = yaml.load(found.read_text("utf-8"), Loader=loader)
    return read


def _examples(where: str) -> dict[str, Any]:
    document = _document()
    if document is None:
        return dict(MISSING)
    found = document["paths"][where]["post"]["requestBody"]["content"]["application/json"]["examples"]
    return {name: example["value"] for name, example in found.items()}


def webhooks() -> dict[str, Any]:
    """What Meta posts, by the name of the example."""
    return _examples("/whatsapp/webhooks")


def sends() -> dict[str, Any]:
    """What a business posts."""
    return _examples("/{Version}/{Phone-Number-ID}/messages")


def of_2026(payload: dict[str, Any], *, hides_phone: bool = False) -> dict[str, Any]:
    """The same POST with business-scoped ids, and without a phone number where its owner hides it."""
    made: dict[str, Any] = json.loads(json.dumps(payload))
    for entry in made["entry"]:
        for change in entry["changes"]:
            _identify(change["value"], hides_phone=hides_phone)
    return made


def _identify(value: dict[str, Any], *, hides_phone: bool) -> None:
    for contact in value.get("contacts", []):
        contact["user_id"] = USER_ID
        if hides_phone:
            contact.pop("wa_id", None)
            contact["profile"]["username"] = "sheena"
    for message in value.get("messages", []):
        message["from_user_id"] = USER_ID
        if hides_phone:
            message.pop("from", None)
        if "system" in message:
            message["system"] |= {"user_id": "US.23491208655302741918", "previous_user_id": USER_ID}
