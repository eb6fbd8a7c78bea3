"""`labas whatsapp templates`: what we have, what Meta thinks of it, and handing it in."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import anyio

from bot import logs
from bot.bootstrap import open_data, wall_clock
from bot.channels.whatsapp import catalogue, client_of, review
from bot.channels.whatsapp.catalogue import Wording
from bot.channels.whatsapp.client import Client
from bot.channels.whatsapp.incoming import CHANNEL
from bot.channels.whatsapp.news import release
from bot.errors import SendError, SettingsError
from bot.settings import Settings, read_settings
from store import templates
from store.database import Session, Store
from store.templates import TemplateRow

T = TypeVar("T")

_NEW = "not submitted"


def show(*, as_json: bool) -> int:
    """Print every template in every language with its state."""
    store = _open(read_settings())
    try:
        with store.read() as session:
            rows = {(row.name, row.language): row for row in templates.every(session, CHANNEL)}
    finally:
        store.close()
    found = [(wording, rows.get((wording.name, wording.language))) for wording in _wordings()]
    if as_json:
        print(json.dumps([_as_json(*pair) for pair in found], ensure_ascii=False, indent=2))
        return 0
    for wording, row in found:
        state = _NEW if row is None else row.status
        print(f"{wording.form.name:<22} {wording.code:<9} {wording.language:<6} {_category(wording, row):<24} {state}")
        for remark in _remarks(wording, row):
            print(f"{'':<22} {remark}")
    return 0


def submit(names: Sequence[str]) -> int:
    """Hand in; 1 when Meta refused one."""

    async def work(client: Client, store: Store) -> list[review.Outcome]:
        return await review.submit(client, store, wall_clock, names)

    done = _run(work)
    for each in done:
        print(f"{each.done:<10} {each.name} ({each.language}){f': {each.code}' if each.code else ''}")
    return 1 if any(each.done == "refused" for each in done) else 0


def synchronise() -> int:
    """Ask Meta, and print how many of ours it knows."""

    async def work(client: Client, store: Store) -> int:
        return await review.synchronise(client, store, wall_clock)

    print(f"Meta knows {_run(work)} of our {len(_wordings())} templates.")
    return 0


def accept(name: str) -> int:
    """Agree to another category; 1 when there is nothing to agree to."""
    platform_names = {wording.name for wording in _wordings([name])}
    store = _open(read_settings())

    def work(session: Session) -> int:
        now = wall_clock()
        done = sum(templates.accept_category(session, CHANNEL, each, now, "system") for each in platform_names)
        release(session)
        return done

    try:
        count = store.run(work)
    finally:
        store.close()
    print(f"{count} accepted." if count else "Meta has moved none of them to another category.")
    return 0 if count else 1


def _run(work: Callable[[Client, Store], Awaitable[T]]) -> T:
    settings = read_settings()
    client = client_of(settings)
    store = _open(settings)

    async def whole() -> T:
        try:
            return await work(client, store)
        finally:
            await client.close()

    try:
        return anyio.run(whole)
    except catalogue.TemplateError as error:
        raise SettingsError(str(error)) from error
    except SendError as error:
        raise OSError(f"Meta does not let us in or does not answer ({error.code}); `labas doctor` says more.") from None
    finally:
        store.close()


def _open(settings: Settings) -> Store:
    logs.configure("ERROR" if settings.log_level == "INFO" else settings.log_level, as_json=settings.log_json)
    return open_data(settings, wall_clock)


def _wordings(names: Sequence[str] = ()) -> list[Wording]:
    try:
        return review.wordings(names)
    except catalogue.TemplateError as error:
        raise SettingsError(str(error)) from error


def _category(wording: Wording, row: TemplateRow | None) -> str:
    if row is None or row.category == row.given_category:
        return wording.form.category if row is None else row.category
    return f"{row.category}, now {row.given_category}"


def _remarks(wording: Wording, row: TemplateRow | None) -> list[str]:
    if row is None:
        return []
    made = [f"reason: {row.reason}"] if row.reason else []
    if row.category != row.given_category:
        made.append(f"held until `labas whatsapp templates accept {wording.form.name}`")
    if (row.body, row.buttons) != (wording.body, wording.buttons):
        made.append("our words have changed since; `labas whatsapp templates submit` hands them in")
    return made


def _as_json(wording: Wording, row: TemplateRow | None) -> dict[str, Any]:
    return {
        "name": wording.form.name,
        "platform_name": wording.name,
        "says": list(wording.form.says),
        "language": wording.code,
        "platform_language": wording.language,
        "category": wording.form.category,
        "given_category": None if row is None else row.given_category,
        "body": wording.body,
        "placeholders": list(wording.form.placeholders),
        "buttons": list(wording.buttons),
        "status": "new" if row is None else row.status,
        "reason": None if row is None else row.reason,
        "quality": None if row is None else row.quality,
        "usable": row is not None and row.is_usable,
    }
