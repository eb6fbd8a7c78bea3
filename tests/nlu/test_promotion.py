"""The model's life: listed, promoted, rolled back, imported, exported, pruned; and what is refused."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nlu import archive, models, shelf
from nlu.archive import ABOUT, About, check_archive, read_about
from nlu.errors import NluSetupError
from nlu.fingerprint import code_fingerprint
from nlu.promotion import export_model, import_model, list_models, promote, rollback

NODE = {"uses": "nlu.components.tokenizer.NormTokenizer", "constructor_name": "load"}
METADATA = {"train_schema": {"nodes": {}}, "predict_schema": {"nodes": {"a": NODE}}}


def about(name: str, **other: Any) -> About:
    return replace(About(name, "2026-11-24T10:00:00+00:00", code_fingerprint(), 100, 39, 0.95, 12.0), **other)


def made(
    path: Path,
    told: About | bytes | None,
    metadata: object = METADATA,
    extra: tuple[tarfile.TarInfo, bytes] | None = None,
) -> Path:
    """An archive with our note and the graph's metadata, and nothing that could be served."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as tar:

        def add(name: str, content: bytes) -> None:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))

        if told is not None:
            add(ABOUT, told.as_json().encode() if isinstance(told, About) else told)
        add("metadata.json", metadata if isinstance(metadata, bytes) else json.dumps(metadata).encode())
        if extra is not None:
            tar.addfile(extra[0], io.BytesIO(extra[1]))
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABAS_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def member(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> tuple[Any, bytes]:
    found = tarfile.TarInfo(name)
    found.type, found.size, found.linkname = kind, len(content), link
    return found, content


def test_a_trained_model_says_who_it_is(nlu_model: Path) -> None:
    told = check_archive(nlu_model)
    assert told == read_about(nlu_model)
    assert told.id == nlu_model.name.removesuffix(".tar.gz")
    assert told.code == code_fingerprint()
    assert told.intents == 39
    assert told.sentences > 6_240
    assert told.accuracy is not None and told.accuracy > 0.8


def test_a_real_model_goes_from_one_machine_to_another(nlu_model: Path, folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    shutil.copy(nlu_model, folder / nlu_model.name)
    name = nlu_model.name.removesuffix(".tar.gz")
    assert export_model(None, tmp_path / "out.tar.gz") == name
    (folder / nlu_model.name).unlink()
    assert promote(str(tmp_path / "out.tar.gz")) == name
    assert models.served_model(lambda what, share: pytest.fail("trained")) == folder / nlu_model.name
    (row,) = list_models()
    assert (row["id"], row["served"], row["promoted"], row["fits_code"]) == (name, True, True, True)


def test_promote_and_rollback(folder: Path) -> None:
    for name in ("one", "two"):
        made(folder / f"{name}.tar.gz", about(name))
    fitting = made(models.model_path(), about("fitting"))
    assert models.served_model() == fitting
    for name in ("one", "two", "two"):
        assert promote(name) == name
        assert models.served_model() == folder / f"{name}.tar.gz"
    assert {row["id"]: row["promoted"] for row in list_models()} == {
        "one": False, "two": True, fitting.name.removesuffix(".tar.gz"): False
    }  # fmt: skip
    assert rollback() == "one"
    assert models.served_model() == folder / "one.tar.gz"
    assert rollback() is None
    assert models.served_model() == fitting
    with pytest.raises(NluSetupError, match="nothing is promoted"):
        rollback()


def test_a_model_of_other_code_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = made(folder / "old.tar.gz", about("old", code="0" * 12))
    fitting = made(models.model_path(), about("fitting"))
    with pytest.raises(NluSetupError, match="other code"):
        promote("old")
    assert shelf.promotions() == []
    made(path, about("old"))
    promote("old")
    made(path, about("old", code="0" * 12))  # the code went on under it
    assert models.served_model() == fitting
    assert "old" in capsys.readouterr().err


def test_rollback_passes_over_what_is_gone(folder: Path) -> None:
    for name in ("one", "two", "three"):
        made(folder / f"{name}.tar.gz", about(name))
        promote(name)
    (folder / "two.tar.gz").unlink()
    assert rollback() == "one"


@pytest.mark.parametrize("name", ["nowhere", "../one", "", "a/b"])
def test_what_is_not_here_cannot_be_promoted(folder: Path, name: str) -> None:
    made(folder.parent / "one.tar.gz", about("one"))
    folder.mkdir()
    with pytest.raises(NluSetupError, match="no model"):
        promote(name)


def test_a_broken_state_is_told_and_nothing_is_guessed(folder: Path) -> None:
    made(models.model_path(), about("fitting"))
    (folder / "promoted.json").write_text("{", "utf-8")
    with pytest.raises(NluSetupError, match=r"promoted\.json"):
        models.served_model()


BAD: list[tuple[str, Callable[[Path], Path], str]] = [
    ("absent", lambda p: p, "no file"),
    ("text", lambda p: (p.write_bytes(b"hello"), p)[1], "no model archive"),
    ("cut", lambda p: (made(p, about("x")), p.write_bytes(p.read_bytes()[:-40]), p)[2], "no model"),
    ("stranger's", lambda p: made(p, None), "no model that a Labas trained"),
    ("no metadata", lambda p: made(p, about("x"), b""), "no model"),
    ("no graph", lambda p: made(p, about("x"), {}), "train_schema"),
    ("empty graph", lambda p: made(p, about("x"), METADATA | {"predict_schema": {"nodes": {}}}), "predict_schema"),
    ("climbing", lambda p: made(p, about("x"), extra=member("../evil")), "plain files"),
    ("absolute", lambda p: made(p, about("x"), extra=member("/etc/evil")), "plain files"),
    ("link", lambda p: made(p, about("x"), extra=member("a", kind=tarfile.SYMTYPE, link="/etc/passwd")), "plain files"),
    ("device", lambda p: made(p, about("x"), extra=member("a", kind=tarfile.CHRTYPE)), "plain files"),
    ("name that climbs", lambda p: made(p, about("../x")), "whose name is none"),
    ("other version", lambda p: made(p, b'{"id": "x"}'), "another version"),
    ("no JSON", lambda p: made(p, b"[" * 5_000), "no model"),
    ("number for a name", lambda p: made(p, about("x", sentences="many")), "another version"),
]


@pytest.mark.parametrize(("make", "said"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_no_model_is_not_imported(
    folder: Path, tmp_path: Path, make: Callable[[Path], Path], said: str
) -> None:
    with pytest.raises(NluSetupError, match=said):
        import_model(make(tmp_path / "given.tar.gz"))
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "node",
    [
        {"uses": "os.system", "constructor_name": "load"},
        {"uses": "subprocess.Popen", "constructor_name": "create"},
        {"uses": "nlu.components.tokenizer.NormTokenizer", "constructor_name": "__subclasses__"},
        "os.system",
    ],
)
def test_an_archive_may_name_no_other_classes(folder: Path, tmp_path: Path, node: object) -> None:
    metadata = METADATA | {"predict_schema": {"nodes": {"a": NODE, "b": node}}}
    with pytest.raises(NluSetupError, match="neither Rasa's nor ours"):
        import_model(made(tmp_path / "given.tar.gz", about("x"), metadata))


def test_limits_of_size(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = made(tmp_path / "bomb.tar.gz", about("x"), extra=member("zeros", bytes(2_000_000)))
    assert bomb.stat().st_size < 20_000
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(NluSetupError, match="too large when unpacked"):
        import_model(bomb)
    monkeypatch.setattr(archive, "MOST_BYTES", 100)
    with pytest.raises(NluSetupError, match="larger than"):
        import_model(bomb)


def test_importing_twice_and_two_of_one_name(folder: Path, tmp_path: Path) -> None:
    given = made(tmp_path / "given.tar.gz", about("mine"))
    assert import_model(given).id == import_model(given).id == "mine"
    with pytest.raises(NluSetupError, match="another model is called mine"):
        import_model(made(tmp_path / "given.tar.gz", about("mine", sentences=7)))
    assert read_about(folder / "mine.tar.gz").sentences == 100


def test_old_archives_go_after_a_training(folder: Path) -> None:
    names = [f"labas-{number:012x}" for number in range(8)]
    for age, name in enumerate(names):
        path = made(folder / f"{name}.tar.gz", about(name))
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    mine = made(folder / "mine.tar.gz", about("mine"))
    os.utime(mine, (1, 1))
    promote(names[6])
    promote(names[5])
    killed = folder / ".training-killed"
    killed.mkdir()
    os.utime(killed, (1, 1))
    (folder / ".training-running").mkdir()
    shelf.prune([folder / f"{names[4]}.tar.gz"])
    assert {path.name.removesuffix(".tar.gz") for path in shelf.archives()} == {*names[:3], *names[4:7], "mine"}
    assert not killed.exists() and (folder / ".training-running").exists()
