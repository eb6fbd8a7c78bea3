"""Reminders of a child, or of all: less, none, again; another centre; moved away; told by mistake.

Answers: ``child`` (id or "all"), ``what`` (pause, off, on, centre, moved, mistake, keep), ``sure`` for the one that
cannot be taken back. A child that died is no part of this: see ``grief.py``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dialogues import params as p
from dialogues.answers import says_no, says_plain_yes
from dialogues.child_words import says
from dialogues.choosing_child import choose_child, find_child, settle_child, take_child
from dialogues.choosing_place import choose_place, settle_place, take_place
from dialogues.effects import Choice, CloseChild, Effect, Say, SetChildFacility, SetReminders
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import ChildFact, Facts
from dialogues.reading import Reading
from dialogues.talk import Answers

PAUSED = timedelta(days=30)
WHAT = ("pause", "off", "on", "centre", "moved", "mistake", "keep")


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """What a wish for fewer reminders says: for which child, and how."""
    found: dict[str, Any] = take_child({}, reading, facts)
    what = what_meant(reading)
    return {**found, "what": what} if what else found


def what_meant(reading: Reading) -> str | None:
    """Pause, moved or mistake when the words say so."""
    if says(reading, "moved"):
        return "moved"
    if says(reading, "by_mistake"):
        return "mistake"
    return "pause" if says(reading, "pause") else None


def open_resuming(reading: Reading, facts: Facts) -> Answers:
    """Reminders again: of the child named, else of all."""
    found = take_child({}, reading, facts) if reading.text else {}
    return {"child": "all", **found, "what": "pause" if says(reading, "pause") else "on"}


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if asked == "child":
        found = take_child(answers, reading, facts)
        return Taken(found) if "child" in found else None
    if asked == "sure":
        if says_plain_yes(reading):
            return Taken({**answers, "sure": "yes"})
        return Taken({**answers, "sure": "no"}) if says_no(reading) else None
    if asked in ("commune", "facility"):
        placed = take_place(answers, asked, reading, facts, "vaccination")
        return Taken(placed) if placed is not None else None
    what = what_meant(reading)
    if what is None and (says_no(reading) or says_plain_yes(reading)):
        what = "keep"
    return Taken({**answers, "what": what}) if what else None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    if into == "child":
        chosen = choose_child(answers, value, facts)
        return Taken(chosen) if chosen is not None else None
    if into in ("commune", "facility"):
        placed = choose_place(answers, into, value, facts)
        return Taken(placed) if placed is not None else None
    fits = (into == "what" and value in WHAT) or into == "sure"
    return Taken({**answers, into: value}) if fits else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    what = answers.get("what")
    if answers.get("child") == "all" or (what == "on" and not facts.children()):
        return _all(str(what), facts)
    child = settle_child(answers, facts, "child.which", all_of_them=what in ("pause", "off", "on"))
    if isinstance(child, Ask):
        return child
    if child is None:
        return Done((Say("minding.no_child", {}, (Choice("go=register_child", "choice.register_child"),)),))
    if what is None:
        return _ask_what(child)
    return _one(child, str(what), answers, facts)


def _ask_what(child: ChildFact) -> Ask:
    on = child.reminders == "on"
    choices = [button("pause", "choice.pause_month"), button("off", "choice.reminders_off")]
    shown = choices if on else [button("on", "choice.reminders_on")]
    shown += [
        button("centre", "choice.another_centre"),
        button("moved", "choice.no_longer_follow"),
        button("mistake", "choice.told_by_mistake"),
        button("keep", "choice.change_nothing"),
    ]
    state = p.a_message(f"minding.state.{child.reminders}")
    return Ask("what", Say("minding.ask", {"child": p.a_text(child.name), "state": state}, tuple(shown)))


def _one(child: ChildFact, what: str, answers: Answers, facts: Facts) -> Ask | Done:
    named: dict[str, Any] = {"child": p.a_text(child.name)}
    again = (Choice(f"re.child.on.{child.id}", "choice.reminders_on"),)
    if what == "pause":
        return paused(child, facts)
    if what == "off":
        return Done((SetReminders(child.id, "off"), Say("minding.off", named, again)))
    if what == "on":
        return Done((SetReminders(child.id, "on"), Say("minding.on", named)))
    if what == "centre":
        place = settle_place(answers, facts, "vaccination")
        if isinstance(place, Ask):
            return place
        params = {**named, "centre": p.a_name(place.name_fr, place.name_ar)}
        return Done((SetChildFacility(child.id, place.id), Say("minding.centre", params)))
    if what == "moved":
        return _moved(child, answers)
    if what == "mistake":
        return _mistake(child, answers)
    return Done((Say("fine"),))


def paused(child: ChildFact, facts: Facts) -> Done:
    """A month without reminders of one child."""
    until = facts.now.date() + PAUSED
    again = (Choice(f"re.child.on.{child.id}", "choice.reminders_on"),)
    said = Say("minding.paused", {"child": p.a_text(child.name), "day": p.a_day(until)}, again)
    return Done((SetReminders(child.id, "paused", until), said))


def _moved(child: ChildFact, answers: Answers) -> Ask | Done:
    """To another town of the country: another centre. Farther: followed no longer."""
    named = {"child": p.a_text(child.name)}
    if answers.get("sure") == "yes":
        return Done((CloseChild(child.id, "moved"), Say("minding.moved", named)))
    if answers.get("sure") == "centre":
        return Done(then=("minding", {"child": child.id, "what": "centre"}))
    if answers.get("sure") == "no":
        return Done((Say("fine"),))
    choices = (
        button("centre", "choice.another_centre"), button("yes", "choice.no_longer_follow"),
        button("no", "choice.change_nothing"),
    )  # fmt: skip
    return Ask("sure", Say("minding.ask_moved", named, choices))


def _mistake(child: ChildFact, answers: Answers) -> Ask | Done:
    named = {"child": p.a_text(child.name)}
    if answers.get("sure") == "yes":
        return Done((CloseChild(child.id, "mistake"), Say("minding.removed", named)))
    if answers.get("sure") == "no":
        return Done((Say("fine"),))
    choices = (button("yes", "choice.yes_remove"), button("no", "choice.no_keep"))
    return Ask("sure", Say("minding.ask_mistake", named, choices))


def _all(what: str, facts: Facts) -> Done:
    """The same for all the children; with none, reminders of appointments are meant."""
    until = facts.now.date() + PAUSED
    children = bool(facts.children())
    if what == "on":
        register = () if children else (Choice("go=register_child", "choice.register_child"),)
        said = Say("minding.all_on" if children else "minding.on_no_child", {}, register)
        return Done((SetReminders(None, "on"), said))
    effects: dict[str, tuple[Effect, ...]] = {
        "pause": (SetReminders(None, "paused", until), Say("minding.all_paused", {"day": p.a_day(until)})),
        "off": (SetReminders(None, "off"), Say("minding.all_off")),
    }
    return Done(effects.get(what, (Say("fine"),)))


def _refused(answers: Answers, reason: str, facts: Facts) -> Taken:
    kept = {"child": answers["child"]} if find_child(answers, facts) else {}
    return Taken({**kept, "what": "keep"}, (Say("child.gone"),))


MINDING = Flow("minding", 1, _take, _choose, _step, _refused)
