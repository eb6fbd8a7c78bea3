"""Encryption of personal fields and blind indexes for looking them up.

A sealed value is ``<key id>:<base64 of nonce and AES-256-GCM ciphertext>``. The place of the value (table, column, row)
is authenticated with it, so that a ciphertext moved to another row or column does not open. A blind index is an
HMAC-SHA-256 under a key of its own: it tells equality, nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12


class KeysError(Exception):
    """The keys are missing, malformed or not those of this database. The message is a sentence for the operator."""


def normal(value: str) -> str:
    """The form under which values count as equal: compatibility-folded, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _encode(text: str) -> bytes:
    # Half characters, which some clients send, are kept as they came: a message is not lost for one.
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives."""

    table: str
    column: str
    row: str

    def bytes(self) -> bytes:
        return f"{self.table}:{self.column}:{self.row}".encode()


class Vault:
    """Seals, opens and indexes. ``keys`` maps key ids to 32 bytes; ``active`` is the one that new values use."""

    def __init__(self, keys: Mapping[str, bytes], active: str, index_key: bytes) -> None:
        if active not in keys:
            raise KeysError(f'The active key "{active}" is not in the keys file.')
        if any(len(key) != KEY_BYTES for key in (*keys.values(), index_key)):
            raise KeysError(f"Every key must have {KEY_BYTES} bytes.")
        if any(hmac.compare_digest(key, index_key) for key in keys.values()):
            raise KeysError("The index key must not be one of the encryption keys.")
        self.active = active
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._index_key = index_key

    def seal(self, text: str, place: Place) -> str:
        """The text, encrypted for exactly this place."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self.active].encrypt(nonce, _encode(text), place.bytes())
        return f"{self.active}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: Place) -> str:
        """The text again; KeysError when the key is unknown or the value was altered or moved."""
        name, _, encoded = sealed.partition(":")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise KeysError(f'A value was sealed with the key "{name}", which is not in the keys file.')
        try:
            data = base64.b64decode(encoded, validate=True)
            opened = cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], place.bytes())
        except (InvalidTag, ValueError) as error:
            raise KeysError(
                f"A value in {place.table}.{place.column} does not open: the key is another one, "
                "or the value was altered or moved."
            ) from error
        return opened.decode("utf-8", "surrogatepass")

    def is_current(self, sealed: str) -> bool:
        """Whether the value is sealed with the active key."""
        return sealed.partition(":")[0] == self.active

    def blind(self, scope: str, value: str) -> str:
        """The blind index (64 hex characters) of a value within a scope such as ``address:telegram``.

        Exact: where several spellings count as one, the caller hands in ``normal(value)``.
        """
        text = _encode(f"{scope}\x00{value}")
        return hmac.new(self._index_key, text, hashlib.sha256).hexdigest()
