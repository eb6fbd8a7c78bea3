"""The phone with Telegram: bubbles, inline buttons, and the keyboard that asks for the place."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.platforms.faults import Fault
from tests.platforms.phones.transcript import Transcript
from tests.platforms.telegram import BotApi, Shown

# Where somebody is who shares their place here: the middle of Rabat.
PLACE = (34.0209, -6.8416)


class TelegramPhone:
    """People by number, from 1001 on."""

    name = "telegram"

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._written: defaultdict[str, Transcript] = defaultdict(Transcript)
        self._known = ["1001"]

    def people(self) -> list[str]:
        return self._known

    def new_person(self) -> str:
        self._known.append(str(int(self._known[-1]) + 1))
        return self._known[-1]

    def state(self, who: str) -> dict[str, Any]:
        """Everything on the screen; ``keyboard`` takes the place of the letters."""
        chat = self._api.person(int(who)).chat
        rows = (chat.keyboard or {}).get("keyboard", [])
        return {
            "messages": self._written[who].merged([_shown(message) for message in chat.shown]),
            "keyboard": [[str(button.get("text", "")) for button in row] for row in rows],
            "is_blocking": chat.is_blocked, "is_typing": False,
            "is_new": not chat.shown and self._written[who].is_empty,
            "identity": f"chat {who}", "switches": {"block": chat.is_blocked}, "templates": [],
        }  # fmt: skip

    def act(self, who: str, what: str, value: Any) -> None:
        """KeyError for something that this phone cannot do."""
        person = self._api.person(int(who))
        heard = len(person.sees)
        if what == "say":
            self._written[who].add(heard, str(person.says(str(value))), str(value))
        elif what == "tap":
            under = next(m for m in person.sees if str(m.message_id) == str(value["message"]))
            person.taps(str(value["id"]), under=under)
        elif what == "place":
            latitude, longitude = PLACE
            person.sends(location={"latitude": latitude, "longitude": longitude})
            person.chat.keyboard = None
            self._written[who].add(heard, str(self._api.next_message()), "📍")
        elif what == "photo":
            person.sends(photo=[{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}])
            self._written[who].add(heard, str(self._api.next_message()), "🖼")
        elif what == "voice":
            person.sends(voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
            self._written[who].add(heard, str(self._api.next_message()), "🎤")
        elif what == "block":
            _ = person.blocks() if value else person.returns()
        elif what == "lose_answer":
            self._api.faults["sendMessage"].append(Fault.RESET_AFTER)
        else:
            raise KeyError(what)

    def file(self, who: str, number: str) -> tuple[str, str, bytes]:
        """The document of a message; StopIteration when there is none."""
        shown = self._api.person(int(who)).sees
        return next(m.document for m in shown if str(m.message_id) == number and m.document)


def _shown(message: Shown) -> dict[str, Any]:
    return {
        "id": str(message.message_id), "mine": False, "text": message.text, "at": message.at, "list": None,
        "rows": [[{"label": label, "id": data} for label, data in row] for row in message.rows],
        "file": message.document[0] if message.document else None, "note": "",
    }  # fmt: skip
