"""Words and buttons for the question that triage asks next. A button's value is the answer as it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialogues import params as p
from dialogues.effects import Choice, Say
from dialogues.engine import Ask, button
from dialogues.facts import ChildFact, Facts
from dialogues.triage.check_words import ask_id, name_id, option_id
from dialogues.triage.complaint import COMMON, FALLBACK
from dialogues.triage.engine import Next
from dialogues.triage.load_questions import AGE_DAYS, DURATION_DAYS
from dialogues.triage.paths import age_cuts
from dialogues.triage.protocol import UNKNOWN, Protocol, Protocols, Question
from dialogues.triage.ranges import Range
from dialogues.triage.state import AGES, State
from dialogues.triage.told import CHILDREN

CHILDREN_SHOWN = 4
_DO_NOT_KNOW = button(UNKNOWN, "choice.do_not_know")


def ask_complaint(answers: Mapping[str, Any], protocols: Protocols) -> Ask:
    """What is the matter, when the message did not say: the common complaints, page by page."""
    page = int(answers.get("page", 0)) % len(COMMON)
    shown = [name for name in COMMON[page] if name in protocols.by_id]
    choices = [button(name, name_id(name)) for name in shown]
    if page + 1 < len(COMMON):
        choices.append(button("more", "triage.talk.more"))
    if FALLBACK in protocols.by_id:
        choices.append(button(FALLBACK, name_id(FALLBACK)))
    return Ask("complaint", Say("triage.talk.ask_complaint", {}, tuple(choices)))


def ask(step: Next, answers: Mapping[str, Any], state: State, played: Sequence[Protocol], facts: Facts) -> Ask:
    """The question that is asked next."""
    if step.variable == "who":
        return _ask_who(answers, facts)
    if step.variable == "age":
        return Ask("age", Say(_age_message(answers, state), {}, _age_choices(state, played)))
    if step.variable == "pregnancy":
        choices = [button(v, f"triage.talk.{v}") for v in ("pregnant", "after_birth")]
        choices += [button("no", "triage.talk.not_pregnant"), _DO_NOT_KNOW]
        return Ask("pregnancy", Say("triage.talk.ask_pregnancy", {}, tuple(choices)))
    question = step.question
    assert question is not None
    return Ask(question.key, Say(ask_id(question.key), {}, choices_of(question)))


def choices_of(question: Question) -> tuple[Choice, ...]:
    """The buttons of a question; "I don't know" always among them."""
    if question.kind == "yes_no":
        return (button("yes", "choice.yes"), button("no", "choice.no"), _DO_NOT_KNOW)
    if question.kind == "choice":
        return (*(button(o, option_id(question.key, o)) for o in question.options), _DO_NOT_KNOW)
    parts = question.span.cut(question.bands)
    return (*(_band(part, question.span, timed=question.kind == "duration") for part in parts), _DO_NOT_KNOW)


def _band(part: Range, whole: Range, *, timed: bool) -> Choice:
    def said(value: float) -> Any:
        return p.a_message(_span_message(DURATION_DAYS[value])) if timed else p.a_number(value)

    # At its edges the span's own bounds say nothing to anybody.
    if part.low <= whole.low:
        return button(str(Range(high=part.high)), "triage.talk.below", high=said(part.high))
    if part.high >= whole.high:
        return button(str(Range(low=part.low)), "triage.talk.from", low=said(part.low))
    return button(str(part), "triage.talk.between", low=said(part.low), high=said(part.high))


def _span_message(words: str) -> str:
    """ "2 months" is the message ``triage.talk.months_2``."""
    count, unit = words.split()
    return f"triage.talk.{unit.rstrip('s')}s_{count}"


def _ask_who(answers: Mapping[str, Any], facts: Facts) -> Ask:
    """Me, one of the children that are followed, another child, another adult."""
    children = facts.children()[:CHILDREN_SHOWN]
    about_someone = answers.get("third") or answers.get("for")
    choices = [] if about_someone else [button("self", "triage.talk.who_self")]
    choices += [_child_button(child) for child in children]
    choices.append(button("child", "triage.talk.who_other_child" if children else "triage.talk.who_child"))
    choices.append(button("other", "triage.talk.who_other" if not about_someone else "triage.talk.who_adult"))
    return Ask("who", Say("triage.talk.ask_who", {}, tuple(choices)))


def _child_button(child: ChildFact) -> Choice:
    return button(f"c.{child.id}", "choice.child", child=p.a_text(child.name))


def _age_message(answers: Mapping[str, Any], state: State) -> str:
    who = state.values["who"]
    if who == frozenset({"self"}):
        return "triage.talk.ask_age_self"
    is_child = who == frozenset({"child"}) or answers.get("for") in CHILDREN
    return "triage.talk.ask_age_child" if is_child else "triage.talk.ask_age"


def _age_choices(state: State, played: Sequence[Protocol]) -> tuple[Choice, ...]:
    """Bands between the ages that matter here; any other answer can be written."""
    whole = state.values["age"]
    assert isinstance(whole, Range)
    made = []
    for part in whole.cut(age_cuts(played)):
        low, high = AGE_DAYS.get(part.low), AGE_DAYS.get(part.high)
        if high is not None and (low is None or part.low <= max(whole.low, AGES.low)):
            made.append(button(str(part), "triage.talk.below", high=p.a_message(_span_message(high))))
        elif low is not None and high is None:
            made.append(button(str(part), "triage.talk.from", low=p.a_message(_span_message(low))))
        elif low is not None and high is not None:
            params = {"low": p.a_message(_span_message(low)), "high": p.a_message(_span_message(high))}
            made.append(button(str(part), "triage.talk.between", **params))
    return tuple(made) if len(made) > 1 else ()
