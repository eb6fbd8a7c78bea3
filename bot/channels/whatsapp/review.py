"""Templates at Meta: handing them in, and learning what became of them. Asked for by the operator, and every hour."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from anyio import to_thread

from bot.channels.whatsapp import catalogue, failures, news
from bot.channels.whatsapp.catalogue import Wording
from bot.channels.whatsapp.client import Client
from bot.channels.whatsapp.incoming import CHANNEL
from bot.channels.whatsapp.reading import identifier, mapping, rows, text, whole, word
from bot.errors import SendError
from bot.languages import LANGUAGES
from store import templates
from store.database import Session, Store
from store.templates import Submitted

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

_HOLDER = re.compile(r"\{\{(\w+)\}\}")
# Meta lets the words of these be changed.
_EDITABLE = frozenset(("approved", "rejected", "paused"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one template: ``done`` is submitted, changed, same, or refused (``code``)."""

    name: str
    language: str
    done: str
    code: str = ""


def wordings(names: Collection[str] = ()) -> list[Wording]:
    """Our templates in all languages; ``names`` picks some. ``TemplateError`` when one is not there or lacks a text."""
    forms = catalogue.forms()
    unknown = sorted(set(names) - {form.name for form in forms})
    if unknown:
        raise catalogue.TemplateError(f"There is no template named {', '.join(unknown)}.")
    chosen = [form for form in forms if not names or form.name in names]
    return [catalogue.wording(form, code) for form in chosen for code in LANGUAGES]


async def synchronise(client: Client, store: Store, clock: Clock) -> int:
    """Note Meta's view of our templates; how many it knows. Raises ``SendError``."""
    return len(await _looked(client, store, clock))


async def _looked(client: Client, store: Store, clock: Clock) -> dict[tuple[str, str], Mapping[str, Any]]:
    """As ``synchronise``; those of ours that Meta has, by its name and language."""
    # What is told or handed in while Meta answers is newer than the answer.
    asked = clock()
    theirs = {key_of(remote): remote for remote in await client.templates()}
    ours = wordings()

    def work(session: Session) -> None:
        for wording in ours:
            name, language = wording.name, wording.language
            if (name, language) in theirs:
                _note(session, wording, theirs[name, language], asked)
            elif (before := templates.one(session, CHANNEL, name, language)) and before.status != "deleted":
                templates.told(session, CHANNEL, asked, name=name, language=language, status="deleted")
        news.release(session)

    await to_thread.run_sync(store.run, work)
    return {(w.name, w.language): theirs[w.name, w.language] for w in ours if (w.name, w.language) in theirs}


async def submit(client: Client, store: Store, clock: Clock, names: Collection[str] = ()) -> list[Outcome]:
    """Hand in what Meta does not have yet or has in other words. Raises ``SendError`` when Meta does not let us in;
    what is refused for a reason of its own is among the outcomes."""
    theirs = await _looked(client, store, clock)
    made: list[Outcome] = []
    for wording in wordings(names):
        remote = theirs.get((wording.name, wording.language))
        status = "" if remote is None else word(remote.get("status")).lower()
        if remote is not None and _is_same(wording, remote):
            made.append(Outcome(wording.name, wording.language, "same"))
        elif remote is not None and status not in _EDITABLE:
            made.append(Outcome(wording.name, wording.language, "refused", f"is_{status}"))
        else:
            number = None if remote is None else identifier(remote.get("id"))
            made.append(await _hand_in(client, store, clock, wording, number))
    # What was reviewed while we were handing in.
    await synchronise(client, store, clock)
    return made


async def _hand_in(
    client: Client, store: Store, clock: Clock, wording: Wording, platform_id: str | None
) -> Outcome:  # fmt: skip
    now = clock()
    try:
        said = await client.submit(as_submitted(wording), platform_id)
    except SendError as error:
        if error.code not in ("100", failures.NOT_OURS):
            raise
        return Outcome(wording.name, wording.language, "refused", error.code)
    number, status = identifier(said.get("id")) or platform_id, word(said.get("status")).lower() or "pending"
    given = word(said.get("category")).lower()

    def work(session: Session) -> None:
        templates.submitted(session, CHANNEL, _submitted(wording), now, status=status, given=given, platform_id=number)

    await to_thread.run_sync(store.run, work)
    return Outcome(wording.name, wording.language, "submitted" if platform_id is None else "changed")


def as_submitted(wording: Wording) -> dict[str, Any]:
    """A template as the API takes it."""
    body: dict[str, Any] = {"type": "BODY", "text": wording.body}
    if wording.samples:
        named = [{"param_name": name, "example": example} for name, example in wording.samples]
        body["example"] = {"body_text_named_params": named}
    components = [body]
    if wording.footer:
        components.append({"type": "FOOTER", "text": wording.footer})
    if wording.buttons:
        replies = [{"type": "QUICK_REPLY", "text": label} for label in wording.buttons]
        components.append({"type": "BUTTONS", "buttons": replies})
    return {
        "name": wording.name,
        "language": wording.language,
        "category": wording.form.category.upper(),
        "parameter_format": "NAMED",
        "message_send_ttl_seconds": wording.form.hours * 3600,
        "components": components,
    }


def _submitted(wording: Wording) -> Submitted:
    return Submitted(
        wording.name, wording.language, wording.form.category, wording.body,
        [name for name in wording.form.placeholders if f"{{{{{name}}}}}" in wording.body], wording.buttons,
    )  # fmt: skip


def _is_same(wording: Wording, remote: Mapping[str, Any]) -> bool:
    """Whether Meta has it as we would hand it in. A time to live that it does not tell is taken for ours."""
    body, footer, labels = _parts(remote)
    seconds = whole(remote.get("message_send_ttl_seconds"))
    return (body, footer, tuple(labels)) == (wording.body, wording.footer, wording.buttons) and (
        seconds is None or seconds == wording.form.hours * 3600
    )  # fmt: skip


def _parts(remote: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    """Its text, its footer and the labels of its buttons."""
    parts = {word(part.get("type")).upper(): part for part in map(mapping, rows(remote.get("components")))}
    body, footer = (text(mapping(parts.get(name)).get("text")) or "" for name in ("BODY", "FOOTER"))
    labels = [
        text(button.get("text")) or ""
        for button in map(mapping, rows(mapping(parts.get("BUTTONS")).get("buttons")))
        if word(button.get("type")).upper() == "QUICK_REPLY"
    ]
    return body, footer, labels


def _note(session: Session, wording: Wording, remote: Mapping[str, Any], now: datetime) -> None:
    """What Meta has is what people are shown, whatever our own words are by now."""
    body, _, labels = _parts(remote)
    known = templates.one(session, CHANNEL, wording.name, wording.language)
    number, status = identifier(remote.get("id")), word(remote.get("status")).lower()
    given = word(remote.get("category")).lower()
    found_there = (body, tuple(labels), number)
    if known is None or (known.body, known.buttons, known.platform_id) != found_there or known.status == "deleted":
        category = known.category if known is not None else wording.form.category
        found = Submitted(
            wording.name, wording.language, category, body, list(dict.fromkeys(_HOLDER.findall(body))), labels
        )  # fmt: skip
        templates.submitted(session, CHANNEL, found, now, status=status, given=given, platform_id=number)
    reason = word(remote.get("rejected_reason"))
    templates.told(
        session, CHANNEL, now, name=wording.name, language=wording.language, platform_id=number or "", status=status,
        reason="" if reason == "NONE" else reason, category=given,
        quality=word(mapping(remote.get("quality_score")).get("score")).lower(),
    )  # fmt: skip


def key_of(remote: Mapping[str, Any]) -> tuple[str, str]:
    """Name and language of a template in Meta's list."""
    return word(remote.get("name"), 512), word(remote.get("language"))
