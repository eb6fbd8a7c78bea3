"""After an outcome: in which town, the place to go to, and an appointment there when it is not urgent.

What was said before stands; whoever does not want to tell where they are is left in peace.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dialogues import params as p
from dialogues.answers import says_no, says_yes
from dialogues.choosing_child import find_child
from dialogues.choosing_place import choose_place, take_place
from dialogues.effects import Choice, Say
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import FacilityFact, Facts
from dialogues.reading import Reading
from dialogues.talk import Answers
from dialogues.triage.following import later_of
from dialogues.triage.places import find, near

_NUMBERS = Choice("go=ask_emergency_number", "choice.emergency_numbers")


_LEAVING = frozenset({"thank", "goodbye"})


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if reading.is_sure and reading.intent in _LEAVING and reading.location is None:
        return Taken({**answers, "skip": True, "book": "no"})
    if asked == "book":
        if says_yes(reading) or (reading.is_sure and reading.intent == "book_appointment"):
            return Taken({**answers, "book": "yes"})
        if says_no(reading):
            return Taken({**answers, "book": "no"})
        placed = take_place(answers, None, reading, facts)
        return Taken({**placed, "skip": False}) if placed is not None else None
    if says_no(reading) or "unsure" in reading.cues:
        return Taken({**answers, "skip": True})
    placed = take_place(answers, asked, reading, facts)
    return Taken(placed) if placed is not None else None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    if into == "commune" and value == "skip":
        return Taken({**answers, "skip": True})
    if into == "book" and value in ("yes", "no"):
        return Taken({**answers, "book": value})
    placed = choose_place(answers, into, value, facts)
    return Taken(placed) if placed is not None else None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    outcome, where = str(answers["outcome"]), near(answers, facts)
    if outcome == "home":
        # Nothing is urgent; the visit that was wished for all the same.
        return _visit(answers, facts, where, None)
    if not where and not answers.get("skip") and not _booking_waits(answers):
        return _ask_town(answers, facts)
    facility, is_open = find(str(answers["place"]), outcome, where, facts) if where else (None, False)
    if answers.get("book") == "yes":
        return _visit(answers, facts, where, facility)
    if outcome == "emergency":
        # Whoever goes to the hospital now is not asked for the hour of an appointment.
        said = Say(_message(facility, is_open, outcome), _line(facility), (_NUMBERS,))
        return Done((said,), later=later_of(answers), quietly=_booking_waits(answers))
    if answers.get("book") == "no":
        return Done((Say("triage.talk.not_booked"),), later=later_of(answers))
    if _booking_waits(answers):
        return Done((Say("triage.talk.booking_goes_on"),), later=later_of(answers))
    if answers.get("visit"):
        told = (Say("triage.talk.place_told", _line(facility)),) if facility else ()
        return replace(_visit(answers, facts, where, facility), effects=told)
    choices = (button("yes", "choice.book_visit"), button("no", "choice.no_thanks"))
    return Ask("book", Say(_message(facility, is_open, outcome), _line(facility), choices))


def _booking_waits(answers: Answers) -> bool:
    """Whether an appointment was being made when the complaint came: it goes on, and none is offered."""
    return answers.get("resumes") == "booking"


def _ask_town(answers: Answers, facts: Facts) -> Ask:
    """Of towns that share a name, which; else the town, or the place on the map."""
    places = [place for code in answers.get("places", ()) if (place := facts.place(code))]
    if places:
        named = tuple(button(x.code, "choice.place", place=p.a_name(x.name_fr, x.name_ar)) for x in places)
        return Ask("commune", Say("triage.talk.ask_town", {}, named, ask_location=True))
    skip = (button("skip", "choice.no_thanks"),)
    return Ask("commune", Say("triage.talk.ask_town", {}, skip, ask_location=True))


def _visit(answers: Answers, facts: Facts, where: dict[str, Any], facility: FacilityFact | None) -> Done:
    return Done(then=("booking", _booking(answers, facts, where, facility)), later=later_of(answers))


def _message(facility: FacilityFact | None, is_open: bool, outcome: str) -> str:
    if facility is None:
        return f"triage.talk.no_place_{outcome}"
    return f"triage.talk.place_{'open' if is_open else 'closed'}_{outcome}"


def _line(facility: FacilityFact | None) -> dict[str, Any]:
    if facility is None:
        return {}
    phone = p.a_message("triage.talk.phone", phone=p.a_phone(facility.phone)) if facility.phone else None
    distance = facility.distance_km
    return {
        "facility": p.a_name(facility.name_fr, facility.name_ar),
        "town": p.a_name(facility.commune_fr, facility.commune_ar),
        "address": p.a_name(facility.address_fr, facility.address_ar),
        "phone": phone or p.a_message("directory.no_phone"),
        "distance": p.a_message("directory.distance", km=p.a_number(round(distance, 1)))
        if distance is not None
        else p.a_message("directory.no_distance"),
    }


def _booking(answers: Answers, facts: Facts, where: dict[str, Any], facility: FacilityFact | None) -> dict[str, Any]:
    """What a booking needs to know already: the kind of care, for whom, where."""
    found: dict[str, Any] = {"service": answers["service"]}
    child = find_child(answers, facts)
    if child is not None:
        found |= {"for": "daughter" if child.sex == "f" else "son", "name": child.name}
    elif answers.get("for"):
        found["for"] = answers["for"]
    offered = {s.code for s in facts.services()}
    if found["service"] not in offered:
        found["service"] = "generalist" if "generalist" in offered else next(iter(sorted(offered)), "generalist")
    if facility is not None and found["service"] in facility.services:
        found["facility"] = facility.id
    elif "near" in where:
        found["near"] = list(where["near"])
    elif "commune" in where:
        found["commune"] = where["commune"]
    return found


PLACING = Flow("placing", 1, _take, _choose, _step)
