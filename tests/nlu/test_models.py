"""Which model fits: the fingerprint, one training for two who ask at once, and training on a data set of one's own."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nlu import environment, fingerprint, models
from nlu.environment import child_environment, ensure_environment, python_of
from nlu.errors import NluSetupError
from tests.nlu.conftest import serve

OWN_DATA = """version: "3.1"
nlu:
- intent: order_pizza
  examples: |
    - I want a [large](size) pizza
    - can I get a [small](size) margherita
    - one pizza please
    - a [medium](size) pizza with olives
    - order a pizza for me
    - pizza delivery to my house
    - send me a [large]{"entity": "size", "value": "L"} pepperoni
    - I would like to order food
- intent: track_order
  examples: |
    - where is my order
    - track my delivery
    - when will it arrive
    - has it left the shop
    - order status
    - is my pizza on the way
    - how long until the delivery
    - status of my order please
- synonym: L
  examples: |
    - large
    - big
- lookup: size
  examples: |
    - small
    - large
"""


def test_the_fingerprint_changes_with_the_data_only_when_it_does(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "fr").mkdir(parents=True)
    file = data / "fr" / "greet.yml"
    file.write_text("one", "utf-8")
    first = models.fingerprint(data)
    assert models.fingerprint(data) == first
    moved = tmp_path / "elsewhere"
    shutil.copytree(data, moved)
    assert models.fingerprint(moved) == first
    file.write_text("two", "utf-8")
    second = models.fingerprint(data)
    file.rename(data / "fr" / "thank.yml")
    third = models.fingerprint(data)
    (data / "danger_signs.yml").write_text("x", "utf-8")
    assert models.fingerprint(data) == third
    assert len({first, second, third}) == 3


# Read while a model is trained or served, and without say in how a text is read.
ONLY_CARRY = {"__init__", "archive", "errors", "fingerprint", "progress", "quiet", "tensorflow_stub"}


def test_the_fingerprint_covers_all_code_that_reads_a_text() -> None:
    """Whatever the components and the training import of ours, through however many files."""
    folder = environment.PROJECT
    covered = {path.relative_to(folder).with_suffix("").as_posix() for path in fingerprint.code_files()}
    wanted, reached = [*(folder / "components").glob("*.py"), folder / "training.py"], set()
    while wanted:
        path = wanted.pop()
        reached.add(path.relative_to(folder).with_suffix("").as_posix())
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "nlu":
                inner = folder.joinpath(*str(node.module).split(".")[1:])
                found = [inner.with_suffix(".py"), *(inner / f"{alias.name}.py" for alias in node.names)]
                wanted += [
                    file
                    for file in (*found, inner / "__init__.py")
                    if file.exists() and file.relative_to(folder).with_suffix("").as_posix() not in reached
                ]
    assert len(reached) > 50
    assert reached - covered - ONLY_CARRY == set()


def test_models_are_where_they_are_told_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAS_MODELS", str(tmp_path))
    assert models.model_path().parent == tmp_path


def test_a_model_that_fits_is_not_trained_again(nlu_model: Path) -> None:
    first = models.ensure_model()  # not necessarily the session's: the data may be edited while tests run
    before = first.stat().st_mtime_ns
    assert models.ensure_model(lambda what, share: pytest.fail("trained again")) == first
    assert first.stat().st_mtime_ns == before


def test_two_who_ask_at_once_get_one_model(tmp_path: Path) -> None:
    """Two processes, an empty folder, a small data set: one trains, the other waits; both get the same file."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "nlu.yml").write_text(OWN_DATA, "utf-8")
    code = (
        "import sys\nfrom pathlib import Path\nfrom nlu import models\n"
        f"models.DATA = Path({str(data)!r})\n"
        "models.model_path.__defaults__ = (models.DATA,)\n"
        "seen = []\n"
        "path = models.ensure_model(lambda what, share: seen.append(share))\n"
        "print(path.name, bool(seen))\n"
    )
    variables = {**child_environment(), "LABAS_MODELS": str(tmp_path / "models")}
    asked = [
        subprocess.Popen([sys.executable, "-c", code], env=variables, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [child.communicate(timeout=240)[0].split() for child in asked]
    assert [child.returncode for child in asked] == [0, 0]
    assert answers[0][0] == answers[1][0]
    assert sorted(answer[1] for answer in answers) == ["False", "True"]
    assert [path.name for path in (tmp_path / "models").glob("[!.]*")] == [answers[0][0]]


def test_a_data_set_of_ones_own(tmp_path: Path, nlu_python: Path) -> None:
    """Other intents, other entities, one flat file, no variety folder."""
    (tmp_path / "mine.yml").write_text(OWN_DATA, "utf-8")
    seen: list[float | None] = []
    out = models.train(tmp_path, tmp_path / "made" / "mine", lambda what, share: seen.append(share))
    assert out == tmp_path / "made" / "mine"
    shares = [share for share in seen if share is not None]
    assert shares == sorted(shares) and shares[-1] == 1.0
    running = serve(out, nlu_python)
    server = next(running)
    try:
        assert server.parse("I want a pizza")["intent"]["name"] == "order_pizza"
        assert server.parse("where is my delivery")["intent"]["name"] == "track_order"
        assert server.parse("je veux une pizza")["variety"] == "fr"
        assert server.model == "mine"
    finally:
        running.close()


BAD_DATA = [("not: nlu data\n", "no sentence"), ("nlu: [", "nlu.yml")]


@pytest.mark.parametrize(("content", "said"), BAD_DATA)
def test_data_that_teaches_nothing_is_said_in_a_sentence(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "nlu.yml").write_text(content, "utf-8")
    with pytest.raises(NluSetupError, match=said) as refused:
        models.train(tmp_path, tmp_path / "out.tar.gz")
    assert "Traceback" not in str(refused.value)
    assert not (tmp_path / "out.tar.gz").exists()


def test_no_data_at_all(tmp_path: Path) -> None:
    with pytest.raises(NluSetupError, match="no training data"):
        models.train(tmp_path / "nowhere", tmp_path / "out.tar.gz")


def test_the_environment_is_there_and_stamped(nlu_python: Path) -> None:
    assert ensure_environment(lambda what, share: pytest.fail("installed again")) == nlu_python


def test_without_uv_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAS_NLU_ENVIRONMENT", str(tmp_path / "venv"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("UV", raising=False)
    with pytest.raises(NluSetupError, match="pip install uv"):
        ensure_environment()


def test_an_installation_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho 'no network' >&2\nexit 2\n")
    uv.chmod(0o755)
    monkeypatch.setenv("UV", str(uv))
    monkeypatch.setenv("LABAS_NLU_ENVIRONMENT", str(tmp_path / "venv"))
    with pytest.raises(NluSetupError, match="no network"):
        ensure_environment()
    assert not python_of(tmp_path / "venv").exists()


def test_the_child_sees_none_of_the_bots_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAS_TELEGRAM_TOKEN", "123:secret")
    monkeypatch.setenv("LABAS_DATABASE_URL", "postgresql://u:p@h/d")
    assert not [
        value for value in environment.child_environment().values() if "secret" in value or "postgresql" in value
    ]


def test_the_lock_names_only_the_public_registry() -> None:
    lock = (environment.PROJECT / "uv.lock").read_text("utf-8")
    sources = {line.split('"')[1] for line in lock.splitlines() if line.startswith("source = { registry")}
    assert sources == {"https://pypi.org/simple"}
    assert "file:" not in lock
