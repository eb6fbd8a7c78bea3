"""Passwords: argon2id, and never more hashing at once than the machine can bear (each takes 64 MiB for a moment)."""

from __future__ import annotations

from functools import cache

import anyio
from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256
AT_ONCE = 2
_PATIENCE = 5.0  # seconds that a sign-in waits for its turn

_hasher = PasswordHasher()


class Busy(Exception):
    """Too many sign-ins at once."""


@cache
def _limiter() -> CapacityLimiter:
    return CapacityLimiter(AT_ONCE)


def hashed(password: str) -> str:
    """The hash to keep."""
    return _hasher.hash(password)


@cache
def _nobodys() -> str:
    return hashed("the password of nobody")


def _fits(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


async def fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one of a hash. Without a hash it takes as long, and is not. Raises ``Busy``."""
    if len(password) > LONGEST:
        return False
    try:
        with anyio.fail_after(_PATIENCE):
            await _limiter().acquire()
    except TimeoutError as error:
        raise Busy from error
    try:
        right = await to_thread.run_sync(_fits, kept or _nobodys(), password)
    finally:
        _limiter().release()
    return right and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(kept)
