"""What is in a model's archive, told without Rasa: who it is, and whether it may be taken over from elsewhere.

An archive is Rasa's (a gzipped tar with ``metadata.json`` and ``components/``) with one file of ours among the
components, written by the training. Loading an archive runs the classes that its metadata names; so one from elsewhere
is let in only when it names none but Rasa's and ours, and holds nothing but plain files under its own root.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from nlu.errors import NluSetupError

__all__ = ["ABOUT", "SUFFIX", "About", "check_archive", "id_of", "pack", "read_about"]

SUFFIX = ".tar.gz"
ABOUT = "components/labas/about.json"
METADATA = "metadata.json"
MOST_BYTES, MOST_UNPACKED, MOST_MEMBERS, MOST_ABOUT = 200_000_000, 1_000_000_000, 1_000, 100_000
# What a graph's node may name: a component of Rasa's or ours, made in one of the two ways that Rasa makes them.
_COMPONENTS = ("nlu.components.", "rasa.")
_LEVEL = 6
_MADE_BY = frozenset({"load", "create"})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


@dataclass(frozen=True, slots=True)
class About:
    """What the training wrote down of a model.

    ``trained``: ISO, UTC; ``code``: the fingerprint of the code that it reads with; ``accuracy``: on sentences held out
    during the training, None where there were too few to hold any out.
    """

    id: str
    trained: str
    code: str
    sentences: int
    intents: int
    accuracy: float | None
    seconds: float

    def as_json(self) -> str:
        """The content of the file in the archive."""
        return json.dumps(asdict(self))


def id_of(path: Path) -> str:
    """A model is called as its file is."""
    return path.name.removesuffix(SUFFIX)


def pack(path: Path, components: Path, metadata: Mapping[str, Any]) -> None:
    """Write an archive as Rasa does, but for its level of compression, which takes five times as long and saves a
    two-thousandth. ``components``: the folder of what was trained; ``metadata``: Rasa's, as it is kept."""
    text = json.dumps(metadata, ensure_ascii=False).encode()
    with tarfile.open(path, "w:gz", compresslevel=_LEVEL) as tar:
        tar.add(components, arcname="components")
        member = tarfile.TarInfo(METADATA)
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))


def read_about(path: Path) -> About:
    """What is known of an archive. Raises NluSetupError when it is not there or no model of ours."""
    with _opened(path) as tar:
        for member in tar:
            if _name(member) == ABOUT:
                return _about(path, _content(tar, member))
    raise NluSetupError(f"{path.name} is no model that this Labas trained")


def check_archive(path: Path) -> About:
    """The same, after looking at everything in it; see the module's text. Raises NluSetupError with what is wrong."""
    if not path.is_file():
        raise NluSetupError(f"there is no file {path}")
    if path.stat().st_size > MOST_BYTES:
        raise NluSetupError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB")
    about: About | None = None
    graph: Any = None
    unpacked = members = 0
    with _opened(path) as tar:
        for member in tar:
            unpacked, members = unpacked + member.size, members + 1
            if unpacked > MOST_UNPACKED or members > MOST_MEMBERS:
                raise NluSetupError(f"{path.name} would be too large when unpacked")
            name = _name(member)
            if not (member.isreg() or member.isdir()) or name.startswith("/") or ".." in PurePosixPath(name).parts:
                raise NluSetupError(f"{path.name} holds something other than plain files under its own root")
            if name == ABOUT:
                about = _about(path, _content(tar, member))
            elif name == METADATA:
                graph = _json(path, _content(tar, member))
    if about is None or not isinstance(graph, dict):
        raise NluSetupError(f"{path.name} is no model that a Labas trained")
    _check_graph(path, graph)
    return about


def _check_graph(path: Path, metadata: dict[str, Any]) -> None:
    for schema in ("train_schema", "predict_schema"):
        part = metadata.get(schema)
        nodes = part.get("nodes") if isinstance(part, dict) else None
        if not isinstance(nodes, dict) or (schema == "predict_schema" and not nodes):
            raise NluSetupError(f"{path.name} is no model: it has no {schema}")
        for node in nodes.values():
            if (
                not isinstance(node, dict)
                or not str(node.get("uses")).startswith(_COMPONENTS)
                or node.get("constructor_name") not in _MADE_BY
            ):
                raise NluSetupError(f"{path.name} names a component that is neither Rasa's nor ours")


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:gz") as tar:
            yield tar
    except FileNotFoundError as error:
        raise NluSetupError(f"there is no file {path}") from error
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise NluSetupError(f"{path.name} is no model archive: {error}") from error


def _name(member: tarfile.TarInfo) -> str:
    """As Rasa writes them, some members begin with "./"."""
    return member.name.removeprefix("./")


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    """The bytes of a small file; of anything else nothing, which is no JSON."""
    taken = tar.extractfile(member) if member.isreg() and member.size <= MOST_ABOUT else None
    return taken.read() if taken is not None else b""


def _json(path: Path, content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NluSetupError(f"{path.name} is no model that a Labas trained") from error


def _about(path: Path, content: bytes) -> About:
    found = _json(path, content)
    try:
        about = About(**found)
        accuracy = None if about.accuracy is None else float(about.accuracy)
        checked = About(
            str(about.id), str(about.trained), str(about.code), int(about.sentences), int(about.intents), accuracy,
            float(about.seconds),
        )  # fmt: skip
    except (TypeError, ValueError) as error:
        raise NluSetupError(f"{path.name} was trained by another version of Labas") from error
    if not _ID.fullmatch(checked.id):
        raise NluSetupError(f"{path.name} holds a model whose name is none")
    return checked
