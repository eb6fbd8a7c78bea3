"""Everything a talk may do to the world, as values. ``store.perform`` is the one place that carries them out.

The staff console uses the same effects with its own actor, so there is one way to write. An effect that cannot be
carried out is refused as a whole (see ``dialogues.errors.Refused``) and comes back to the flow as a reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Purpose = Literal["appointments", "care", "contact", "feedback", "reminders"]
PURPOSES: tuple[Purpose, ...] = ("appointments", "care", "contact", "feedback", "reminders")
Outcome = Literal["ambulance", "emergency", "today", "soon", "home"]
Sex = Literal["f", "m"]
RemindersState = Literal["on", "off", "paused"]
CaseAnswer = Literal["better", "same", "worse", "seen", "not_seen", "over"]
Lane = Literal["danger", "reply", "appointment", "care", "vaccine", "broadcast"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: ``id`` travels (at most 64 bytes of ASCII), ``label`` is a message id with its parameters."""

    id: str
    label: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """A message to be rendered at sending time.

    ``document``: ``calendar:<booking id>``, ``calendar:new`` for the booking that the same list of effects makes or
    moves (``perform`` writes its id in), ``card:<child id>`` or ``card-picture:<child id>`` (the vaccination card), or
    ``export``.
    """

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    outcome: Outcome | None = None
    document: str | None = None
    lane: Lane = "reply"
    ask_location: bool = False


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """The person's language of replies; ``fixed`` when they asked for it: it then no longer follows their writing."""

    language: str
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """A yes or no to one purpose, with the version of the text that was shown."""

    purpose: Purpose
    granted: bool
    text_version: str


@dataclass(frozen=True, slots=True)
class SetName:
    """The name the person wants to be called by."""

    name: str


@dataclass(frozen=True, slots=True)
class SetPhone:
    """A phone number in E.164."""

    phone: str


@dataclass(frozen=True, slots=True)
class Book:
    """Take a seat. Refused: ``slot_taken``, ``already_booked``, ``no_consent``, ``closed``, ``past``.

    ``starts`` is local wall time (Africa/Casablanca, naive). ``beneficiary`` is who it is for: "" for the person,
    else the name or relation given.
    """

    facility: str
    service: str
    starts: datetime
    beneficiary: str = ""


@dataclass(frozen=True, slots=True)
class MoveBooking:
    """Take the new seat, then free the old one. Refused as ``Book``, or ``gone`` when the booking is not live."""

    booking: str
    starts: datetime
    facility: str | None = None


@dataclass(frozen=True, slots=True)
class CancelBooking:
    """Free a seat. Refused: ``gone``."""

    booking: str


@dataclass(frozen=True, slots=True)
class RequestHuman:
    """Put the person on the list that staff see. ``reason`` is a code, never the person's words."""

    reason: str


@dataclass(frozen=True, slots=True)
class LeaveFeedback:
    """Keep a judgement on the service or a facility; the text is encrypted."""

    text: str


@dataclass(frozen=True, slots=True)
class StopMessages:
    """No more messages that the person did not ask for: reminders and broadcasts off, at once."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase everything about the person; live bookings are cancelled first so that the seats are free again."""


@dataclass(frozen=True, slots=True)
class ConfirmBooking:
    """The person says that they will come. Refused: ``gone``."""

    booking: str


@dataclass(frozen=True, slots=True)
class RegisterChild:
    """Follow a child's vaccinations. Refused: ``no_consent`` (purpose ``reminders``), ``already_registered`` (same
    name and birth date), ``too_many``, ``bad_birth`` (to come, or too long ago to be a child's).

    ``name`` is a name or nickname; ``facility`` the usual centre's id, or None.
    """

    name: str
    birth: date
    sex: Sex
    facility: str | None = None


@dataclass(frozen=True, slots=True)
class SetChildFacility:
    """The child's usual centre; None for none. Refused: ``gone``."""

    child: str
    facility: str | None


@dataclass(frozen=True, slots=True)
class RecordDose:
    """A dose was given. ``number`` as written on the card, or None. Refused: ``gone``, ``before_birth``, ``future``,
    ``already_given`` (the same vaccine on the same day)."""

    child: str
    antigen: str
    number: int | None
    given_on: date


@dataclass(frozen=True, slots=True)
class UndoDose:
    """Take back a dose recorded by mistake. Refused: ``gone``."""

    dose: str


@dataclass(frozen=True, slots=True)
class SetReminders:
    """Reminders of one child, or of all (``child`` None): on, off, or paused until a day. Refused: ``gone``."""

    child: str | None
    state: RemindersState
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CloseChild:
    """The child is no longer followed: moved away, died, or registered by mistake. Everything planned stops at once.
    Refused: ``gone``."""

    child: str
    reason: Literal["moved", "died", "mistake"]


@dataclass(frozen=True, slots=True)
class JoinWaitingList:
    """Be offered a seat that becomes free. Refused: ``no_consent``, ``already_waiting``, ``already_booked``."""

    facility: str
    service: str
    beneficiary: str = ""


@dataclass(frozen=True, slots=True)
class LeaveWaitingList:
    """No longer wait. Refused: ``gone``."""

    waiting: str


@dataclass(frozen=True, slots=True)
class AnswerOffer:
    """Take or leave a seat that was offered from the waiting list. Refused: ``gone`` (too late), and as ``Book``."""

    offer: str
    taken: bool


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A triage came to an end and its person wants to be asked again. Refused: ``no_consent`` (purpose ``care``).

    Ids and answers only, never free text. ``complaints`` and the keys of ``versions`` are protocols, ``rules`` are
    ``<protocol>.<rule>``, ``answers`` question -> answer as kept by triage. ``subject``: "self", a relation,
    "child:<id>", or "" when it was never told. ``cut_short``: questions were left open. ``follows``: the case whose
    follow-up led here; it ends with this one.
    """

    outcome: Outcome
    complaints: tuple[str, ...]
    rules: tuple[str, ...]
    answers: Mapping[str, str]
    versions: Mapping[str, int]
    subject: str = "self"
    cut_short: bool = False
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """The person answers a follow-up: better, same, worse; seen or not_seen after "today"; or it is ``over`` without
    being better, and nothing is ever asked again. Refused: ``gone``."""

    case: str
    answer: CaseAnswer


Effect = (
    Say | SetLanguage | GiveConsent | SetName | SetPhone | Book | MoveBooking | CancelBooking | RequestHuman
    | LeaveFeedback | StopMessages | Forget | ConfirmBooking | RegisterChild | SetChildFacility | RecordDose
    | UndoDose | SetReminders | CloseChild | JoinWaitingList | LeaveWaitingList | AnswerOffer
    | OpenCase | AnswerCase
)  # fmt: skip
