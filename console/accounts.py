"""Making accounts, for the command line: there is no sign-up."""

from __future__ import annotations

import re
from datetime import datetime

from console import passwords
from store import staff
from store.crypto import normal
from store.database import Store
from store.models import ROLES
from store.staff import StaffRefused, StaffRow

_LOGIN = re.compile(r"[\w.@+-]{2,64}")


class AccountRefused(Exception):
    """Why an account was not made: one sentence for whoever makes it."""


def add(store: Store, *, login: str, role: str, facility: str | None, password: str, now: datetime) -> StaffRow:
    """Let somebody sign in. A worker sees one facility and needs its code; raises ``AccountRefused``."""
    if not _LOGIN.fullmatch(normal(login)):
        raise AccountRefused("The login may have 2 to 64 letters, digits, and . @ + - _ only.")
    if role not in ROLES:
        raise AccountRefused(f"The role is one of {', '.join(ROLES)}, not {role!r}.")
    if role == "worker" and facility is None:
        raise AccountRefused("A worker needs the code of a facility (--facility).")
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        raise AccountRefused(f"The password must have {passwords.SHORTEST} to {passwords.LONGEST} characters.")
    if normal(login) in normal(password) or len(set(password)) < 5:
        raise AccountRefused("The password is too easy to guess.")
    kept = passwords.hashed(password)
    try:
        return store.run(
            lambda session: staff.add(session, login=login, password=kept, role=role, facility=facility, now=now)
        )
    except StaffRefused as refused:
        sentences = {
            "login_taken": f"The login {login!r} is taken.",
            "no_such_facility": f"There is no facility with the code {facility!r}.",
            "no_such_role": f"There is no role {role!r}.",
        }
        raise AccountRefused(sentences[refused.reason]) from refused
