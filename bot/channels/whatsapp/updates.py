"""A whole POST of Meta's, taken apart: every entry, every change, every message and status in it.

Anything authentic becomes something: a message of a person, a receipt, news that we act on, or a piece that is kept as
it came. Whatever a payload holds, nothing here raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.channels.whatsapp.failures import told_later
from bot.channels.whatsapp.incoming import Heard, heard, phone_of, user_id_of
from bot.channels.whatsapp.reading import dump, fingerprint, identifier, mapping, moment, rows, text, whole, word
from bot.errors import SendError
from store.identity import Keys

State = Literal["accepted", "sent", "delivered", "read", "failed"]

_TRACKER = re.compile(r"[0-9a-f]{32}(\.[0-9]{1,3})?")
# What Meta tells about messages, by the states that count; "played" is a voice message that was heard.
_STATES: Mapping[str, State] = {
    "accepted": "accepted", "sent": "sent", "delivered": "delivered", "read": "read", "played": "read",
    "failed": "failed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a message of ours. ``error`` says what follows when it failed; ``keys`` whom it was for."""

    state: State
    at: datetime | None
    message_id: str | None
    tracker: str | None
    error: SendError | None
    keys: Keys


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody goes by other keys from now on."""

    external_id: str
    old: Keys
    new: Keys


@dataclass(frozen=True, slots=True)
class TemplateNews:
    """Something about a template: a new status, category or quality, since when. Empty where nothing is said."""

    external_id: str
    platform_id: str
    name: str
    language: str
    at: datetime | None = None
    status: str = ""
    reason: str = ""
    category: str = ""
    coming_category: str = ""
    quality: str = ""


@dataclass(frozen=True, slots=True)
class Preference:
    """Somebody wants no marketing messages, or wants them again."""

    external_id: str
    keys: Keys
    stops: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Piece:
    """Anything else. ``is_known``: nothing that has to be looked at. ``raw`` is what came."""

    external_id: str
    code: str
    is_known: bool
    raw: str = field(repr=False)


Update = Heard | Status | Changed | TemplateNews | Preference | Piece

# Told to every number, and no business of a talk.
_KNOWN_FIELDS = frozenset(
    "account_alerts account_review_update account_update business_capability_update group_lifecycle_update "
    "group_participants_update group_settings_update group_status_update message_template_components_update "
    "phone_number_name_update phone_number_quality_update security smb_app_state_sync smb_message_echoes "
    "business_username_updates calls flows history template_performance_metrics".split()
)


def parsed(body: bytes) -> dict[str, Any] | None:
    """The JSON object of a POST; None for what is none. Broken UTF-8 costs its letters, not the message."""
    try:
        found = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def updates(payload: Mapping[str, Any], phone_id: str, account_id: str) -> list[Update]:
    """Everything in a POST; messages in the order in which they were written. The ids are our number's and our
    account's: a webhook belongs to an app, which may have others."""
    found: list[Update] = []
    entries = rows(payload.get("entry"))
    for entry in map(mapping, entries):
        changes = rows(entry.get("changes"))
        for change in map(mapping, changes):
            found += _of_change(entry, change, phone_id, account_id)
        if not changes:
            found.append(_piece("no_changes", entry, is_known=False))
    if not entries:
        found.append(_piece("no_entries", payload, is_known=False))
    return _in_order(found)


def _tracker(value: object) -> str | None:
    """Our own name of a try, or of a piece of it; anything else was not given by us."""
    found = text(value)
    return found if found is not None and _TRACKER.fullmatch(found) else None


def _in_order(found: list[Update]) -> list[Update]:
    """By the platform's clock, whose seconds are enough: what is of the same second, or without one, stays in place."""
    moments: list[datetime | None] = []
    last: datetime | None = None
    for update in found:
        last = (update.at if isinstance(update, Heard) else None) or last
        moments.append(last)
    first = min((m for m in moments if m is not None), default=None)
    keyed = sorted(range(len(found)), key=lambda place: (moments[place] or first, place) if first else (place,))
    return [found[place] for place in keyed]


def _of_change(
    entry: Mapping[str, Any], change: Mapping[str, Any], phone_id: str, account_id: str
) -> Iterator[Update]:  # fmt: skip
    name, value = word(change.get("field")), mapping(change.get("value"))
    if name in ("messages", ""):
        yield from _of_messages(value, phone_id)
    elif identifier(entry.get("id")) not in (None, account_id):
        # Templates have the same names everywhere, and what somebody wants of others is nothing to us.
        yield _piece("other_account", {"at": entry.get("time"), **change}, is_known=True)
    elif name in ("message_template_status_update", "template_category_update", "message_template_quality_update"):
        yield _template_news(name, entry, value)
    elif name == "user_preferences":
        yield from _preferences(value)
    elif name in _KNOWN_FIELDS:
        # Two changes of one kind in one second differ in what they say.
        yield _piece(name, {"at": entry.get("time"), **value}, is_known=True)
    else:
        # What it is called is only in what is kept sealed: a code is read by anybody.
        yield _piece("unknown_field", {"at": entry.get("time"), **change}, is_known=False)


def _of_messages(value: Mapping[str, Any], phone_id: str) -> Iterator[Update]:
    messages, statuses, contacts = (rows(value.get(name)) for name in ("messages", "statuses", "contacts"))
    number = identifier(mapping(value.get("metadata")).get("phone_number_id"))
    if number is not None and number != phone_id:
        # Another number of the same app. Perhaps somebody answers there; or ours is set wrong, and then these are
        # people who wait, so that an operator must see it.
        yield from (_piece("other_number", each, is_known=False) for each in messages)
        yield from (_piece("other_number", each, is_known=True) for each in statuses)
        return
    for message in messages:
        yield _of_message(mapping(message), contacts)
    for status in statuses:
        yield _of_status(mapping(status))
    if not messages and not statuses:
        yield _piece("no_messages", value, is_known="errors" in value)


def _of_message(message: Mapping[str, Any], contacts: list[Any]) -> Update:
    if word(message.get("type")) == "system":
        return _changed(message)
    if "group_id" in message:
        return _piece("group", message, is_known=True)
    return heard(message, contacts) or _piece("no_sender", message, is_known=False)


def _changed(message: Mapping[str, Any]) -> Update:
    system = mapping(message.get("system"))
    old = Keys(
        user_id_of(system.get("previous_user_id")) or user_id_of(message.get("from_user_id")),
        phone_of(message.get("from")) or phone_of(system.get("customer")),
    )
    new = Keys(user_id_of(system.get("user_id")), phone_of(system.get("wa_id")) or phone_of(system.get("new_wa_id")))
    is_change = word(system.get("type")) in ("user_changed_number", "customer_changed_number", "user_changed_user_id")
    if not is_change or old == Keys() or new == Keys():
        return _piece("system", message, is_known=bool(system))
    return Changed(identifier(message.get("id")) or fingerprint(message), old, new)


def _of_status(status: Mapping[str, Any]) -> Update:
    state = _STATES.get(word(status.get("status")))
    message_id, tracker = identifier(status.get("id")), _tracker(status.get("biz_opaque_callback_data"))
    if state is None or (message_id is None and tracker is None):
        return _piece("status", status, is_known=False)
    errors = rows(status.get("errors"))
    error = told_later(whole(mapping(errors[0] if errors else None).get("code"))) if state == "failed" else None
    keys = Keys(user_id_of(status.get("recipient_user_id")), phone_of(status.get("recipient_id")))
    return Status(state, moment(status.get("timestamp")), message_id, tracker, error, keys)


def _template_news(name: str, entry: Mapping[str, Any], value: Mapping[str, Any]) -> Update:
    platform_id = identifier(value.get("message_template_id")) or ""
    language, title = word(value.get("message_template_language")), word(value.get("message_template_name"), 512)
    if not platform_id and not title:
        return _piece(name, {"at": entry.get("time"), **value}, is_known=False)
    said = mapping(value.get("other_info")).get("title")
    reason = word(value.get("reason")) if value.get("reason") != "NONE" else ""
    return TemplateNews(
        fingerprint(name, entry.get("id"), entry.get("time"), value),
        platform_id,
        title,
        language,
        moment(entry.get("time")),
        status=word(value.get("event")).lower(),
        reason=reason or word(said),
        # With ``correct_category`` a change is announced, and ``new_category`` is still the one of now.
        category="" if "correct_category" in value else word(value.get("new_category")).lower(),
        coming_category=word(value.get("correct_category")).lower(),
        quality=word(value.get("new_quality_score")).lower(),
    )


def _preferences(value: Mapping[str, Any]) -> Iterator[Update]:
    for preference in map(mapping, rows(value.get("user_preferences"))):
        keys = Keys(user_id_of(preference.get("user_id")), phone_of(preference.get("wa_id")))
        wanted = word(preference.get("value"))
        is_marketing = word(preference.get("category")) == "marketing_messages"
        if not is_marketing or keys == Keys() or wanted not in ("stop", "resume"):
            yield _piece("user_preferences", preference, is_known=False)
            continue
        yield Preference(fingerprint(preference), keys, wanted == "stop", moment(preference.get("timestamp")))


def _piece(code: str, value: object, *, is_known: bool) -> Piece:
    return Piece(fingerprint(code, value), code, is_known, dump(value))
