"""One message of the Cloud API, as our own type. A profile's name and user name are not taken.

Whatever a payload holds, nothing here raises. Kinds that we do not know are a message all the same: somebody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.places import place
from bot.channels.whatsapp.reading import fingerprint, identifier, mapping, moment, text, word
from bot.messages import Incoming
from dialogues.reading import Media
from store.identity import Keys

CHANNEL = "whatsapp"
# WhatsApp's own longest text. A longer one is no message of theirs; only its beginning is kept.
LONGEST_TEXT = 4096
LONGEST_CHOICE = 200
_USER_ID = re.compile(r"[^\s\x00-\x1f\x7f]{1,200}")
_PHONE = re.compile(r"\+?([0-9]{5,20})")

_MEDIA: Mapping[str, Media] = {
    "audio": "voice",
    "voice": "voice",
    "image": "image",
    "sticker": "sticker",
    "document": "document",
}
# Nothing that is to be answered: a thumb under what we said, a message changed or taken back, a chat opened.
_SILENT = frozenset({"reaction", "edit", "revoke", "request_welcome"})
# The button that only asks for what waits: what waits is the answer.
READ = "read=answer"
# What it asks for when nothing waits there any more.
ASK_STAFF = "go=talk_to_human"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message by a person. ``at`` is the platform's clock; ``is_silent`` when it is not to be answered."""

    incoming: Incoming
    keys: Keys
    at: datetime | None
    is_silent: bool
    kind: str


def heard(message: object, contacts: Sequence[object]) -> Heard | None:
    """The message; None when nobody can be found in it who wrote it."""
    fields = mapping(message)
    keys = sender(fields, contacts)
    if keys is None or "group_id" in fields:
        return None
    external_id = identifier(fields.get("id")) or fingerprint(fields)
    kind = word(fields.get("type"))
    incoming = _content(kind, fields, keys.user_id or keys.phone or "", external_id)
    kind = READ if incoming.choice == READ else kind
    return Heard(incoming, keys, moment(fields.get("timestamp")), kind in _SILENT or kind == READ, kind)


def sender(fields: Mapping[str, Any], contacts: Sequence[object]) -> Keys | None:
    """Who wrote: what the message says itself, completed by the contact that fits it."""
    user_id, phone = user_id_of(fields.get("from_user_id")), phone_of(fields.get("from"))
    if user_id is None and phone is None:
        # Some versions put a user id where the number was.
        user_id = user_id_of(fields.get("from"))
    for contact in map(mapping, contacts):
        theirs = Keys(user_id_of(contact.get("user_id")), phone_of(contact.get("wa_id")))
        fits = (user_id is not None and theirs.user_id == user_id) or (phone is not None and theirs.phone == phone)
        if fits or (len(contacts) == 1 and user_id is None and phone is None):
            user_id, phone = user_id or theirs.user_id, phone or theirs.phone
    return Keys(user_id, phone) if user_id or phone else None


def user_id_of(value: object) -> str | None:
    """A user id (BSUID), which is never digits alone."""
    found = text(value)
    return found if found and _USER_ID.fullmatch(found) and not _PHONE.fullmatch(found) else None


def phone_of(value: object) -> str | None:
    """The digits of a number, with its country's."""
    found = _PHONE.fullmatch(str(value)) if isinstance(value, str) else None
    return found.group(1) if found else None


def _content(kind: str, fields: Mapping[str, Any], address: str, external_id: str) -> Incoming:
    content = mapping(fields.get(kind))
    if kind == "text" and (said := text(content.get("body"))) is not None:
        return Incoming(CHANNEL, address, external_id, text=said[:LONGEST_TEXT])
    if kind == "interactive":
        reply = mapping(content.get(word(content.get("type"))))
        return _tap(reply.get("id"), reply.get("title"), address, external_id)
    if kind == "button":
        payload, label = content.get("payload"), content.get("text")
        # A template's button that was sent without an id of its own comes back with its label.
        return _tap(None if payload == label else payload, label, address, external_id)
    if kind == "location" and (found := place(content)) is not None:
        return Incoming(CHANNEL, address, external_id, media="location", location=found)
    # A caption is a text like any other: the danger net must read it. Nobody looks at the picture, which is said.
    caption = text(content.get("caption"))
    if caption and caption.strip():
        return Incoming(CHANNEL, address, external_id, text=caption[:LONGEST_TEXT], with_media=True)
    return Incoming(CHANNEL, address, external_id, media=_MEDIA.get(kind, "other"))


def _tap(choice: object, label: object, address: str, external_id: str) -> Incoming:
    chosen, said = text(choice), text(label)
    if chosen and len(chosen.encode()) <= LONGEST_CHOICE:
        return Incoming(CHANNEL, address, external_id, choice=chosen)
    if said:
        return Incoming(CHANNEL, address, external_id, text=said[:LONGEST_TEXT])
    return Incoming(CHANNEL, address, external_id, media="other")
