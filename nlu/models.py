"""Which model fits the data: named by a fingerprint of everything that goes into it, trained when there is none.

The fingerprint covers the sentences, the word lists, the pipeline, the components and the normaliser, so that a model
is never served to code that reads words in another way than it was trained with.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from nlu.environment import PROJECT, Progress, child_environment, ensure_environment
from nlu.errors import NluSetupError

__all__ = ["DATA", "ensure_model", "fingerprint", "model_path", "models_folder", "train"]

DATA = PROJECT / "data"
FOLDER_VARIABLE = "LABAS_MODELS"
# Code whose change makes another model. The server and the client are not among it: they only carry it.
_CODE = ("normalise", "gazetteer", "names", "places", "patterns", "words", "concepts", "examples", "training")
# Files of the data folder that other readers use and no model is trained on.
_NOT_TRAINED_ON = frozenset({"danger_signs.yml", "cues.yml"})
# How the training begins its last words (nlu/training.py).
FAILED = "training failed:"
_STAGES = {"starting": 0.0, "reading": 0.05, "intents": 0.35, "entities": 0.85, "packing": 0.95, "done": 1.0}
_SPANS = {"reading": 0.3, "intents": 0.5, "entities": 0.1}


def models_folder() -> Path:
    """Where models are kept; ``LABAS_MODELS`` moves it."""
    moved = os.environ.get(FOLDER_VARIABLE)
    return Path(moved) if moved else PROJECT / "models"


def _inputs(data: Path) -> Iterator[Path]:
    yield PROJECT / "config.yml"
    yield PROJECT / "uv.lock"
    yield from (PROJECT / f"{name}.py" for name in _CODE)
    yield from sorted((PROJECT / "components").glob("*.py"))
    if data.is_file():
        yield data
        return
    for path in sorted([*data.rglob("*.yml"), *data.rglob("*.yaml")]):
        if path.name not in _NOT_TRAINED_ON:
            yield path


def fingerprint(data: Path = DATA) -> str:
    """Twelve hexadecimal digits that change when anything does that the model is made of."""
    digest = hashlib.sha256()
    for path in _inputs(data):
        within = data if path.is_relative_to(data) else PROJECT
        digest.update(path.relative_to(within).as_posix().encode() if path != data else path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def model_path(data: Path = DATA) -> Path:
    """The archive that fits ``data``, whether it is there or not."""
    return models_folder() / f"labas-{fingerprint(data)}.tar.gz"


def ensure_model(progress: Progress | None = None) -> Path:
    """The model that fits our data, trained first where there is none. Safe for two processes at once."""
    path = model_path()
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.parent / ".training.lock"):
        if not path.exists():
            train(DATA, path, progress)
    return path


def train(data: Path, out: Path, progress: Progress | None = None) -> Path:
    """Train on the Rasa YAML under ``data`` and write ``out``, all or nothing.

    Raises NluSetupError with a sentence when the data or the environment does not allow it.
    """
    if not data.exists():
        raise NluSetupError(f"no training data at {data}")
    show = progress or (lambda what, share: None)
    python = ensure_environment(show)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".training-") as folder:
        made = Path(folder) / out.name
        if not made.name.endswith(".tar.gz"):
            made = made.with_name(made.name + ".tar.gz")
        command = [str(python), "-m", "nlu.training", "--data", str(data.resolve()), "--out", str(made.resolve())]
        show("training the model", 0.0)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
            with subprocess.Popen(  # noqa: S603 - our own command
                command,
                cwd=folder,
                env=child_environment(LABAS_NLU_PROGRESS="1"),
                stdout=subprocess.PIPE,
                stderr=complaints,
                stdin=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            ) as child:
                assert child.stdout is not None
                try:
                    for line in child.stdout:
                        show("training the model", _share(line))
                    code = child.wait()
                except BaseException:
                    child.kill()
                    raise
            if code != 0 or not made.exists():
                complaints.seek(0)
                raise NluSetupError(_complaint(complaints.read()))
        made.replace(out)
    return out


def _complaint(said: str) -> str:
    """The sentence that tells why, out of what the training wrote on standard error."""
    start = said.rfind(FAILED)
    return " ".join(said[start:].split())[:600] if start >= 0 else f"{FAILED} the process was ended"


def _share(line: str) -> float | None:
    """How far the training is, from one of its progress lines."""
    try:
        step = json.loads(line)
        stage, done = str(step["stage"]), float(step["done"])
    except (ValueError, KeyError, TypeError):
        return None
    return min(_STAGES.get(stage, 0.0) + _SPANS.get(stage, 0.0) * done, 1.0)
