"""`labas staff add`."""

from __future__ import annotations

import getpass
import sys

from bot.bootstrap import open_data, wall_clock
from bot.settings import read_settings


def add(login: str, role: str, facility: str | None) -> int:
    """Let somebody sign in; the password is asked for twice, or read as one line from standard input."""
    from console import accounts

    password = _password()
    if password is None:
        print("labas: the two passwords differ", file=sys.stderr)
        return 1
    store = open_data(read_settings(), wall_clock)
    try:
        accounts.add(store, login=login, role=role, facility=facility, password=password, now=wall_clock())
    except accounts.AccountRefused as refused:
        print(f"labas: {refused}", file=sys.stderr)
        return 1
    finally:
        store.close()
    print(f"{login} may sign in at /console")
    return 0


def _password() -> str | None:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password (12 characters or more): ")
    return first if getpass.getpass("Again: ") == first else None
