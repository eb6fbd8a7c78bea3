"""What is said at the end of triage: whom to call, what to do first, where to go, what to watch for.

The urgent line comes first and the digits stand on lines of their own. Every text says that this is no diagnosis.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dialogues import params as p
from dialogues.choosing_child import find_child
from dialogues.effects import Effect, Say
from dialogues.engine import Done
from dialogues.facts import Facts
from dialogues.numbers import number_params
from dialogues.triage import following
from dialogues.triage.check_words import line_id
from dialogues.triage.complaint import VOICES
from dialogues.triage.engine import Verdict
from dialogues.triage.outcomes import is_red
from dialogues.triage.told import person_told

MOST_LINES = 3
_STAY = "shared.do.stay_with"
# Outcomes for which a place has a text of its own.
_OWN_PLACES = ("emergency_maternity", "today_maternity", "today_antirabies", "today_hospital")


def end(verdict: Verdict, answers: Mapping[str, Any], facts: Facts) -> Done:
    """The effects of an outcome, and what is asked afterwards: where the person is, whether somebody of the staff may
    write, and whether we may ask again how it goes. Nothing is asked while an ambulance is called."""
    voice = next((x.id for x in verdict.protocols if x.id in VOICES), None)
    kept, later = following.begin(verdict, answers, facts)
    effects: tuple[Effect, ...] = (_said(verdict, voice), *kept)
    if verdict.outcome == "ambulance" and voice is None:
        return Done(effects, later=later, quietly=True)
    known = _about(verdict, answers, facts) | ({"later": later} if later else {})
    if voice is not None:
        return Done(effects, ("reaching", {**known, "voice": voice}))
    if verdict.outcome != "home" or answers.get("visit"):
        return Done(effects, ("placing", known))
    return Done(effects, later=later)


def _said(verdict: Verdict, voice: str | None) -> Say:
    rules = verdict.rules
    steps = _each(r.do_first for r in rules) or (_STAY,)
    first = [("triage.talk.step", {"line": p.a_message(line_id(key))}) for key in steps]
    first += [(f"triage.talk.call_{name}", number_params()) for name in dict.fromkeys(n for r in rules for n in r.call)]
    if bring := _each(r.bring for r in rules):
        first.append(("triage.talk.bring", {"things": p.joined((line_id(key), {}) for key in bring)}))
    params: dict[str, Any] = {**number_params(), "first": p.some_lines(first)}
    red = is_red(verdict.outcome)
    if not red:
        params["watch"] = _signs(_each(r.watch_for for r in rules))
        params["return"] = _signs(_each(r.return_if for r in rules))
    return Say(_message(verdict, voice), params, outcome=verdict.outcome, lane="danger" if red else "reply")


def _message(verdict: Verdict, voice: str | None) -> str:
    if voice is not None:
        return f"triage.talk.{voice}_{verdict.outcome}"
    place = verdict.rules[0].place if verdict.rules else "health_centre"
    own = f"{verdict.outcome}_{place}"
    return f"triage.talk.end_{own if own in _OWN_PLACES else verdict.outcome}"


def _each(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The lines of several rules, each once; more than a few and nobody reads them."""
    return tuple(dict.fromkeys(line for lines in lists for line in lines))[:MOST_LINES]


def _signs(keys: tuple[str, ...]) -> p.Param:
    return p.some_lines(("triage.talk.sign", {"line": p.a_message(line_id(key))}) for key in keys)


def _about(verdict: Verdict, answers: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """What the search for a place, and a booking after it, need to know."""
    rule = verdict.rules[0] if verdict.rules else None
    complaint = next((x for x in verdict.protocols if rule and rule.key.startswith(f"{x.id}.")), None)
    place = "emergency" if verdict.outcome == "emergency" else rule.place if rule else "health_centre"
    if rule is not None and rule.place in ("maternity", "antirabies"):
        place = rule.place
    found: dict[str, Any] = {
        "outcome": verdict.outcome,
        "place": place,
        "service": complaint.service if complaint else "generalist",
        "person": person_told(answers),
    }
    child = find_child(answers, facts)
    if child is not None:
        found |= {"child": child.id}
    elif answers.get("for") not in (None, "self"):
        found["for"] = answers["for"]
    elif answers.get("who") in ("child", "other"):
        found["for"] = "child" if answers["who"] == "child" else "other"
    else:
        found["for"] = "self"
    return found | {key: answers[key] for key in ("commune", "near", "resumes", "visit") if key in answers}
