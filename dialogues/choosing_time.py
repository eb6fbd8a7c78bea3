"""Settling on a free slot, the same way for a new appointment and for one that moves.

Answers used here: ``day`` (ISO date), ``from``/``to`` (ISO dates), ``part``, ``time`` (ISO), ``slot`` (ISO moment),
``page`` (how often "later" was said).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from dialogues import params as p
from dialogues.answers import parse_day, parse_moment, parse_time
from dialogues.calculators import slots as pick
from dialogues.effects import Say
from dialogues.engine import Ask, button
from dialogues.errors import AnswerRejected
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.talk import Answers

TIME_ANSWERS = ("day", "from", "to", "part", "time", "slot", "page")
DAYS_SHOWN = 4
SLOTS_SHOWN = 5
# How far ahead an appointment can be made, in days.
HORIZON = 90


def take_time(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> dict[str, Any] | None:
    """The answers with what the message says about time; None when it says nothing. A past time is rejected."""
    found = dict(answers)
    changed = _take_expressions(found, reading, facts)
    if not changed and asked in ("day", "slot"):
        changed = _take_wish(found, asked, reading, facts)
    return found if changed else None


def _take_expressions(found: dict[str, Any], reading: Reading, facts: Facts) -> bool:
    expression = next((w for w in reading.when if w.get("kind") in ("datetime", "date", "part", "range", "time")), None)
    if expression is None:
        return False
    kind = expression["kind"]
    if kind == "range":
        _set_range(found, expression, facts)
        return True
    day = parse_day(str(expression["date"])) if "date" in expression else None
    if day is not None:
        day = _within_range(day, found, reading)
        _reject_unreachable(day, facts)
        _forget(found, "slot", "page")
        if not str(found.get("from", "")) <= day.isoformat() <= str(found.get("to", "")):
            _forget(found, "from", "to")
        if found.get("day") != day.isoformat():
            _forget(found, "time", "part")
        found["day"] = day.isoformat()
    if kind in ("datetime", "time"):
        _forget(found, "slot", "part", "page")
        found["time"] = str(expression["time"])
        _reject_past_moment(found, facts)
    elif kind == "part":
        _forget(found, "slot", "time", "page")
        found["part"] = str(expression["part"])
    return True


def _within_range(day: date, answers: Mapping[str, Any], reading: Reading) -> date:
    """A bare weekday after "next week" is that day of next week; a date with its number is what it says."""
    begin, end = parse_day(str(answers.get("from", ""))), parse_day(str(answers.get("to", "")))
    if begin is None or end is None or begin <= day <= end or not reading.plain_weekday:
        return day
    same = begin + timedelta(days=(day.weekday() - begin.weekday()) % 7)
    return same if same <= end else day


def _set_range(found: dict[str, Any], expression: Mapping[str, Any], facts: Facts) -> None:
    begin, end = parse_day(str(expression["from"])), parse_day(str(expression["to"]))
    if begin is None or end is None:
        return
    if end < facts.now.date():
        raise AnswerRejected("booking.day_past", drop=TIME_ANSWERS, day=p.a_day(end))
    _forget(found, *TIME_ANSWERS)
    found["from"], found["to"] = max(begin, facts.now.date()).isoformat(), end.isoformat()


def _take_wish(found: dict[str, Any], asked: str, reading: Reading, facts: Facts) -> bool:
    """ "Later", "another one", "any": a wish about what was offered, without a date."""
    if reading.cues & {"later", "other"}:
        found["page"] = int(found.get("page", 0)) + 1
        return True
    if "earlier" in reading.cues:
        found["page"] = 0
        _forget(found, "part", "time")
        return True
    if "any" in reading.cues or "unsure" in reading.cues:
        found["any"] = True
        return True
    return False


def choose_time(answers: Answers, into: str, value: str) -> dict[str, Any] | None:
    """The answers after a tap on a day or a slot (``more`` shows the next ones)."""
    found = dict(answers)
    if value == "more":
        found["page"] = int(found.get("page", 0)) + 1
    elif value == "other_day":
        _forget(found, *TIME_ANSWERS)
    elif into == "day" and parse_day(value):
        _forget(found, "time", "slot", "page")
        found["day"] = value
    elif into == "slot" and (moment := parse_moment(value)):
        _forget(found, "time", "part", "page")
        found["day"], found["slot"] = moment.date().isoformat(), value
    else:
        return None
    return found


def slot_gone(answers: Answers) -> dict[str, Any]:
    """The answers after the chosen slot was lost: the day stands, the hour is asked again."""
    found = dict(answers)
    _forget(found, "slot", "time", "page", "any")
    return found


def settle_time(answers: Answers, facts: Facts, facility: str, service: str) -> Ask | datetime:
    """The slot that the answers determine, or the question that is still open."""
    day = parse_day(str(answers.get("day", "")))
    if day is None:
        return _ask_day(answers, facts, facility, service)
    free = list(facts.free_slots(facility, service, day))
    if not free:
        return _ask_other_day(day, facts, facility, service)
    chosen = parse_moment(str(answers.get("slot", "")))
    if chosen is not None and any(s.starts == chosen for s in free):
        return chosen
    wanted = parse_time(str(answers.get("time", "")))
    if wanted is not None:
        exact = next((s for s in free if s.starts.time() == wanted), None)
        return exact.starts if exact else _ask_near(day, wanted, free)
    asked = _ask_slot(answers, day, free)
    if chosen is not None and isinstance(asked, Ask):
        return replace(asked, remarks=(Say("booking.slot_gone"),))
    return asked


def _ask_day(answers: Answers, facts: Facts, facility: str, service: str) -> Ask | datetime:
    today = facts.now.date()
    begin = parse_day(str(answers.get("from", ""))) or today
    end = parse_day(str(answers.get("to", ""))) or today + timedelta(days=HORIZON)
    page = int(answers.get("page", 0))
    span = min((end - begin).days + 1, HORIZON)
    free = [
        d for d in facts.free_days(facility, service, begin, days=span, limit=(page + 1) * DAYS_SHOWN + 1) if d <= end
    ]
    if answers.get("any") and free:
        first = facts.free_slots(facility, service, free[0])
        if first:
            return first[0].starts
    if not free and "from" in answers:
        after = facts.free_days(facility, service, end + timedelta(days=1), limit=DAYS_SHOWN)
        return Ask(
            "day", _days_say("booking.range_full", after, {"from": p.a_day(begin), "to": p.a_day(end)}, more=False)
        )
    shown = free[page * DAYS_SHOWN : (page + 1) * DAYS_SHOWN] or free[:DAYS_SHOWN]
    message = "booking.ask_day" if shown else "booking.nothing_free"
    return Ask("day", _days_say(message, shown, {}, more=len(free) > (page + 1) * DAYS_SHOWN))


def _ask_other_day(day: date, facts: Facts, facility: str, service: str) -> Ask:
    """A day without a free slot: say why, and offer the next ones that have one."""
    after = facts.free_days(facility, service, max(day, facts.now.date()), limit=DAYS_SHOWN)
    holiday = facts.holiday(day)
    place = facts.facility(facility)
    weekdays = {h.weekday for h in place.hours} if place else set()
    if holiday is not None:
        return Ask(
            "day", _days_say("booking.day_holiday", after, {"day": p.a_day(day), "holiday": p.a_message(holiday)})
        )
    message = "booking.day_closed" if weekdays and day.weekday() not in weekdays else "booking.day_full"
    return Ask("day", _days_say(message, after, {"day": p.a_day(day)}))


def _days_say(message: str, days: Any, params: dict[str, Any], *, more: bool = False) -> Say:
    choices = [button(d.isoformat(), "choice.day", day=p.a_day(d)) for d in days]
    if more:
        choices.append(button("more", "choice.later_days"))
    return Say(message, params, tuple(choices))


def _ask_near(day: date, wanted: Any, free: list[Any]) -> Ask:
    near = pick.nearest(free, wanted, SLOTS_SHOWN)
    return Ask(
        "slot", Say("booking.time_taken", {"time": p.a_time(wanted), "day": p.a_day(day)}, _slot_choices(near, False))
    )


def _ask_slot(answers: Answers, day: date, free: list[Any]) -> Ask | datetime:
    part = answers.get("part")
    fitting = pick.in_part(free, part)
    if answers.get("any"):
        return (fitting or free)[0].starts
    shown, more = pick.spread(fitting or free, int(answers.get("page", 0)), SLOTS_SHOWN)
    message = "booking.ask_slot" if fitting else "booking.part_full"
    return Ask("slot", Say(message, {"day": p.a_day(day)}, _slot_choices(shown, more)))


def _slot_choices(slots: list[Any], more: bool) -> tuple[Any, ...]:
    made = [
        button(s.starts.isoformat(timespec="minutes"), "choice.time", time=p.a_time(s.starts.time())) for s in slots
    ]
    if more:
        made.append(button("more", "choice.other_times"))
    made.append(button("other_day", "choice.other_day"))
    return tuple(made)


def _reject_unreachable(day: date, facts: Facts) -> None:
    today = facts.now.date()
    if day < today:
        raise AnswerRejected("booking.day_past", drop=TIME_ANSWERS, day=p.a_day(day))
    if day > today + timedelta(days=HORIZON):
        just_past = day - timedelta(days=365)
        if today - timedelta(days=HORIZON) <= just_past < today and (just_past.day, just_past.month) == (
            day.day,
            day.month,
        ):
            # "10 November" said on the 24th means the one that has just gone by, not that of next year.
            raise AnswerRejected("booking.day_past", drop=TIME_ANSWERS, day=p.a_day(just_past))
        raise AnswerRejected("booking.day_too_far", drop=TIME_ANSWERS, day=p.a_day(day), days=HORIZON)


def _reject_past_moment(found: Mapping[str, Any], facts: Facts) -> None:
    day, at = parse_day(str(found.get("day", ""))), parse_time(str(found["time"]))
    if day is not None and at is not None and datetime.combine(day, at) <= facts.now:
        raise AnswerRejected("booking.time_past", time=p.a_time(at), day=p.a_day(day))


def _forget(found: dict[str, Any], *names: str) -> None:
    for name in names:
        found.pop(name, None)
