"""Which messages are about somebody who is unwell, whatever the model calls them.

A complaint that is named is heard also where the model is unsure, or takes the sentence for something that it is not:
nobody who says what hurts is answered with a menu.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogues.reading import Reading
from dialogues.triage.complaint import complaints_of, named_complaints, says_only_unwell
from dialogues.triage.denying import leads_with
from dialogues.triage.load import protocols
from dialogues.triage.mistaken import EMERGENCY, SURE_OF_OTHER, VISIT, is_complaint_all_the_same, of_no_person
from dialogues.triage.words import begins, says

# Intents that open triage by themselves.
OPENING = frozenset({"report_symptom", "report_mental_distress", "report_vaccine_side_effect", "feel_worse"})
# Where a complaint is named, an intent that opens triage is as sure as this.
_SURE_OF_NAMED = 0.75
# The model hesitates, but between complaints; it gives an emergency, the wish for a visit, or a complaint about the
# part of the body that is named, so much.
_LIKELY_UNWELL, _URGENT_SHARE, _WISH_SHARE, _PART_SHARE = 0.55, 0.3, 0.5, 0.15
# With so much given to complaints altogether, somebody may be unwell.
_MAY_BE_UNWELL = 0.4
_WORDS_OF_EMERGENCY = 5
_QUESTION_MARKS = frozenset("?؟")
_NAMES = frozenset({"commune", "facility", "name"})


def answered(reading: Reading, asked: str | None) -> Reading:
    """The reading as an answer to a question of triage: "لا فايق" is "no, he is awake" there, and no "not awake"."""
    question = protocols().questions.get(asked or "")
    if not reading.danger or question is None or question.kind != "yes_no" or leads_with(reading) != "no":
        return reading
    left = reading.danger_after_no
    return replace(reading, danger=left, danger_kinds=reading.danger_kinds if left else frozenset())


def is_danger(reading: Reading) -> bool:
    """Whether a message is answered as an emergency at once, without any question."""
    if reading.danger:
        return not _is_asked_first(reading)
    return reading.is_sure and reading.intent == EMERGENCY and not complaints_of(reading, protocols())


def _is_asked_first(reading: Reading) -> bool:
    """Signs after which a question decides between the ambulance and less; the number of the ambulance stands above it.

    A scorpion's sting without general signs is seen today (dossier 2.6 SCORPION); a pain in the chest that comes with a
    cough, a touch or a movement, and with nothing that makes it an alarm, may be seen within days (2.6 CHEST).
    """
    signs = set(reading.danger)
    if signs == {"chest-pain"}:
        return begins(reading, "chest_calm") and not begins(reading, "chest_alarm")
    return signs == {"scorpion-sting"}


def is_surely_emergency(reading: Reading) -> bool:
    """An emergency that only the model sees, among the questions of triage: a sentence, no word or two that answer."""
    return (
        not reading.danger
        and reading.is_sure
        and reading.intent == EMERGENCY
        and reading.confidence >= SURE_OF_OTHER
        and len(reading.words) >= _WORDS_OF_EMERGENCY
    )


def is_plainly_other(reading: Reading) -> bool:
    """Whether a message among the questions of triage is surely a question or a wish of its own. Nobody is taken away
    from questions about a danger by a guess."""
    return reading.is_sure and (reading.confidence >= SURE_OF_OTHER or not _QUESTION_MARKS.isdisjoint(reading.text))


def heard(reading: Reading, asked: str | None = None) -> Reading:
    """The reading with the intent that opens triage, when the message tells of a complaint; else as it is. ``asked`` is
    the open question: to "where?" and "in whose name?" people answer with names that look like anything."""
    if reading.choice or not reading.words or (asked in _NAMES and reading.first("symptom") is None):
        return reading
    if reading.danger:
        return _renamed(reading, "report_symptom", 1.0)
    if reading.is_sure and reading.intent == EMERGENCY:
        return _renamed(reading, "report_symptom") if complaints_of(reading, protocols()) else reading
    if says_only_unwell(reading):
        return _renamed(reading, "report_symptom", 1.0)
    if named := named_complaints(reading, protocols()):
        return _as_complaint(reading, named)
    if reading.is_sure and reading.intent in OPENING:
        return reading
    if not reading.is_sure and reading.first("body_part") is not None and _share_of_unwell(reading) >= _PART_SHARE:
        return _renamed(reading, "report_symptom", _LIKELY_UNWELL)
    shares = dict(reading.guesses)
    is_in_doubt = reading.doubt in ("low", "ambiguous") and shares.get(EMERGENCY, 0.0) < _URGENT_SHARE
    if is_in_doubt and _share_of_unwell(reading) >= _MAY_BE_UNWELL:
        # Between complaints, or between one and something else: nobody who may be unwell is answered with a menu.
        unwell = reading.intent if reading.intent in OPENING else "report_symptom"
        return _renamed(reading, unwell, max(_share_of_unwell(reading), _LIKELY_UNWELL))
    return reading


def is_urgent(reading: Reading) -> bool:
    """Whether the message that opens triage may be an emergency: then what would call the ambulance is asked first."""
    return bool(reading.danger) or dict(reading.alternatives).get(EMERGENCY, 0.0) >= _URGENT_SHARE


def wants_visit(reading: Reading) -> bool:
    """Whether the message that opens triage asks for an appointment as well."""
    wished = dict(reading.alternatives).get(VISIT, 0.0) >= _WISH_SHARE
    return reading.intent in OPENING and (wished or says(reading, "visit"))


def _as_complaint(reading: Reading, named: Sequence[str]) -> Reading:
    """The reading of a message that names a complaint, by what the model takes it for."""
    if reading.intent in OPENING:
        return _renamed(reading, reading.intent, max(reading.confidence, _SURE_OF_NAMED))
    if not reading.is_sure:
        if of_no_person(reading, set(named)):
            return reading
        return _renamed(reading, "report_symptom", max(reading.confidence, _LIKELY_UNWELL))
    return _renamed(reading, "report_symptom") if is_complaint_all_the_same(reading, set(named)) else reading


def _renamed(reading: Reading, intent: str | None, confidence: float | None = None) -> Reading:
    """Another intent, sure; what the model said stays known among the alternatives."""
    guesses = tuple((str(name), share) for name, share in reading.guesses)
    sure = reading.confidence if confidence is None else confidence
    return replace(reading, intent=intent, confidence=sure, doubt="none", alternatives=guesses)


def _share_of_unwell(reading: Reading) -> float:
    return sum(share for name, share in reading.guesses if name in OPENING or name == EMERGENCY)
