"""Sealed values open in their own place with the right key only; the keys file says what is wrong with it."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from store import keys
from store.crypto import KeysError, Place, Vault, normal

HERE = Place("person", "name", "row1")
KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(1, 33))).decode()


def vault(active: str = "k1", **more: bytes) -> Vault:
    return Vault({"k1": b"1" * 32, **more}, active, b"i" * 32)


@pytest.mark.parametrize("text", ["", "Amina", "آمنة بنت علي", "😀" * 500, "a\0b", "half \ud83d", "k1:not sealed"])
def test_opens_what_it_sealed(text: str) -> None:
    sealed = vault().seal(text, HERE)
    assert vault().open(sealed, HERE) == text
    assert not text or text not in sealed


def test_seals_differently_each_time() -> None:
    assert vault().seal("Amina", HERE) != vault().seal("Amina", HERE)


@pytest.mark.parametrize(
    "place",
    [Place("address", "name", "row1"), Place("person", "phone", "row1"), Place("person", "name", "row2")],
)
def test_moved_value_does_not_open(place: Place) -> None:
    with pytest.raises(KeysError, match="altered or moved"):
        vault().open(vault().seal("Amina", HERE), place)


def test_altered_value_does_not_open() -> None:
    name, _, encoded = vault().seal("Amina", HERE).partition(":")
    data = bytearray(base64.b64decode(encoded))
    for position in range(len(data)):
        changed = data.copy()
        changed[position] ^= 1
        with pytest.raises(KeysError):
            vault().open(f"{name}:{base64.b64encode(changed).decode()}", HERE)


@pytest.mark.parametrize("sealed", ["", "k1", "k1:", "k1:***", "k1:QQ==", "k9:QQ==", "Amina"])
def test_malformed_value_is_refused(sealed: str) -> None:
    with pytest.raises(KeysError):
        vault().open(sealed, HERE)


def test_old_key_still_opens_and_new_one_seals() -> None:
    old = vault().seal("Amina", HERE)
    rotated = vault("k2", k2=b"2" * 32)
    assert rotated.open(old, HERE) == "Amina"
    assert not rotated.is_current(old)
    assert rotated.is_current(rotated.seal("Amina", HERE))
    with pytest.raises(KeysError, match='"k2"'):
        vault().open(rotated.seal("Amina", HERE), HERE)


def test_wrong_key_of_the_same_name() -> None:
    wrong = Vault({"k1": b"x" * 32}, "k1", b"i" * 32)
    with pytest.raises(KeysError, match="key is another one"):
        wrong.open(vault().seal("Amina", HERE), HERE)


def test_blind_index() -> None:
    index = vault().blind("phone", "+212600000001")
    assert index == vault().blind("phone", "+212600000001")
    assert index != vault().blind("address:telegram", "+212600000001")
    assert index != vault().blind("phone", "+212600000002")
    assert index != Vault({"k1": b"1" * 32}, "k1", b"j" * 32).blind("phone", "+212600000001")


@pytest.mark.parametrize(
    ("left", "right"), [("  Amina  B ", "amina b"), ("ÉLODIE", "élodie"), ("Ａmina", "amina"), ("e\u0301", "é")]
)
def test_normal_form_joins_spellings(left: str, right: str) -> None:
    assert normal(left) == normal(right)


def test_created_file_is_private_and_complete(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "keys.json"
    keys.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["keys.json"]
    place = Place("t", "c", "r")
    assert keys.load(path).open(keys.load(path).seal("x", place), place) == "x"
    with pytest.raises(FileExistsError):
        keys.create(path)


def test_added_key_becomes_active(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys.create(path)
    old = keys.load(path).seal("Amina", HERE)
    assert keys.add_key(path) == "k2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.load(path).open(old, HERE) == "Amina"
    new = keys.load(path).seal("Amina", HERE)
    assert new.startswith("k2:")
    assert keys.drop_old(path) == ["k1"]
    assert keys.load(path).open(new, HERE) == "Amina"
    with pytest.raises(KeysError, match='"k1"'):
        keys.load(path).open(old, HERE)


def content(**changes: Any) -> str:
    return json.dumps({"active": "k1", "keys": {"k1": KEY}, "index": OTHER} | changes)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (None, "does not exist"),
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "needs"),
        ('{"active": "k1"}', "needs"),
        (content(keys=[]), "must map"),
        (content(keys={"k:1": KEY}), "must map"),
        (content(active="k2"), "k2"),
        (content(keys={"k1": "!!"}), "not base64"),
        (content(keys={"k1": "QQ=="}), "32 bytes"),
        (content(index="QQ=="), "32 bytes"),
        (content(index=7), "not base64"),
        (content(index=KEY), "must not be one of"),
    ],
)
def test_wrong_keys_file_gives_a_sentence(tmp_path: Path, text: str | None, complaint: str) -> None:
    path = tmp_path / "keys.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(KeysError, match=complaint) as caught:
        keys.load(path)
    assert str(caught.value).endswith(".")
    assert KEY not in str(caught.value)
