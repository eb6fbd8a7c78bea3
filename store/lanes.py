"""The lanes of messages: their order, how long a message in each is worth sending, and who asked for it."""

from __future__ import annotations

from datetime import timedelta

from dialogues.effects import Lane, Purpose, Say

# In the order in which they go out.
LIFETIMES: dict[Lane, timedelta] = {
    "danger": timedelta(hours=24),
    "reply": timedelta(hours=12),
    "appointment": timedelta(hours=24),
    "care": timedelta(hours=24),
    "vaccine": timedelta(hours=48),
    "broadcast": timedelta(hours=24),
}
# What staff wrote themselves is worth reading for days: the person may have to come for it.
ANSWER = "human.answer"
KEPT = timedelta(days=3)
LANES: tuple[Lane, ...] = tuple(LIFETIMES)
# What the person asked for just now, or must hear: never held back by the rest, nor by quiet hours.
URGENT: tuple[Lane, ...] = ("danger", "reply")
# What the person did not ask for just now: a stop ends it.
UNASKED: tuple[Lane, ...] = ("appointment", "care", "vaccine", "broadcast")
# The agreement without which a message of a lane is not sent.
PURPOSES: dict[Lane, Purpose] = {
    "appointment": "appointments",
    "care": "care",
    "vaccine": "reminders",
    "broadcast": "reminders",
}

# Channels without a wire: a page asks for what is newer than the last number it saw.
READ_BY_PAGE = frozenset(("web",))


def lifetime(say: Say) -> timedelta:
    """How long a message is worth sending."""
    return KEPT if say.message == ANSWER else LIFETIMES[say.lane]
