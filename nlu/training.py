"""Trains the NLU model; runs inside the NLU environment as ``python -m nlu.training --data DIR --out FILE``.

It runs Rasa's own training graph on our components and packs Rasa's own archive, without Rasa's training cache (the
model's name is a fingerprint of all that goes into it, so there is nothing to look up). With ``LABAS_NLU_PROGRESS=1``
each step is a JSON line on standard output.
"""

# ruff: noqa: PLC0415 - Rasa is imported after the stub for TensorFlow is in place.

from __future__ import annotations

import argparse
import dataclasses
import math
import os
import sys
import tempfile
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nlu import quiet, tensorflow_stub
from nlu.archive import ABOUT, About, id_of, pack
from nlu.fingerprint import code_fingerprint
from nlu.progress import report

if TYPE_CHECKING:
    from rasa.engine.graph import GraphModelConfiguration
    from rasa.shared.nlu.training_data.training_data import TrainingData

__all__ = ["main", "train"]

HERE = Path(__file__).parent


def train(data: Path, out: Path, config: Path = HERE / "config.yml") -> Path:
    """Train on the Rasa YAML under ``data`` and write the model archive to ``out``.

    Raises ValueError when there is nothing to learn from.
    """
    tensorflow_stub.install()
    quiet.settle()
    report("starting", 0.0)
    begun, code = time.monotonic(), code_fingerprint()
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.recipes.recipe import Recipe
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.validation import validate
    from rasa.shared.core.domain import Domain
    from rasa.shared.data import TrainingType

    from nlu.components.importer import FolderImporter
    from nlu.training_runner import TrainingRunner

    # Used as it is: the wrappers that Rasa puts around an importer copy and fingerprint all sentences again and again.
    importer = FolderImporter(str(config), None, [str(data)])
    settings = importer.get_config()
    recipe = Recipe.recipe_for_name(settings.get("recipe"))
    graph = recipe.graph_config_for_recipe(settings, {}, training_type=TrainingType.NLU)
    validate(graph)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage.create(Path(folder))
        context = ExecutionContext(graph_schema=graph.train_schema, model_id=id_of(out))
        runner = TrainingRunner.create(graph.train_schema, storage, context)
        runner.run(inputs={"__importer__": importer})
        report("packing", 0.0)
        about = about_model(id_of(out), code, importer.get_nlu_data(), Path(folder), time.monotonic() - begun)
        note = Path(folder) / Path(ABOUT).relative_to("components")
        note.parent.mkdir()
        note.write_text(about.as_json(), encoding="utf-8")
        pack(out, Path(folder), storage._create_model_metadata(Domain.empty(), served(graph)).as_dict())
    report("done", 1.0)
    return out


def about_model(name: str, code: str, data: TrainingData, trained: Path, seconds: float) -> About:
    """What is written down of a model that was just trained into the folder ``trained``."""
    from nlu.components.calibration import Calibration

    found = [path for name in ("by_all", "by_words") for path in trained.rglob(f"{name}.npz")]
    accuracy = Calibration.load(found[0].parent, found[0].stem).accuracy if found else math.nan
    return About(
        id=name,
        trained=datetime.now(UTC).isoformat(timespec="seconds"),
        code=code,
        sentences=len(data.intent_examples),
        intents=len(data.intents),
        accuracy=None if math.isnan(accuracy) else round(accuracy, 4),
        seconds=round(seconds, 1),
    )


def served(graph: GraphModelConfiguration) -> GraphModelConfiguration:
    """The graph as it is kept in the archive, with two of Rasa's serving nodes changed.

    The converter is ours, because Rasa's imports all of Rasa Core. The regex handler is left out: with it, whoever
    types "/delete_my_data" would choose the intent by hand, with full confidence. The training graph is not kept:
    loading it would import Rasa Core too.
    """
    from rasa.engine.graph import GraphSchema

    from nlu.components.converter import TextConverter

    nodes = dict(graph.predict_schema.nodes)
    nodes["nlu_message_converter"] = dataclasses.replace(nodes["nlu_message_converter"], uses=TextConverter)
    handler = nodes.pop("run_RegexMessageHandler")
    return dataclasses.replace(
        graph,
        train_schema=GraphSchema({}),
        predict_schema=dataclasses.replace(graph.predict_schema, nodes=nodes),
        nlu_target=handler.needs["messages"],
    )


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 when trained, 1 with a sentence on standard error when not."""
    parser = argparse.ArgumentParser(prog="python -m nlu.training", description="Train the NLU model.")
    parser.add_argument("--data", type=Path, default=HERE / "data", help="folder (or file) of Rasa YAML")
    parser.add_argument("--out", type=Path, required=True, help="the archive to write (.tar.gz)")
    parser.add_argument("--config", type=Path, default=HERE / "config.yml", help="the pipeline")
    options = parser.parse_args(arguments)
    if not options.data.exists():
        sys.stderr.write(f"no training data at {options.data}\n")
        return 1
    warnings.simplefilter("ignore")
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    try:
        train(options.data, options.out, options.config)
    except Exception as error:  # noqa: BLE001 - Rasa wraps whatever went wrong; the sentence inside is what helps
        cause: BaseException = error
        while cause.__cause__ is not None and type(cause.__cause__).__name__ != "RemoteTraceback":
            cause = cause.__cause__  # a child's traceback is no sentence
        sys.stderr.write(f"training failed: {type(cause).__name__}: {cause}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
