"""Which dose is next and why that day: for one child, all of them, or one of which only the birth date is told.

Answers: ``child`` (id or "all"), or ``birth`` and ``sex`` of a child that is not followed; ``visit`` (one that was
missed); ``view`` ("plan").
"""

from __future__ import annotations

from datetime import date
from typing import Any

from dialogues import params as p
from dialogues.child_details import names_of, sex_of, take_birth
from dialogues.child_words import says
from dialogues.choosing_child import choose_child, settle_child, take_child
from dialogues.effects import Choice, Say
from dialogues.engine import Ask, Done, Flow, Taken
from dialogues.facts import ChildFact, Facts
from dialogues.mistakes import says_not_given
from dialogues.reading import Reading
from dialogues.talk import Answers
from dialogues.vaccine_answers import BOOK, about_visit, child_choices, in_short, plan_ahead, what_is_next
from dialogues.vaccine_info import speaks_of_pregnancy, tetanus
from dialogues.vaccines import BIRTH_VISITS, Outlook, outlook, outlook_of, visit_named


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """Which child, or which birth date, the opening message tells."""
    if speaks_of_pregnancy(reading):
        return {"tetanus": True}
    found: dict[str, Any] = take_child({}, reading, facts)
    visit = visit_named(reading)
    if visit is not None and _speaks_of_missing(reading):
        found["visit"] = visit
    elif "child" not in found and (not facts.children() or names_of(reading)):
        found |= _birth(reading, facts, asked=False)
    if "child" not in found and len(facts.children()) > 1 and says(reading, "all_children"):
        found["child"] = "all"
    return found


def _speaks_of_missing(reading: Reading) -> bool:
    """ "He missed the one of 9 months": an age beside such words is that visit's, not the child's."""
    return says(reading, "missed") or says_not_given(reading)


def _birth(reading: Reading, facts: Facts, *, asked: bool) -> dict[str, Any]:
    born = take_birth(reading, facts.now.date(), asked=asked)
    return {**(born[0] if born else {}), **({"sex": sex} if (sex := sex_of(reading)) else {})}


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if asked == "child":
        found = take_child(answers, reading, facts)
        if says(reading, "all_children"):
            found["child"] = "all"
        return Taken(found) if "child" in found else None
    born = take_birth(reading, facts.now.date(), asked=True, about=answers.get("about"))
    if born is not None:
        return Taken({**answers, **born[0], **({"sex": s} if (s := sex_of(reading)) else {})}, born[1])
    if "unsure" in reading.cues:
        return Taken(dict(answers), (Say("child.birth_on_card"),))
    return None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    chosen = choose_child(answers, value, facts) if into == "child" else None
    return Taken(chosen) if chosen is not None else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    if answers.get("tetanus"):
        return Done(tetanus())
    today = facts.now.date()
    if "birth" in answers and "child" not in answers:
        return _of_birth(answers, today)
    if answers.get("child") == "all":
        lines = p.some_lines(in_short(c, outlook_of(c, today)) for c in facts.children())
        return Done((Say("schedule.all", {"children": lines}),))
    child = settle_child(answers, facts, "child.which", all_of_them="visit" not in answers)
    if isinstance(child, Ask):
        return child
    if child is None:
        return Ask("birth", Say("schedule.ask_birth"))
    look = outlook_of(child, today)
    if look is None:
        return Done((Say("schedule.unreadable", {"child": p.a_text(child.name)}, child_choices(child)[3:]),))
    return Done(_with_choices(_said(answers, p.a_text(child.name), look), _choices_of(answers, child, look)))


def _said(answers: Answers, name: p.Param, look: Outlook) -> list[Say]:
    if "visit" in answers:
        keys = BIRTH_VISITS if answers["visit"] in BIRTH_VISITS else (str(answers["visit"]),)
        return about_visit(name, look, keys)
    if answers.get("view") == "plan":
        return plan_ahead(name, look)
    return what_is_next(name, look)


def _of_birth(answers: Answers, today: date) -> Done:
    """An answer for a child that is not followed, and the offer to follow it."""
    birth = date.fromisoformat(str(answers["birth"]))
    look = outlook(birth, str(answers.get("sex") or "f"), (), today)
    assert look is not None  # a birth date that was taken is one that the calendar knows
    said = _said(answers, p.a_message("child.this_child"), look)
    if answers.get("guest"):
        return Done(_with_choices(said, (BOOK,)))
    offer = (Choice(f"re.child.register.{birth.isoformat()}", "choice.register_child"), BOOK)
    return Done((*said, Say("schedule.offer_to_follow", {}, offer)))


def _choices_of(answers: Answers, child: ChildFact, look: Outlook) -> tuple[Choice, ...]:
    choices = child_choices(child)
    if answers.get("view") == "plan" or len(look.coming()) < 2:
        return tuple(c for c in choices if ".plan." not in c.id)
    return choices


def _with_choices(said: list[Say], choices: tuple[Choice, ...]) -> tuple[Say, ...]:
    last = said[-1]
    return (*said[:-1], Say(last.message, last.params, choices))


SCHEDULE = Flow("schedule", 1, _take, _choose, _step)
