"""A plain yes or no to a message whose buttons say more than that: "Will you come?", "Shall I follow this child?".

Such a message is no question of a flow. Its buttons stand on their own, and whoever types "oui" means one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from dialogues.answers import says_no, says_plain_yes
from dialogues.reading import Reading

__all__ = ["meant"]

# By message: how the ids of the buttons begin that a yes and a no mean; None where nothing is to be done for a no.
_ANSWERS: dict[str, tuple[str, str | None]] = {
    "offer.slot": ("re.offer.take.", "re.offer.leave."),
    "reminder.answer.not_given": ("go=book_appointment:vaccination", None),
    "reminder.booking.closed": ("re.booking.move.", None),
    "reminder.booking.soon": ("re.booking.come.", "re.booking.cancel."),
    "reminder.vaccine.last": ("re.vaccine.pause.", None),
    "reminder.visit.given": ("re.visit.yes.", "re.visit.no."),
    "schedule.offer_to_follow": ("re.child.register.", None),
}


def meant(message: str | None, choices: Sequence[str], reading: Reading) -> str | None:
    """The one of ``choices`` (ids of the buttons under ``message``) that a reading answers by a plain yes or no."""
    yes, no = _ANSWERS.get(message or "", (None, None))
    wanted = yes if says_plain_yes(reading) else no if says_no(reading) else None
    return next((made for made in choices if wanted and made.startswith(wanted)), None)
