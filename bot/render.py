"""From a message id and its parameters to words, in a person's language and within a channel's limits.

The only place that knows gettext and Babel. Placeholders are ``{name}`` and nothing else: no format codes, no
attribute look-ups, so that a text edited by staff or written by a person can do no harm.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from bot.calendar_words import darija_latin_date, darija_latin_day
from bot.channels.base import Limits
from bot.languages import LANGUAGES, Language, language
from bot.messages import Button, Outgoing
from dialogues.effects import Choice, Say

LOCALES = Path(__file__).resolve().parent.parent / "locales"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# "de" before a name; whether it loses its vowel shows only when the name is there.
_DE_NAME = re.compile(r"\b[dD]e \{(?:child|facility|relation)\}")
_BEFORE_VOWEL = re.compile(r"\b([dD])e (?=[AEIOUÀÂÉÈÊÎÔÛ])")
# First strong isolate and its end: a Latin name or a number keeps its own direction inside Arabic text.
_ISOLATE, _POP = "\u2068", "\u2069"
# Controls that could turn the text around them; never taken from a person's words.
_BIDI_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
CUT = "…"


class MissingMessage(KeyError):
    """A message id has no text in any language: a bug that the catalogue test catches."""


def catalogue_files(folder: str) -> tuple[Path, ...]:
    """The files of a language: its messages, and the clinical words (a file a protocol, reviewed apart)."""
    home = LOCALES / folder / "LC_MESSAGES"
    return (home / "messages.po", *sorted((home / "triage").glob("*.po")))


@cache
def _catalogue(folder: str) -> gettext.GNUTranslations:
    first, *others = [_read(path) for path in catalogue_files(folder)]
    for message in (m for read in others for m in read if m.id):
        first[message.id] = message
    for message in first:
        if message.id and not message.string:
            message.string = ""
    compiled = io.BytesIO()
    write_mo(compiled, first)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=None, abort_invalid=True)


@cache
def message_ids(folder: str) -> frozenset[str]:
    """Every id that a catalogue holds, those with an empty text on purpose included."""
    found: set[str] = set()
    for path in catalogue_files(folder):
        found |= entries(path).keys()
    return frozenset(found)


def entries(path: Path) -> dict[str, tuple[str, int]]:
    """The texts of one file by id, each with its line. Raises ``ValueError`` on a file that is no catalogue."""
    try:
        return {str(m.id): (str(m.string or ""), m.lineno or 1) for m in _read(path) if m.id}
    except PoFileError as error:
        raise ValueError(f"{path.name}:{error.lineno or 1}: {error}") from error


def words(message: str, code: str) -> str:
    """The text of a message with its placeholders still in it; falls back by language, never to the bare id."""
    tried: str | None = language(code).code
    while tried is not None:
        row = LANGUAGES[tried]
        if message in message_ids(row.folder):
            found = _catalogue(row.folder).gettext(message)
            return "" if found == message else found
        tried = row.fallback if row.fallback != language(code).code else None
    raise MissingMessage(message)


def text(message: str, params: Mapping[str, Any], code: str, now: datetime) -> str:
    """A whole message in words. ``now`` (local) decides whether a date needs its year."""
    row = language(code)
    template = words(message, row.code)
    made = _PLACEHOLDER.sub(lambda m: _param(params[m.group(1)], row, now) if m.group(1) in params else "", template)
    return _elided(made, template) if row.code == "fr" else made


def _elided(made: str, template: str) -> str:
    """ "les vaccins de Adam" as it is said: "d'Adam"."""
    return _BEFORE_VOWEL.sub("\\1'", made) if _DE_NAME.search(template) else made


def _param(value: Any, row: Language, now: datetime) -> str:
    if not isinstance(value, Mapping):
        return _isolated(clean(str(value)), row)
    kind, held = str(value["as"]), value.get("value", "")
    if kind == "message":
        return text(held, value.get("params", {}), row.code, now)
    if kind == "lines":
        return "\n".join(text(line["message"], line["params"], row.code, now) for line in held)
    if kind == "joined":
        parts = [text(x["message"], x["params"], row.code, now) for x in held]
        listed = [words("joined.comma", row.code).join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts
        return words("joined.and", row.code).join(listed)
    if kind == "name":
        return _isolated(clean(value["ar"] if row.right_to_left else value["fr"]), row)
    if kind == "day":
        return day(date.fromisoformat(held), row, now)
    if kind in ("date", "month"):
        return full_date(date.fromisoformat(held), row, only_month=kind == "month")
    if kind == "moment":
        moment = datetime.fromisoformat(held)
        return f"{day(moment.date(), row, now)}{_at(row)}{clock(moment.time(), row)}"
    if kind == "time":
        return clock(time.fromisoformat(held), row)
    if kind == "number":
        return _isolated(str(format_decimal(held, locale=row.formats)), row)
    if kind == "phone":
        return _isolated(str(held), row)
    return _isolated(clean(str(held)), row)


def day(value: date, row: Language, now: datetime) -> str:
    """Weekday, day and month as said in Morocco; the year only when it is not this one or within four months."""
    far = value.year != now.year and abs((value - now.date()).days) > 120
    if row.code == "ary-Latn":
        return darija_latin_day(value, with_year=far)
    pattern = "d MMMM y" if far else "d MMMM"
    # Weekdays are ours: Darija has its own names for them (التنين, التلات).
    weekday = words(f"weekday.{value.weekday()}", row.code)
    made = f"{weekday} {format_date(value, pattern, locale=row.formats)}"
    return made.replace(" 1 ", " 1er ", 1) if row.code == "fr" and value.day == 1 else made


def full_date(value: date, row: Language, *, only_month: bool = False) -> str:
    """ "12 septembre 2026", as a birth date is told; or the month and the year."""
    if row.code == "ary-Latn":
        return darija_latin_date(value, only_month=only_month)
    made = format_date(value, "MMMM y" if only_month else "d MMMM y", locale=row.formats)
    return _isolated(f"1er{made[1:]}" if row.code == "fr" and made.startswith("1 ") else made, row)


def clock(value: time, row: Language) -> str:
    """10h30 in Latin script, 10:30 in Arabic script (isolated, so that it is not turned around)."""
    if row.right_to_left:
        return f"{_ISOLATE}{value.hour}:{value.minute:02d}{_POP}"
    return f"{value.hour}h{value.minute:02d}" if value.minute else f"{value.hour}h"


def _at(row: Language) -> str:
    return {"ary": " مع ", "ary-Latn": " m3a ", "ar": " على الساعة ", "fr": " à "}[row.code]


def _isolated(value: str, row: Language) -> str:
    """In right-to-left text, anything that is not plainly Arabic keeps its own direction."""
    if not row.right_to_left or not value or not re.search(r"[0-9A-Za-zÀ-ÿ+]", value):
        return value
    return f"{_ISOLATE}{value}{_POP}"


def clean(value: str) -> str:
    """A person's or a facility's words, without controls that could act on what stands around them."""
    return _CONTROLS.sub(" ", _BIDI_CONTROLS.sub("", value)).strip()


def label(choice: Choice, code: str, now: datetime, room: int) -> str:
    """The words of a button within ``room`` characters; a label that is too long is cut at the end."""
    made = " ".join(text(choice.label, choice.params, code, now).split())
    return made if len(made) <= room else _cut(made, room)


def _cut(value: str, room: int) -> str:
    cut = value[: room - 1].rstrip()
    open_isolates = cut.count(_ISOLATE) - cut.count(_POP)
    if open_isolates > 0:
        cut = value[: room - 1 - open_isolates].rstrip() + _POP * open_isolates
    return cut + CUT


def render(say: Say, code: str, limits: Limits, now: datetime) -> Outgoing:
    """What a channel sends. A text over the limit is cut at a line end; of too many buttons the last are left out."""
    row = language(code)
    said = "\n".join(line.rstrip() for line in text(say.message, say.params, row.code, now).split("\n"))
    shown = say.choices[: limits.buttons]
    room = limits.few_label if len(shown) <= limits.few_buttons else limits.label
    buttons = tuple(Button(c.id, label(c, row.code, now, room)) for c in shown)
    return Outgoing(
        say=say.message,
        text=said if len(said) <= limits.text else _cut_lines(said, limits.text),
        buttons=buttons,
        language=row.code,
        outcome=say.outcome,
        ask_location=say.ask_location,
        lane=say.lane,
    )


def _cut_lines(value: str, room: int) -> str:
    kept = ""
    for line in value.split("\n"):
        if len(kept) + len(line) + 3 > room:
            break
        kept += line + "\n"
    return (kept.rstrip() or value[: room - 2]) + "\n" + CUT
