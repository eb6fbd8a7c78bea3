"""Where care is: the nearest facilities, and when one is open."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from dialogues import params as p
from dialogues.choosing_place import WHERE_ANSWERS, choose_place, settle_place, take_place
from dialogues.effects import Choice, Say
from dialogues.engine import Ask, Done, Flow, Taken
from dialogues.facts import FacilityFact, Facts, HoursFact
from dialogues.naming_facilities import KINDS, kind_named
from dialogues.reading import Reading
from dialogues.talk import Answers

FACILITIES_LISTED = 4


def open_find(reading: Reading, facts: Facts) -> Answers:
    """What the opening message says about the place and the kind of care or facility."""
    return _opening(reading, facts)


def open_hours(reading: Reading, facts: Facts) -> Answers:
    """As ``open_find``; a person with one appointment who names no place means that facility."""
    answers = _opening(reading, facts)
    bookings = facts.bookings()
    placed = set(WHERE_ANSWERS) & set(answers)
    if not placed and len({b.facility.id for b in bookings}) == 1:
        answers["facility"] = bookings[0].facility.id
    return answers


def _opening(reading: Reading, facts: Facts) -> dict[str, Any]:
    answers: dict[str, Any] = dict(take_place({}, None, reading, facts) or {})
    pharmacy = any(e.value == "pharmacy" for e in reading.all("facility"))
    kind = "pharmacy" if pharmacy else kind_named(reading)
    if kind is not None and "facility" not in answers:
        answers["kind"] = kind
    offered = {s.code for s in facts.services()}
    service = next((e.value for e in reading.all("service") if e.value in offered), None)
    if service is not None:
        answers["service"] = service
    return answers


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    taken = take_place(answers, asked, reading, facts)
    return Taken(taken) if taken is not None else None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    chosen = choose_place(answers, into, value, facts)
    return Taken(chosen) if chosen is not None else None


def _step_find(answers: Answers, facts: Facts) -> Ask | Done:
    if answers.get("kind") == "pharmacy":
        return Done((Say("directory.pharmacies"),))
    found = _fitting(answers, facts)
    if isinstance(found, Ask):
        return found
    if not found:
        return Done((Say("directory.none", {}, (Choice("go=talk_to_human", "choice.human"),)),))
    lines = [("directory.line", _line(f)) for f in found]
    choices = (Choice("go=book_appointment", "choice.book_one"),)
    demo = ("directory.demo_note",) if any(f.is_demo for f in found) else ()
    params = {"facilities": p.some_lines(lines)}
    return Done((Say("directory.found", params, () if demo else choices), *(Say(m, {}, choices) for m in demo)))


def _step_hours(answers: Answers, facts: Facts) -> Ask | Done:
    if answers.get("kind") == "pharmacy":
        return Done((Say("directory.pharmacies"),))
    found = _fitting(answers, facts)
    if isinstance(found, Ask):
        return found
    if not found:
        return Done((Say("directory.none", {}, (Choice("go=talk_to_human", "choice.human"),)),))
    return Done(tuple(said for f in found[:2] for said in _hours_said(f)))


def _fitting(answers: Answers, facts: Facts) -> Sequence[FacilityFact] | Ask:
    """The facilities that the answers point at; a question while the place is not known."""
    if "facility" in answers or "facilities" in answers or "places" in answers:
        place = settle_place(answers, facts, None)
        return place if isinstance(place, Ask) else [place]
    if "commune" not in answers and "near" not in answers:
        return Ask("commune", Say("place.ask_town", ask_location=True))
    near = tuple(float(x) for x in answers["near"]) if "near" in answers else None
    return facts.facilities(
        service=answers.get("service"),
        commune=answers.get("commune"),
        near=(near[0], near[1]) if near else None,
        kinds=KINDS.get(str(answers.get("kind"))),
        limit=FACILITIES_LISTED,
    )


def _line(facility: FacilityFact) -> dict[str, Any]:
    made: dict[str, Any] = {
        "facility": p.a_name(facility.name_fr, facility.name_ar),
        "town": p.a_name(facility.commune_fr, facility.commune_ar),
        "address": p.a_name(facility.address_fr, facility.address_ar),
        "distance": p.a_message("directory.no_distance"),
        "phone": p.a_message("directory.no_phone"),
    }
    if facility.distance_km is not None:
        made["distance"] = p.a_message("directory.distance", km=p.a_number(round(facility.distance_km, 1)))
    if facility.phone:
        made["phone"] = p.a_message("directory.phone", phone=p.a_phone(facility.phone))
    return made


def _hours_said(facility: FacilityFact) -> list[Say]:
    """When it is open: the emergency room day and night where there is one, and the hours of consultations."""
    params: dict[str, Any] = {"facility": p.a_name(facility.name_fr, facility.name_ar)}
    said = [Say("directory.open_all_day", params)] if facility.open_all_day else []
    if facility.hours:
        said.append(Say("directory.hours", {**params, "hours": p.some_lines(_weekly(facility.hours))}))
    return said or [Say("directory.hours_unknown", params)]


def _weekly(hours: Sequence[HoursFact]) -> list[tuple[str, dict[str, Any]]]:
    """One line for each run of weekdays with the same hours."""
    by_day = {
        day: tuple((h.opens, h.closes) for h in rows)
        for day, rows in groupby(sorted(hours, key=lambda h: (h.weekday, h.opens)), key=lambda h: h.weekday)
    }
    lines: list[tuple[str, dict[str, Any]]] = []
    days = sorted(by_day)
    while days:
        first = last = days.pop(0)
        while days and days[0] == last + 1 and by_day[days[0]] == by_day[first]:
            last = days.pop(0)
        spans = [("directory.span", {"opens": p.a_time(o), "closes": p.a_time(c)}) for o, c in by_day[first]]
        params = {"first": p.a_message(f"weekday.{first}"), "last": p.a_message(f"weekday.{last}")}
        times = p.joined(spans)
        lines.append(("directory.one_day" if first == last else "directory.days", {**params, "times": times}))
    return lines


FINDING = Flow("finding", 1, _take, _choose, _step_find)
HOURS = Flow("hours", 1, _take, _choose, _step_hours)
