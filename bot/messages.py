"""What comes in from a channel and what goes out to it: two frozen types that know no platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dialogues.reading import Media


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message or tap. ``external_id`` is unique on its channel: the same one twice is the same message.

    Exactly one of ``text``, ``choice`` and ``media`` says what it is; ``location`` is (latitude, longitude) for
    ``media == "location"``. ``with_media``: a picture or a file came with the text, and nobody looks at it. ``name`` is
    never taken from the platform's profile.
    """

    channel: str
    address: str
    external_id: str
    text: str | None = None
    choice: str | None = None
    media: Media | None = None
    location: tuple[float, float] | None = None
    with_media: bool = False

    def to_payload(self) -> dict[str, Any]:
        """What the durable inbox keeps (encrypted) until the message is answered."""
        return {
            "text": self.text, "choice": self.choice, "media": self.media,
            "location": list(self.location) if self.location else None, "with_media": self.with_media,
        }  # fmt: skip

    @classmethod
    def from_payload(cls, channel: str, address: str, external_id: str, payload: dict[str, Any]) -> Incoming:
        """The message that ``to_payload`` kept."""
        place = payload.get("location")
        return cls(
            channel, address, external_id, payload.get("text"), payload.get("choice"), payload.get("media"),
            (float(place[0]), float(place[1])) if place else None, bool(payload.get("with_media")),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    """A choice as it is shown: ``id`` travels back, ``label`` is in the person's language and within the limits.

    ``whole`` is the label before it was cut; empty when it was not.
    """

    id: str
    label: str
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be sent with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Template:
    """A message that the platform knows beforehand: ``language`` is the platform's code, ``values`` fill its
    placeholders by name, ``payloads`` are the ids of its buttons, in order."""

    name: str
    language: str
    values: tuple[tuple[str, str], ...] = ()
    payloads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, rendered for one person on one channel. ``say`` is its message id.

    ``template``: to be sent as that template, whose words ``text`` and ``buttons`` are then. ``opens``: the person is
    written to first, which the platform counts.
    """

    say: str
    text: str
    buttons: tuple[Button, ...]
    language: str
    outcome: str | None = None
    document: Document | None = None
    ask_location: bool = False
    lane: str = "reply"
    template: Template | None = None
    opens: bool = False
