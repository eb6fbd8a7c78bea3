"""The phone with WhatsApp: bubbles with three buttons or a list, documents, templates, ticks, and who is shown."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.platforms.faults import Fault
from tests.platforms.phones.telegram import PLACE
from tests.platforms.phones.transcript import Transcript
from tests.platforms.whatsapp import CloudApi, Person, Shown

_PIXEL = b"\x89PNG\r\n\x1a\n"
_REVIEWS = ("approve", "reject", "pause", "unpause", "disable")


class WhatsAppPhone:
    """People by number, from +212 600 000 001 on."""

    name = "whatsapp"

    def __init__(self, api: CloudApi) -> None:
        self._api = api
        self._written: defaultdict[str, Transcript] = defaultdict(Transcript)
        self._people: dict[str, Person] = {}
        self.new_person()

    def people(self) -> list[str]:
        return list(self._people)

    def new_person(self) -> str:
        number = str(len(self._people) + 1)
        self._people[number] = self._api.person(f"2126{int(number):08d}")
        return number

    def state(self, who: str) -> dict[str, Any]:
        """Everything on the screen. To look at the chat is to read it."""
        person = self._people[who]
        person.reads()
        messages = self._written[who].merged([_shown(message) for message in person.sees])
        for message in messages:
            if message["mine"]:
                message["is_read"] = message["id"].removeprefix("m-") in person.read_marks
        return {
            "messages": messages, "keyboard": [], "is_blocking": person.is_blocking,
            "is_typing": person.typing_until > self._api.now(),
            "is_new": not messages,
            "identity": f"+{person.phone}" if person.shape != "user_id" else person.user_id,
            "switches": {
                "block": person.is_blocking, "phone_off": person.is_phone_off, "hide_number": person.shape == "user_id",
                "no_marketing": person.has_stopped_marketing,
            },
            "templates": [
                {"name": t.name, "language": t.language, "category": t.category, "status": t.status, "body": t.body}
                for t in self._api.templates.book.values()
            ],
        }  # fmt: skip

    def act(self, who: str, what: str, value: Any) -> None:
        """KeyError for something that this phone cannot do."""
        person, written = self._people[who], self._written[who]
        heard = len(person.sees)
        if what == "say":
            written.add(heard, person.says(str(value)), str(value))
        elif what == "tap":
            under = next(m for m in person.sees if m.id == str(value["message"]))
            written.add(
                heard, person.taps(str(value["id"]), under=under), dict(under.content.choices)[str(value["id"])]
            )
        elif what == "place":
            written.add(heard, person.sends_location(*PLACE), "📍")
        elif what == "photo":
            written.add(heard, person.sends_media("image", "image/png", _PIXEL), "🖼")
        elif what == "voice":
            written.add(heard, person.sends_media("audio", "audio/ogg", b"OggS", voice=True), "🎤")
        elif what == "lose_answer":
            self._api.faults["send"].append(Fault.RESET_AFTER)
        elif what == "review":
            self._review(value)
        else:
            self._switch(person, what, on=bool(value))

    def _switch(self, person: Person, what: str, *, on: bool) -> None:
        if what == "block":
            person.is_blocking = on
        elif what == "phone_off":
            person.is_phone_off = on
            if not on:
                person.turns_phone_on()
        elif what == "hide_number":
            person.shape = "user_id" if on else "both"
        elif what == "no_marketing":
            person.stops_marketing("stop" if on else "resume")
        elif what == "new_number":
            person.changes_number(f"2127{int(person.phone[4:]) + 1000:08d}")
        else:
            raise KeyError(what)

    def _review(self, value: Any) -> None:
        decided = str(value["decided"])
        if decided not in _REVIEWS:
            raise KeyError(decided)
        getattr(self._api.templates, decided)(str(value["name"]), str(value["language"]))

    def file(self, who: str, number: str) -> tuple[str, str, bytes]:
        """The document of a message; StopIteration when there is none."""
        return next(m.document for m in self._people[who].sees if m.id == number and m.document)


def _shown(message: Shown) -> dict[str, Any]:
    content = message.content
    choices = [{"label": label, "id": i} for i, label in content.choices]
    described = content.descriptions or ("",) * len(choices)
    is_list = content.opens_list is not None
    return {
        "id": message.id, "mine": False, "text": message.text, "at": message.at,
        "rows": [] if is_list else [[choice] for choice in choices],
        "list": {
            "open": content.opens_list,
            "rows": [c | {"description": d} for c, d in zip(choices, described, strict=True)],
        } if is_list else None,
        "asks_place": content.asks_location,
        "file": message.document[0] if message.document else None,
        "note": " · ".join(message.template) if message.template else "",
    }  # fmt: skip
