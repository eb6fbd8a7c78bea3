"""A model's life after its training: listed, promoted, rolled back, taken from elsewhere and given away.

Promoting says which model is served, whatever the sentences are by then; rolling back undoes the last promotion.
Without any, the model that fits the sentences is served.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlu import models, shelf
from nlu.archive import SUFFIX, About, check_archive, id_of, read_about
from nlu.errors import NluSetupError
from nlu.fingerprint import code_fingerprint

__all__ = ["export_model", "import_model", "list_models", "promote", "rollback"]


def list_models() -> list[dict[str, Any]]:
    """Every model here, the newest first: what its training wrote down, its bytes, and

    ``served``: whether it is what a start would take; ``promoted``; ``fits_code``; ``fits_data``. Of an archive that
    this Labas did not train, only its id, bytes and these are known.
    """
    code, fitting, promoted = code_fingerprint(), models.model_path(), shelf.promotions()[-1:]
    served = _path_served()
    rows = []
    for path in shelf.archives():
        try:
            about: dict[str, Any] = asdict(read_about(path)) | {"id": id_of(path)}
        except NluSetupError:
            about = {"id": id_of(path)}
        rows.append(
            about
            | {
                "bytes": path.stat().st_size,
                "served": path == served,
                "promoted": id_of(path) in promoted,
                "fits_code": about.get("code") == code,
                "fits_data": path == fitting,
            }
        )
    return rows


def _path_served() -> Path | None:
    """What a start would take; None when it would train first."""
    chosen = models.promoted_model()
    if chosen is not None:
        return chosen
    fitting = models.model_path()
    return fitting if fitting.exists() else None


def promote(model: str) -> str:
    """Have a model served: one that is here, by its id, or a file, which is imported first. Returns its id.

    Raises NluSetupError when it is not here, is no model, or was trained with other code.
    """
    if Path(model).is_file():
        model = import_model(Path(model)).id
    models.check_fits(shelf.path_of(model))
    with shelf.rewrite_promotions() as promoted:
        if promoted[-1:] != [model]:
            promoted.append(model)
    return model


def rollback() -> str | None:
    """Undo the last promotion. Returns the id that is in force now, None where what fits the data is served again.

    Promotions of models that are gone, or that the code has outgrown, are passed over. Raises NluSetupError when
    nothing is promoted.
    """
    with shelf.rewrite_promotions() as promoted:
        if not promoted:
            raise NluSetupError("nothing is promoted: what fits the training sentences is served")
        promoted.pop()
        while promoted and not _can_be_served(promoted[-1]):
            promoted.pop()
        return promoted[-1] if promoted else None


def _can_be_served(model: str) -> bool:
    try:
        models.check_fits(shelf.path_of(model))
    except NluSetupError:
        return False
    return True


def import_model(file: Path) -> About:
    """Take a model over after looking at all that is in its file. Raises NluSetupError with what is wrong with it."""
    about = check_archive(file)
    target = shelf.models_folder() / f"{about.id}{SUFFIX}"
    if target.exists() and target.read_bytes() != file.read_bytes():
        raise NluSetupError(f"another model is called {about.id} here already")
    if not target.exists():
        shelf.put(file, target)
    return about


def export_model(model: str | None, out: Path) -> str:
    """Write a model (by default the one that is served) to ``out``. Returns its id.

    Raises NluSetupError when it is not here.
    """
    path = shelf.path_of(model) if model is not None else _path_served()
    if path is None:
        raise NluSetupError("no model is here yet: labas nlu train")
    shelf.put(path, out)
    return id_of(path)
