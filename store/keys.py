"""The keys file: JSON outside the database and its backups, readable by its owner only.

``{"active": "k1", "keys": {"k1": "<base64>"}, "index": "<base64>"}``. Old keys stay in it until every value has been
sealed again (``store.rotation``).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from pathlib import Path
from typing import Any

from store.crypto import KEY_BYTES, KeysError, Vault


def _fresh() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _decode(name: str, text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeysError(f'The key "{name}" in the keys file is not base64.') from error


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise KeysError(f"The keys file {path} does not exist. Without it the personal data cannot be read.") from error
    except OSError as error:
        raise KeysError(f"The keys file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise KeysError(f"The keys file {path} is not JSON.") from error
    if not isinstance(content, dict) or not {"active", "keys", "index"} <= content.keys():
        raise KeysError(f'The keys file {path} needs "active", "keys" and "index".')
    if not isinstance(content["keys"], dict) or not all(name.isalnum() for name in content["keys"]):
        raise KeysError(f'"keys" in the keys file {path} must map key ids (letters and digits) to keys.')
    return content


def _write(path: Path, content: dict[str, Any], *, new: bool) -> None:
    # Written beside and then put in place, so that a crash never leaves half a keys file.
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    if new:
        try:
            os.link(beside, path)  # unlike a rename it fails when another process was faster
        finally:
            beside.unlink()
    else:
        beside.replace(path)


def create(path: Path) -> None:
    """Write a keys file with fresh keys, mode 0600; FileExistsError when there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, {"active": "k1", "keys": {"k1": _fresh()}, "index": _fresh()}, new=True)


def load(path: Path) -> Vault:
    """The vault of a keys file; KeysError says in a sentence what is wrong."""
    content = _read(path)
    keys = {name: _decode(name, text) for name, text in content["keys"].items()}
    return Vault(keys, str(content["active"]), _decode("index", content["index"]))


def add_key(path: Path) -> str:
    """Add a fresh key and make it the active one; returns its id. Values sealed before still open."""
    load(path)
    content = _read(path)
    number = 1 + max((int(name[1:]) for name in content["keys"] if name[1:].isdigit()), default=0)
    name = f"k{number}"
    content["keys"][name] = _fresh()
    content["active"] = name
    _write(path, content, new=False)
    return name


def drop_old(path: Path) -> list[str]:
    """Remove all keys but the active one; returns their ids. Only after every value has been sealed again."""
    content = _read(path)
    old = [name for name in content["keys"] if name != content["active"]]
    content["keys"] = {content["active"]: content["keys"][content["active"]]}
    _write(path, content, new=False)
    return old
