"""What is kept of a triage so that somebody can ask again how it goes, and how it is taken up when it got worse.

Ids, codes and ranges only: nothing that somebody wrote, and no name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogues.choosing_child import find_child
from dialogues.effects import OpenCase
from dialogues.facts import CaseFact, Facts
from dialogues.talk import Answers
from dialogues.triage.engine import Verdict
from dialogues.triage.load import protocols
from dialogues.triage.outcomes import most_urgent

CHILD = "child:"
# What is known of the person is not asked again, but for a pregnancy, which may have ended with a birth.
_OF_PERSON = ("who", "age", "pregnancy")
_MAY_HAVE_CHANGED = "pregnant"


def case_of(verdict: Verdict, answers: Mapping[str, Any], facts: Facts) -> OpenCase:
    """The case that a triage leads to."""
    every = protocols()
    kept = {k: str(v) for k, v in answers.items() if k in every.questions or k in _OF_PERSON}
    return OpenCase(
        outcome=verdict.outcome,
        complaints=tuple(p.id for p in verdict.protocols if not p.always),
        rules=tuple(rule.key for rule in verdict.rules),
        answers=kept,
        versions={p.id: p.version for p in verdict.protocols},
        subject=_subject(answers, facts),
        cut_short=verdict.cut_short,
        follows=answers.get("case"),
    )


def _subject(answers: Mapping[str, Any], facts: Facts) -> str:
    child = find_child(answers, facts)
    if child is not None:
        return f"{CHILD}{child.id}"
    return str(answers.get("for") or answers.get("who") or "")


def to_json(case: OpenCase) -> dict[str, Any]:
    """The case as an answer of a talk."""
    return {
        "outcome": case.outcome, "complaints": list(case.complaints), "rules": list(case.rules),
        "answers": dict(case.answers), "versions": dict(case.versions), "subject": case.subject,
        "cut_short": case.cut_short, "follows": case.follows,
    }  # fmt: skip


def from_json(kept: Mapping[str, Any]) -> OpenCase:
    """The case that ``to_json`` wrote."""
    return OpenCase(**{**kept, "complaints": tuple(kept["complaints"]), "rules": tuple(kept["rules"])})


def reopened(case: CaseFact, facts: Facts) -> Answers:
    """The answers with which triage begins again when it got worse: the same complaints and person, the outcome as a
    floor, and every question on how they are asked anew."""
    known = set(protocols().by_id)
    found: dict[str, Any] = {
        "complaints": [name for name in case.complaints if name in known],
        "floor": most_urgent([case.outcome, "today"]),
        "case": case.id,
    }
    for fact in _OF_PERSON:
        if fact in case.answers and case.answers[fact] != _MAY_HAVE_CHANGED:
            found[fact] = case.answers[fact]
    if case.subject.startswith(CHILD):
        found["child"] = case.subject.removeprefix(CHILD)
        if find_child(found, facts) is None:
            # No longer followed: its age is asked for.
            found.pop("child")
            found["who"] = "child"
    elif case.subject not in ("", "child", "other"):
        found["for"] = case.subject
    elif case.subject:
        found.setdefault("who", case.subject)
    return found
