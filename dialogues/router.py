"""Who answers a message: danger first, then stop, human and language, then the open question, then the intent.

A question asked in the middle of something is answered and the open one asked again; a wish to do something else
replaces what was under way.
"""

from __future__ import annotations

from dataclasses import replace

from dialogues import doubt, emergency, grief, language, media, minding, mistakes, smalltalk, standing
from dialogues.choosing_place import PLACE_ANSWERS, WHERE_ANSWERS
from dialogues.effects import Effect, Say, SetLanguage
from dialogues.engine import Taken, Turn, advance, is_stale, picked_by_number, resumed, settle
from dialogues.errors import AnswerRejected
from dialogues.facts import Facts
from dialogues.reading import VARIETIES, Entity, Reading
from dialogues.routes import FLOWS, ROUTES, Route
from dialogues.talk import Answers, Talk
from dialogues.triage import followed, following, hearing
from dialogues.triage.denying import leads_with
from dialogues.triage.mistaken import SURE_OF_OTHER
from dialogues.triage.reaching import REACHING
from dialogues.triage.told import person_told, with_told

# How sure the model must be, in the middle of something, to answer a side question (when the message answers nothing
# else), to put that question before the open one, and to drop what is under way.
SURE_OF_ASIDE, SURE_OF_QUESTION, SURE_OF_SWITCH = 0.45, 0.7, 0.6
# A name or a town may look like anything; fewer words than this are never a question of their own there.
WORDS_OF_QUESTION = 3
# A danger sign in one of these ends it: everything was said.
_OF_TRIAGE = frozenset({"triage", "placing", "reaching", "following"})


def route(talk: Talk, reading: Reading, facts: Facts) -> Turn:
    """The turn that a message leads to. Never fails on any reading; an open flow that no longer exists is dropped."""
    talk = _still_valid(talk)
    if talk.flow == "triage":
        reading = hearing.answered(reading, talk.asked)
    if hearing.is_danger(reading) and not (talk.flow == "triage" and not reading.danger):
        return _emergency(talk, reading, facts)
    if grief.speaks_of_death(reading, facts):
        return Turn(talk.closed(), grief.respond(reading, facts))
    turn = _commanded(talk, reading, facts)
    if turn is None:
        told = hearing.heard(reading, talk.asked)
        turn = _chosen(talk, reading, facts) if reading.choice else _said(talk, told, facts)
    return _welcomed(_on_screen(turn), facts)


def _emergency(talk: Talk, reading: Reading, facts: Facts) -> Turn:
    """What to do now, without a question. It ends the questions of triage; what else is under way stays open."""
    kept = following.cut_short(talk.answers, reading.danger, facts) if talk.flow == "triage" else ()
    said = (*emergency.respond(reading), *kept)
    voice = emergency.voice_of(reading)
    if voice is not None:
        return _and_reach(voice, talk, said, facts)
    if talk.flow in _OF_TRIAGE:
        talk = resumed(talk, FLOWS, facts)
    return Turn(talk, said, attempted=talk)


def _and_reach(voice: str, talk: Talk, said: tuple[Effect, ...], facts: Facts) -> Turn:
    """After words of self-harm or violence: whether somebody may write. What was under way waits meanwhile."""
    waits = talk if talk.flow in (None, *_OF_TRIAGE) else talk.interrupted()
    opened = waits.opened(REACHING.name, REACHING.version, {"outcome": "ambulance", "voice": voice}, facts.now)
    asked = settle(REACHING, opened, (), facts, FLOWS)
    return replace(asked, effects=(*said, *asked.effects))


def _on_screen(turn: Turn) -> Turn:
    """With nothing under way, the buttons of the last message can still be picked by number."""
    if turn.talk.flow is not None:
        return turn
    last = next((e for e in reversed(turn.effects) if isinstance(e, Say)), None)
    return replace(turn, talk=replace(turn.talk, offered=tuple(c.id for c in last.choices) if last else ()))


def retry(attempted: Talk, reason: str, facts: Facts) -> Turn:
    """The turn after an effect was refused: the flow words the alternative.

    ``attempted`` is the talk whose effects were refused; reasons are those of ``dialogues.effects``.
    """
    flow = FLOWS.get(attempted.flow or "")
    if flow is None or flow.refused is None:
        return Turn(attempted.closed(), (Say("could_not", {}, smalltalk.MENU_BUTTON),))
    taken: Taken = flow.refused(attempted.answers, reason, facts)
    return settle(flow, attempted.with_answers(taken.answers), taken.remarks, facts, FLOWS)


def _still_valid(talk: Talk) -> Talk:
    flow = FLOWS.get(talk.flow or "")
    if talk.flow is not None and (flow is None or flow.version != talk.version):
        return talk.closed()
    return talk


def _welcomed(turn: Turn, facts: Facts) -> Turn:
    """At first contact: who we are, that we are no doctor, what is kept, before the answer itself."""
    if not facts.person.is_new:
        return turn
    welcome = Say("welcome")
    return replace(turn, effects=(welcome, *turn.effects))


# -- commands that work in every state ---------------------------------------------------------------------------------


def _commanded(talk: Talk, reading: Reading, facts: Facts) -> Turn | None:
    sure = reading.intent if reading.is_sure else None
    if sure == "stop_reminders" and not reading.choice and (fewer := _fewer(talk, reading, facts)):
        return fewer
    if "stop" in reading.cues or (sure == "stop_reminders" and not reading.choice):
        return Turn(talk.closed(), smalltalk.stop_messages(reading, facts))
    if "human" in reading.cues:
        return _open("talk_to_human", talk, reading, facts)
    if _wants_language(talk, reading):
        return _other_language(language.reply(reading, facts), talk, facts)
    if "menu" in reading.cues:
        return Turn(talk.closed(), smalltalk.menu(reading, facts))
    return None


def _fewer(talk: Talk, reading: Reading, facts: Facts) -> Turn | None:
    """Fewer reminders than before, where that is what is said: of one child, for a while, after a move."""
    if "stop" in reading.cues or not facts.children():
        return None
    answers = minding.open_answers(reading, facts)
    if "what" not in answers and (len(facts.children()) == 1 or "child" not in answers):
        return None
    opened = talk.opened(minding.MINDING.name, minding.MINDING.version, {"what": "off", **answers}, facts.now)
    return settle(minding.MINDING, opened, (), facts, FLOWS)


def _wants_language(talk: Talk, reading: Reading) -> bool:
    named = language.wanted_language(reading) is not None
    if any(cue.startswith("language:") for cue in reading.cues):
        return True
    if reading.choice is not None or not _is_meant(reading, "change_language"):
        return False
    # One word at "in whose name?" is a name (العربي), whatever it looks like.
    return named or talk.asked != "name" or len(reading.words) > 1


def _other_language(effects: tuple[Effect, ...], talk: Talk, facts: Facts) -> Turn:
    """Another language: what is under way goes on in it, the open question asked again."""
    if any(isinstance(e, SetLanguage) for e in effects):
        return _and_ask_again(talk, effects, facts)
    return Turn(talk, effects, attempted=talk)


# -- a tapped choice ---------------------------------------------------------------------------------------------------


def _chosen(talk: Talk, reading: Reading, facts: Facts) -> Turn:
    choice = reading.choice or ""
    if choice.startswith("go="):
        return _go(choice[3:], talk, reading, facts)
    if choice.startswith(standing.PREFIX):
        return _at_any_time(choice, talk, facts)
    flow = FLOWS.get(talk.flow or "")
    if flow is None or is_stale(talk, choice):
        return _and_ask_again(talk, (Say("old_button"),), facts) if flow else _nothing_there(talk, "old_button")
    turn = advance(flow, talk, reading, facts, FLOWS)
    return turn if turn is not None else _and_ask_again(talk, (Say("old_button"),), facts)


def _at_any_time(choice: str, talk: Talk, facts: Facts) -> Turn:
    """A button of a reminder, or of another message that stands on its own: what is open waits for its answer."""
    answers = standing.parse(choice)
    if answers is None:
        return _and_ask_again(talk, (Say("old_button"),), facts) if talk.flow else _nothing_there(talk, "old_button")
    flow = standing.STANDING
    return settle(flow, talk.interrupted().opened(flow.name, flow.version, answers, facts.now), (), facts, FLOWS)


def _go(target: str, talk: Talk, reading: Reading, facts: Facts) -> Turn:
    """A menu button: ``<intent>``, ``<intent>:<service>`` or ``change_language:<variety>``."""
    intent, _, detail = target.partition(":")
    if intent not in ROUTES:
        return _nothing_there(talk, "old_button")
    if intent == "change_language" and detail in VARIETIES:
        return _other_language(language.switch(detail), talk, facts)
    if intent == "change_language":
        return _other_language(language.reply(Reading(), facts), talk, facts)
    service = detail
    entities = (Entity("service", service, "", 0, 0),) if service else ()
    asked = replace(reading, intent=intent, confidence=1.0, doubt="none", entities=entities, choice=None)
    return _by_intent(intent, talk, asked, facts)


# -- a message in words ------------------------------------------------------------------------------------------------


def _said(talk: Talk, reading: Reading, facts: Facts) -> Turn:
    if reading.media and reading.media != "location":
        return _and_ask_again(talk, (media.said_to(talk, reading.media, facts),), facts)
    if not reading.words and reading.location is None and not reading.cues:
        return _and_ask_again(talk, (Say("empty", {}, () if talk.flow else smalltalk.MENU),), facts)
    if doubt.may_be_emergency(reading) and talk.flow != "triage":
        return _and_ask_again(talk, (doubt.emergency_or(reading),), facts)
    known = ROUTES.get(reading.intent or "") if reading.is_sure else None
    if talk.flow is not None:
        return _in_flow(talk, known, reading, facts)
    picked = picked_by_number(talk, reading) or _taken_back(talk, reading) or followed.heard(reading, facts)
    if picked is not None:
        return _chosen(talk, replace(reading, choice=picked), facts)
    if reading.location is not None:
        return _open("find_facility", talk, reading, facts)
    if known is None:
        return doubt.not_understood(talk, reading)
    return _by_intent(str(reading.intent), talk, reading, facts)


def _taken_back(talk: Talk, reading: Reading) -> str | None:
    """ "I was wrong", said right after a dose was noted: the button that takes it back."""
    undo = next((made for made in talk.offered if standing.is_undo(made)), None)
    if undo is None or (reading.is_sure and reading.intent in ("delete_my_data", "cancel_appointment")):
        return None
    return undo if mistakes.says_mistake(reading) else None


def _in_flow(talk: Talk, known: Route | None, reading: Reading, facts: Facts) -> Turn:
    """The open question has the first word on a message that holds what it asks; an intent needs more certainty the
    more it would undo: answering a side question costs nothing, dropping what is under way does."""
    flow = FLOWS[str(talk.flow)]
    intent = str(reading.intent)
    if "back" in reading.cues:
        back = advance(flow, talk, reading, facts, FLOWS) if "back" in flow.hears else None
        return back or _dropped(talk)
    if _may_stop(talk, reading) and _is_meant(reading, "stop_conversation"):
        return _dropped(talk)
    is_own = known is not None and (known.flow is flow or intent in flow.hears or not _is_other(talk, reading))
    if known is not None and not is_own and _is_question(talk, known, reading) and not reading.cues:
        return _by_intent(intent, talk, reading, facts)
    turn = advance(flow, talk, reading, facts, FLOWS)
    if turn is not None:
        return turn
    if hearing.is_surely_emergency(reading):
        return _emergency(talk, reading, facts)
    is_answer = intent == "stop_conversation" and not _may_stop(talk, reading)
    if known is None or known.answers or known.flow is flow or is_answer or reading.cues & {"yes", "no"}:
        return _missed(talk, facts)
    if reading.confidence < _sure_enough(talk, known):
        return _missed(talk, facts)
    if intent == "cancel_appointment" and not facts.bookings():
        return _dropped(talk)
    return _by_intent(intent, talk, reading, facts)


def _is_other(talk: Talk, reading: Reading) -> bool:
    """Whether a message may be something else than an answer; among questions of triage only when that is plain."""
    return talk.flow != "triage" or hearing.is_plainly_other(reading)


def _sure_enough(talk: Talk, known: Route) -> float:
    """How sure the model must be of another wish than what the open question asks for."""
    if talk.flow == "triage":
        return SURE_OF_OTHER
    return SURE_OF_ASIDE if known.aside else SURE_OF_SWITCH


def _may_stop(talk: Talk, reading: Reading) -> bool:
    """Where "leave it" could be an answer, the flow hears it first: a name, "leave my appointment as it is", or "no, it
    has stopped" to a question of triage."""
    if talk.flow == "triage" and leads_with(reading) is not None:
        return False
    return not _may_be_name(talk, reading) and talk.flow not in ("cancelling", "deleting")


def _may_be_name(talk: Talk, reading: Reading) -> bool:
    """Names look like anything to a model: where one is asked for, a word or two without a cue is that name."""
    return talk.asked == "name" and (reading.first("person_name") is not None or len(reading.words) < WORDS_OF_QUESTION)


def _is_meant(reading: Reading, intent: str, sure: float = SURE_OF_SWITCH) -> bool:
    return reading.is_sure and reading.intent == intent and reading.confidence >= sure


def _is_question(talk: Talk, known: Route, reading: Reading) -> bool:
    """Whether a message asks or wants something of its own, though words in it could be an answer ("are you open on
    Saturday?", asked for a day)."""
    if known.answers or not known.asks or reading.confidence < SURE_OF_QUESTION:
        return False
    if talk.asked in ("commune", "facility") and reading.intent == "find_facility":
        return False
    needed = WORDS_OF_QUESTION if talk.asked in ("commune", "facility", "name") else 2
    return len(reading.words) >= needed


def _by_intent(intent: str, talk: Talk, reading: Reading, facts: Facts) -> Turn:
    route_ = ROUTES[intent]
    if intent == "change_language":
        return _other_language(language.reply(reading, facts), talk, facts)
    if intent == "inform" and reading.first("service") is not None:
        return _open("book_appointment", talk, reading, facts)
    if route_.flow is not None:
        if route_.flow.name == "triage" and talk.flow is not None:
            return _ask_how_they_are(intent, talk, reading, facts)
        if talk.flow is not None and talk.flow != route_.flow.name and (route_.interrupts or talk.flow == "triage"):
            return _open(intent, talk.interrupted(), reading, facts)
        if talk.flow is not None and route_.aside:
            return _aside_flow(intent, talk, reading, facts)
        return _open(intent, talk, reading, facts)
    assert route_.reply is not None
    said = route_.reply(_about_what_is_open(talk, reading), facts)
    if talk.flow is not None and route_.aside:
        return _and_ask_again(talk, _without_buttons(said), facts)
    return Turn(talk.closed(), said, attempted=talk)


def _ask_how_they_are(intent: str, talk: Talk, reading: Reading, facts: Facts) -> Turn:
    """A complaint in the middle of something. What was told of the person is not asked again; what was under way goes
    on afterwards."""
    if talk.flow in _OF_TRIAGE:
        return _open(intent, talk, reading, facts, told=person_told(talk.answers))
    return _open(intent, talk.interrupted(), reading, facts, told={"resumes": talk.flow})


def _about_what_is_open(talk: Talk, reading: Reading) -> Reading:
    """A side question that names no kind of care is about the one under way."""
    service = talk.answers.get("service")
    if service is None or reading.first("service") is not None:
        return reading
    return replace(reading, entities=(*reading.entities, Entity("service", str(service), "", 0, 0)))


def _aside_flow(intent: str, talk: Talk, reading: Reading, facts: Facts) -> Turn:
    """A question with a flow of its own, in the middle of another: answered for the place already known, and the open
    question asked again. What is under way is never replaced by it."""
    known = {k: talk.answers[k] for k in (*PLACE_ANSWERS, "service") if k in talk.answers}
    done = _open(intent, talk, reading, facts, known)
    if done.talk.flow is None:
        return _and_ask_again(talk, _without_buttons(done.effects), facts)
    return _and_ask_again(talk, (Say("directory.which_first"),), facts)


def _open(
    intent: str, talk: Talk, reading: Reading, facts: Facts, known: Answers | None = None, told: Answers | None = None
) -> Turn:
    """Open an intent's flow; ``known`` are answers about the place that hold unless the message names another,
    ``told`` those that hold beside what it says."""
    opened = ROUTES[intent]
    assert opened.flow is not None and opened.opening is not None
    try:
        answers = opened.opening(reading, facts)
        if known and not set(WHERE_ANSWERS) & set(answers):
            # "The hospital", said in the middle of a booking, is the one that it is about.
            answers = {**answers, **known}
        answers = with_told(answers, told or {})
        remarks: tuple[Say, ...] = ()
    except AnswerRejected as rejected:
        answers, remarks = rejected.kept or {}, (Say(rejected.message, rejected.params),)
    return settle(
        opened.flow, talk.opened(opened.flow.name, opened.flow.version, answers, facts.now), remarks, facts, FLOWS
    )


# -- asking again ------------------------------------------------------------------------------------------------------


def _and_ask_again(talk: Talk, said: tuple[Effect, ...], facts: Facts) -> Turn:
    """Say something, then the open question again (when there is one)."""
    flow = FLOWS.get(talk.flow or "")
    if flow is None:
        return Turn(talk, said, attempted=talk)
    again = settle(flow, talk, (), facts, FLOWS)
    return replace(again, effects=(*said, *again.effects))


def _without_buttons(said: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Buttons of a side answer would compete with those of the open question."""
    return tuple(replace(s, choices=()) if isinstance(s, Say) else s for s in said)


def _dropped(talk: Talk) -> Turn:
    return Turn(
        talk.closed(), (Say(f"stopped.{'booking' if talk.flow == 'booking' else 'other'}", {}, smalltalk.MENU_BUTTON),)
    )


def _nothing_there(talk: Talk, message: str) -> Turn:
    return Turn(talk, (Say(message, {}, smalltalk.MENU),), attempted=talk)


def _missed(talk: Talk, facts: Facts) -> Turn:
    misses = talk.misses + 1
    said = Say("not_understood.again") if misses < doubt.MISSES_BEFORE_HUMAN else Say("not_understood.human")
    again = settle(FLOWS[str(talk.flow)], talk, (said,), facts, FLOWS)
    return replace(again, talk=replace(again.talk, misses=misses))
