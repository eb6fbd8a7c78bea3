"""People with phones: what they do in a private chat, as the updates that Telegram makes of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.platforms.telegram import BotApi, Chat, Shown


class Person:
    """One person. Everything they do goes to the bot; ``sees`` is what they have on the screen."""

    def __init__(self, api: BotApi, chat_id: int) -> None:
        self._api = api
        self.id = chat_id

    @property
    def chat(self) -> Chat:
        from tests.platforms.telegram import Chat

        return self._api.chats.setdefault(self.id, Chat(self.id))

    @property
    def sees(self) -> list[Shown]:
        return self.chat.shown

    def _who(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": "CANARY-PROFILE-NAME", "language_code": "de"}

    def _message(self, content: dict[str, Any], kind: str = "message") -> int:
        chat = {"id": self.chat.id, "type": "private", "first_name": "CANARY-PROFILE-NAME"}
        message = {"message_id": self._api.next_message(), "from": self._who(), "chat": chat, "date": int(time.time())}
        return self._api.updates.add({kind: {**message, **content}}, ("chat", self.id))

    def says(self, text: str) -> int:
        """Writes; the number of the update."""
        return self._message({"text": text})

    def sends(self, **content: Any) -> int:
        """Sends something else than text, by the field of a message that holds it."""
        return self._message(content)

    def edits(self, text: str) -> int:
        return self._message({"text": text, "edit_date": int(time.time())}, "edited_message")

    def taps(self, data: str, *, under: Shown | None = None) -> int:
        """Presses a button that brings ``data``."""
        shown = under or self.sees[-1]
        chat = {"id": self.id, "type": "private"}
        message = {"message_id": shown.message_id, "chat": chat, "date": int(time.time()), "text": shown.text}
        press = {
            "id": self._api.next_press(), "from": self._who(), "chat_instance": "1", "data": data, "message": message,
        }  # fmt: skip
        return self._api.updates.add({"callback_query": press}, ("person", self.id))

    def taps_button(self, number: int) -> int:
        """Presses the button with this number (1 is the first) under the last message that has any."""
        shown = next(s for s in reversed(self.sees) if s.buttons)
        return self.taps(shown.buttons[number - 1][1], under=shown)

    def blocks(self, at: int | None = None) -> int:
        self.chat.is_blocked = True
        return self._standing("member", "kicked", at)

    def returns(self, at: int | None = None) -> int:
        self.chat.is_blocked = False
        return self._standing("kicked", "member", at)

    def _standing(self, old: str, new: str, at: int | None) -> int:
        bot = {"id": 123456789, "is_bot": True, "first_name": "Labas"}
        change = {
            "chat": {"id": self.id, "type": "private"}, "from": self._who(), "date": at or int(time.time()),
            "old_chat_member": {"user": bot, "status": old}, "new_chat_member": {"user": bot, "status": new},
        }  # fmt: skip
        return self._api.updates.add({"my_chat_member": change}, ("chat", self.id))
