"""Following a child: agreement, name, birth date, sex, usual centre; a yes; and what is next, and when.

The order of questions is the order of ``_step``; one sentence may fill several. Doses told before the child was known
come along (``pending``) and are recorded with it, so that nothing has to be said twice.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from dialogues import params as p
from dialogues.answers import a_name, says_no, says_plain_yes, says_yes
from dialogues.calculators.vaccine_history import Given
from dialogues.child_details import names_of, plain, sex_of, speaks_of_twins, take_birth
from dialogues.choosing_place import PLACE_ANSWERS, choose_place, settle_place, take_place
from dialogues.effects import Choice, Effect, GiveConsent, RecordDose, RegisterChild, Say, Sex
from dialogues.engine import Ask, Done, Flow, Taken, button
from dialogues.errors import AnswerRejected
from dialogues.facts import ChildFact, FacilityFact, Facts
from dialogues.reading import Reading
from dialogues.talk import Answers
from dialogues.vaccine_answers import after_registering
from dialogues.vaccines import dose_parts

CONSENT_VERSION = "reminders-1"
SERVICE = "vaccination"
SEX_WORDS = 3
_DROPPED = {"name": ("name",), "birth": ("birth", "about"), "sex": ("sex",), "centre": (*PLACE_ANSWERS, "centre")}


def open_answers(reading: Reading, facts: Facts) -> Answers:
    """What the opening message already says; of a twin of the youngest child, what the two share."""
    found = dict(_take_details({}, None, reading, facts).answers)
    names = names_of(reading)
    if names:
        found["name"] = names[0]
    if speaks_of_twins(reading):
        found["twins"] = True
        if len(names) > 1:
            found["twin_name"] = names[1]
        found.pop("sex", None)
    return found


def twin_answers(birth: date, facts: Facts) -> Answers:
    """What is known of the twin of a child born that day."""
    other = next((c for c in facts.children() if c.birth == birth), None)
    centre = {"facility": other.facility.id} if other and other.facility else {"centre": "none"}
    return {"birth": birth.isoformat(), **centre}


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    if asked in ("confirm", "consent"):
        if says_plain_yes(reading) if asked == "consent" else says_yes(reading):
            return Taken({**answers, asked: "yes"})
        if says_no(reading):
            return Taken({**answers, asked: "no"})
    if asked == "name" and (named := a_name(reading)) and not reading.when:
        return Taken({**answers, "name": named, **_sex(answers, reading)})
    if asked in ("commune", "facility") and reading.cues & {"no", "unsure", "any", "later"}:
        return Taken({**answers, "centre": "none"})
    if asked == "birth" and ("unsure" in reading.cues or says_no(reading)):
        return Taken(dict(answers), (Say("child.birth_on_card"),))
    taken = _take_details(answers, asked, reading, facts)
    if taken.answers == dict(answers) and not taken.remarks:
        return Taken(dict(answers)) if sex_of(reading) and len(reading.words) <= SEX_WORDS else None
    kept = {k: v for k, v in taken.answers.items() if k not in ("confirm", "change")}
    return Taken(kept, taken.remarks)


def _take_details(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken:
    """Everything that any message may say of the child."""
    found = dict(answers)
    names = names_of(reading)
    if names and ("name" not in found or asked in ("confirm", "change")):
        found["name"] = names[0]
    found |= _sex(found, reading, asked)
    # "A boy", said where the centre is asked for, is no town.
    answers_place = asked in ("commune", "facility") and not (len(reading.words) <= SEX_WORDS and sex_of(reading))
    speaks_of_place = answers_place or reading.location is not None or reading.first("facility")
    if speaks_of_place or (asked not in ("commune", "facility") and reading.first("city")):
        placed = take_place(found, asked, reading, facts, SERVICE)
        if placed is not None:
            found = {k: v for k, v in placed.items() if k != "centre"}
    about = cast("str | None", answers.get("about"))
    try:
        is_asked = asked in ("birth", "confirm", "change")
        born = take_birth(reading, facts.now.date(), asked=is_asked, is_of_birth=True, about=about)
    except AnswerRejected as rejected:
        rejected.kept = found
        raise
    if born is None:
        return Taken(found)
    return Taken({**{k: v for k, v in found.items() if k not in ("birth", "about")}, **born[0]}, born[1])


def _sex(answers: Answers, reading: Reading, asked: str | None = None) -> dict[str, Any]:
    sex = sex_of(reading, asked=asked == "sex")
    if sex is None or ("sex" in answers and asked in (None, "consent", "name", "birth")):
        return {}
    return {"sex": sex}


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    found = dict(answers)
    if into == "sex" and value in ("f", "m"):
        return Taken({**found, "sex": value})
    if into in ("commune", "facility"):
        if value == "skip":
            return Taken({**{k: v for k, v in found.items() if k not in PLACE_ANSWERS}, "centre": "none"})
        placed = choose_place(found, into, value, facts)
        return Taken(placed) if placed is not None else None
    if into == "change":
        if value == "stop":
            return Taken({**found, "stop": True})
        dropped = (*_DROPPED.get(value, ()), "confirm")
        return Taken({k: v for k, v in found.items() if k not in dropped}) if value in _DROPPED else None
    if into in ("confirm", "consent"):
        return Taken({**found, into: value})
    return None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    if answers.get("stop"):
        return Done((Say("child.not_registered"),))
    if answers.get("refused") == "too_many":
        return Done((Say("child.too_many"),))
    again = registered_before(answers, facts)
    if again is not None:
        return Done((Say("child.already", {"child": p.a_text(again.name)}),), ("schedule", {"child": again.id}))
    if "reminders" not in facts.person.consents and answers.get("consent") != "yes":
        return _consent(answers)
    twin = bool(answers.get("twin"))
    if "name" not in answers:
        return Ask("name", Say("child.ask_name_twin" if twin else "child.ask_name"))
    named = {"child": p.a_text(str(answers["name"]))}
    if "birth" not in answers:
        return Ask("birth", Say("child.ask_birth", named))
    if "sex" not in answers:
        return Ask("sex", Say("child.ask_sex", named, (button("f", "choice.girl"), button("m", "choice.boy"))))
    centre = _centre(answers, facts, named)
    if isinstance(centre, Ask):
        return centre
    if answers.get("confirm") == "yes":
        return _registered(answers, facts, centre)
    if answers.get("confirm") == "no":
        return _ask_change()
    return _ask_confirm(answers, centre)


def registered_before(answers: Answers, facts: Facts) -> ChildFact | None:
    """The followed child of that name and birth date."""
    name, birth = plain(str(answers.get("name", ""))), answers.get("birth")
    return next((c for c in facts.children() if plain(c.name) == name and c.birth.isoformat() == birth), None)


def _consent(answers: Answers) -> Ask | Done:
    if answers.get("consent") != "no":
        choices = (button("yes", "choice.agree"), button("no", "choice.disagree"))
        return Ask("consent", Say("consent.ask_reminders", {}, choices))
    refused = (GiveConsent("reminders", False, CONSENT_VERSION), Say("consent.no_child"))
    if "birth" not in answers:
        return Done(refused)
    # Without keeping anything, the next dose can still be told.
    return Done(refused, ("schedule", {"birth": answers["birth"], "sex": answers.get("sex", ""), "guest": True}))


def _centre(answers: Answers, facts: Facts, named: dict[str, Any]) -> Ask | FacilityFact | None:
    if answers.get("centre") == "none":
        return None
    place = settle_place(answers, facts, SERVICE)
    if not isinstance(place, Ask):
        return place
    say = place.say
    if say.message == "place.ask_town":
        say = Say("child.ask_centre", named, say.choices, ask_location=True)
    skip = button("skip", "choice.skip")
    return Ask(place.into, Say(say.message, say.params, (*say.choices, skip), ask_location=say.ask_location))


def _ask_confirm(answers: Answers, centre: FacilityFact | None) -> Ask:
    params: dict[str, Any] = {
        "child": p.a_text(str(answers["name"])),
        "birth": p.a_date(date.fromisoformat(str(answers["birth"]))),
        "sex": p.a_message(f"child.sex.{answers['sex']}"),
        "centre": p.a_name(centre.name_fr, centre.name_ar) if centre else p.a_message("child.no_centre"),
    }
    choices = (button("yes", "choice.yes_right"), button("no", "choice.change"))
    return Ask("confirm", Say("child.confirm", params, choices))


def _ask_change() -> Ask:
    choices = (
        button("name", "choice.child_name"),
        button("birth", "choice.child_birth"),
        button("sex", "choice.child_sex"),
        button("centre", "choice.child_centre"),
        button("stop", "choice.give_up"),
    )
    return Ask("change", Say("child.what_to_change", {}, choices))


def _registered(answers: Answers, facts: Facts, centre: FacilityFact | None) -> Done:
    name, birth = str(answers["name"]), date.fromisoformat(str(answers["birth"]))
    sex = cast("Sex", answers["sex"])
    effects: list[Effect] = []
    if "reminders" not in facts.person.consents:
        effects.append(GiveConsent("reminders", True, CONSENT_VERSION))
    effects.append(RegisterChild(name, birth, sex, centre.id if centre else None))
    given = _pending(answers, birth, facts.now.date())
    effects += [RecordDose("new", dose.antigen, dose.number, dose.day) for dose in given]
    effects += after_registering(name, birth, sex, given, facts, centre)
    if not answers.get("twins"):
        twin = Choice(f"re.child.twin.{birth.isoformat()}", "choice.twin")
        last = effects[-1]
        assert isinstance(last, Say)
        effects[-1] = Say(last.message, last.params, (*last.choices, twin))
        return Done(tuple(effects))
    shared = {"birth": birth.isoformat(), "twin": True, "consent": "yes"}
    shared |= {"facility": centre.id} if centre else {"centre": "none"}
    if answers.get("twin_name"):
        shared["name"] = answers["twin_name"]
    return Done(tuple(effects), ("registering", shared))


def _pending(answers: Answers, birth: date, today: date) -> tuple[Given, ...]:
    """Doses told before the child was registered, as far as they can be."""
    pending = answers.get("pending") or {}
    day = date.fromisoformat(str(pending["given"])) if pending.get("given") else None
    if day is None or not birth <= day <= today:
        return ()
    return tuple(Given(*dose_parts(name), day) for name in pending.get("doses", ()))


def _refused(answers: Answers, reason: str, facts: Facts) -> Taken:
    found = {k: v for k, v in answers.items() if k not in ("confirm", "pending")}
    if reason == "too_many":
        return Taken({**found, "refused": reason})
    if reason == "bad_birth":
        return Taken({k: v for k, v in found.items() if k != "birth"}, (Say("child.birth_impossible"),))
    if reason == "already_registered":
        return Taken({k: v for k, v in found.items() if k != "name"}, (Say("child.name_taken"),))
    return Taken({k: v for k, v in found.items() if k != "consent"}, (Say("could_not"),))


REGISTERING = Flow("registering", 1, _take, _choose, _step, _refused)
