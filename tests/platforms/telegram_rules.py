"""What Telegram's Bot API refuses, with its own words: texts, keyboards, files, commands, webhooks, rates.

From the documentation of the Bot API and the source of its open server (dossier platforms.md 1.1 and 1.2).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict, deque
from typing import Any
from urllib.parse import urlsplit

TEXT_LENGTH, CAPTION_LENGTH, CALLBACK_BYTES = 4096, 1024, 64
BUTTONS, BUTTONS_A_ROW = 100, 8
CHAT_BURST, OVERALL_PER_SECOND = 5, 30
PRESS_SECONDS = 150
UPDATE_SECONDS = 24 * 3600
KINDS = {"message", "edited_message", "callback_query", "my_chat_member", "channel_post", "inline_query"}


class Refusal(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


def bad(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def check_text(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise bad("message text is empty")
    if len(text.strip()) > TEXT_LENGTH:
        raise bad("message is too long")
    return text.strip()


def read_json(fields: dict[str, Any], name: str) -> Any:
    if name not in fields:
        return None
    try:
        return json.loads(fields[name])
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None


def check_markup(markup: Any) -> Any:
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        _check_inline(markup["inline_keyboard"])
    elif "keyboard" in markup:
        _check_keyboard(markup["keyboard"])
    elif markup.get("remove_keyboard") is not True:
        raise bad("object expected as reply markup")
    return markup


def _rows(rows: Any) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("field of the reply markup must be an array of arrays")
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS or any(len(row) > BUTTONS_A_ROW for row in rows):
        raise bad("reply markup is too long")
    if not buttons or any(not str(button.get("text", "")).strip() for button in buttons):
        raise bad("text buttons are unallowed in the inline keyboard")
    return buttons


def _check_inline(rows: Any) -> None:
    for button in _rows(rows):
        if "url" in button and not urlsplit(str(button["url"])).netloc:
            raise bad(f"inline keyboard button URL '{button['url']}' is invalid: URL host is empty")
        if len(button.keys() & {"url", "callback_data", "web_app", "login_url"}) != 1:
            raise bad("text buttons are unallowed in the inline keyboard")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(str(data).encode()) <= CALLBACK_BYTES:
            raise bad("BUTTON_DATA_INVALID")


def _check_keyboard(rows: Any) -> None:
    _rows(rows)


def check_file(given: Any) -> tuple[str, str, bytes]:
    if not isinstance(given, tuple):
        raise bad("there is no document in the request")
    name, media_type, content = given
    if not content:
        raise bad("file must be non-empty")
    return str(name), str(media_type), content


def check_commands(commands: Any) -> list[dict[str, str]]:
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("can't parse commands")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands


def check_webhook(fields: dict[str, Any]) -> None:
    url = urlsplit(fields.get("url", ""))
    if url.scheme != "https" and url.hostname != "127.0.0.1":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", fields.get("secret_token", "")):
        raise bad("secret token contains unallowed characters")
    if not 1 <= int(fields.get("max_connections", 40)) <= 100:
        raise bad("max_connections must be between 1 and 100")
    if not set(read_json(fields, "allowed_updates") or []) <= KINDS:
        raise bad("unknown update type")


class Rates:
    """One message a second in a chat with short bursts, 30 a second in all."""

    def __init__(self, chat_burst: int = CHAT_BURST) -> None:
        self._burst = float(chat_burst)
        self._chats: dict[int, tuple[float, float]] = {}
        self._all: deque[float] = deque()
        self.refused: defaultdict[int, int] = defaultdict(int)

    def check(self, chat: int, now: float) -> None:
        while self._all and self._all[0] <= now - 1:
            self._all.popleft()
        left, then = self._chats.get(chat, (self._burst, now))
        left = min(self._burst, left + now - then)
        if left < 1 or len(self._all) >= OVERALL_PER_SECOND:
            self.refused[chat] += 1
            raise Refusal(429, "Too Many Requests: retry after 1", retry_after=1)
        self._chats[chat] = (left - 1, now)
        self._all.append(now)
