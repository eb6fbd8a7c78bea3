"""Settling on one of the person's children. Answers used here: ``child`` (id), ``children_page``."""

from __future__ import annotations

from typing import Any

from dialogues import params as p
from dialogues.child_details import names_of, plain, sex_of
from dialogues.effects import Say
from dialogues.engine import Ask, button
from dialogues.facts import ChildFact, Facts
from dialogues.reading import Reading
from dialogues.talk import Answers

CHILDREN_SHOWN = 8


def take_child(answers: Answers, reading: Reading, facts: Facts) -> dict[str, Any]:
    """The answers with the child that the message points at: by its name, or as the only son or daughter."""
    meant = child_meant(reading, facts)
    return {**answers, "child": meant.id} if meant else dict(answers)


def child_meant(reading: Reading, facts: Facts) -> ChildFact | None:
    """The followed child that a message speaks of, or None when it does not say which."""
    children = facts.children()
    said = f" {plain(reading.text)} "
    names = {plain(name) for name in names_of(reading)}
    named = [c for c in children if f" {plain(c.name)} " in said or plain(c.name) in names]
    if len(named) == 1:
        return named[0]
    sex = sex_of(reading)
    of_sex = [c for c in (named or children) if c.sex == sex]
    return of_sex[0] if len(of_sex) == 1 and (named or not names) else None


def find_child(answers: Answers, facts: Facts) -> ChildFact | None:
    """The child that was settled on, when it is still followed."""
    return next((c for c in facts.children() if c.id == answers.get("child")), None)


def settle_child(answers: Answers, facts: Facts, question: str, *, all_of_them: bool = False) -> Ask | ChildFact | None:
    """The child that is meant; the only one when there is one; a question when several could be; else None."""
    children = facts.children()
    chosen = find_child(answers, facts)
    if chosen is not None or not children:
        return chosen
    if len(children) == 1:
        return children[0]
    page = int(answers.get("children_page", 0))
    shown = children[page * CHILDREN_SHOWN : (page + 1) * CHILDREN_SHOWN] or children[:CHILDREN_SHOWN]
    choices = [button(c.id, "choice.child", child=p.a_text(c.name)) for c in shown]
    if all_of_them:
        choices.append(button("all", "choice.all_children"))
    if len(children) > (page + 1) * CHILDREN_SHOWN:
        choices.append(button("more", "choice.other_children"))
    return Ask("child", Say(question, {}, tuple(choices)))


def choose_child(answers: Answers, value: str, facts: Facts) -> dict[str, Any] | None:
    """The answers after a tap on a child, on "all" or on "others"."""
    if value == "more":
        return {**answers, "children_page": int(answers.get("children_page", 0)) + 1}
    known = value == "all" or any(c.id == value for c in facts.children())
    return {**answers, "child": value} if known else None
