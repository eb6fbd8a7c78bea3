"""Taking back a dose that was noted by mistake: which one, and it is gone; nothing else changes.

Answers: ``child``, ``given`` (ISO date of the doses meant), ``dose`` (id or "all").
"""

from __future__ import annotations

from collections.abc import Sequence

from dialogues import params as p
from dialogues.answers import says_no, says_plain_yes
from dialogues.choosing_child import choose_child, settle_child, take_child
from dialogues.effects import Choice, Say, UndoDose
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import ChildFact, DoseFact, Facts
from dialogues.reading import Reading
from dialogues.talk import Answers
from dialogues.vaccines import a_dose, outlook_of, some_doses, vaccines_named

DOSES_SHOWN = 8


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if asked == "child":
        found = take_child(answers, reading, facts)
        return Taken(found) if "child" in found else None
    if says_no(reading):
        return Taken({**answers, "dose": "none"})
    child = settle_child(answers, facts, "child.which")
    if not isinstance(child, ChildFact):
        return None
    standing = _standing(answers, child)
    named = {name.partition("-")[0] for name in vaccines_named(reading, child.birth, facts.now.date())[0]}
    meant = [dose for dose in standing if dose.antigen in named]
    if len(meant) == 1:
        return Taken({**answers, "dose": meant[0].id})
    if "any" in reading.cues or says_plain_yes(reading):
        return Taken({**answers, "dose": "all" if len(standing) > 1 else standing[0].id}) if standing else None
    return None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    if into == "child":
        chosen = choose_child(answers, value, facts)
        return Taken(chosen) if chosen is not None else None
    return Taken({**answers, into: value}) if into == "dose" else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    if answers.get("dose") == "none":
        return Done((Say("undo.nothing"),))
    child = settle_child(answers, facts, "child.which")
    if isinstance(child, Ask):
        return child
    standing = _standing(answers, child) if child else []
    if child is None or not standing:
        return Done((Say("undo.none_noted"),))
    wanted = answers.get("dose")
    if wanted == "all" or (len(standing) == 1 and "given" in answers):
        return _taken_back(child, _latest(standing))
    chosen = [dose for dose in standing if dose.id == wanted]
    return _taken_back(child, chosen) if chosen else _ask_which(child, standing, facts)


def _standing(answers: Answers, child: ChildFact) -> list[DoseFact]:
    """The doses that may be meant, the last one first."""
    doses = [dose for dose in child.doses if answers.get("given") in (None, dose.given_on.isoformat())]
    return sorted(doses, key=lambda dose: dose.given_on, reverse=True)


def _latest(standing: Sequence[DoseFact]) -> list[DoseFact]:
    """Those of the last day: what "all of them" means."""
    return [dose for dose in standing if dose.given_on == standing[0].given_on]


def _ask_which(child: ChildFact, standing: Sequence[DoseFact], facts: Facts) -> Ask:
    numbered = {}
    look = outlook_of(child, facts.now.date())
    for row in look.seen.doses if look else ():
        if row.given is not None:
            numbered[row.dose.partition("-")[0], row.given] = row.dose
    choices = []
    for dose in standing[:DOSES_SHOWN]:
        message, params = a_dose(numbered.get((dose.antigen, dose.given_on), dose.antigen))
        words = p.a_message(message, **params)
        choices.append(button(dose.id, "choice.dose", dose=words, day=p.a_day(dose.given_on)))
    latest = _latest(standing)
    if len(latest) > 1:
        choices.append(button("all", "choice.all_of_day", day=p.a_day(latest[0].given_on)))
    choices.append(button("none", "choice.none_of_them"))
    return Ask("dose", Say("undo.which", {"child": p.a_text(child.name)}, tuple(choices)))


def _taken_back(child: ChildFact, doses: Sequence[DoseFact]) -> Done:
    params = {"child": p.a_text(child.name), "doses": some_doses(dose.antigen for dose in doses)}
    params["day"] = p.a_day(doses[0].given_on)
    again = (Choice(f"re.child.record.{child.id}", "choice.tell_doses"),)
    return Done((*(UndoDose(dose.id) for dose in doses), Say("undo.done", params, again)))


def _refused(answers: Answers, reason: str, facts: Facts) -> Taken:
    return Taken({k: v for k, v in answers.items() if k != "dose"}, (Say("undo.gone"),))


UNDOING = Flow("undoing", 1, _take, _choose, _step, _refused)
