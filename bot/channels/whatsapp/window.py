"""Whether one may write freely to somebody now, known before sending; and the template that says the same otherwise.

WhatsApp lets a business answer for 24 hours after the person's last message, by its own clock. Outside of them the
approved template of the person's language is sent, or the message waits and says for what.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot import render
from bot.channels.base import Held, Refused
from bot.channels.whatsapp import catalogue
from bot.channels.whatsapp.incoming import CHANNEL
from bot.errors import Failure
from bot.messages import Button, Outgoing, Template
from dialogues.effects import Say
from store import handoffs, identity, knocking, templates
from store.clock import local
from store.database import Session
from store.outbox import OutMessage
from store.templates import TemplateRow

OPEN_FOR = timedelta(hours=24)
# No template can say what staff write; one asks the person to come and read it, which opens the hours again.
WORDS_OF_STAFF = frozenset((handoffs.ANSWER,))
KNOCK = Say("human.answer_waits")
# Clocks differ, and a call takes its time: in the last minute a template is the safer way, where there is one.
SPARED = timedelta(minutes=1)
_HOLDER = re.compile(r"\{\{(\w+)\}\}")
# Line breaks, tabs and rows of spaces are not allowed in a value, nor is an empty one.
_NOTHING = "–"
_MARKS = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)")


def prepare(session: Session, waiting: OutMessage, message: Outgoing, now: datetime) -> Outgoing | Held | Refused:
    """The message as it may go now. ``Held`` reasons: no_template, template_<status>, template_reclassed."""
    hours = identity.hours_of(session, waiting.address_id)
    left = _left(hours.heard_at, now)
    if left > SPARED and waiting.say.message == KNOCK.message:
        # They came by themselves, and what they were to be asked for stands right behind.
        knocking.drop(session, waiting, now)
        return Held("not_needed")
    if left > SPARED:
        return message
    asks = waiting.say.message in WORDS_OF_STAFF
    if asks and left <= timedelta(0) and knocking.has_knocked(session, waiting, KNOCK.message, hours.heard_at):
        return Held(handoffs.HELD)
    about = replace(waiting, say=KNOCK) if asks else waiting
    found = _template(session, about, message, now)
    if isinstance(found, str):
        return message if left > timedelta(0) else Held(found)
    row, made = found
    if row.category == "marketing" and hours.marketing_stopped_at is not None:
        return Refused("marketing_stopped", Failure.UNWANTED)
    if asks:
        knocking.knock(session, waiting, KNOCK, now)
        made = replace(made, say=KNOCK.message)
    return made


def _left(heard_at: datetime | None, now: datetime) -> timedelta:
    return timedelta(0) if heard_at is None else heard_at + OPEN_FOR - now


def _template(
    session: Session, waiting: OutMessage, message: Outgoing, now: datetime
) -> tuple[TemplateRow, Outgoing] | str:
    """The template and the message as it says it; else a code for what is missing."""
    form = catalogue.by_message().get(waiting.say.message)
    if form is None:
        return "no_template"
    why = "no_template"
    for code in _languages(message.language):
        row = templates.one(session, CHANNEL, form.platform_name(code), catalogue.META[code][0])
        if row is None:
            continue
        if not row.is_usable:
            why = row.why_not
            continue
        made = _filled(form, row, code, waiting, message, now)
        if made is not None:
            return row, made
        why = "template_outdated"
    return why


def _languages(code: str) -> list[str]:
    """The person's language, and the one whose letters they read, where our languages say so (Darija: Arabic or
    French). Nobody gets Arabic for French."""
    reads = {"ary": "ar", "ary-Latn": "fr"}.get(code)
    return [code] if reads is None else [code, reads]


def _filled(
    form: catalogue.Form, row: TemplateRow, code: str, waiting: OutMessage, message: Outgoing, now: datetime
) -> Outgoing | None:
    """None when the approved text has placeholders or buttons that the message cannot fill: it was changed since."""
    params = waiting.say.params
    if not set(row.placeholders) <= params.keys():
        return None
    values = tuple((name, _value(params[name], code, local(now))) for name in row.placeholders)
    payloads = _payloads(form, waiting)
    if payloads is None or len(payloads) != len(row.buttons):
        return None
    said = dict(values)
    return replace(
        message,
        text=_HOLDER.sub(lambda holder: said.get(holder.group(1), ""), row.body),
        buttons=tuple(Button(payload, label) for payload, label in zip(payloads, row.buttons, strict=True)),
        language=code,
        document=None,
        ask_location=False,
        template=Template(row.name, row.language, values, payloads),
        opens=True,
    )


def _payloads(form: catalogue.Form, waiting: OutMessage) -> tuple[str, ...] | None:
    """The ids of the template's buttons; None when the message has no choice for one."""
    by_label = {choice.label: choice.id for choice in reversed(waiting.say.choices)}
    found = [button.id or by_label.get(button.label, "") for button in form.buttons]
    return tuple(found) if all(found) else None


def _value(param: object, code: str, now: datetime) -> str:
    """On one line, and without the marks that WhatsApp would make bold or italic of."""
    return " ".join(_MARKS.sub(" ", render.value(param, code, now)).split()) or _NOTHING
