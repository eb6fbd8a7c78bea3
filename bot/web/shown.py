"""Messages in the form that the chat page takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from bot.languages import language
from bot.messages import Outgoing
from dialogues.numbers import numbers
from store.outbox import Said

# Where a bare "15" is a number to call. Elsewhere it may be a day, an hour or a house.
_NAMING_NUMBERS = ("emergency", "advice", "welcome", "human", "not_understood", "something_wrong")
_LONG_NUMBER = re.compile(r"(?<![\d+])(?:\+212|0)(?:[ .-]?\d){9}(?!\d)")
_MOST_NUMBERS = 12


def shown(said: Said) -> dict[str, Any]:
    """A message that was said, with ``number``, by which the page orders, and asks for what came after."""
    words = said.said
    return _form(
        number=said.number,
        say=said.say,
        text=str(words.get("text", "")),
        choices=[{"id": str(c["id"]), "label": str(c["label"])} for c in words.get("choices", ())],
        code=str(words.get("language", "")),
        outcome=said.outcome,
        document=_document(said.number, words),
        ask_location=bool(words.get("ask_location")),
    )


def heard(message: Outgoing) -> dict[str, Any]:
    """A message to somebody who is erased by now: it has no number and cannot be asked for again."""
    return _form(
        number=None,
        say=message.say,
        text=message.text,
        choices=[{"id": b.id, "label": b.label} for b in message.buttons],
        code=message.language,
        outcome=message.outcome,
        document=None,
        ask_location=message.ask_location,
    )


def _form(
    *,
    number: int | None,
    say: str,
    text: str,
    choices: list[dict[str, str]],
    code: str,
    outcome: str | None,
    document: dict[str, str] | None,
    ask_location: bool,
) -> dict[str, Any]:
    row = language(code)
    return {
        "number": number, "say": say, "text": text, "choices": choices, "language": row.code,
        "direction": "rtl" if row.right_to_left else "ltr", "outcome": outcome, "document": document,
        "ask_location": ask_location, "calls": calls(say, text),
    }  # fmt: skip


def _document(number: int, words: Mapping[str, Any]) -> dict[str, str] | None:
    name = words.get("document")
    return {"name": str(name), "address": f"/chat/document/{number}"} if name else None


def calls(say: str, text: str) -> list[str]:
    """The telephone numbers in a message, as written there, so that the page can make them ready to tap."""
    found = [match.group() for match in _LONG_NUMBER.finditer(text)]
    if say.partition(".")[0] in _NAMING_NUMBERS:
        found += [number for number in _short_numbers() if re.search(rf"(?<!\d){number}(?!\d)", text)]
    return list(dict.fromkeys(found))[:_MOST_NUMBERS]


@cache
def _short_numbers() -> tuple[str, ...]:
    return tuple(row["call"] for row in numbers().values() if row["call"].isdigit() and len(row["call"]) <= 3)
