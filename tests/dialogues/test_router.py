"""Who answers a message: danger, commands, the open question, the intent — in that order, in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.effects import Say, SetLanguage, StopMessages
from dialogues.facts import BookingFact
from dialogues.reading import VARIETIES, Reading
from dialogues.routes import FLOWS, ROUTES
from dialogues.talk import Talk
from tests.dialogues.play import Play
from tests.dialogues.world import FACILITIES, World, a_reading

BOOK = a_reading("rdv", "book_appointment")
YES, NO = a_reading("oui", cues="yes"), a_reading("non", cues="no")


def with_booking() -> World:
    world = World(person=replace(World().person, consents=frozenset({"appointments"})))
    world.booked = [BookingFact("b1", "dentistry", FACILITIES[0], datetime(2026, 12, 1, 9, 0), "")]
    return world


def opened(intent: str) -> Play:
    return Play(with_booking()).then(a_reading("x", intent))


OPEN_STATES = [
    "book_appointment", "reschedule_appointment", "cancel_appointment", "talk_to_human", "give_feedback",
    "delete_my_data", "find_facility", "change_language",
]  # fmt: skip


@pytest.mark.parametrize("state", [None, *OPEN_STATES])
def test_danger_is_answered_first_in_every_state_and_nothing_under_way_is_lost(state: str | None) -> None:
    play = opened(state) if state else Play()
    before = play.talk
    play.then(a_reading("ma kaytnefsch", "inform", danger=("not-breathing",), danger_kinds=frozenset({"medical"})))
    assert play.said == ["emergency.medical"]
    said = play.last(Say)
    assert isinstance(said, Say) and said.outcome == "ambulance" and said.lane == "danger"
    assert play.talk == before


@pytest.mark.parametrize("kind", ["poison", "self_harm", "violence"])
def test_each_kind_of_danger_has_its_own_words(kind: str) -> None:
    play = Play().then(a_reading("x", danger=("sign",), danger_kinds=frozenset({kind})))
    assert play.said[0] == f"emergency.{kind}"


@pytest.mark.parametrize("kind", ["self_harm", "violence"])
def test_after_self_harm_or_violence_somebody_may_write_and_what_was_under_way_waits(kind: str) -> None:
    play = Play(with_booking()).then(BOOK)
    play.then(a_reading("x", danger=("sign",), danger_kinds=frozenset({kind})))
    assert play.said == [f"emergency.{kind}", "triage.talk.ask_human"]
    assert play.then(NO).said == ["triage.talk.no_human"]
    assert play.then(a_reading("dentiste", "inform", service="dentistry")).talk.answers["service"] == "dentistry"


def test_an_emergency_that_only_the_model_sees_is_answered_too() -> None:
    assert Play().then(a_reading("x", "report_emergency")).said == ["emergency.medical"]


def test_danger_needs_no_welcome_before_it() -> None:
    world = World(person=replace(World().person, is_new=True))
    play = Play(world).then(a_reading("x", danger=("sign",), danger_kinds=frozenset({"medical"})))
    assert play.said == ["emergency.medical"]


def test_the_first_contact_says_who_we_are_then_answers() -> None:
    world = World(person=replace(World().person, is_new=True))
    assert Play(world).then(BOOK).said == ["welcome", "booking.ask_service"]


@pytest.mark.parametrize("state", [None, *OPEN_STATES])
def test_stop_works_in_every_state(state: str | None) -> None:
    play = (opened(state) if state else Play()).then(a_reading("stop", cues="stop"))
    assert play.done == ["StopMessages"]
    assert play.talk.flow is None
    assert isinstance(play.effects[0], StopMessages)


@pytest.mark.parametrize("state", [None, *OPEN_STATES])
def test_a_person_can_be_asked_for_in_every_state(state: str | None) -> None:
    play = (opened(state) if state else Play()).then(a_reading("une personne", cues="human"))
    assert play.said == ["consent.ask_contact"]


@pytest.mark.parametrize("variety", VARIETIES)
def test_another_language_goes_on_with_the_same_question(variety: str) -> None:
    play = Play().then(BOOK, a_reading("x", cues=f"language:{variety}"))
    assert play.effects[0] == SetLanguage(variety)
    assert play.said == ["language.done", "booking.ask_service"]


ASIDES = sorted(
    name
    for name, route in ROUTES.items()
    if route.aside and name not in ("find_facility", "ask_opening_hours", "change_language")
)


@pytest.mark.parametrize("intent", ASIDES)
def test_a_side_question_is_answered_and_the_open_one_asked_again(intent: str) -> None:
    play = Play().then(BOOK, a_reading("x", intent))
    assert play.said[-1] == "booking.ask_service"
    assert len(play.said) > 1
    assert play.talk.asked == "service"
    assert play.then(3).talk.answers["service"] == "dentistry"


def test_asked_which_language_the_talk_goes_on_after_the_answer() -> None:
    play = Play().then(BOOK, a_reading("une autre langue", "change_language"))
    assert play.said == ["language.ask"]
    assert play.then(Reading(choice="go=change_language:ar")).said == ["language.done", "booking.ask_service"]


def test_a_name_that_looks_like_a_language_is_a_name() -> None:
    agreed = World(person=replace(World().person, consents=frozenset({"appointments"})))
    opening = a_reading("x", "book_appointment", service="dentistry", city="421", day="2026-11-26", time="10:00")
    assert Play(agreed).then(opening, a_reading("العربي", "change_language")).talk.answers["name"] == "العربي"


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [("Hajar", "out_of_scope", 0.64), ("أنس", "stop_conversation", 0.59), ("Mimoun", "ask_bot_identity", 0.9)],
)
def test_a_name_is_a_name_whatever_the_model_takes_it_for(text: str, intent: str, confidence: float) -> None:
    agreed = World(person=replace(World().person, consents=frozenset({"appointments"})))
    opening = a_reading("x", "book_appointment", service="dentistry", city="421", day="2026-11-26", time="10:00")
    play = Play(agreed).then(opening, replace(a_reading(text, intent), confidence=confidence))
    assert play.talk.answers["name"] == text


def test_a_change_said_in_the_middle_of_a_booking_changes_that_booking() -> None:
    opening = a_reading("x", "book_appointment", service="dentistry", city="421", day="2026-11-26", time="10:00")
    play = Play().then(opening, a_reading("change pour 11h", "reschedule_appointment", time="11:00"))
    assert (play.talk.flow, play.talk.answers["time"]) == ("booking", "11:00")


def test_a_menu_can_be_picked_by_number() -> None:
    assert Play().then(a_reading("salut", "greet"), a_reading("1", cues="number:1")).said == ["booking.ask_service"]


def test_a_question_that_needs_a_place_never_replaces_a_booking() -> None:
    play = Play().then(BOOK, a_reading("vous ouvrez à quelle heure", "ask_opening_hours"))
    assert play.said == ["directory.which_first", "booking.ask_service"]


def test_opening_hours_in_the_middle_of_a_booking_are_told_when_the_place_is_known() -> None:
    play = Play().then(BOOK, a_reading("horaires du centre à Salé", "ask_opening_hours", city="441"))
    assert play.said == ["directory.hours", "booking.ask_service"]


@pytest.mark.parametrize(
    ("intent", "flow"),
    [("reschedule_appointment", "rescheduling"), ("cancel_appointment", "cancelling"), ("delete_my_data", "deleting")],
)
def test_a_wish_to_do_something_else_replaces_what_was_under_way(intent: str, flow: str) -> None:
    assert Play(with_booking()).then(BOOK, a_reading("x", intent)).talk.flow == flow


def test_cancelling_while_nothing_is_booked_gives_up_the_booking_under_way() -> None:
    assert Play().then(BOOK, a_reading("annule", "cancel_appointment")).said == ["stopped.booking"]


@pytest.mark.parametrize("reading", [a_reading("laisse", "stop_conversation"), a_reading("retour", cues="back")])
def test_what_is_under_way_can_be_dropped(reading: Reading) -> None:
    play = Play().then(BOOK, reading)
    assert play.said == ["stopped.booking"]
    assert play.talk.flow is None


@pytest.mark.parametrize("cue", ["number:3"])
def test_a_number_picks_what_is_on_the_screen(cue: str) -> None:
    assert Play().then(BOOK, a_reading("3", cues=cue)).talk.answers["service"] == "dentistry"
    assert Play().then(BOOK, a_reading("la dernière", cues="last")).talk.answers["service"] == "vaccination"


def test_a_number_beyond_the_list_is_no_choice() -> None:
    assert Play().then(BOOK, a_reading("9", cues="number:9")).said == ["not_understood.again", "booking.ask_service"]


def test_a_button_of_an_old_message_is_told_apart() -> None:
    play = Play().then(BOOK)
    old = play.talk.offered[0]
    play.then(a_reading("stop", cues="stop"), BOOK, Reading(choice=old))
    assert play.said == ["old_button", "booking.ask_service"]
    assert Play().then(Reading(choice="7.0000.day=2026-01-01")).said == ["old_button"]
    assert Play().then(Reading(choice="go=nothing_such")).said == ["old_button"]


def test_an_old_yes_is_no_yes_to_another_question() -> None:
    """Keyboards stay on the screen: a "yes, book it" of two days ago must not erase, cancel or book something else."""
    opening = a_reading("x", "book_appointment", service="dentistry", city="421", day="2026-11-26", time="10:00")
    play = Play(with_booking()).then(opening, 3, opening, a_reading("Fatima", "inform"))
    old_yes = play.talk.offered[0]
    play.then(a_reading("plutôt 11h", "inform", time="11:00"), Reading(choice=old_yes))
    assert (play.said, play.done) == (["old_button", "booking.confirm_named"], [])
    lost = Play(with_booking())
    lost.world.now = datetime(2026, 11, 27, 9, 0)
    lost.then(a_reading("efface", "delete_my_data"), Reading(choice=old_yes))
    assert (lost.said[0], lost.done) == ("old_button", [])


def test_after_two_messages_that_answer_nothing_a_person_is_offered() -> None:
    play = Play().then(BOOK, a_reading("blabla"))
    assert play.said[0] == "not_understood.again"
    assert play.then(a_reading("blabla")).said[0] == "not_understood.human"


def test_doubt_between_two_intents_is_asked_back() -> None:
    doubtful = a_reading(
        "x", "book_appointment", alternatives=(("reschedule_appointment", 0.4), ("greet", 0.1)),
    )  # fmt: skip
    play = Play().then(replace(doubtful, doubt="ambiguous"))
    assert play.said == ["not_understood.which"]
    said = play.last(Say)
    assert isinstance(said, Say)
    assert [c.id for c in said.choices][:2] == ["go=book_appointment", "go=reschedule_appointment"]


def test_where_nothing_is_likely_enough_up_to_three_wishes_are_offered() -> None:
    """ "je veux vacciner ma fille" may be a booking, a child to follow, a question: three buttons, and no shrug."""
    guesses = (("register_child", 0.25), ("check_vaccination_schedule", 0.2), ("ask_cost", 0.05))
    low = replace(a_reading("x", "book_appointment", alternatives=guesses), confidence=0.35, doubt="low")
    said = Play().then(low).last(Say)
    assert isinstance(said, Say) and said.message == "not_understood.which"
    wanted = ["go=book_appointment", "go=register_child", "go=check_vaccination_schedule", "go=ask_help"]
    assert [c.id for c in said.choices] == wanted
    too_thin = replace(low, confidence=0.16, alternatives=(("register_child", 0.16),))
    assert Play().then(too_thin).said == ["not_understood.menu"]


@pytest.mark.parametrize(("intent", "offered"), [("feel_better", 2), ("out_of_scope", 1)])
def test_a_possible_emergency_is_asked_about_in_every_state(intent: str, offered: int) -> None:
    perhaps = replace(a_reading("x", intent, alternatives=(("report_emergency", 0.45),)), doubt="ambiguous")
    for before in ([], [BOOK]):
        play = Play().then(*before, perhaps)
        assert play.said[0] == "not_understood.which"
        said = next(e for e in play.effects if isinstance(e, Say))
        assert [c.id for c in said.choices][:offered] == ["go=report_emergency", f"go={intent}"][:offered]
        assert (play.talk.flow is None) == (before == [])


def test_without_the_model_menus_numbers_and_yes_still_work() -> None:
    def down(text: str, cues: str = "") -> Reading:
        return replace(a_reading(text, cues=cues), doubt="unavailable")

    play = Play().then(down("bghit rdv"))
    assert play.said == ["not_understood.no_reading"]
    play.then(Reading(choice="go=book_appointment"), down("3", "number:3"), down("Rabat"))
    assert play.talk.asked == "day"
    play.then(1, 1, down("oui", "yes"), down("Fatima"), down("oui", "yes"))
    assert play.said == ["booking.done"]


@pytest.mark.parametrize("media", ["voice", "image", "sticker", "document", "other"])
def test_what_cannot_be_read_is_said_and_the_question_stays(media: str) -> None:
    play = Play().then(BOOK, Reading(media=media))  # type: ignore[arg-type]
    assert play.said == [f"media.{media}", "booking.ask_service"]


def test_a_message_without_words_gets_the_menu() -> None:
    assert Play().then(Reading(text="😀")).said == ["empty"]


def test_an_open_talk_of_an_older_version_is_dropped() -> None:
    play = Play(talk=Talk(flow="booking", version=0, answers={"service": "dentistry"}, asked="commune"))
    assert play.then(a_reading("Rabat", "greet")).talk.flow is None


@pytest.mark.parametrize("intent", sorted(ROUTES))
def test_every_intent_leads_somewhere_with_or_without_an_appointment(intent: str) -> None:
    for world in (World(), with_booking()):
        assert Play(world).then(a_reading("x", intent)).said


WORDS = st.text(max_size=30)
CUES = "yes no stop human menu back other later earlier unsure any first last number:1 number:2 language:fr".split()
TAPPED = ["1.a.service=dentistry", "go=ask_help", "go=", "1.0.slot=x", "", "=", "..=", "9999999999999.a.b=c"]
TIMES = [
    {"kind": "date", "date": "2026-11-26"},
    {"kind": "range", "from": "2026-11-28", "to": "2026-11-29"},
    {"kind": "time", "time": "10:00"},
    {"kind": "part", "part": "morning"},
]
READINGS = st.builds(
    Reading,
    text=WORDS,
    intent=st.sampled_from([None, *sorted(ROUTES)]),
    confidence=st.floats(0, 1),
    doubt=st.sampled_from(["none", "low", "ambiguous", "unavailable"]),
    cues=st.frozensets(st.sampled_from(CUES), max_size=2),
    choice=st.none() | st.sampled_from(TAPPED) | WORDS,
    words=st.lists(WORDS, max_size=3).map(tuple),
    when=st.lists(st.sampled_from(TIMES), max_size=1).map(tuple),
)


@given(st.lists(READINGS, min_size=1, max_size=6))
def test_no_sequence_of_messages_breaks_a_talk(readings: list[Reading]) -> None:
    play = Play()
    for reading in readings:
        play.then(reading)
        assert play.said
        assert play.talk.flow is None or play.talk.flow in FLOWS
