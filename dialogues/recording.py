"""A dose was given: which child, which vaccines (by name, number or visit, or what is due), which day; it is noted.

A dose that is too early is noted all the same and flagged for the health worker. The button after it takes it back.
Answers: ``child``, ``doses`` (names), ``outside`` (vaccines of no child's calendar), ``visit``, ``given`` (ISO date),
``picking`` (choose one by one), ``picked``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dialogues import params as p
from dialogues.answers import parse_day, says_no, says_plain_yes
from dialogues.calculators.vaccine_history import Given
from dialogues.child_words import says
from dialogues.choosing_child import choose_child, find_child, settle_child, take_child
from dialogues.effects import Choice, Effect, RecordDose, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.errors import AnswerRejected
from dialogues.facts import ChildFact, Facts
from dialogues.mistakes import says_mistake
from dialogues.reading import Reading
from dialogues.talk import Answers
from dialogues.vaccines import (
    BIRTH_VISITS,
    Outlook,
    dose_parts,
    outlook_of,
    some_doses,
    still_to_give,
    vaccines_named,
    visit_named,
)

DOSES_SHOWN = 8


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """What the opening message already says; "I was wrong, it was not given" takes a dose back."""
    found: dict[str, Any] = take_child({}, reading, facts)
    if says_mistake(reading):
        return {**found, "undo": True}
    found |= _what(reading, find_child(found, facts), facts)
    day, _ = _day(reading, facts.now.date(), found)
    return {**found, "given": day} if day is not None else found


def _what(reading: Reading, child: ChildFact | None, facts: Facts) -> dict[str, Any]:
    doses, outside = vaccines_named(reading, child.birth if child else None, facts.now.date())
    found: dict[str, Any] = {}
    if doses:
        found["doses"] = doses
    if outside:
        found["outside"] = outside
    visit = visit_named(reading)
    if not doses and visit is not None:
        found["visit"] = visit
    elif not doses and says(reading, "at_birth"):
        found["visit"] = BIRTH_VISITS[-1]
    return found


def _day(reading: Reading, today: date, told: Answers) -> tuple[str | None, Say | None]:
    """The day that the message tells, as ISO; or what to say of one that is not clear. A day to come is rejected, and
    what else was ``told`` is kept."""
    for when in (*reading.past, *(w for w in reading.when if not reading.past)):
        kind = when.get("kind")
        if kind in ("birthdate", "date", "datetime"):
            day = parse_day(str(when.get("birthdate") or when.get("date")))
            if day is not None and day > today:
                rejected = AnswerRejected("record.future", day=p.a_day(day))
                rejected.kept = told
                raise rejected
            return (day.isoformat() if day else None), None
        if kind == "age" and "age_days" in when:
            return (today - timedelta(days=int(when["age_days"]))).isoformat(), None
        if kind == "range":
            return None, Say("record.which_day")
    return None, None


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    found = dict(answers)
    if asked == "child":
        found = take_child(found, reading, facts)
    if asked == "picked" and ("picked" in found) and says_no(reading):
        return _choose(found, "picked", "enough", facts)
    if asked == "doses":
        if says_plain_yes(reading):
            return Taken({**found, "doses": "due"})
        if says_no(reading) or "other" in reading.cues:
            return Taken({**found, "picking": True})
        if "unsure" in reading.cues:
            return Taken({**found, "unsure": True})
    told = _what(reading, find_child(found, facts), facts)
    if asked != "given" or "doses" in told:
        found |= told
    day, remark = _day(reading, facts.now.date(), found)
    if day is not None:
        found["given"] = day
    if remark is not None:
        return Taken(found, (remark,))
    if asked == "given" and day is None and ("unsure" in reading.cues or says_no(reading)):
        return Taken({**found, "unsure": True})
    return Taken(found) if found != dict(answers) else None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    found = dict(answers)
    if into == "child":
        chosen = choose_child(found, value, facts)
        return Taken(chosen) if chosen is not None else None
    if into == "given" and (day := parse_day(value)):
        return Taken({**found, "given": day.isoformat()})
    if into == "given" and value == "other":
        return Taken({**found, "typed": True})
    if into == "doses":
        if value == "some":
            return Taken({**found, "picking": True})
        return Taken({**found, **({"doses": "due"} if value == "due" else {"visit": value})})
    if into == "picked":
        picked = list(found.get("picked", ()))
        if value == "enough":
            return Taken({**found, "doses": picked, "picking": False})
        return Taken({**found, "picked": list(dict.fromkeys([*picked, value]))})
    return None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    if answers.get("undo"):
        return Done(then=("undoing", {k: v for k, v in answers.items() if k == "child"}))
    if answers.get("unsure"):
        return Done((Say("record.on_card"),))
    outside = _outside(answers)
    if outside and not answers.get("doses") and not answers.get("visit"):
        return Done(outside)
    child = settle_child(answers, facts, "record.which_child")
    if isinstance(child, Ask):
        return child
    if child is None:
        return _register_first(answers, outside)
    today = facts.now.date()
    look = outlook_of(child, today)
    names = _names(answers, child, look)
    if isinstance(names, (Ask, Done)):
        return names
    unfit = [n for n in names if not _fits(n, child, look)]
    if unfit:
        return Done((Say("record.not_for_child", {"child": p.a_text(child.name), "doses": some_doses(unfit)}),))
    day = parse_day(str(answers.get("given", "")))
    if day is None or day < child.birth:
        remarks = (Say("record.before_birth", {"child": p.a_text(child.name)}),) if day else ()
        return _ask_day(answers, child, names, today, remarks)
    return _record(child, names, day, today, outside)


def _outside(answers: Answers) -> tuple[Say, ...]:
    """Vaccines that no child's calendar has: said, not noted."""
    codes = answers.get("outside", ())
    return (Say("record.not_in_calendar", {"vaccines": some_doses(codes)}),) if codes else ()


def _register_first(answers: Answers, outside: tuple[Say, ...]) -> Done:
    kept = {k: v for k, v in answers.items() if k in ("doses", "given")}
    pending = {"pending": kept} if set(kept) == {"doses", "given"} else {}
    return Done((*outside, Say("record.no_child")), ("registering", pending))


def _names(answers: Answers, child: ChildFact, look: Outlook | None) -> Sequence[str] | Ask | Done:
    """The doses that are meant, by name; or the question which."""
    if answers.get("picking"):
        return _ask_one_by_one(answers, child, look)
    doses = answers.get("doses")
    if doses and doses != "due":
        return list(doses)
    if look is None:
        return Ask("doses", Say("record.ask_name", {"child": p.a_text(child.name)}))
    if doses == "due":
        return [row.dose.partition("-")[0] for row in _group(look)]
    visit = answers.get("visit")
    if visit is not None:
        keys = BIRTH_VISITS if visit in BIRTH_VISITS else (str(visit),)
        rows = look.of_visit(keys)
        left = [row.dose for row in rows if row.state not in ("given", "not_needed")]
        if rows and not left:
            said = Say("record.visit_noted", {"child": p.a_text(child.name), "visit": p.a_message(f"visit.{visit}")})
            return Done((said,))
        if left:
            return left
    return _ask_which(child, look)


def _group(look: Outlook) -> list[Any]:
    """What is most likely meant: what can be given now, else the doses of the next visit."""
    if look.now:
        return look.now
    following = look.next_after_today()
    return [row for name in following.doses if (row := look.row(name))] if following else []


def _ask_which(child: ChildFact, look: Outlook) -> Ask:
    named = {"child": p.a_text(child.name)}
    rows = _group(look)
    if not rows:
        return Ask("doses", Say("record.ask_name", named))
    visits = list(dict.fromkeys(row.visit for row in rows))
    if len(visits) > 1:
        choices = [button(visit, f"visit.{visit}") for visit in visits]
        choices.append(button("due", "choice.all_of_them"))
        choices.append(button("some", "choice.not_all"))
        return Ask("doses", Say("record.ask_visit", named, tuple(choices)))
    choices = [button("due", "choice.yes_all"), button("some", "choice.not_all")]
    return Ask("doses", Say("record.ask_due", {**named, "doses": some_doses(r.dose for r in rows)}, tuple(choices)))


def _ask_one_by_one(answers: Answers, child: ChildFact, look: Outlook | None) -> Ask:
    picked = list(answers.get("picked", ()))
    rows = _group(look) if look else []
    if look and len(rows) < DOSES_SHOWN:
        rows = [*rows, *(row for row in still_to_give(look.seen.doses) if row not in rows)]
    left = list(dict.fromkeys(row.dose.partition("-")[0] for row in rows))
    left = [antigen for antigen in left if antigen not in picked][:DOSES_SHOWN]
    choices = [button(antigen, f"vaccine.{antigen}") for antigen in left]
    if picked:
        choices.append(button("enough", "choice.that_is_all"))
        return Ask("picked", Say("record.pick_more", {"doses": some_doses(picked)}, tuple(choices)))
    return Ask("picked", Say("record.pick", {"child": p.a_text(child.name)}, tuple(choices)))


def _fits(name: str, child: ChildFact, look: Outlook | None) -> bool:
    antigen, number = dose_parts(name)
    known = look.calendar.antigens.get(antigen) if look else None
    if known is None:
        return look is None
    return known.sex in (None, child.sex) and number in (None, *(dose.number for dose in known.doses))


def _ask_day(answers: Answers, child: ChildFact, names: Sequence[str], today: date, remarks: tuple[Say, ...]) -> Ask:
    params = {"child": p.a_text(child.name), "doses": some_doses(names)}
    if answers.get("typed"):
        return Ask("given", Say("record.ask_date", params), remarks)
    choices = [button(today.isoformat(), "choice.today")]
    if today > child.birth:
        choices.append(button((today - timedelta(days=1)).isoformat(), "choice.yesterday"))
    choices.append(button("other", "choice.other_date"))
    return Ask("given", Say("record.ask_day", params, tuple(choices)), remarks)


def _record(child: ChildFact, names: Sequence[str], day: date, today: date, outside: tuple[Say, ...]) -> Done:
    named = {"child": p.a_text(child.name), "day": p.a_day(day)}
    noted = {dose.antigen for dose in child.doses if dose.given_on == day}
    new = [Given(*dose_parts(name), day) for name in names if dose_parts(name)[0] not in noted]
    if not new:
        return Done((*outside, Say("record.already", {**named, "doses": some_doses(names)}, (_undo(child, day),))))
    effects: list[Effect] = [RecordDose(child.id, one.antigen, one.number, day) for one in new]
    effects += outside
    look = outlook_of(child, today, new)
    effects.append(Say("record.done", {**named, "doses": _as_numbered(new, look, day)}))
    effects += _flags(look, day)
    following = look.coming()[:1] if look else ()
    if following:
        params = {**named, "day": p.a_day(following[0].date), "doses": some_doses(following[0].doses)}
        said = Say("record.next_now" if following[0].date <= today else "record.next", params)
    else:
        said = Say("schedule.complete", named) if look else Say("record.kept", named)
    choices = (_undo(child, day), Choice(f"re.child.picture.{child.id}", "choice.card"))
    effects.append(Say(said.message, said.params, choices))
    return Done(tuple(effects))


def _as_numbered(new: Sequence[Given], look: Outlook | None, day: date) -> p.Param:
    """The doses as the calendar numbers them."""
    antigens = {one.antigen for one in new}
    rows = [row.dose for row in look.seen.doses if row.given == day] if look else []
    return some_doses([name for name in rows if dose_parts(name)[0] in antigens] or [one.name for one in new])


def _flags(look: Outlook | None, day: date) -> list[Say]:
    """A dose before its time, or whose number does not fit: for the health worker to look at."""
    rows = [row for row in look.seen.doses if row.given == day] if look else []
    early = [row.dose for row in rows if row.state == "invalid"]
    odd = [row.dose for row in rows if row.state == "given" and row.rule == "numbers.contradict-dates"]
    said = [Say("record.early", {"doses": some_doses(early)})] if early else []
    return said + ([Say("record.check_number", {"doses": some_doses(odd)})] if odd else [])


def _undo(child: ChildFact, day: date) -> Choice:
    return Choice(f"re.dose.undo.{child.id}:{day.isoformat()}", "choice.undo")


def _refused(answers: Answers, reason: str, facts: Facts) -> Taken:
    remark = {"future": "record.future_day", "unknown": "record.unknown", "gone": "child.gone"}.get(reason)
    found = {k: v for k, v in answers.items() if k not in ("given", "child" if reason == "gone" else "")}
    return Taken(found, (Say(remark or "could_not"),))


RECORDING = Flow("recording", 1, _take, _choose, _step, _refused)
