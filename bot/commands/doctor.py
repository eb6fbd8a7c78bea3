"""`labas doctor`: what works, what does not, and what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import anyio

from bot.errors import Failure, SendError, SettingsError
from bot.settings import Settings, read_settings, unknown_names
from store import clock
from store.database import open_store
from store.errors import KeysError, StoreError

FREE_DISK = 500 * 2**20


class _Bad(Exception):
    """A check failed; the text says what to do."""


def run() -> int:
    """Print one line a check; 1 when any failed."""
    try:
        settings = read_settings()
    except SettingsError as error:
        print(f"settings    NO  {error}")
        return 1
    failed = 0
    for name, check in _checks(settings):
        try:
            said = check()
        except _Bad as bad:
            failed = 1
            print(f"{name:<11} NO  {bad}")
        else:
            print(f"{name:<11} ok  {said}")
    return failed


def _checks(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "settings", _names
    yield "python", _python
    yield "zone data", _zone_data
    yield "disk", lambda: _disk(settings)
    yield "database", lambda: _database(settings)
    yield "nlu", lambda: _nlu(settings)
    yield "telegram", lambda: _telegram(settings)
    yield "whatsapp", lambda: _whatsapp(settings)


def _names() -> str:
    unknown = unknown_names()
    if unknown:
        raise _Bad(f"{', '.join(unknown)}: no setting of ours, and does nothing; is it misspelt?")
    return "read"


def _python() -> str:
    if sys.version_info[:2] != (3, 11):
        raise _Bad("Python 3.11 is needed: run through `uv run labas`.")
    return sys.version.split()[0]


def _zone_data() -> str:
    try:
        clock.check()
    except clock.ZoneDataError as error:
        raise _Bad(str(error)) from error
    now = datetime.now(UTC)
    packaged, system = now.astimezone(clock.zone()).utcoffset(), now.astimezone(ZoneInfo(clock.ZONE)).utcoffset()
    note = "" if packaged == system else f"; the system's own zone files say {system}, they are not used"
    return f"tzdata {clock.release()}, {clock.ZONE} is UTC{packaged}{note}"


def _disk(settings: Settings) -> str:
    folder = settings.data if settings.data.exists() else settings.data.resolve().parent
    if not os.access(folder, os.W_OK):
        raise _Bad(f"{folder} cannot be written to; set LABAS_DATA to a folder of your own.")
    free = shutil.disk_usage(folder).free
    if free < FREE_DISK:
        raise _Bad(f"only {free // 2**20} MB free in {folder}; at least {FREE_DISK // 2**20} MB are needed.")
    return f"{free // 2**30} GB free"


def _database(settings: Settings) -> str:
    settings.data.mkdir(parents=True, exist_ok=True)
    try:
        store = open_store(settings.store_url, settings.keys_path)
    except (StoreError, KeysError) as error:
        raise _Bad(str(error)) from error
    try:
        store.ping()
    except StoreError as error:
        raise _Bad(str(error)) from error
    finally:
        store.close()
    return "SQLite in the data folder" if not settings.database_url else "reachable"


def _nlu(settings: Settings) -> str:
    from bot.understanding import check

    try:
        return anyio.run(check, settings)
    except SettingsError as error:
        raise _Bad(str(error)) from error


def _telegram(settings: Settings) -> str:
    if not settings.telegram_token:
        return "off (no LABAS_TELEGRAM_TOKEN)"
    from bot.channels import telegram

    try:
        return anyio.run(telegram.check, settings)
    except SendError as error:
        raise _refused("the Bot API", error, "is LABAS_TELEGRAM_TOKEN right?") from error


def _whatsapp(settings: Settings) -> str:
    if not settings.whatsapp_token:
        return "off (no LABAS_WHATSAPP_TOKEN)"
    from bot.channels import whatsapp

    try:
        return anyio.run(whatsapp.check, settings)
    except SettingsError as error:
        raise _Bad(str(error)) from error
    except SendError as error:
        hint = "are LABAS_WHATSAPP_TOKEN, LABAS_WHATSAPP_PHONE_ID and LABAS_WHATSAPP_ACCOUNT_ID right?"
        raise _refused("the Graph API", error, hint) from error


def _refused(who: str, error: SendError, hint: str) -> _Bad:
    if error.failure in (Failure.NOT_SENT, Failure.UNKNOWN):
        return _Bad(f"{who} does not answer ({error.code}): is the network of this machine up?")
    return _Bad(f"{who} refuses us ({error.code}): {hint}")
