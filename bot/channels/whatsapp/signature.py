"""Whether a webhook is Meta's: an HMAC of the raw bytes under the app secret, compared in constant time.

Before anything of the body is parsed, and over what really came: parsing and writing it again would give other bytes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

HEADER = "x-hub-signature-256"
_PREFIX = "sha256="


def secrets_of(setting: str) -> tuple[str, ...]:
    """The secrets that count now: two, comma-separated, while one is being exchanged for another."""
    return tuple(filter(None, (part.strip() for part in setting.split(","))))


def sign(body: bytes, secret: str) -> str:
    """The header that Meta sends with a body."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, header: str, secrets: Sequence[str]) -> bool:
    """Whether the header is the body's under one of the secrets."""
    given = header.encode("utf-8", "replace")
    return any(hmac.compare_digest(given, sign(body, secret).encode()) for secret in secrets)


def is_word(given: str, word: str) -> bool:
    """Whether the word of a verification is ours; an empty one never is."""
    return bool(word) and hmac.compare_digest(given.encode("utf-8", "replace"), word.encode())
