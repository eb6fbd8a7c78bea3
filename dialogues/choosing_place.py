"""Settling on a facility, from a town, a name, a kind, or a shared location.

Answers used here: ``commune`` (code), ``near`` ([latitude, longitude]), ``kind`` (what was asked for by a common noun),
``facility`` (id), ``places`` (codes of communes that share the name the person wrote), ``facilities`` (ids of
facilities whose names resemble what they wrote).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialogues import params as p
from dialogues.effects import Choice, Say
from dialogues.engine import Ask, button
from dialogues.errors import AnswerRejected
from dialogues.facts import FacilityFact, Facts, PlaceFact
from dialogues.naming_facilities import KINDS, by_name, is_about_place, kind_named
from dialogues.reading import Entity, Reading
from dialogues.talk import Answers

WHERE_ANSWERS = ("commune", "near", "facility", "places", "facilities")
PLACE_ANSWERS = (*WHERE_ANSWERS, "kind")
FACILITIES_SHOWN = 4
PLACES_SHOWN = 5


def take_place(
    answers: Answers, asked: str | None, reading: Reading, facts: Facts, service: str | None = None
) -> dict[str, Any] | None:
    """The answers with what the message says about the place; None when it says nothing.

    An unknown place is rejected only when the place was asked for: elsewhere a word taken for a town may be none.
    """
    if reading.location is not None:
        return _with(answers, near=list(reading.location))
    if asked == "facility":
        pointed = _among_offered(answers, reading, facts, service)
        if pointed is not None:
            return _with(answers, facility=pointed.id)
    if asked == "commune" and (meant := _among_namesakes(answers, reading, facts)):
        return _with(answers, commune=meant)
    named = by_name(reading, facts, is_asked=asked in ("commune", "facility"))
    if len(named) == 1:
        return _with(answers, facility=named[0].id)
    for city in reading.all("city"):
        found = _with_commune(answers, city, reading, facts)
        if found is not None and found != dict(answers):
            return found
    if named:
        return _with(answers, facilities=[f.id for f in named])
    if asked in ("commune", "facility"):
        return _from_bare_text(answers, asked, reading, facts)
    return None


def _among_offered(answers: Answers, reading: Reading, facts: Facts, service: str | None) -> FacilityFact | None:
    """The one of the offered facilities that the message points at, by its name, its quarter or its kind."""
    offered = {f.id: f for f in candidates(answers, facts, service)}
    queries = [*(e.text for e in reading.all("city")), *(e.text for e in reading.all("facility"))]
    if is_about_place(reading):
        queries.append(reading.text)
    for query in queries:
        found = [f for f in facts.facilities_named(query, limit=10) if f.id in offered]
        if len(found) == 1:
            return found[0]
    kind = kind_named(reading)
    of_kind = [f for f in offered.values() if kind and f.kind in KINDS[kind]]
    return of_kind[0] if len(of_kind) == 1 else None


def _among_namesakes(answers: Answers, reading: Reading, facts: Facts) -> str | None:
    """Of communes with one name, the one whose province the message names ("celui d'Al Hoceima")."""
    namesakes = [place for code in answers.get("places", ()) if (place := facts.place(code))]
    for city in reading.all("city") if namesakes else ():
        places = [place] if (place := facts.place(city.value)) else facts.places(city.text, limit=PLACES_SHOWN)
        provinces = {p_.province_fr for p_ in places}
        meant = [n.code for n in namesakes if n.province_fr in provinces]
        if len(meant) == 1:
            return meant[0]
    return None


def _from_bare_text(answers: Answers, asked: str, reading: Reading, facts: Facts) -> dict[str, Any] | None:
    """The answer to "in which town?" when no town was recognised in it."""
    cities = reading.all("city")
    if is_about_place(reading):
        places = facts.places(reading.text, limit=PLACES_SHOWN)
        if places:
            return _with_places(answers, places)
    if cities and asked == "commune":
        raise AnswerRejected("place.unknown", place=p.a_text(cities[0].text))
    says_detail = not reading.is_sure or reading.intent in ("inform", "out_of_scope")
    if asked == "commune" and is_about_place(reading) and says_detail:
        raise AnswerRejected("place.unknown", place=p.a_text(reading.text.strip()))
    return None


def _with_commune(answers: Answers, city: Entity, reading: Reading, facts: Facts) -> dict[str, Any] | None:
    place = facts.place(city.value)
    places = facts.places(city.text, limit=PLACES_SHOWN)
    if place is not None:
        places = places if len(places) > 1 and place in places else [place]
    if not places:
        return None
    found = _with_places(answers, places)
    kind = kind_named(reading) or answers.get("kind")
    return {**found, "kind": kind} if kind else found


def _with_places(answers: Answers, places: Sequence[PlaceFact]) -> dict[str, Any]:
    if len(places) == 1:
        return _with(answers, commune=places[0].code)
    return _with(answers, places=[place.code for place in places])


def _with(answers: Answers, **new: Any) -> dict[str, Any]:
    found = {k: v for k, v in answers.items() if k not in PLACE_ANSWERS}
    found.update(new)
    return found


def choose_place(answers: Answers, into: str, value: str, facts: Facts) -> dict[str, Any] | None:
    """The answers after a tap on a town or a facility."""
    if into == "commune" and facts.place(value):
        return _with(answers, commune=value)
    if into == "facility" and value == "elsewhere":
        return _with(answers)
    if into == "facility" and facts.facility(value):
        return _with(answers, facility=value)
    return None


def candidates(answers: Answers, facts: Facts, service: str | None) -> Sequence[FacilityFact]:
    """The facilities that fit the answers so far: those of the kind asked for when there are any, else all."""
    found: Sequence[FacilityFact] = ()
    if "facilities" in answers:
        named = (facts.facility(i) for i in answers["facilities"])
        found = [f for f in named if f is not None and (service is None or service in f.services)]
    elif "near" in answers:
        latitude, longitude = answers["near"]
        found = facts.facilities(service=service, near=(float(latitude), float(longitude)), limit=FACILITIES_SHOWN)
    elif "commune" in answers:
        found = facts.facilities(service=service, commune=str(answers["commune"]), limit=FACILITIES_SHOWN)
    of_kind = [f for f in found if f.kind in KINDS.get(str(answers.get("kind")), frozenset())]
    return of_kind or found


def settle_place(answers: Answers, facts: Facts, service: str | None) -> Ask | FacilityFact:
    """The facility that the answers determine, or the question that is still open."""
    chosen = facts.facility(str(answers.get("facility", "")))
    if chosen is not None:
        if service is None or service in chosen.services:
            return chosen
        return _offer_elsewhere(chosen, facts, service)
    if "places" in answers:
        return _ask_which_place([place for code in answers["places"] if (place := facts.place(code))])
    if not {"facilities", "near", "commune"} & set(answers):
        return Ask("commune", Say("place.ask_town", ask_location=True))
    return _among(candidates(answers, facts, service), answers.get("commune"), facts)


def _among(found: Sequence[FacilityFact], commune: str | None, facts: Facts) -> Ask | FacilityFact:
    """One fitting facility in the town asked for is taken without a question; anything else is the person's choice."""
    if not found:
        return Ask("commune", Say("place.none_here", ask_location=True))
    if len(found) == 1 and found[0].commune == commune:
        return found[0]
    if commune is not None and all(f.commune != commune for f in found):
        place = facts.place(commune)
        asked = p.a_name(place.name_fr, place.name_ar) if place else p.a_text(commune)
        return _ask_facility("place.only_elsewhere", found, place=asked)
    return _ask_facility("place.ask_facility", found)


def _offer_elsewhere(chosen: FacilityFact, facts: Facts, service: str) -> Ask:
    others = facts.facilities(service=service, commune=chosen.commune, limit=FACILITIES_SHOWN)
    params = {"facility": p.a_name(chosen.name_fr, chosen.name_ar), "service": p.a_service(service)}
    if not others:
        return Ask("commune", Say("place.service_not_there", params, ask_location=True))
    return _ask_facility("place.service_not_there", others, **params)


def _ask_facility(message: str, found: Sequence[FacilityFact], **params: Any) -> Ask:
    choices = [button(f.id, "choice.facility", **facility_params(f)) for f in found]
    choices.append(button("elsewhere", "choice.elsewhere"))
    return Ask("facility", Say(message, params, tuple(choices)))


def _ask_which_place(places: Sequence[PlaceFact]) -> Ask:
    choices: list[Choice] = []
    for place in places:
        names = {
            "place": p.a_name(place.name_fr, place.name_ar),
            "province": p.a_name(place.province_fr, place.province_ar),
        }
        choices.append(button(place.code, "choice.place", **names))
    return Ask("commune", Say("place.which", {}, tuple(choices)))


def facility_params(facility: FacilityFact) -> dict[str, Any]:
    """What a button or a line says of a facility: its name and its town."""
    return {
        "facility": p.a_name(facility.name_fr, facility.name_ar),
        "town": p.a_name(facility.commune_fr, facility.commune_ar),
    }
