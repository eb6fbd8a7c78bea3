"""Which protocols a message leads to: by the complaints it names, by its intent, or by the part of the body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dialogues.reading import Reading
from dialogues.triage.measured import temperature_told
from dialogues.triage.naming import leads_in, symptoms_in
from dialogues.triage.protocol import Protocol, Protocols
from dialogues.triage.ranges import Range
from dialogues.triage.state import Judge, State, Truth
from dialogues.triage.words import pairs_in, words

FALLBACK, NEWBORN = "something_else", "newborn"
# Up to this age every complaint is a newborn's.
NEWBORN_DAYS = 60
# So many are played together; the most dangerous go first.
MOST = 3
# Complaints that are answered in a voice of their own.
VOICES = ("distress", "violence")
FEVER = 38.0
FIRST = (
    "stroke", "poisoning", "gas", "snake", "bleeding", "distress", "violence", "scorpion", "chest_pain", "allergy",
    "newborn", "pregnancy", "after_birth", "burn", "injury", "fainting", "breathing", "heat", "diabetes", "fever",
    "blood_pressure", "diarrhoea", "belly", "headache",
)  # fmt: skip
# What the menu of complaints offers, a page at a time.
COMMON = (
    ("fever", "breathing", "diarrhoea", "belly", "headache", "throat", "rash", "injury"),
    ("pregnancy", "newborn", "chest_pain", "back_joints", "urine", "tooth", "eye", "ear"),
    ("burn", "wound", "bite", "scorpion", "poisoning", "diabetes", "blood_pressure", "distress"),
    ("allergy", "fainting", "after_birth", "breastfeeding", "jaundice", "after_vaccine", "medicine_effect", "violence"),
)
_PARTS = {
    "headache": ("head", "forehead"), "eye": ("eye",), "ear": ("ear",), "throat": ("throat",),
    "tooth": ("tooth", "gum", "jaw", "mouth"), "chest_pain": ("chest", "heart", "lung"),
    "belly": ("belly", "stomach", "navel", "side", "liver", "gut", "gallbladder", "womb"),
    "urine": ("kidney", "bladder", "private_parts"), "rash": ("skin", "lip"), "breathing": ("nose",),
    "breastfeeding": ("breast",), FALLBACK: ("body", "hair", "nail"),
    "back_joints": (
        "neck", "shoulder", "arm", "elbow", "wrist", "hand", "finger", "back", "hip", "leg", "thigh", "knee", "ankle",
        "foot", "heel", "toe", "bone", "joint", "muscle", "buttock",
    ),
}  # fmt: skip
_BY_PART = {part: protocol for protocol, parts in _PARTS.items() for part in parts}


def complaints_of(reading: Reading, protocols: Protocols) -> tuple[str, ...]:
    """The ids of the protocols that the message leads to, in the order in which they go; empty when it says nothing."""
    found = named_complaints(reading, protocols)
    # "Since the vaccine" is part of the complaint, whatever else is named.
    is_asked_besides = reading.intent == "report_vaccine_side_effect" and reading.is_sure
    if (not found or is_asked_besides) and reading.intent and not says_only_unwell(reading):
        found += [p.id for p in protocols.by_id.values() if reading.intent in p.intents]
    if not found and not reading.denied:
        named = [_BY_PART.get(e.value, "") for e in reading.all("body_part")]
        found += [name for name in named if name in protocols.by_id]
    return in_order(found)


def says_only_unwell(reading: Reading) -> bool:
    """ "I don't feel well", "ana mrid": somebody is unwell, and nothing of what it is. It is no sadness yet."""
    said = reading.words
    says_so = not words("unwell").isdisjoint(said) or not words("unwell_pairs").isdisjoint(pairs_in(said))
    return says_so and words("unwell_only").issuperset(said)


def named_complaints(reading: Reading, protocols: Protocols) -> list[str]:
    """Those that the message names: a symptom that it does not deny, a temperature, a danger sign."""
    symptoms = sorted(symptoms_in(reading))
    if (temperature_told(reading) or 0) >= FEVER:
        symptoms.append("fever")
    found = [p.id for code in dict.fromkeys(symptoms) for p in protocols.by_id.values() if code in p.symptoms]
    found += [p.id for p in protocols.by_id.values() if not p.dangers.isdisjoint(reading.danger)]
    return found or sorted(leads_in(reading))


def with_bearing(complaints: Sequence[str], answers: Mapping[str, object]) -> tuple[str, ...]:
    """The complaints, and for a woman who says that she is pregnant or has given birth what is asked of her besides."""
    named = {"pregnant": "pregnancy", "after_birth": "after_birth"}.get(str(answers.get("pregnancy")))
    # A newborn's protocol holds nearly every symptom; alone it is the baby's. Sore breasts have questions of their own.
    about_her = set(complaints) - {NEWBORN}
    if named is None or not about_her or (named == "after_birth" and "breastfeeding" in about_her):
        return tuple(complaints)
    return in_order([*complaints, named])


def in_order(complaints: Iterable[str]) -> tuple[str, ...]:
    """Each once, the most dangerous first."""
    rank = {name: place for place, name in enumerate(FIRST)}
    return tuple(sorted(dict.fromkeys(complaints), key=lambda name: rank.get(name, len(rank))))


def cast(complaints: Sequence[str], protocols: Protocols, state: State) -> tuple[Protocol, ...]:
    """The protocols to be played: the general signs, then at most three complaints that may concern this person."""
    named = [protocols.by_id[name] for name in complaints if name in protocols.by_id]
    if complaints and NEWBORN not in complaints and _is_newborn(state):
        named.append(protocols.by_id[NEWBORN])
    chosen = [p for p in named if not p.always and _concerns(p, state) is not False]
    if not chosen:
        chosen = _instead(named, protocols, state)
    if len(chosen) > MOST and all(_concerns(p, state) for p in chosen):
        chosen = chosen[:MOST]
    # To somebody in distress the first question is not about breathing.
    if any(p.id in VOICES for p in chosen):
        return (*chosen, *protocols.general)
    return (*protocols.general, *chosen)


def _instead(named: Sequence[Protocol], protocols: Protocols, state: State) -> list[Protocol]:
    """What the same complaint leads to in this person (a fever at one month is the newborn's), else the general one."""
    # A newborn's protocol holds nearly every symptom: in somebody older it says nothing of what the matter is.
    told = [p for p in named if p.id != NEWBORN]
    symptoms = frozenset().union(*(p.symptoms for p in told))
    others = [p for p in protocols.by_id.values() if p.concerns and not p.symptoms.isdisjoint(symptoms)]
    fitting = [p for p in others if _concerns(p, state) is not False]
    fallback = protocols.by_id.get(FALLBACK)
    return fitting[:1] or ([fallback] if fallback else [])


def _is_newborn(state: State) -> bool:
    age = state.values.get("age")
    return isinstance(age, Range) and age.low < NEWBORN_DAYS >= age.high


def surely_concerns(protocol: Protocol, state: State) -> bool:
    """Whether a protocol concerns this person for sure, whatever is still to be told."""
    return _concerns(protocol, state) is True


def _concerns(protocol: Protocol, state: State) -> Truth:
    return Judge(protocol, state).all(protocol.concerns)
