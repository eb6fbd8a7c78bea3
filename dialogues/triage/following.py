"""After a triage: may somebody ask again how it goes? Asked once the advice stands; without a yes nothing is kept.

``begin`` is called where triage ends. The buttons of the follow-ups, and what people answer in words, are in
``followed.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialogues.answers import says_no, says_plain_yes
from dialogues.effects import Effect, GiveConsent, OpenCase, Outcome, Purpose, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import Facts
from dialogues.numbers import number_params
from dialogues.reading import Reading
from dialogues.talk import Answers
from dialogues.triage.case import case_of, from_json, to_json
from dialogues.triage.engine import Verdict
from dialogues.triage.load import protocols
from dialogues.triage.outcomes import is_red

PURPOSE: Purpose = "care"
CONSENT_VERSION = "care-1"
NAME = "following"
# A message about it, on a phone that others read, could do harm.
NEVER = frozenset({"violence"})

Later = tuple[str, Answers]


def begin(verdict: Verdict, answers: Mapping[str, Any], facts: Facts) -> tuple[tuple[Effect, ...], Later | None]:
    """What a triage leaves behind: effects for its last turn, and what is to be opened when the talk about it is over
    (``Done.later`` of the last flow), or None."""
    if not NEVER.isdisjoint(p.id for p in verdict.protocols):
        return (), None
    case = case_of(verdict, answers, facts)
    if PURPOSE not in facts.person.consents:
        return (), (NAME, {"case": to_json(case)})
    # Kept at once: the rest of the talk may never come. Nothing more is said while an ambulance is called.
    said = None if verdict.outcome == "ambulance" else (NAME, {"outcome": verdict.outcome, "consent": "given"})
    return (case,), said


def later_of(answers: Mapping[str, Any]) -> Later | None:
    """What ``begin`` put off, carried as the answer ``later`` of the flow in between."""
    kept = answers.get("later")
    return (str(kept[0]), kept[1]) if kept else None


def cut_short(answers: Mapping[str, Any], danger: Sequence[str], facts: Facts) -> tuple[Effect, ...]:
    """A danger word ended an open triage: kept when the person agreed to that before, else nothing is asked now."""
    complaints = [str(name) for name in answers.get("complaints", ())]
    every = protocols().by_id
    meant = {p.id for p in every.values() if not p.dangers.isdisjoint(danger)}
    if PURPOSE not in facts.person.consents or not NEVER.isdisjoint({*complaints, *meant}):
        return ()
    played = tuple(every[name] for name in complaints if name in every)
    case = case_of(Verdict("ambulance", (), played, cut_short=True), answers, facts)
    rules = tuple(f"danger.{sign}" for sign in danger)
    return (OpenCase(case.outcome, case.complaints, rules, case.answers, case.versions, case.subject, True,
                     case.follows),)  # fmt: skip


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if asked is None:
        # Put off while an ambulance was called: whatever comes now, the question has not been on the screen yet.
        return Taken({**answers, "shown": True})
    if says_plain_yes(reading):
        return Taken({**answers, "consent": "yes"})
    return Taken({**answers, "consent": "no"}) if says_no(reading) else None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    return Taken({**answers, into: value}) if into == "consent" and value in ("yes", "no") else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    consent = answers.get("consent")
    if consent == "given":
        return Done((_will(answers["outcome"]),))
    case = from_json(answers["case"])
    if consent == "yes" or PURPOSE in facts.person.consents:
        agreed = () if PURPOSE in facts.person.consents else (GiveConsent(PURPOSE, True, CONSENT_VERSION),)
        return Done((*agreed, case, _will(case.outcome)))
    if consent == "no":
        return Done((GiveConsent(PURPOSE, False, CONSENT_VERSION), Say("case.no")))
    choices = (button("yes", "choice.agree"), button("no", "choice.disagree"))
    return Ask("consent", Say(f"case.ask.{case.outcome}", number_params(), choices))


def _will(outcome: Outcome) -> Say:
    """When it is asked again: the same for both red outcomes."""
    return Say(f"case.will.{'red' if is_red(outcome) else outcome}")


FOLLOWING = Flow(NAME, 1, _take, _choose, _step)
