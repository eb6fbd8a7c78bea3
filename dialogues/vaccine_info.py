"""Questions about vaccines: what for, safe, compulsory, a sick child, after the dose. Texts are data with their source.

Which topic a question is about follows from its words (``vaccine_info.yml``); a vaccine that it names is told of too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialogues import params as p
from dialogues.effects import Choice, Say
from dialogues.facts import Facts
from dialogues.reading import Reading

_FILE = Path(__file__).with_name("vaccine_info.yml")
_CHOICES = (
    Choice("go=check_vaccination_schedule", "choice.next_dose"),
    Choice("go=book_appointment:vaccination", "choice.book_vaccination"),
)
VACCINES_TOLD = 3


@dataclass(frozen=True, slots=True)
class Text:
    """A message with where it comes from and whether a clinician has yet to confirm it."""

    message: str
    source: str
    review: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All of ``vaccine_info.yml``: ``topics`` in order with their words."""

    topics: tuple[tuple[str, frozenset[str], Text], ...]
    general: Text
    vaccines: dict[str, Text]
    elsewhere: Text


@cache
def texts() -> Texts:
    """The texts. A row without message, source or review state is an error at load."""
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    topics = tuple((name, frozenset(map(str, row["words"])), _text(row)) for name, row in data["topics"].items())
    vaccines = {str(code): _text(row) for code, row in data["vaccines"].items()}
    return Texts(topics, _text(data["general"]), vaccines, _text(data["elsewhere"]))


def _text(row: dict[str, Any]) -> Text:
    if row["review"] not in ("confirmed", "pending") or not row["source"]:
        raise ValueError(f"{_FILE.name}: {row['message']} needs a source and a review state")
    return Text(row["message"], row["source"], row["review"])


def topic_of(reading: Reading) -> str | None:
    """The topic that a question is about, or None."""
    words = set(reading.words)
    return next((name for name, known, _ in texts().topics if words & known), None)


def speaks_of_pregnancy(reading: Reading) -> bool:
    """Whether a question about doses is about a pregnant woman's."""
    if any(e.value == "TD" for e in reading.all("vaccine")):
        return True
    return topic_of(reading) == "tetanus"


def tetanus() -> tuple[Say, ...]:
    """Tetanus in pregnancy: what is sure, and that the midwife decides."""
    return (Say("vaccine_info.tetanus", {}, (Choice("go=book_appointment:prenatal", "choice.book_prenatal"),)),)


def answer(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """What each vaccine named is for, then the topic; without either, what vaccines are for."""
    known = texts()
    topic = topic_of(reading)
    named = list(dict.fromkeys(e.value for e in reading.all("vaccine")))[:VACCINES_TOLD]
    if topic == "tetanus" or named == ["TD"]:
        return tetanus()
    said = [Say(known.vaccines[code].message) for code in named if code in known.vaccines and code != "TD"]
    outside = [code for code in named if code not in known.vaccines]
    if outside:
        said.append(Say(known.elsewhere.message, {"vaccine": p.a_message(f"vaccine.{outside[0]}")}))
    told = next((text for name, _, text in known.topics if name == topic), None)
    if told is not None and not (outside and not said[:-1]):
        said.append(Say(told.message))
    if not said:
        said.append(Say(known.general.message))
    last = said[-1]
    return (*said[:-1], Say(last.message, last.params, _CHOICES))
