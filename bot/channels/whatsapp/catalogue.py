"""The templates as data: what each stands for, its placeholders and buttons; in which of the platform's languages.

Read and checked once. A text that is missing in a language is an error here, so that nothing can be planned that some
could not be told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot import render
from bot.languages import LANGUAGES

FILE = Path(__file__).parent / "templates.yml"
PREFIX = "labas_"
CATEGORIES = ("utility", "marketing")
# Meta's limits (dossier platforms.md 2.2).
BODY_LENGTH, FOOTER_LENGTH, BUTTON_LENGTH, MOST_BUTTONS, MOST_HOURS = 1024, 60, 25, 10, 12
_HOLDER = re.compile(r"\{(\w+)\}")
_SAMPLE_NOW = datetime(2026, 11, 24, 9, 0)
# Our language -> the platform's code and what is added to the name. WhatsApp has no Darija in Latin letters: it goes as
# a French template of another name.
META: Mapping[str, tuple[str, str]] = {
    "ary": ("ar_MA", ""),
    "ar": ("ar", ""),
    "fr": ("fr", ""),
    "ary-Latn": ("fr", "_latn"),
}


class TemplateError(Exception):
    """The templates' data are wrong; a sentence that says which and why."""


@dataclass(frozen=True, slots=True)
class ReplyButton:
    """A button: its label's message id, and its id when that is always the same."""

    label: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One template before any language: fields as in the file."""

    name: str
    says: tuple[str, ...]
    category: str
    hours: int
    placeholders: Mapping[str, Mapping[str, str]]
    buttons: tuple[ReplyButton, ...]
    has_footer: bool

    @property
    def message(self) -> str:
        """The id of its words in the catalogues."""
        return f"template.{self.name}"

    def platform_name(self, code: str) -> str:
        """Its name at the platform for one of our languages."""
        return f"{PREFIX}{self.name}{META[code][1]}"


@dataclass(frozen=True, slots=True)
class Wording:
    """A template in one of our languages, as it is submitted: placeholders are ``{{name}}``."""

    form: Form
    code: str
    name: str
    language: str
    body: str
    footer: str
    buttons: tuple[str, ...]
    samples: tuple[tuple[str, str], ...]


@cache
def forms() -> tuple[Form, ...]:
    """All templates of the file; ``TemplateError`` when something about them is wrong."""
    return checked(read(yaml.safe_load(FILE.read_text("utf-8"))))


@cache
def by_message() -> Mapping[str, Form]:
    """Templates by the message that they stand for."""
    return {message: form for form in forms() for message in form.says}


def named(message: str, code: str) -> tuple[str, str] | None:
    """The platform's name and language of the template that says a message in one of our languages."""
    form = by_message().get(message)
    return None if form is None or code not in META else (form.platform_name(code), META[code][0])


def read(data: Any) -> tuple[Form, ...]:
    """The forms in parsed YAML."""
    try:
        return tuple(_form(row) for row in data["templates"])
    except (KeyError, TypeError, AttributeError) as error:
        raise TemplateError(f"{FILE.name} does not have the form that it says it has: {error}.") from error


def _form(row: Mapping[str, Any]) -> Form:
    buttons = tuple(
        ReplyButton(button) if isinstance(button, str) else ReplyButton(str(button["label"]), str(button["id"]))
        for button in row.get("buttons", ())
    )
    says = row["says"]
    said = (says,) if isinstance(says, str) else tuple(map(str, says))
    return Form(
        str(row["name"]), said, str(row["category"]), int(row["hours"]), dict(row["placeholders"] or {}),
        buttons, bool(row.get("footer", True)),
    )  # fmt: skip


def checked(found: tuple[Form, ...]) -> tuple[Form, ...]:
    """The same, when all of it can be submitted in every language."""
    for kind, names in (("name", [f.name for f in found]), ("message", [message for f in found for message in f.says])):
        double = next((name for name in names if names.count(name) > 1), None)
        if double is not None:
            raise TemplateError(f"Two templates have the {kind} {double}.")
    for form in found:
        if form.category not in CATEGORIES:
            raise TemplateError(f"Template {form.name}: the category is one of {', '.join(CATEGORIES)}.")
        if not 1 <= form.hours <= MOST_HOURS:
            raise TemplateError(f"Template {form.name}: hours are 1 to {MOST_HOURS}.")
        for code in LANGUAGES:
            _check(wording(form, code))
    return found


def wording(form: Form, code: str) -> Wording:
    """The template in one of our languages; ``TemplateError`` when a text is missing in it."""
    body, *buttons = (_words(form, message, code) for message in (form.message, *(b.label for b in form.buttons)))
    samples = tuple((name, render.value(param, code, _SAMPLE_NOW)) for name, param in form.placeholders.items())
    return Wording(
        form,
        code,
        form.platform_name(code),
        META[code][0],
        _HOLDER.sub(r"{{\1}}", body),
        _words(form, "template.footer", code) if form.has_footer else "",
        tuple(buttons),
        samples,
    )


def _words(form: Form, message: str, code: str) -> str:
    # Not the words of a language that is read instead: what people get is what was written for them.
    if message not in render.message_ids(LANGUAGES[code].folder) or not (words := render.words(message, code).strip()):
        raise TemplateError(f"Template {form.name}: {message} has no text in {code}.")
    return words


def _check(made: Wording) -> None:
    where = f"Template {made.form.name} in {made.code}"
    holders = re.findall(r"\{\{(\w+)\}\}", made.body)
    if sorted(set(holders)) != sorted(made.form.placeholders):
        raise TemplateError(f"{where}: the text has the placeholders {holders}, not those of the data.")
    if not 1 <= len(made.body) <= BODY_LENGTH or len(made.footer) > FOOTER_LENGTH:
        raise TemplateError(f"{where}: the text has at most {BODY_LENGTH} characters, the footer {FOOTER_LENGTH}.")
    if made.body.startswith("{{") or made.body.endswith("}}") or "}}{{" in made.body.replace(" ", ""):
        raise TemplateError(f"{where}: a placeholder may not stand at an end of the text, or right after another.")
    if len(made.buttons) > MOST_BUTTONS or any(len(label) > BUTTON_LENGTH for label in made.buttons):
        raise TemplateError(f"{where}: at most {MOST_BUTTONS} buttons of {BUTTON_LENGTH} characters.")
    if len(set(made.buttons)) != len(made.buttons) or any(_HOLDER.search(label) for label in made.buttons):
        raise TemplateError(f"{where}: buttons have labels of their own, without placeholders.")
