"""Whether every question and line has its words in every language, short and plain, and no drug in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dialogues.triage.check import Fault
from dialogues.triage.load_questions import YES_NO
from dialogues.triage.protocol import SHARED, Protocols, Where

# Characters that fit a phone's screen and a nurse's breath, by kind of text. Options are buttons.
LONGEST = {"name": 30, "ask": 140, "option": 24, "do": 95, "sign": 75, "bring": 75}
# Words of drugs and doses, in every script we write. No protocol says them: that is a pharmacist's and a doctor's.
_DRUGS = re.compile(
    r"\d\s*(?:mg|ml|cc|g/kg|µg|ui|comprim|cachet|gouttes?\b|cuill|ملغ|مغ|ملل|مل\b|حبة|حبات|قطر|ملعق|m3el9|7ebba|7bbat)"
    r"|milligram|parac[ée]tamol|doliprane|ibuprof|aspirin|aspégic|amoxi|augmentin|antibioti|corti[cs]|ventolin"
    r"|باراسيتامول|دوليبران|ايبوبروفين|إيبوبروفين|أسبرين|اسبيرين|أموكسي|مضاد حيوي|المضادات الحيوية|أنتيبيوتيك|فونطولين",
    re.IGNORECASE,
)
_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Words = Mapping[str, Mapping[str, tuple[str, Where]]]
"""The texts by language, then by message id, each with the place where it stands."""


def message_ids(protocols: Protocols) -> dict[str, Where]:
    """Every message that the protocols may say, with where it is needed."""
    found: dict[str, Where] = {}
    for question in protocols.questions.values():
        found[ask_id(question.key)] = question.at
        for option in question.options if question.options != YES_NO else ():
            found[option_id(question.key, option)] = question.at
    for protocol in protocols.by_id.values():
        found[name_id(protocol.id)] = protocol.at
        found |= {line_id(line): protocol.at for line in protocol.lines}
    shared = Where(f"{SHARED}.yml", 1)
    return found | {line_id(line): shared for line in protocols.shared_lines}


def name_id(protocol: str) -> str:
    """The message that names a complaint."""
    return f"triage.{protocol}.name"


def ask_id(key: str) -> str:
    """The message that asks a question."""
    file, _, name = key.partition(".")
    return f"triage.{file}.ask.{name}"


def option_id(key: str, option: str) -> str:
    """The message of an option of a choice."""
    file, _, name = key.partition(".")
    return f"triage.{file}.option.{name}.{option}"


def line_id(line: str) -> str:
    """The message of a line of advice."""
    return f"triage.{line}"


def check_words(protocols: Protocols, words: Words, only: str | None = None) -> list[Fault]:
    """Every fault of the words. ``only``: of one protocol's words alone."""
    wanted = {i: at for i, at in message_ids(protocols).items() if only is None or i.split(".")[1] == only}
    faults: list[Fault] = []
    for language in sorted(words):
        faults += _missing(wanted, words[language], language)
        known = {*(p for p in protocols.by_id), SHARED}
        for message, (text, at) in sorted(words[language].items()):
            file = message.split(".")[1]
            if file not in known or (only is not None and file != only):
                continue
            if message not in wanted:
                faults.append((at, f"{message} ({language}) is said nowhere"))
            else:
                faults += ((at, f"{message} ({language}): {what}") for what in faults_of(message, text))
    return faults


def _missing(wanted: Mapping[str, Where], texts: Mapping[str, tuple[str, Where]], language: str) -> Iterator[Fault]:
    for message, at in wanted.items():
        if not texts.get(message, ("", at))[0].strip():
            yield at, f"no words in {language} for {message}"


def faults_of(message: str, text: str) -> Iterator[str]:
    """What is wrong with one text."""
    kind = message.split(".")[2]
    longest = LONGEST.get(kind, LONGEST["ask"])
    if len(text) > longest:
        yield f"{len(text)} characters, at most {longest}"
    if found := _DRUGS.search(text):
        yield f"a drug or a dose: {found[0]!r}"
    if "{" in text or "\n" in text or _CONTROLS.search(text):
        yield "placeholders, line ends and direction marks have no place here"
