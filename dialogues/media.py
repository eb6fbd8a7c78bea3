"""What is said to a message that is no text: a picture, a voice, a file. Taken kindly, and honestly not read."""

from __future__ import annotations

from dialogues.effects import Choice, Say
from dialogues.facts import Facts
from dialogues.talk import Talk

__all__ = ["said_to"]

_CARD_FLOWS = frozenset({"recording", "registering", "schedule", "undoing"})
_CARD_CHOICES = (Choice("go=report_vaccination_done", "choice.tell_doses"),)
_MESSAGES = {
    "voice": "media.voice", "image": "media.image", "sticker": "media.sticker", "document": "media.document",
    "other": "media.other",
}  # fmt: skip


def said_to(talk: Talk, media: str, facts: Facts) -> Say:
    """A picture in a talk about doses is most likely the card: taken kindly, and not read."""
    of_doses = talk.flow in _CARD_FLOWS or (talk.flow is None and bool(facts.children()))
    if media in ("image", "document") and of_doses:
        return Say("media.card", {}, () if talk.flow else _CARD_CHOICES)
    return Say(_MESSAGES[media])
