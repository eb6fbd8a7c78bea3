"""What became of a try, and what each kind of failure means: no database in here, so that channels can say it too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Failure(StrEnum):
    """What is known after a call that did not end well, and so what follows. The value is what is counted and shown.

    All but ``UNKNOWN`` mean: surely not delivered.
    """

    THROTTLED = "throttled"  # the platform wants less of us: the whole channel pauses, then the same row again
    SLOWER = "slower"  # too much for this one person: they wait, others go on
    NOT_SENT = "not_sent"  # it never got there: again, with growing waits
    UNKNOWN = "unknown"  # it may have arrived: never blindly again
    NEVER = "never_again"  # this address takes nothing from us until the person writes
    UNDELIVERABLE = "undeliverable"  # not this row; the third in a row closes the address
    UNWANTED = "unwanted"  # the person wants no campaigns; everything else flows
    OUR_BUG = "our_bug"  # it can never be sent as it is
    TEMPLATE = "template"  # a template is paused or disabled: its messages wait
    WINDOW = "window"  # outside the hours in which one may write freely: prepared anew, as a template
    HELD = "held"  # the platform holds such messages for this person: not before a day has passed
    SPAM = "spam"  # the platform finds that we write too much: no campaigns for a day
    HALT = "halt"  # account, token or payment: the channel stops


# An operator has to look at these.
ALARMS = frozenset((Failure.OUR_BUG, Failure.TEMPLATE, Failure.SPAM, Failure.HALT))


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it, under this id."""

    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The platform surely did not take it. ``wait``: as long as it said, else as ``kind`` has it."""

    code: str
    kind: Failure = Failure.OUR_BUG
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer came: it may have arrived."""

    code: str


Result = Sent | Failed | Unknown
