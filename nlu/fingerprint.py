"""What a model is made of, as a few digits: they change when anything does that it was trained with.

Two of them: over the code alone (a model is never served to code that reads words in another way than it was trained
with), and over code and sentences together (which names the model that fits both).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["DATA", "code_files", "code_fingerprint", "fingerprint"]

PROJECT = Path(__file__).parent
DATA = PROJECT / "data"
# Code whose change makes another model. The server and the client are not among it: they only carry it.
_CODE = (
    *("normalise", "gazetteer", "names", "places", "patterns", "temperatures", "words", "concepts", "examples"),
    "training",
)
# Files and a folder of the data that other readers use and no model is trained on.
_NOT_TRAINED_ON = frozenset({"danger_signs.yml", "danger", "cues.yml"})


def code_fingerprint() -> str:
    """Of the pipeline, its libraries, the components, the normaliser and the readers of names and times."""
    return _digest((path, path.relative_to(PROJECT).as_posix()) for path in code_files())


def fingerprint(data: Path = DATA) -> str:
    """Of all that, and of the sentences and word lists under ``data`` (a folder, or one file)."""
    sentences = [data] if data.is_file() else sorted([*data.rglob("*.yml"), *data.rglob("*.yaml")])
    named = [(path, path.name if path == data else path.relative_to(data).as_posix()) for path in sentences]
    kept = [(path, name) for path, name in named if not _NOT_TRAINED_ON & {path.name, path.parent.name}]
    return _digest([*((path, path.relative_to(PROJECT).as_posix()) for path in code_files()), *kept])


def code_files() -> Iterator[Path]:
    """The files that decide how a text is read; a test holds them complete."""
    yield PROJECT / "config.yml"
    yield PROJECT / "uv.lock"
    yield from (PROJECT / f"{name}.py" for name in _CODE)
    yield from sorted((PROJECT / "components").glob("*.py"))
    yield from sorted((PROJECT / "when").glob("*.py"))


def _digest(files: Iterator[tuple[Path, str]] | list[tuple[Path, str]]) -> str:
    digest = hashlib.sha256()
    for path, name in files:
        digest.update(name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
