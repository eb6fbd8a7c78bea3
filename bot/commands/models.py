"""`labas nlu train`, `list`, `promote`, `rollback`, `import`, `export` and `serve`: the model's life."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

from bot.commands.progress import progress
from bot.settings import read_settings
from nlu.errors import NluSetupError


def train(data: Path | None, out: Path | None) -> int:
    """Train on our examples, or on a folder of Rasa YAML of one's own; prints where the model is."""
    from nlu.commands import train as run

    try:
        with progress() as show:
            model = run(data, out, progress=show)
    except NluSetupError as error:
        print(f"labas: {error}", file=sys.stderr)
        return 1
    print(model)
    return 0


def show(*, as_json: bool) -> int:
    """The models that are here, the newest first; a star stands before the one that is served."""
    from nlu.promotion import list_models

    rows = list_models()
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return 0
    if not rows:
        print("no model is here yet: labas nlu train makes one")
    for row in rows:
        marks = ["promoted"] if row["promoted"] else []
        marks += ["fits the sentences"] if row["fits_data"] else []
        marks += [] if row["fits_code"] else ["trained with other code"]
        accuracy = f"{100 * row['accuracy']:.1f} % held out" if row.get("accuracy") is not None else "not measured"
        trained = str(row.get("trained", "unknown"))[:16].replace("T", " ")
        size = f"{row['bytes'] / 1e6:5.1f} MB"
        told = f"{trained:16}  {size}  {row.get('sentences', 0):6} sentences  {accuracy}  {', '.join(marks)}"
        print(f"{'*' if row['served'] else ' '} {row['id']:24}  {told}".rstrip())
    return 0


def promote(model: str) -> int:
    """Have a model served from the next start on."""
    from nlu.promotion import promote as run

    print(f"{run(model)} is served from the next start on")
    return 0


def rollback() -> int:
    """Undo the last promotion."""
    from nlu.promotion import rollback as run

    print(f"{run() or 'the model that fits the training sentences'} is served from the next start on")
    return 0


def import_file(file: Path) -> int:
    """Take over a model; says so when it cannot be served here."""
    from nlu.fingerprint import code_fingerprint
    from nlu.promotion import import_model

    about = import_model(file)
    print(about.id)
    if about.code != code_fingerprint():
        print("labas: it was trained with other code and cannot be promoted here", file=sys.stderr)
    return 0


def export(model: str | None, out: Path) -> int:
    """Write a model to a file."""
    from nlu.promotion import export_model

    print(f"{export_model(model, out)} → {out}")
    return 0


def serve(host: str, port: int, model: Path | None) -> int:
    """Serve a model until told to stop. Without ``LABAS_NLU_TOKEN`` a token is made and printed."""
    try:
        return asyncio.run(_serve(host, port, model))
    except NluSetupError as error:
        print(f"labas: {error}", file=sys.stderr)
        return 1


async def _serve(host: str, port: int, model: Path | None) -> int:
    from nlu.environment import ensure_environment
    from nlu.models import served_model
    from nlu.process import NluProcess

    given = read_settings().nlu_token
    with progress() as show:
        await asyncio.to_thread(ensure_environment, show)
        chosen: Path = model if model is not None else await asyncio.to_thread(served_model, show)
    child = NluProcess(chosen, port=port, host=host)
    child.token = given or child.token
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with child:
        print(f"NLU on {child.url}", flush=True)
        if not given:
            print(f"token (LABAS_NLU_TOKEN): {child.token}", flush=True)
        await stop.wait()
    return 0
