"""Making an appointment: what is asked, in which order, and what each answer changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from dialogues.effects import Book, Say, SetName
from dialogues.facts import BookingFact
from dialogues.reading import Reading
from tests.dialogues.play import Play
from tests.dialogues.world import FACILITIES, World, a_reading

BOOK = a_reading("bghit rdv", "book_appointment")
ALL_AT_ONCE = a_reading(
    "rdv dentiste Rabat jeudi 10h", "book_appointment", service="dentistry", city="421", day="2026-11-26", time="10:00"
)
YES, NO = a_reading("oui", cues="yes"), a_reading("non", cues="no")
NAME = a_reading("Fatima", "inform")


def agreed() -> World:
    """A world whose person has agreed to keep appointments."""
    return World(person=replace(World().person, consents=frozenset({"appointments"})))


def test_the_questions_come_in_their_order() -> None:
    play = Play().then(BOOK)
    asked = [play.talk.asked]
    for answer in (
        a_reading("dentiste", "inform", service="dentistry"), a_reading("Rabat", "inform", city="421"),
        a_reading("jeudi", "inform", day="2026-11-26"), 1, YES, NAME,
    ):  # fmt: skip
        asked.append(play.then(answer).talk.asked)
    assert asked == ["service", "commune", "day", "slot", "consent", "name", "confirm"]
    play.then(YES)
    assert play.done == ["GiveConsent", "SetName", "Book"]
    assert play.said == ["booking.done"]
    assert play.last(Book) == Book("F-RABAT-1", "dentistry", datetime(2026, 11, 26, 9, 0))


def test_one_sentence_fills_several_answers() -> None:
    assert Play(agreed()).then(ALL_AT_ONCE).talk.asked == "name"


@pytest.mark.parametrize(
    ("correction", "answer", "value"),
    [
        (a_reading("non vendredi", "inform", day="2026-11-27"), "day", "2026-11-27"),
        (a_reading("plutôt 11h", "inform", time="11:00"), "time", "11:00"),
        (a_reading("généraliste", "inform", service="generalist"), "service", "generalist"),
        (a_reading("à Salé", "inform", city="441"), "commune", "441"),
    ],
)
def test_a_correction_replaces_one_answer_and_asks_again(correction: Reading, answer: str, value: str) -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, NAME, correction)
    assert play.talk.answers[answer] == value
    assert "confirm" not in play.talk.answers
    assert play.done == []


def test_a_no_to_the_summary_asks_what_to_change_and_gives_a_way_out() -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, NAME, NO)
    assert play.said == ["booking.what_to_change"]
    assert play.then(5).said == ["stopped.booking"]
    assert play.talk.flow is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (a_reading("hier", "inform", day="2026-11-23"), "booking.day_past"),
        (a_reading("mai", "inform", day="2027-05-20"), "booking.day_too_far"),
        (a_reading("ce matin 8h", "inform", day="2026-11-24", time="08:00"), "booking.time_past"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_asked_again(given: Reading, said: str) -> None:
    play = Play().then(a_reading("rdv", "book_appointment", service="dentistry", city="421"), given)
    assert play.said == [said, "booking.ask_day"]


@pytest.mark.parametrize(
    ("world", "day", "said"),
    [
        (World(full={date(2026, 11, 26)}), "2026-11-26", "booking.day_full"),
        (World(holidays={date(2026, 11, 26): "holiday.unity"}), "2026-11-26", "booking.day_holiday"),
        (World(), "2026-11-28", "booking.day_closed"),
    ],
)
def test_a_day_without_a_free_slot_says_why_and_offers_the_next(world: World, day: str, said: str) -> None:
    play = Play(world).then(a_reading("rdv", "book_appointment", service="dentistry", city="421", day=day))
    assert play.said == [said]
    assert play.talk.offered
    assert play.then(1).talk.asked == "slot"


def test_an_hour_that_is_taken_offers_the_nearest() -> None:
    world = World(taken={datetime(2026, 11, 26, 10, 0)})
    play = Play(world).then(ALL_AT_ONCE)
    assert play.said == ["booking.time_taken"]
    assert any(made.endswith(".slot=2026-11-26T09:30") for made in play.talk.offered)


def test_a_weekday_after_next_week_is_that_day_of_next_week() -> None:
    opening = a_reading("rdv", "book_appointment", service="dentistry", city="421")
    week = replace(
        a_reading("la semaine prochaine"), when=({"kind": "range", "from": "2026-11-30", "to": "2026-12-06"},)
    )
    play = Play().then(opening, week, a_reading("mercredi", "inform", day="2026-11-25", plain_weekday=True))
    assert play.talk.answers["day"] == "2026-12-02"
    dated = a_reading("le 25 novembre", "inform", day="2026-11-25")
    assert Play().then(opening, week, dated).talk.answers["day"] == "2026-11-25"


def test_a_word_that_is_an_hour_and_a_number_is_the_hour_when_an_hour_is_asked() -> None:
    opening = a_reading("rdv", "book_appointment", service="dentistry", city="421", day="2026-11-26")
    said = a_reading("الثانية", "inform", time="14:00", cues="number:2")
    assert Play().then(opening, said).talk.answers["time"] == "14:00"


def test_a_day_that_has_just_gone_by_is_not_taken_for_next_year() -> None:
    opening = a_reading("rdv", "book_appointment", service="dentistry", city="421", day="2026-11-28")
    play = Play().then(opening, a_reading("le 10 novembre", "inform", day="2027-11-10"))
    assert play.said == ["booking.day_past", "booking.ask_day"]


def test_later_shows_other_days_and_any_takes_the_first() -> None:
    opening = a_reading("rdv", "book_appointment", service="dentistry", city="421")
    first = Play().then(opening).talk.offered
    later = Play().then(opening, a_reading("plus tard", cues="later")).talk.offered
    assert first and later and set(first[:4]).isdisjoint(later[:4])
    assert Play().then(opening, a_reading("peu importe", cues="any")).talk.asked == "consent"


def test_a_slot_lost_at_the_last_moment_is_asked_again() -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, NAME, YES)
    assert play.done == ["SetName", "Book"]
    play.world.taken.add(datetime(2026, 11, 26, 10, 0))
    play.refused("slot_taken")
    assert play.said == ["booking.slot_gone", "booking.ask_slot"]
    assert play.then(1).talk.asked == "confirm"


def test_a_slot_that_somebody_else_took_meanwhile_is_said_and_asked_again() -> None:
    play = Play(agreed()).then(
        a_reading("rdv", "book_appointment", service="dentistry", city="421", day="2026-11-26"), 1
    )
    play.world.taken.add(datetime(2026, 11, 26, 9, 0))
    assert play.then(NAME).said == ["booking.slot_gone", "booking.ask_slot"]


def test_without_consent_nothing_is_booked_and_the_way_there_is_told() -> None:
    play = Play().then(ALL_AT_ONCE, NO)
    assert play.done == ["GiveConsent"]
    assert play.said == ["consent.no_appointment"]
    assert play.talk.flow is None


@pytest.mark.parametrize("text", ["pourquoi ?", "peut-être", "ياسين", "je suis pas sûr"])
def test_consent_is_a_plain_yes(text: str) -> None:
    play = Play().then(ALL_AT_ONCE, replace(a_reading(text, "affirm"), confidence=0.99))
    assert (play.talk.asked, play.done) == ("consent", [])


@pytest.mark.parametrize(
    "text", ["oui transmettez", "iyeh makayn mochkil", "ah mafiha bas", "نعم لا مانع لدي", "واخا نعطيكم السميه"]
)
def test_a_short_sentence_that_begins_with_yes_is_consent(text: str) -> None:
    assert Play().then(ALL_AT_ONCE, a_reading(text)).talk.asked == "name"


@pytest.mark.parametrize("text", ["oui mais pourquoi", "ah walakin la", "oui ?", "واخا ولكن لا"])
def test_a_yes_with_a_but_is_no_consent(text: str) -> None:
    assert Play().then(ALL_AT_ONCE, a_reading(text)).talk.asked == "consent"


def test_a_name_may_be_refused() -> None:
    play = Play(agreed()).then(ALL_AT_ONCE, NO)
    assert play.said == ["booking.confirm"]
    play.then(YES)
    assert play.done == ["Book"]


def test_for_a_child_the_name_is_the_childs_and_not_the_persons() -> None:
    opening = replace(ALL_AT_ONCE, entities=(*ALL_AT_ONCE.entities, *a_reading("weldi", relation="son").entities))
    play = Play(agreed()).then(opening)
    assert play.said == ["booking.ask_name_of"]
    play.then(a_reading("Yassine", "inform"), YES)
    assert play.last(Book) == Book("F-RABAT-1", "dentistry", datetime(2026, 11, 26, 10, 0), "Yassine")
    assert not [e for e in play.effects if isinstance(e, SetName)]


def _one_live_booking() -> World:
    world = agreed()
    world.booked = [BookingFact("b1", "dentistry", FACILITIES[0], datetime(2026, 12, 1, 9, 0), "")]
    return world


@pytest.mark.parametrize(
    ("tap", "said", "flow"),
    [(1, "booking.ask_day", "rescheduling"), (2, "booking.kept", None), (3, "place.ask_town", "booking")],
)
def test_a_second_appointment_of_a_kind_is_moved_kept_or_for_somebody_else(
    tap: int, said: str, flow: str | None
) -> None:
    play = Play(_one_live_booking()).then(a_reading("rdv dentiste", "book_appointment", service="dentistry"))
    assert play.said == ["booking.already_have"]
    play.then(tap)
    assert play.said == [said]
    assert play.talk.flow == flow


def test_an_unknown_town_is_said_and_asked_again() -> None:
    play = Play().then(a_reading("rdv", "book_appointment", service="dentistry"), a_reading("Atlantis", "inform"))
    assert play.said == ["place.unknown", "place.ask_town"]


def test_a_town_that_exists_twice_is_asked_back_with_choices() -> None:
    play = Play().then(a_reading("rdv", "book_appointment", service="dentistry"), a_reading("Sidi Ali", "inform"))
    assert play.said == ["place.which"]
    assert len(play.talk.offered) == 2


def test_a_shared_location_is_a_place() -> None:
    here = Reading(media="location", location=(34.0, -6.8))
    play = Play().then(a_reading("rdv", "book_appointment", service="generalist"), here)
    assert play.said == ["place.ask_facility"]


def test_care_that_a_named_facility_does_not_offer_leads_elsewhere() -> None:
    opening = a_reading("centre yacoub", "book_appointment", service="dentistry", facility="health_centre")
    play = Play().then(opening)
    assert play.said == ["place.service_not_there"]


def test_every_offer_fits_a_telegram_button() -> None:
    play = Play().then(BOOK)
    for step in (3, a_reading("Rabat", "inform", city="421"), 2, 1):
        said = [c.id for e in play.effects if isinstance(e, Say) for c in e.choices]
        assert all(len(c.encode()) <= 64 and c.isascii() for c in said)
        play.then(step)
