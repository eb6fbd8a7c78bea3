"""Health matters that have no flow of their own yet: what is safe to say to everyone, and the way to care.

Nothing here names a disease or a dose. Each text says when to call and offers a visit; all of them await
a Moroccan clinician's review (README, "Medical content").
"""

from __future__ import annotations

from dialogues.effects import Choice, Say
from dialogues.facts import Facts
from dialogues.numbers import number_params
from dialogues.reading import Reading

_VISIT = (
    Choice("go=book_appointment", "choice.book_visit"),
    Choice("go=find_facility", "choice.find"),
    Choice("go=ask_emergency_number", "choice.emergency_numbers"),
)


def symptom(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """A complaint: the signs for which to call, then a visit."""
    return (Say("advice.symptom", number_params(), _VISIT),)


def worse(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """Worse than before: never lower than a visit today."""
    return (Say("advice.worse", number_params(), _VISIT),)


def better(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    return (Say("advice.better"),)


def distress(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """Sadness, fear, not wanting to live: heard, people to reach now, care today."""
    choices = (
        Choice("go=talk_to_human", "choice.human"),
        Choice("go=book_appointment:psychiatry", "choice.book_visit"),
    )
    return (Say("advice.distress", number_params(), choices, lane="danger"),)


def medication(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    return (Say("advice.medication", number_params()),)


def pregnancy(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    return (
        Say("advice.pregnancy", number_params(), (Choice("go=book_appointment:prenatal", "choice.book_prenatal"),)),
    )
