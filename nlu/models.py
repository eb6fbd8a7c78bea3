"""Which model is served: the promoted one, or the one that fits the data, trained when there is none."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock

from nlu import shelf
from nlu.archive import SUFFIX, id_of, read_about
from nlu.environment import Progress, child_environment, ensure_environment
from nlu.errors import NluSetupError
from nlu.fingerprint import DATA, code_fingerprint, fingerprint
from nlu.shelf import models_folder

__all__ = [
    "DATA",
    "check_fits",
    "ensure_model",
    "fingerprint",
    "model_path",
    "models_folder",
    "promoted_model",
    "served_model",
    "train",
]

# How the training begins its last words (nlu/training.py).
FAILED = "training failed:"
_STAGES = {"starting": 0.0, "reading": 0.05, "intents": 0.35, "entities": 0.85, "packing": 0.95, "done": 1.0}
_SPANS = {"reading": 0.3, "intents": 0.5, "entities": 0.1}


def model_path(data: Path = DATA) -> Path:
    """The archive that fits ``data``, whether it is there or not."""
    return models_folder() / f"labas-{fingerprint(data)}{SUFFIX}"


def check_fits(path: Path) -> None:
    """Raises NluSetupError when the model was trained with other code than this."""
    if read_about(path).code != code_fingerprint():
        raise NluSetupError(
            f"the model {id_of(path)} was trained with other code (normaliser, components, libraries), and would"
            " misread what this code gives it; train a new one: labas nlu train"
        )


def promoted_model() -> Path | None:
    """The promoted model, None where none is; one that does not fit is told on standard error and not served."""
    promoted = shelf.promotions()
    if not promoted:
        return None
    try:
        path = shelf.path_of(promoted[-1])
        check_fits(path)
    except NluSetupError as error:
        sys.stderr.write(f"nlu: the promoted model is not served: {error}\n")
        return None
    return path


def served_model(progress: Progress | None = None) -> Path:
    """The promoted model where there is one and it fits the code, else the one that fits the data."""
    return promoted_model() or ensure_model(progress)


def ensure_model(progress: Progress | None = None) -> Path:
    """The model that fits our data, trained first where there is none. Safe for two processes at once."""
    path = model_path()
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.parent / ".training.lock"):
        if not path.exists():
            train(DATA, path, progress)
            shelf.prune([path])
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
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=shelf.LEFT_BEHIND) as folder:
        made = Path(folder) / out.name
        if not made.name.endswith(SUFFIX):
            made = made.with_name(made.name + SUFFIX)
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
