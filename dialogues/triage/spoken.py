"""What a message answers to the open question of triage, in words as well as by a button.

What is doubtful is asked again rather than guessed.
"""

from __future__ import annotations

from dialogues import params as p
from dialogues.answers import says_plain_yes, says_yes
from dialogues.errors import AnswerRejected
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.triage.denying import denies, is_calm, is_doubtful, leads_with, says_unsure, told_without
from dialogues.triage.measured import DAYS, age_range, age_told, days_told, is_possible, temperature_told
from dialogues.triage.naming import symptoms_in
from dialogues.triage.protocol import UNKNOWN, Question
from dialogues.triage.ranges import Range
from dialogues.triage.words import begins, says

WORDS_OF_YES = 6
# What "no fever", said to "how much?", counts as.
NO_FEVER = 37.0
# Options that "he is well" means.
_WELL = frozenset({"normal", "usual", "moves"})


def answer_to(question: Question, reading: Reading, facts: Facts) -> str | None:
    """The answer as it is kept; None when the message holds none. Raises ``AnswerRejected`` on an impossible number."""
    if says_unsure(reading):
        return UNKNOWN
    if question.kind == "yes_no":
        return yes_or_no(reading, question)
    if question.kind == "choice":
        return _option(reading, question)
    if question.unit == "celsius" and not reading.amounts and begins(reading, "no_thermometer"):
        return UNKNOWN
    value = _duration(reading, facts) if question.kind == "duration" else _number(reading, question)
    if value is None:
        return None
    if not question.span.low <= value <= question.span.high:
        raise AnswerRejected("triage.talk.impossible", value=p.a_number(round(value, 1)))
    return f"{round(value, 3):g}"


def plea_for(asked: str, question: Question | None) -> str:
    """What is asked of somebody whose answer was not understood."""
    if asked == "age":
        return "triage.talk.say_age"
    if question is not None and question.kind in ("number", "duration"):
        return "triage.talk.say_number"
    return "triage.talk.say_yes_no" if question is not None and question.kind == "yes_no" else "triage.talk.say_choose"


def yes_or_no(reading: Reading, question: Question) -> str | None:
    """ "yes" also for "a little", "since yesterday" and the sign by its name; "no" when nothing speaks against it.

    To a question about a danger, a time alone is asked about again: whoever tells since when the tooth hurts has not
    said that the person is hard to wake.
    """
    if "no" in reading.cues:
        return "no"
    is_sign_named = not question.said_by.symptoms.isdisjoint(symptoms_in(reading))
    lead = leads_with(reading)
    if lead == "no":
        return None if is_doubtful(reading) or is_sign_named else "no"
    if lead == "yes" and question.danger and is_calm(reading):
        return None
    if lead == "yes" or says_plain_yes(reading) or is_sign_named:
        return "yes"
    if question.said_by.symptoms & reading.denied and not question.danger:
        return "no"
    without = told_without(reading, danger=question.danger)
    if without is not None or denies(reading):
        return without
    if question.of_degree and says(reading, "slight"):
        return "no"
    if says(reading, "some"):
        return "yes"
    if _tells_since_when(reading) and len(reading.words) <= WORDS_OF_YES:
        return None if question.danger else "yes"
    return "yes" if says_yes(reading) else None


def _tells_since_when(reading: Reading) -> bool:
    """ "Since yesterday", said to "is there …?"; an age or a year is no such answer."""
    return any(row.get("kind") in ("duration", "date", "part", "datetime") for row in reading.when)


def is_no(reading: Reading) -> bool:
    """A no to a question that is not one of danger: by a cue, in front, or that something is not there."""
    if "no" in reading.cues or (leads_with(reading) == "no" and not is_doubtful(reading)):
        return True
    return told_without(reading, danger=False) == "no"


def _option(reading: Reading, question: Question) -> str | None:
    """An option by what the message names, by the words of its label, or by a plain no or "he is well"."""
    said = question.said_by
    if is_no(reading):
        return question.no_means or None
    into, _, value = (reading.pointed or "").rpartition("=")
    if into.endswith(f".{question.key}") and value in (*question.options, UNKNOWN):
        return value
    if not said.symptoms.isdisjoint(symptoms_in(reading)) or not said.dangers.isdisjoint(reading.danger):
        return said.option
    if is_calm(reading):
        return next((option for option in question.options if option in _WELL), question.no_means) or None
    return None


def _number(reading: Reading, question: Question) -> float | None:
    if question.unit == "celsius" and (told := temperature_told(reading)) is not None:
        return told
    if question.unit == "celsius" and (is_no(reading) or is_calm(reading)):
        return NO_FEVER
    if question.unit == "mmhg" and (pair := _pair(reading)) is not None:
        return _in_millimetres(pair)
    if question.unit in ("weeks", "months"):
        return _months_or_weeks(reading, question.unit)
    value = next(
        (float(a["value"]) for a in reading.amounts if "value" in a and a.get("unit") in (None, "minute")), None
    )
    if value is not None and question.unit == "mmhg":
        return _in_millimetres(value)
    if value is not None and question.unit == "g_per_l" and value >= 20:
        return value / 100  # sugar in mg/dl
    return value


def _in_millimetres(pressure: float) -> float:
    """Blood pressure is also told in centimetres: "14/9" is 140 over 90, and "17" is 170."""
    return pressure * 10 if pressure < 30 else pressure


def _pair(reading: Reading) -> float | None:
    return next((float(max(a["pair"])) for a in reading.amounts if "pair" in a), None)


def _months_or_weeks(reading: Reading, unit: str) -> float | None:
    for amount in reading.amounts:
        if "value" not in amount:
            continue
        value, said = float(amount["value"]), amount.get("unit")
        if said is None:
            return value
        if said in ("week", "month"):
            months = value * DAYS[said] / DAYS["month"]
            return months if unit == "months" else months * 4.345
    return None


def _duration(reading: Reading, facts: Facts) -> float | None:
    told = days_told(reading, facts.now.date())
    if told is not None:
        return told
    timed = [float(a["value"]) * DAYS[a["unit"]] for a in reading.amounts if "value" in a and a.get("unit") in DAYS]
    return max(timed, default=None)


def age_answer(reading: Reading, *, grown_up: bool) -> str | None:
    """An age as it is kept. A bare number is years for an adult; for a child its unit is asked for."""
    if says_unsure(reading):
        return UNKNOWN
    found = age_told(reading, {})
    if found is None:
        found = _age_of_amounts(reading, grown_up=grown_up)
    if found is None:
        return None
    if not is_possible(found):
        raise AnswerRejected("triage.talk.impossible_age")
    return str(found)


def _age_of_amounts(reading: Reading, *, grown_up: bool) -> Range | None:
    for amount in reading.amounts:
        value, unit = amount.get("value"), amount.get("unit")
        if value is None or unit in ("minute", "hour"):
            continue
        if unit is not None:
            # "Three years and a half" is past its third year; "one and a half" is eighteen months.
            months = float(value) * 12 if unit == "year" and value != int(value) else None
            return age_range(months, "month") if months is not None else age_range(float(value), str(unit))
        if not grown_up and value < 18:
            raise AnswerRejected("triage.talk.which_unit")
        return age_range(float(value), "year")
    return None


def who_answer(reading: Reading) -> str | None:
    """For whom it is, by a word."""
    for who in ("child", "self", "adult"):
        if says(reading, who):
            return "other" if who == "adult" else who
    return None


def pregnancy_answer(reading: Reading) -> str | None:
    """Pregnant, has given birth, or neither."""
    if says_unsure(reading):
        return UNKNOWN
    if is_no(reading):
        return "no"
    if says(reading, "after_birth"):
        return "after_birth"
    if says_plain_yes(reading) or says(reading, "pregnant"):
        return "pregnant"
    return None
