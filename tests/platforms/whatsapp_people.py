"""People with WhatsApp on their phones: what they see, and what they do, in the shapes that Meta makes of it.

Since 2026 everybody has a business-scoped id (``user_id``); who took a username keeps the phone number to themselves.
``shape`` says how the updates look: ``both``, ``user_id`` alone, or ``phone`` alone as in versions before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.platforms.whatsapp_rules import Content

if TYPE_CHECKING:
    from tests.platforms.whatsapp import CloudApi

Shape = Literal["both", "user_id", "phone"]
Item = dict[str, Any]


@dataclass
class Shown:
    """A message that reached a phone. ``document`` is (name, media type, bytes); ``statuses`` grow as it is read."""

    id: str
    content: Content
    at: float
    tracker: str | None = None
    template: tuple[str, str] | None = None
    document: tuple[str, str, bytes] | None = None
    is_read: bool = False

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """(label, id), as Telegram's fake has them."""
        return [(label, i) for i, label in self.content.choices]


@dataclass
class Person:
    """One person. ``sees`` is what they have on the screen; everything they do goes to the business."""

    api: CloudApi
    phone: str
    user_id: str
    name: str = "CANARY-PROFILE-NAME"
    shape: Shape = "both"
    is_blocking: bool = False
    is_on_whatsapp: bool = True
    has_stopped_marketing: bool = False
    is_phone_off: bool = False
    reads_at_once: bool = False
    last_inbound: float | None = None
    typing_until: float = 0.0
    read_marks: list[str] = field(default_factory=list)
    sees: list[Shown] = field(default_factory=list)
    waits_for_phone: list[tuple[Shown, float | None]] = field(default_factory=list)

    # -- identity -----------------------------------------------------------------------------------------------------

    def contact(self) -> Item:
        profile = {"name": self.name} | ({"username": f"user{self.user_id[-4:]}"} if self.shape == "user_id" else {})
        return {"profile": profile, **self._ids("wa_id", "user_id")}

    def _ids(self, phone: str, user_id: str) -> Item:
        return {
            **({phone: self.phone} if self.shape != "user_id" else {}),
            **({user_id: self.user_id} if self.shape != "phone" else {}),
        }

    # -- what they do -------------------------------------------------------------------------------------------------

    def sends(self, kind: str, content: Any, *, at: float | None = None, context: Item | None = None) -> str:
        """A message of any kind, by the field that holds it; its id. ``at`` is when it was written (now)."""
        number = self.api.next_id()
        moment = self.api.now() if at is None else at
        message = {
            **self._ids("from", "from_user_id"), "id": number, "timestamp": str(int(moment)), "type": kind,
            kind: content, **({"context": context} if context else {}),
        }  # fmt: skip
        self.is_blocking = False
        self.last_inbound = max(self.last_inbound or 0.0, moment)
        self.api.inbound(self, message)
        return number

    def says(self, text: str, *, at: float | None = None) -> str:
        return self.sends("text", {"body": text}, at=at)

    def taps(self, choice: str, *, under: Shown | None = None) -> str:
        """Presses the button, or the row of the list, that brings this id."""
        shown = under or next(s for s in reversed(self.sees) if choice in dict(s.content.choices))
        label = dict(shown.content.choices)[choice]
        context = {"from": self.api.display_phone, "id": shown.id}
        if shown.content.kind == "template":
            return self.sends("button", {"payload": choice, "text": label}, context=context)
        kind = "list_reply" if shown.content.opens_list else "button_reply"
        reply = {"id": choice, "title": label}
        if described := self._description(shown, choice):
            reply["description"] = described
        return self.sends("interactive", {"type": kind, kind: reply}, context=context)

    @staticmethod
    def _description(shown: Shown, choice: str) -> str:
        ids = [i for i, _ in shown.content.choices]
        return dict(zip(ids, shown.content.descriptions, strict=False)).get(choice, "")

    def taps_button(self, number: int) -> str:
        """Presses the button with this number (1 is the first) under the last message that has any."""
        shown = next(s for s in reversed(self.sees) if s.content.choices)
        return self.taps(shown.content.choices[number - 1][0], under=shown)

    def sends_location(self, latitude: float, longitude: float) -> str:
        return self.sends("location", {"latitude": latitude, "longitude": longitude})

    def sends_media(self, kind: str, media_type: str, content: bytes, **more: Any) -> str:
        """An image, a voice message (``audio``, ``voice=True``), a document, a video, a sticker."""
        media = self.api.media.keep(("file", media_type, content))
        return self.sends(kind, {"id": media.id, "mime_type": media_type, "sha256": media.sha256, **more})

    def reads(self) -> None:
        """Opens the chat: everything in it is read."""
        for shown in self.sees:
            if not shown.is_read:
                shown.is_read = True
                self.api.tell_status(self, shown.id, "read", tracker=shown.tracker)

    def blocks(self) -> None:
        """No word of it to the business, but for what its next message meets."""
        self.is_blocking = True

    def stops_marketing(self, value: Literal["stop", "resume"] = "stop") -> None:
        """From the app's own menu."""
        self.has_stopped_marketing = value == "stop"
        preference = {
            **self._ids("wa_id", "user_id"), "category": "marketing_messages", "value": value,
            "detail": f"User requested to {value} marketing messages", "timestamp": int(self.api.now()),
        }  # fmt: skip
        self.api.tell("user_preferences", {"contacts": [self.contact()], "user_preferences": [preference]})

    def changes_number(self, phone: str) -> None:
        """A new number, and with it another BSUID; the business is told, with what it may know."""
        old_phone, old_id = self.phone, self.user_id
        ids = self._ids("from", "from_user_id")
        self.phone, self.user_id = phone, self.api.next_user_id(self.user_id.split(".")[0])
        self.api.moved(self, old_phone, old_id)
        if self.shape == "user_id":
            system = {"type": "user_changed_user_id", "body": "User changed their user id"}
        else:
            body = f"User {self.name} changed from {old_phone} to {phone}"
            system = {"type": "user_changed_number", "body": body, "wa_id": phone}
            if self.shape == "phone":
                system = {"type": "customer_changed_number", "body": body, "new_wa_id": phone, "customer": old_phone}
        if self.shape != "phone":
            system |= {"user_id": self.user_id, "previous_user_id": old_id}
        message = {
            **ids, "id": self.api.next_id(), "timestamp": str(int(self.api.now())), "type": "system", "system": system,
        }  # fmt: skip
        self.api.tell("messages", {"messages": [message]})

    def turns_phone_on(self) -> None:
        """What waited is delivered, unless its time to live is over."""
        self.is_phone_off = False
        waiting, self.waits_for_phone = self.waits_for_phone, []
        for shown, until in waiting:
            if until is None or self.api.now() <= until:
                self.receives(shown)

    # -- what happens to them -----------------------------------------------------------------------------------------

    def receives(self, shown: Shown, until: float | None = None) -> None:
        if self.is_phone_off:
            self.waits_for_phone.append((shown, until))
            return
        self.sees.append(shown)
        self.typing_until = 0.0
        self.api.tell_status(self, shown.id, "delivered", tracker=shown.tracker)
        if self.reads_at_once:
            self.reads()
