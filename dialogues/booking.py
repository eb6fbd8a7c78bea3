"""Making an appointment: which care, where, when, for whom; a yes; done.

The order of questions is the order of ``_step``. A message may fill several answers, and a later one replaces them.
Agreement to keep the appointment is asked before the first personal answer (the name).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dialogues import params as p
from dialogues import waiting_list
from dialogues.answers import a_name, says_no, says_plain_yes, says_yes
from dialogues.choosing_place import PLACE_ANSWERS, choose_place, settle_place, take_place
from dialogues.choosing_time import TIME_ANSWERS, choose_time, settle_time, slot_gone, take_time
from dialogues.effects import Book, Choice, Effect, GiveConsent, Say, SetName
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.facts import BookingFact, FacilityFact, Facts
from dialogues.reading import Reading
from dialogues.talk import Answers

CONSENT_VERSION = "appointments-1"
SERVICES_SHOWN = 6
# Relations for which "for whom?" is settled by the word alone; the name is then theirs.
SELF = "self"


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """What the opening message already says."""
    taken = _take({}, None, reading, facts)
    return taken.answers if taken else {}


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if asked == "name" and (named := _take_name(answers, reading)):
        return named
    found: dict[str, Any] = dict(answers)
    service = _service(reading, facts)
    if service is not None and service != found.get("service"):
        found["service"] = service
        found.pop("existing", None)
    relation = reading.first("relation")
    if relation is not None:
        found["for"] = relation.value
    found = dict(take_time(found, asked, reading, facts) or found)
    if _speaks_of_place(reading, asked) and (placed := take_place(found, asked, reading, facts, found.get("service"))):
        found = placed
        found.pop("slot", None)
    if found != dict(answers):
        found.pop("confirm", None)
        return Taken(found)
    if reading.is_sure and reading.intent == "reschedule_appointment" and not facts.bookings():
        return Taken({**found, "confirm": "no"})
    return _take_open_question(found, asked, reading)


def _take_name(answers: Answers, reading: Reading) -> Taken | None:
    if says_no(reading):
        return Taken({**answers, "name": ""})
    if reading.when and not reading.first("person_name"):
        return None
    if reading.is_sure and reading.intent == "reschedule_appointment" and len(reading.words) > 1:
        return None
    name = a_name(reading)
    return Taken({**answers, "name": name}) if name else None


def _speaks_of_place(reading: Reading, asked: str | None) -> bool:
    named = reading.first("city") or reading.first("facility")
    return asked in ("commune", "facility") or reading.location is not None or named is not None


def _service(reading: Reading, facts: Facts) -> str | None:
    offered = {s.code for s in facts.services()}
    return next((e.value for e in reading.all("service") if e.value in offered), None)


def _take_open_question(found: dict[str, Any], asked: str | None, reading: Reading) -> Taken | None:
    if asked in ("confirm", "consent", "existing"):
        if says_plain_yes(reading) if asked == "consent" else says_yes(reading):
            return Taken({**found, asked: "yes"})
        if says_no(reading):
            return Taken({**found, asked: "no"})
    if asked == "service" and "unsure" in reading.cues:
        return Taken({**found, "service": "generalist"}, (Say("booking.unsure_service"),))
    return None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    found = dict(answers)
    if into == "service" and value in {s.code for s in facts.services()}:
        return Taken({**found, "service": value})
    if into == "service" and value == "more":
        return Taken({**found, "services_page": int(found.get("services_page", 0)) + 1})
    if into in ("commune", "facility"):
        placed = choose_place(found, into, value, facts)
        if placed is None:
            return None
        placed.pop("slot", None)
        placed.pop("confirm", None)
        return Taken(placed)
    if into == "day" and value == "wait":
        return Taken({**found, "wait": "yes"})
    if into in ("day", "slot"):
        timed = choose_time(found, into, value)
        if timed is None:
            return None
        timed.pop("confirm", None)
        return Taken(timed)
    if into == "change":
        return _change(found, value)
    if into == "name" and value == "known":
        return Taken({**found, "name": facts.person.name or ""})
    if into in ("confirm", "consent", "existing"):
        return Taken({**found, into: value})
    return None


def _change(found: dict[str, Any], value: str) -> Taken | None:
    """After a no to "is that right?": what should be different."""
    dropped = {
        "time": TIME_ANSWERS,
        "place": (*PLACE_ANSWERS, "slot"),
        "service": ("service", "existing"),
        "name": ("name", "for"),
    }.get(value)
    if value == "stop":
        return Taken({**found, "stop": True})
    if dropped is None:
        return None
    return Taken({k: v for k, v in found.items() if k not in (*dropped, "confirm")})


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    if answers.get("stop"):
        return Done((Say("stopped.booking"),))
    service = answers.get("service")
    if service is None:
        return _ask_service(answers, facts)
    existing = _existing(answers, facts, str(service))
    if existing is not None:
        return existing
    place = settle_place(answers, facts, str(service))
    if isinstance(place, Ask):
        return place
    slot = settle_time(answers, facts, place.id, str(service))
    waits = answers.get("wait")
    if waits in waiting_list.REFUSALS:
        return waiting_list.refused(place, str(service), str(waits))
    if isinstance(slot, Ask) and not waits:
        return waiting_list.with_waiting(slot)
    if "appointments" not in facts.person.consents and answers.get("consent") != "yes":
        return _consent(answers, place)
    if "name" not in answers:
        return _ask_name(answers, facts)
    if isinstance(slot, Ask):
        return waiting_list.join(place, str(service), _beneficiary(answers), facts, CONSENT_VERSION)
    if answers.get("confirm") == "yes":
        return Done(_book(answers, facts, place, str(service), slot))
    if answers.get("confirm") == "no":
        return _ask_change()
    return _ask_confirm(answers, place, str(service), slot)


def _ask_service(answers: Answers, facts: Facts) -> Ask:
    services = facts.services()
    page = int(answers.get("services_page", 0))
    shown = services[page * SERVICES_SHOWN : (page + 1) * SERVICES_SHOWN] or services[:SERVICES_SHOWN]
    choices = [button(s.code, f"service.{s.code}") for s in shown]
    if len(services) > (page + 1) * SERVICES_SHOWN:
        choices.append(button("more", "choice.other_services"))
    return Ask("service", Say("booking.ask_service", {}, tuple(choices)))


def _existing(answers: Answers, facts: Facts, service: str) -> Ask | Done | None:
    """One live appointment a person and kind of care: offer to move it, or to book for somebody else."""
    if "for" in answers or answers.get("existing") == "other":
        return None
    same = next((b for b in facts.bookings() if b.service == service and not b.beneficiary), None)
    if same is None:
        return None
    if answers.get("existing") in ("move", "yes"):
        return Done(
            then=("rescheduling", {"booking": same.id, **{k: answers[k] for k in TIME_ANSWERS if k in answers}})
        )
    if answers.get("existing") in ("keep", "no"):
        return Done((Say("booking.kept", booking_params(same)),))
    choices = (
        button("move", "choice.move_it"),
        button("keep", "choice.keep_it"),
        button("other", "choice.for_someone_else"),
    )
    return Ask("existing", Say("booking.already_have", booking_params(same), choices))


def _consent(answers: Answers, place: FacilityFact) -> Ask | Done:
    if answers.get("consent") == "no":
        return Done(
            (GiveConsent("appointments", False, CONSENT_VERSION), Say("consent.no_appointment", place_lines(place)))
        )
    choices: tuple[Choice, ...] = (button("yes", "choice.agree"), button("no", "choice.disagree"))
    return Ask("consent", Say("consent.ask_appointments", {}, choices))


def _ask_name(answers: Answers, facts: Facts) -> Ask:
    known = facts.person.name
    if _for_self(answers) and known:
        return Ask("name", Say("booking.ask_name", {}, (button("known", "choice.name", name=p.a_text(known)),)))
    if _for_self(answers):
        return Ask("name", Say("booking.ask_name"))
    return Ask("name", Say("booking.ask_name_of", {"relation": p.a_message(f"relation.{answers.get('for', 'other')}")}))


def _for_self(answers: Answers) -> bool:
    return answers.get("for", SELF) == SELF and answers.get("existing") != "other"


def _ask_confirm(answers: Answers, place: FacilityFact, service: str, slot: datetime) -> Ask:
    params = {**place_lines(place), "service": p.a_service(service), "moment": p.a_moment(slot)}
    name = str(answers.get("name", ""))
    if name:
        params["name"] = p.a_text(name)
    choices = (button("yes", "choice.yes_book"), button("no", "choice.change"))
    return Ask("confirm", Say("booking.confirm_named" if name else "booking.confirm", params, choices))


def _ask_change() -> Ask:
    choices = (
        button("time", "choice.change_time"),
        button("place", "choice.change_place"),
        button("service", "choice.change_service"),
        button("name", "choice.change_name"),
        button("stop", "choice.give_up"),
    )
    return Ask("change", Say("booking.what_to_change", {}, choices))


def _book(answers: Answers, facts: Facts, place: FacilityFact, service: str, slot: datetime) -> tuple[Effect, ...]:
    effects: list[Effect] = []
    if answers.get("consent") == "yes":
        effects.append(GiveConsent("appointments", True, CONSENT_VERSION))
    name = str(answers.get("name", ""))
    if _for_self(answers) and name and name != facts.person.name:
        effects.append(SetName(name))
    effects.append(Book(place.id, service, slot, _beneficiary(answers)))
    params = {**place_lines(place), "service": p.a_service(service), "moment": p.a_moment(slot)}
    effects.append(
        Say(
            "booking.done", params, (Choice("go=check_appointment", "choice.my_appointments"),), document="calendar:new"
        )
    )
    return tuple(effects)


def _beneficiary(answers: Answers) -> str:
    """Whom it is for: "" for the person, else the name given or the relation."""
    return "" if _for_self(answers) else str(answers.get("name") or answers.get("for", "other"))


def place_lines(place: FacilityFact) -> dict[str, Any]:
    """What a message about a facility is rendered with: name, town, address."""
    return {
        "facility": p.a_name(place.name_fr, place.name_ar),
        "town": p.a_name(place.commune_fr, place.commune_ar),
        "address": p.a_name(place.address_fr, place.address_ar),
    }


def booking_params(booking: BookingFact) -> dict[str, Any]:
    """What a message about a booking is rendered with."""
    return {
        **place_lines(booking.facility),
        "service": p.a_service(booking.service),
        "moment": p.a_moment(booking.starts),
    }


def _refused(answers: Answers, reason: str, facts: Facts) -> Taken:
    if reason in ("slot_taken", "closed", "past"):
        found = slot_gone(answers)
        found.pop("confirm", None)
        return Taken(found, (Say("booking.slot_gone"),))
    if answers.get("wait") and reason in waiting_list.REFUSALS:
        return Taken({**answers, "wait": reason})
    found = {k: v for k, v in answers.items() if k not in ("confirm", "existing")}
    if reason == "already_booked":
        found.pop("name", None)
        found.pop("for", None)
        return Taken(found, (Say("booking.already_booked_for"),))
    return Taken({k: v for k, v in found.items() if k != "consent"}, (Say("booking.could_not"),))


BOOKING = Flow("booking", 1, _take, _choose, _step, _refused, hours=frozenset({"slot"}))
