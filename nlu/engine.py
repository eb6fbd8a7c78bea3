"""Loads a trained archive with Rasa's engine and reads single texts with it; runs inside the NLU environment."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from nlu.components.converter import Incoming
from nlu.runner import OrderedRunner

__all__ = ["Engine"]


class Engine:
    """A loaded model. Not thread safe; one message at a time."""

    def __init__(self, archive: Path) -> None:
        """Load ``archive``; raises OSError or Rasa's own errors when it is no model."""
        with tempfile.TemporaryDirectory() as folder:
            self._metadata, self._runner = load_predict_graph_runner(
                Path(folder), archive, LocalModelStorage, OrderedRunner
            )
        self.name = archive.name.removesuffix(".tar.gz")

    def parse(self, text: str) -> dict[str, Any]:
        """What the model makes of ``text``; the form is that of the server's answer."""
        readable = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates become "?", lengths stay
        target = self._metadata.nlu_target
        message = self._runner.run(inputs={"__message__": [Incoming(readable)]}, targets=[target])[target][0]
        intent = message.get("intent") or {"name": None, "confidence": 0.0}
        return {
            "text": text,
            "intent": {"name": intent.get("name"), "confidence": float(intent.get("confidence") or 0.0)},
            "intent_ranking": [
                {"name": guess["name"], "confidence": float(guess["confidence"])}
                for guess in (message.get("intent_ranking") or [])[:6]
            ],
            "entities": [_entity(found, text) for found in message.get("entities") or []],
            "variety": message.get("variety"),
            "doubt": message.get("doubt") or "none",
            "model": self.name,
        }


def _entity(found: dict[str, Any], text: str) -> dict[str, Any]:
    start, end = int(found["start"]), int(found["end"])
    return {
        "entity": found["entity"],
        "value": found.get("value"),
        "text": found.get("text", text[start:end]),
        "start": start,
        "end": end,
    }
