"""Makes a ``Reading`` of a message: danger signs, short answers, times, and what the model understood.

Only the model can fail, and then everything else is still filled and ``doubt`` says "unavailable". What was written is
cleaned first: null bytes, and the invisible signs that turn the direction of writing, tell nothing and can hide much.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol, cast

from dialogues.reading import VARIETIES, Doubt, Entity, Reading, Variety
from nlu.amounts import amounts_in
from nlu.cues import find_cues
from nlu.danger import MAX_CHARS as DANGER_CHARACTERS
from nlu.danger import check, names_a_sign
from nlu.denials import denied
from nlu.errors import NluUnavailable
from nlu.normalise import tokenize
from nlu.when import Expecting, Found, find_all, read

__all__ = ["Parses", "Reader", "clean"]

# How much of a text is read for its meaning and its times; danger signs are looked for in more of it, since
# whoever tells a long story in panic puts the point last.
MAX_CHARACTERS = 1_000
# A text is cleaned up to here at the most; nobody writes so much by hand.
MOST_LOOKED_AT = 20_000
EMERGENCY = "report_emergency"
# A "no" that may answer a question, as well as deny what follows it.
NO = frozenset({"لا", "لالا", "la", "lla", "non", "no", "nn"})
_DOUBTS = frozenset({"none", "low", "ambiguous"})
_INVISIBLE = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u061c")


class Parses(Protocol):
    """What the reader needs of ``nlu.client.NluClient``."""

    async def parse(self, text: str) -> dict[str, Any]: ...


def clean(text: str) -> str:
    """The text without control characters, direction marks and lone surrogates; line ends and spaces stay."""
    kept = (c for c in text if c not in _INVISIBLE and (c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")))
    return "".join(kept)


class Reader:
    """Reads messages; without a client, as if the model were down."""

    def __init__(self, client: Parses | None) -> None:
        self._client = client

    async def read(self, text: str, now: datetime, expecting: Expecting = None) -> Reading:
        """The reading of one message. ``now``: wall time in Morocco; ``expecting``: what an open question asks for.

        Never raises on any text.
        """
        whole = clean(text[:MOST_LOOKED_AT])
        text = whole[:MAX_CHARACTERS]
        moment = now.replace(tzinfo=None)
        dangers = check(whole[:DANGER_CHARACTERS])
        signs = tuple(danger.id for danger in dangers)
        times = find_all(text, moment, expecting)
        base: dict[str, Any] = {
            "text": text,
            "danger": signs,
            "danger_kinds": frozenset(danger.kind for danger in dangers),
            "danger_after_no": _after_no(whole[:DANGER_CHARACTERS], signs),
            "cues": find_cues(text),
            "when": tuple(found.value for found in times),
            "past": tuple(found.value for found in find_all(text, moment, "birth")) if times else (),
            "truncated": len(whole) > MAX_CHARACTERS,
            "plain_weekday": bool(times) and _is_plain_weekday(text, times[0].value, moment),
            "words": tuple(token.norm for token in tokenize(text)),
            "amounts": amounts_in(text),
        }
        if not base["words"]:
            return Reading(**base)
        try:
            if self._client is None:
                raise NluUnavailable("no NLU")
            answer = await self._client.parse(text)
        except NluUnavailable:
            return Reading(**base, doubt="unavailable", variety=_by_script(text))
        found = understood(answer, text)
        if found["intent"] == EMERGENCY and not dangers and names_a_sign(whole[:DANGER_CHARACTERS]):
            found = second_thought(found)
        found["entities"] = tuple(e for e in found["entities"] if not _is_a_time(e, times))
        symptoms = [(e.value, e.start, e.end) for e in found["entities"] if e.kind == "symptom"]
        return Reading(**base, **found, denied=denied(text, symptoms))


def second_thought(found: dict[str, Any]) -> dict[str, Any]:
    """An emergency that rests on the model alone, where the net has read the sign and knows that it is denied, long
    past or a manner of speaking: the next guess, and a doubt, so that the dialogue asks which of the two is meant."""
    others = found["alternatives"]
    if not others:
        return found
    (name, share), *rest = others
    left = ((EMERGENCY, found["confidence"]), *rest)
    return {**found, "intent": name, "confidence": share, "alternatives": left, "doubt": "ambiguous"}


def _after_no(text: str, signs: tuple[str, ...]) -> tuple[str, ...]:
    """The danger signs of a text without the "no" that it begins with; all its ``signs`` when it begins otherwise."""
    tokens = tokenize(text) if signs else []
    if not tokens or tokens[0].norm not in NO:
        return signs
    return tuple(danger.id for danger in check(text[tokens[0].end :]))


def _is_plain_weekday(text: str, value: Mapping[str, Any], now: datetime) -> bool:
    """Whether a date was said as a weekday alone: read a week later it is a week later, read a day later it is not a
    day later (as "tomorrow" would be)."""
    if "date" not in value:
        return False
    said = date.fromisoformat(value["date"])

    def later(days: int) -> int:
        again = read(text, now + timedelta(days=days)).get("date")
        return (date.fromisoformat(again) - said).days if again else -1

    return later(7) == 7 and later(1) in (0, 7)


def _is_a_time(entity: Entity, times: Sequence[Found]) -> bool:
    """Whether a word taken for a town is part of a date or an hour ("f sbah" is no trip to Sabbah)."""
    return entity.kind == "city" and any(t.start < entity.end and entity.start < t.end for t in times)


def _by_script(text: str) -> Variety | None:
    """Which variety to answer in when the model cannot say: by script alone; None for no letters."""
    arabic = sum("\u0600" <= c <= "\u06ff" for c in text)
    latin = sum(c.isascii() and c.isalpha() for c in text)
    if arabic == latin == 0:
        return None
    return "ary" if arabic >= latin else "fr"


def understood(answer: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The fields of a ``Reading`` that come from the model's answer."""
    intent = answer.get("intent") or {}
    name = intent.get("name")
    ranking = answer.get("intent_ranking") or []
    doubt = answer.get("doubt")
    variety = answer.get("variety")
    return {
        "intent": str(name) if name else None,
        "confidence": float(intent.get("confidence") or 0.0),
        "alternatives": tuple(
            (str(guess["name"]), float(guess["confidence"]))
            for guess in ranking
            if guess.get("name") not in (None, name)
        ),
        "doubt": cast("Doubt", doubt if doubt in _DOUBTS else "low"),
        "entities": tuple(_entity(found, text) for found in answer.get("entities") or []),
        "variety": cast("Variety", variety) if variety in VARIETIES else None,
        "model": str(answer["model"]) if answer.get("model") else None,
    }


def _entity(found: Mapping[str, Any], text: str) -> Entity:
    start, end = int(found["start"]), int(found["end"])
    words = str(found.get("text") or text[start:end])
    value = found.get("value")
    return Entity(str(found["entity"]), words if value in (None, "") else str(value), words, start, end)
