"""`labas nlu list, promote, rollback, import, export, evaluate` as a user runs them: what is printed, and refusals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nlu import models
from tests.nlu.conftest import serve

ROOT = Path(__file__).resolve().parents[2]
Labas = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def model() -> Path:
    return models.ensure_model()


@pytest.fixture
def folder(tmp_path: Path, model: Path) -> Path:
    """A folder of models with one in it, as another machine has it."""
    (tmp_path / "models").mkdir()
    shutil.copy(model, tmp_path / "models" / "labas-mine.tar.gz")
    return tmp_path / "models"


@pytest.fixture
def labas(tmp_path: Path) -> Labas:
    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", "nlu", *arguments],
            env={**os.environ, "LABAS_MODELS": str(tmp_path / "models"), **variables},
            capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=120, check=False,
        )  # fmt: skip

    return run


def test_a_model_is_promoted_and_rolled_back(labas: Labas, folder: Path) -> None:
    before = json.loads(labas("list", "--json").stdout)
    assert (before["id"], before["served"], before["promoted"], before["fits_code"]) == (
        "labas-mine", False, False, True
    )  # fmt: skip
    done = labas("promote", "labas-mine")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = labas("list").stdout.splitlines()
    assert line.startswith("* labas-mine") and "promoted" in line and "% held out" in line
    done = labas("rollback")
    assert done.returncode == 0 and "fits the training sentences" in done.stdout
    done = labas("rollback")
    assert done.returncode == 1
    assert done.stderr.startswith("labas: nothing is promoted")


def test_a_model_is_given_away_and_taken_over(labas: Labas, folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "given.tar.gz"
    assert labas("export", "labas-mine", "--out", str(out)).returncode == 0
    assert out.read_bytes() == model.read_bytes()
    done = labas("import", str(out))
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, model.name.removesuffix(".tar.gz"), "")
    assert sorted(path.name for path in folder.glob("*.tar.gz")) == sorted(["labas-mine.tar.gz", model.name])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("promote", "nothing"), "there is no model nothing here"),
        (("import", "README.md"), "README.md is no model archive"),
        (("import", "nowhere.tar.gz"), "there is no file nowhere.tar.gz"),
        (("export", "nothing", "--out", "x"), "there is no model nothing here"),
        (("evaluate", "--sets", "docs"), "no sentences to measure on"),
        (("evaluate", "--model", "README.md"), "the NLU process did not start"),
    ],
)
def test_refusals_are_sentences(labas: Labas, folder: Path, arguments: tuple[str, ...], said: str) -> None:
    labas("promote", "labas-mine")
    done = labas(*arguments)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"labas: {said}"), done.stderr
    assert "Traceback" not in done.stderr


def test_no_model_yet(labas: Labas) -> None:
    done = labas("list")
    assert (done.returncode, done.stdout.startswith("no model is here yet")) == (0, True)


def test_evaluate_in_all_its_forms(labas: Labas, model: Path, tmp_path: Path) -> None:
    """On a small set of one's own, through a server that runs already."""
    (tmp_path / "sets" / "fr").mkdir(parents=True)
    content = (
        "nlu:\n- intent: greet\n  examples: |\n    - bonjour à toute la belle équipe du centre\n"
        "- intent: thank\n  examples: |\n    - je voudrais décaler mon rendez-vous de jeudi à vendredi prochain\n"
    )
    (tmp_path / "sets" / "fr" / "mine.yml").write_text(content, "utf-8")
    running = serve(model, models.ensure_environment())
    server = next(running)
    try:
        forms = ["--json", "--html", str(tmp_path / "page.html"), "--write-misses", str(tmp_path / "misses.yml")]
        done = labas(
            "evaluate", "--sets", str(tmp_path / "sets"), *forms, LABAS_NLU_URL=server.url, LABAS_NLU_TOKEN=server.token
        )
    finally:
        running.close()
    assert done.returncode == 0, done.stderr
    assert done.stderr == "labas: reading the sets …\nlabas: asking the model …\n"
    report = json.loads(done.stdout)
    assert report["model"]["id"] == server.model
    assert [(row["sentences"], row["accuracy"]) for row in report["slices"]] == [(2, 0.5), (2, 0.5)]
    (pair,) = report["confusions"]
    assert (pair["right"], pair["given"]) == ("thank", "reschedule_appointment")
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>")
    assert "décaler" in (tmp_path / "misses.yml").read_text("utf-8")
