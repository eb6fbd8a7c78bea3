"""What a message that names a complaint may be taken for by the model, and when it is a complaint all the same.

"A dog bit me" is no small talk, and "I fainted, now I am well" is not over; a dream of a snake, a cat that vomits and a
visit for a diabetes of old are no complaints.
"""

from __future__ import annotations

from collections.abc import Callable

from dialogues.reading import Reading
from dialogues.triage.words import begins, pairs_in, says, speaks_of_oneself, words

EMERGENCY, VISIT = "report_emergency", "book_appointment"
# So sure the model must be to be believed against what the words say.
SURE_OF_OTHER = 0.9
# Less sure than this, a wish of another kind does not hold against a complaint that may not wait; but to these somebody
# comes who asks where or whom to call.
LESS_SURE = 0.8
_GRAVE = frozenset({"poisoning", "stroke", "chest_pain", "fainting", "snake", "scorpion", "burn", "gas", "bleeding"})
_ASKING = frozenset(
    {"find_facility", "ask_emergency_number", "talk_to_human", "thank", "goodbye", "cancel_appointment"}
)
# Sugar, in grams a litre: down to here, or from here on, nobody is well (dossier 2.6 DIAB).
LOW_SUGAR, HIGH_SUGAR = 0.7, 3.0
# Events that are not over because somebody feels well again; and what is asked about before a visit is booked.
_EVENTS = frozenset({"fainting", "stroke", "poisoning", "gas", "snake", "scorpion", "injury", "bite"})
_ACUTE = frozenset(
    {"fever", "breathing", "chest_pain", "belly", "diarrhoea", "headache", "fainting", "stroke", "allergy", "urine",
     "ear", "throat", "pregnancy", "bleeding", "not_feeding"}
)  # fmt: skip


def is_complaint_all_the_same(reading: Reading, named: set[str]) -> bool:
    """Whether a sure reading of something else is a complaint nevertheless; ``named`` are the ids of the protocols."""
    judge = _JUDGES.get(str(reading.intent))
    if judge is not None:
        return judge(reading, named)
    # Any other wish, of which the model is not quite sure, and a complaint that may not wait.
    may_not_wait = reading.confidence < LESS_SURE and not _GRAVE.isdisjoint(named) and reading.intent not in _ASKING
    return may_not_wait and _is_of_somebody(reading, named) and not begins(reading, "gone")


def of_no_person(reading: Reading, named: set[str]) -> bool:
    """Whether an animal, a thing, a dream or the news is spoken of; of a bite the animal is part."""
    return "bite" not in named and begins(reading, "not_a_person")


def _always(reading: Reading, named: set[str]) -> bool:
    return True


def _is_of_somebody(reading: Reading, named: set[str]) -> bool:
    """What the model takes for no matter of ours, and is one: a bite, or somebody's own complaint; no dream, no animal,
    no "what if"."""
    if says(reading, "hypothetical") or of_no_person(reading, named):
        return False
    is_own = speaks_of_oneself(reading) or reading.first("relation") is not None
    return reading.confidence < SURE_OF_OTHER or is_own


def _is_no_question(reading: Reading, named: set[str]) -> bool:
    return words("knowledge_pairs").isdisjoint(pairs_in(reading.words))


def _is_no_medicine(reading: Reading, named: set[str]) -> bool:
    return reading.first("medicine") is None or "medicine_effect" in named


def _is_still_there(reading: Reading, named: set[str]) -> bool:
    """ "I fainted, now I am well" is not over; "the fever is gone" is."""
    if not _EVENTS.isdisjoint(named):
        return True
    values = [float(amount["value"]) for amount in reading.amounts if "value" in amount]
    if "diabetes" in named and any(value < LOW_SUGAR or value >= HIGH_SUGAR for value in values):
        return True
    if begins(reading, "gone"):
        return False
    has_pair = any("pair" in amount for amount in reading.amounts)
    return reading.confidence < SURE_OF_OTHER or "allergy" in named or ("blood_pressure" in named and has_pair)


def _is_measured(reading: Reading, named: set[str]) -> bool:
    """ "My pressure is 17 over 10" tells us something, but not how we are."""
    is_pair = len(reading.amounts) > 1 or any("pair" in amount for amount in reading.amounts)
    return "blood_pressure" in named and is_pair


def _is_no_vaccine(reading: Reading, named: set[str]) -> bool:
    return not begins(reading, "vaccine")


def _is_acute(reading: Reading, named: set[str]) -> bool:
    """A wish for a visit: booked at once when the kind of care is named (a dentist), or the complaint is an old one;
    else it is taken up after the questions."""
    return reading.first("service") is None and not _ACUTE.isdisjoint(named)


# What else a message with a complaint in it may be taken for, and when it is a complaint all the same.
_JUDGES: dict[str, Callable[[Reading, set[str]], bool]] = {
    "inform": _always,
    "affirm": _always,
    "greet": _always,
    EMERGENCY: _always,
    "out_of_scope": _is_of_somebody,
    "ask_pregnancy_advice": _is_no_question,
    "ask_medication": _is_no_medicine,
    "feel_better": _is_still_there,
    "give_feedback": _is_measured,
    "ask_vaccine_info": _is_no_vaccine,
    VISIT: _is_acute,
}
