"""What was understood of one incoming message: the type that flows take, whoever made it.

The NLU side fills it (``nlu/reader.py``); a tapped choice fills only ``choice``; a refused effect comes back as
``refused``. The core owns the type, so that flows never see Rasa, a channel or a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Variety = Literal["ary", "ary-Latn", "ar", "fr"]
Media = Literal["location", "voice", "image", "sticker", "document", "other"]
Doubt = Literal["none", "low", "ambiguous", "unavailable"]

VARIETIES: tuple[Variety, ...] = ("ary", "ary-Latn", "ar", "fr")


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing in the text: ``value`` is canonical (a service code, a commune code), ``text`` as written."""

    kind: str
    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, read.

    ``intent`` is the model's best guess even in doubt; ``doubt`` says whether to act on it ("none"), to ask ("low",
    "ambiguous"; then ``alternatives`` holds the next best), or that the model did not answer ("unavailable").
    ``cues`` are deterministic short answers that need no model: ``yes no stop human menu help back other later earlier
    unsure any first last``, ``language:<variety>`` and ``number:<n>``. ``when`` holds the time expressions in the
    form of nlu/when.md, most useful first; ``past`` holds them as if the question were when somebody was born or a dose
    was given: every day is one that has gone by, as a ``birthdate``. ``danger`` holds the ids of the danger signs
    found, ``danger_kinds`` their kinds (``medical poison self_harm violence``). ``words`` are the normal forms of the
    text's words. ``plain_weekday``: the date in ``when`` was said by its weekday alone, so that after "next week" it is
    that day of next week. ``truncated``: the text was longer than what is read. ``amounts``: the numbers of the text
    (``{"value": 39.5}``, with ``"unit"`` when one is said, or ``{"pair": [140, 90]}``); ``denied``: symptoms that it
    says are not there. ``pointed``: the choice on the screen whose words it resembles (the shell knows the labels).
    ``danger_after_no``: the danger signs of what follows a "no" in front, which in Arabic letters may deny what comes
    next or answer a question ("لا فايق").
    """

    text: str = ""
    intent: str | None = None
    confidence: float = 0.0
    alternatives: tuple[tuple[str, float], ...] = ()
    doubt: Doubt = "none"
    entities: tuple[Entity, ...] = ()
    cues: frozenset[str] = frozenset()
    when: tuple[Mapping[str, Any], ...] = ()
    past: tuple[Mapping[str, Any], ...] = ()
    danger: tuple[str, ...] = ()
    danger_kinds: frozenset[str] = frozenset()
    variety: Variety | None = None
    model: str | None = None
    choice: str | None = None
    media: Media | None = None
    location: tuple[float, float] | None = None
    refused: str | None = None
    words: tuple[str, ...] = field(default=())
    plain_weekday: bool = False
    truncated: bool = False
    amounts: tuple[Mapping[str, Any], ...] = ()
    denied: frozenset[str] = frozenset()
    pointed: str | None = None
    danger_after_no: tuple[str, ...] = ()

    @property
    def guesses(self) -> tuple[tuple[str | None, float], ...]:
        """The intent and the other ones that it may be, each with its probability."""
        return ((self.intent, self.confidence), *(a for a in self.alternatives if a[0] != self.intent))

    def first(self, kind: str) -> Entity | None:
        """The first entity of a kind, or None."""
        return next((e for e in self.entities if e.kind == kind), None)

    def all(self, kind: str) -> tuple[Entity, ...]:
        """All entities of a kind, in text order."""
        return tuple(e for e in self.entities if e.kind == kind)

    @property
    def is_sure(self) -> bool:
        """Whether the intent may be acted on without asking."""
        return self.intent is not None and self.doubt == "none"
