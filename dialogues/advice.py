"""Health matters that need no questions: what is safe to say to everyone, and the way to care.

Nothing here names a disease or a dose. Each text says when to call and offers a visit; all of them await
a Moroccan clinician's review (README, "Medical content").
"""

from __future__ import annotations

from dialogues.effects import Choice, Say
from dialogues.facts import Facts
from dialogues.numbers import number_params
from dialogues.reading import Reading


def medication(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    return (Say("advice.medication", number_params()),)


def pregnancy(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    return (
        Say("advice.pregnancy", number_params(), (Choice("go=book_appointment:prenatal", "choice.book_prenatal"),)),
    )
