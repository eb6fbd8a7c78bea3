"""What Telegram tells us, as our own types. Only private chats count; a profile's name and language are not taken.

Whatever a payload holds, nothing here raises: what is not understood is None, and the caller counts it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.places import place
from bot.messages import Incoming
from dialogues.reading import Media

CHANNEL = "telegram"
# Telegram's own longest text. A longer one is no message of theirs; only its beginning is kept.
LONGEST_TEXT = 4096
LONGEST_CHOICE = 64  # bytes
# Telegram promises that ids fit into 52 bits.
_LARGEST_ID = 2**52
_COMMAND = re.compile(r"/([A-Za-z_]+)(?:@\w+)?(?:\s|\Z)")

# Commands stand for buttons of the menu, so that they work in every language and without the model.
COMMANDS: dict[str, str] = {
    "start": "go=greet",
    "menu": "go=ask_help",
    "help": "go=ask_help",
    "rdv": "go=book_appointment",
    "human": "go=talk_to_human",
    "langue": "go=change_language",
    "language": "go=change_language",
    "privacy": "go=ask_privacy",
    "stop": "go=stop_reminders",
}

_MEDIA: tuple[tuple[str, Media], ...] = (
    ("voice", "voice"),
    ("audio", "voice"),
    ("video_note", "voice"),
    ("photo", "image"),
    ("animation", "image"),
    ("sticker", "sticker"),
    ("document", "document"),
)
# What every message may carry besides its content.
_ENVELOPE = frozenset(
    "message_id message_thread_id from sender_chat chat date edit_date via_bot reply_to_message external_reply quote "
    "reply_markup forward_origin is_automatic_forward has_protected_content is_from_offline media_group_id "
    "author_signature has_media_spoiler show_caption_above_media effect_id entities caption_entities "
    "link_preview_options sender_boost_count business_connection_id sender_business_bot".split()
)
# Messages that nobody wrote: Telegram notes a change in the chat.
_SERVICE = frozenset(
    "pinned_message message_auto_delete_timer_changed chat_background_set write_access_allowed users_shared "
    "chat_shared connected_website passport_data proximity_alert_triggered web_app_data gift unique_gift "
    "refunded_payment successful_payment boost_added giveaway giveaway_created giveaway_winners giveaway_completed "
    "new_chat_title new_chat_photo delete_chat_photo".split()
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Someone blocked the bot or let it back in; ``at`` is Telegram's clock, to the second."""

    address: str
    is_member: bool
    at: datetime


def incoming(update: object) -> Incoming | None:
    """The message or tap in an update; None for anything else, malformed updates, groups and edits included."""
    fields = _mapping(update)
    update_id = _identifier(fields.get("update_id"))
    if update_id is None:
        return None
    if "callback_query" in fields:
        return _tap(str(update_id), _mapping(fields["callback_query"]))
    if "message" in fields:
        return _message(str(update_id), _mapping(fields["message"]))
    return None


def press_id(update: object) -> str | None:
    """The id of a button press, wherever it happened: the phone shows it as busy until it is answered."""
    pressed = _mapping(_mapping(update).get("callback_query")).get("id")
    return pressed if isinstance(pressed, str) and 0 < len(pressed) <= LONGEST_CHOICE else None


def standing(update: object) -> Standing | None:
    """Whether the person of a private chat can be written to from now on, when the update is about that."""
    change = _mapping(_mapping(update).get("my_chat_member"))
    address = _private_chat(change)
    status = _mapping(change.get("new_chat_member")).get("status")
    at = _moment(change.get("date"))
    if address is None or at is None or not isinstance(status, str):
        return None
    return Standing(address, status not in ("kicked", "left"), at)


def _tap(update_id: str, press: Mapping[str, Any]) -> Incoming | None:
    data = press.get("data")
    if "message" in press:
        address = _private_chat(_mapping(press["message"]))
    else:
        # A press under a very old message comes without it; in a private chat the person's id is the chat's.
        address = _address(_mapping(press.get("from")).get("id"))
    if address is None or not isinstance(data, str):
        return None
    choice = _clean(data)
    if not choice or len(choice.encode()) > LONGEST_CHOICE:
        return None
    return Incoming(CHANNEL, address, update_id, choice=choice)


def _message(update_id: str, message: Mapping[str, Any]) -> Incoming | None:
    address = _private_chat(message)
    if address is None or _identifier(message.get("message_id")) is None:
        return None
    # A caption is a text like any other: the danger net must read it. Nobody looks at the picture, which is said.
    for key in ("text", "caption"):
        said = message.get(key)
        if isinstance(said, str):
            return _said(address, update_id, _clean(said[:LONGEST_TEXT]), with_media=key == "caption")
    if "location" in message:
        found = place(_mapping(message["location"]))
        return None if found is None else Incoming(CHANNEL, address, update_id, media="location", location=found)
    media = _media(message)
    return None if media is None else Incoming(CHANNEL, address, update_id, media=media)


def _said(address: str, update_id: str, text: str, *, with_media: bool) -> Incoming:
    command = _COMMAND.match(text)
    choice = COMMANDS.get(command.group(1).lower()) if command else None
    if choice is not None:
        return Incoming(CHANNEL, address, update_id, choice=choice)
    return Incoming(CHANNEL, address, update_id, text=text, with_media=with_media)


def _media(message: Mapping[str, Any]) -> Media | None:
    for key, media in _MEDIA:
        if key in message:
            return media
    content = message.keys() - _ENVELOPE
    return "other" if content and not content & _SERVICE else None


def _private_chat(holder: Mapping[str, Any]) -> str | None:
    chat = _mapping(holder.get("chat"))
    return _address(chat.get("id")) if chat.get("type") == "private" else None


def _address(value: object) -> str | None:
    found = _identifier(value)
    return str(found) if found else None


def _identifier(value: object) -> int | None:
    """A number that Telegram could have given: private chats, messages and updates have no negative ones."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LARGEST_ID:
        return None
    return value


def _moment(value: object) -> datetime | None:
    seconds = _identifier(value)
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _clean(value: str) -> str:
    """Without halves of characters, which no database and no model can hold."""
    return value.encode("utf-8", "replace").decode("utf-8")


def _mapping(value: object) -> Mapping[str, Any]:
    """JSON objects have text keys; anything else is as good as nothing."""
    return value if isinstance(value, dict) else {}
