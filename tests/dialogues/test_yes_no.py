"""A plain yes or no to a message that is no question of a flow means one of its buttons."""

from __future__ import annotations

import pytest

from dialogues import standing
from dialogues.yes_no import _ANSWERS, meant
from tests.dialogues.world import a_reading

FOLLOW = ["re.child.register.2026-09-20", "go=book_appointment:vaccination"]
VISIT = ["re.visit.yes.b1", "re.visit.no.b1"]
SOON = ["re.booking.come.b1", "re.booking.move.b1", "re.booking.cancel.b1"]
CASES = [
    ("reminder.visit.given", VISIT, "oui", "yes", "re.visit.yes.b1"),
    ("reminder.visit.given", VISIT, "la", "no", "re.visit.no.b1"),
    ("reminder.booking.soon", SOON, "wakha", "yes", "re.booking.come.b1"),
    ("reminder.booking.soon", SOON, "لا", "no", "re.booking.cancel.b1"),
    ("schedule.offer_to_follow", FOLLOW, "oui", "yes", FOLLOW[0]),
    ("schedule.offer_to_follow", FOLLOW, "non", "no", None),
    ("reminder.vaccine.due", ["re.vaccine.given.c1:2026-11-24"], "oui", "yes", None),  # does not ask for a yes
    ("reminder.visit.given", VISIT, "le dentiste", "", None),
    (None, VISIT, "oui", "yes", None),
]  # fmt: skip


@pytest.mark.parametrize(("message", "choices", "text", "cue", "wanted"), CASES)
def test_what_a_yes_or_no_means(
    message: str | None, choices: list[str], text: str, cue: str, wanted: str | None
) -> None:
    assert meant(message, choices, a_reading(text, cues=cue)) == wanted


def test_every_button_of_the_table_can_be_tapped() -> None:
    known = {f"{standing.PREFIX}{kind}.{answer}." for kind, answer in standing._ANSWERS}
    for answers in _ANSWERS.values():
        for begin in answers:
            assert begin is None or begin.startswith("go=") or begin in known
