"""The folder of models: where each is, which one was promoted, and which old ones may go.

What was promoted is one small file that is replaced in one step, so that a reader sees the old state or the new one.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from nlu.archive import SUFFIX, id_of
from nlu.errors import NluSetupError
from nlu.fingerprint import PROJECT

__all__ = ["archives", "models_folder", "path_of", "promotions", "prune", "put", "rewrite_promotions"]

FOLDER_VARIABLE = "LABAS_MODELS"
STATE = "promoted.json"
KEPT = 3  # of the newest trained ones, whatever their state
REMEMBERED = 20  # promotions that a rollback can go back over
LEFT_BEHIND = ".training-"
LEFT_BEHIND_SECONDS = 86_400


def models_folder() -> Path:
    """Where models are kept; ``LABAS_MODELS`` moves it."""
    moved = os.environ.get(FOLDER_VARIABLE)
    return Path(moved) if moved else PROJECT / "models"


def path_of(model: str) -> Path:
    """Where the model of that id is. Raises NluSetupError when it is not."""
    path = models_folder() / f"{model}{SUFFIX}"
    if Path(model).name != model or not path.is_file():
        raise NluSetupError(f"there is no model {model} here (labas nlu list)")
    return path


def archives() -> list[Path]:
    """Every archive, the newest first."""
    found = [path for path in models_folder().glob(f"*{SUFFIX}") if not path.name.startswith(".")]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def promotions() -> list[str]:
    """The ids that were promoted, the one in force last; empty when what fits the data is served.

    Raises NluSetupError when the file that says so cannot be read: serving another model unasked would be worse.
    """
    path = models_folder() / STATE
    try:
        found = json.loads(path.read_text("utf-8"))["promoted"]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NluSetupError(f"{path} cannot be read: correct it or remove it") from error
    return [str(model) for model in found]


@contextmanager
def rewrite_promotions() -> Iterator[list[str]]:
    """The list of promotions, to be changed in place; written when the block ends well. One process at a time."""
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".promoted.lock"):
        found = promotions()
        yield found
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=f".{STATE}-", encoding="utf-8", delete=False) as file:
            file.write(json.dumps({"promoted": found[-REMEMBERED:]}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(folder / STATE)


def put(source: Path, target: Path) -> None:
    """Copy an archive, all or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=LEFT_BEHIND) as folder:
        shutil.copyfile(source, Path(folder) / target.name).replace(target)


def prune(needed: Iterable[Path]) -> list[Path]:
    """Remove archives trained here that are neither ``needed``, promoted now or before, nor among the newest few; and
    what trainings left behind that were killed. Returns what is gone."""
    found = archives()
    kept = {*needed, *found[:KEPT], *(models_folder() / f"{model}{SUFFIX}" for model in promotions()[-2:])}
    gone = [path for path in found if path not in kept and id_of(path).startswith("labas-")]
    for path in gone:
        path.unlink(missing_ok=True)
    for folder in models_folder().glob(f"{LEFT_BEHIND}*"):
        if time.time() - folder.stat().st_mtime > LEFT_BEHIND_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
    return gone
