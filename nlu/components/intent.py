"""The intent of a message: a linear model over n-gram views, word classes and the sentence vector, calibrated."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.calibration import Calibration, Thresholds, folds_by_words, softmax
from nlu.components.features import Words
from nlu.components.linear import LinearModel
from nlu.components.meaning import meaning_of
from nlu.components.namefinder import spans_of
from nlu.components.parallel import in_processes
from nlu.components.registering import component
from nlu.components.storage import read_json, write_json
from nlu.components.tokenizer import tokens_of
from nlu.concepts import Concepts
from nlu.progress import report
from nlu.words import words_of

__all__ = ["LinearIntentClassifier"]

FloatArray = np.ndarray[Any, np.dtype[np.float32]]


@component("INTENT_CLASSIFIER", is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """See the module's text."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``views``: name, weight, least number of messages a feature is in."""
        return {
            "views": [
                ["letters", 1.0, 2],
                ["bone_letters", 1.0, 2],
                ["bone_words", 1.0, 2],
                ["classes", 0.6, 2],
                ["concepts", 0.5, 2],
            ],
            "meaning_weight": 0.7,
            "strength": 0.6,
            "folds": 3,
            "ranking": 6,
        }

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: LinearModel | None = None,
        thresholds: Thresholds | None = None,
        concepts: Concepts | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._model = model
        self._thresholds = thresholds or Thresholds()
        self._concepts = concepts

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """Untrained."""
        return cls(config, model_storage, resource, concepts=Concepts.read())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """From the model."""
        with model_storage.read_from(resource) as folder:
            facts = read_json(folder, "doubt")
            concepts = Concepts(read_json(folder, "concepts"))
            model = LinearModel.load(folder, "intent")
        return cls(config, model_storage, resource, model, Thresholds(facts["low"], facts["gap"]), concepts)

    def train(self, training_data: TrainingData) -> Resource:
        """Train, hold out, calibrate, store. Raises ValueError when no sentence has an intent."""
        messages = [m for m in training_data.intent_examples if m.get("text") and m.get("intent")]
        if not messages:
            raise ValueError("the training data has no sentence with an intent")
        documents = [words_of(tokens_of(m), spans_of(m), self._concepts) for m in messages]
        labels = [str(m.get("intent")) for m in messages]
        vectors = [meaning_of(m) for m in messages]
        dense = None if any(v is None for v in vectors) else np.array(vectors, dtype=np.float32)
        report("intents", 0.0)
        model, calibration = self._fit_and_calibrate(documents, labels, dense)
        model.recombine(calibration.weights, calibration.bias)
        self._model, self._thresholds = model, calibration.thresholds
        with self._storage.write_to(self._resource) as folder:
            model.save(folder, "intent")
            facts = {"low": calibration.thresholds.low, "gap": calibration.thresholds.gap}
            write_json(folder, "concepts", self._concepts.lexicon if self._concepts is not None else {})
            write_json(folder, "doubt", {**facts, "held_out_accuracy": calibration.accuracy})
        report("intents", 1.0)
        return self._resource

    def _fit(self, documents: list[Words], labels: list[str], dense: FloatArray | None) -> LinearModel:
        return LinearModel.fit(
            documents,
            labels,
            [(name, weight, min_df) for name, weight, min_df in self._config["views"]],
            dense=dense,
            dense_weight=float(self._config["meaning_weight"]),
            strength=float(self._config["strength"]),
        )

    def _fit_and_calibrate(
        self, documents: list[Words], labels: list[str], dense: FloatArray | None
    ) -> tuple[LinearModel, Calibration]:
        """The model of all messages, and what models of most of them say of the rest; fitted side by side."""
        classes = sorted(set(labels))
        count = int(self._config["folds"])
        if len(classes) < 2 or min(Counter(labels).values()) < 2 * count:
            return self._fit(documents, labels, dense), Calibration.none(len(classes))
        folds = list(folds_by_words(documents, labels, count))
        margins: list[FloatArray] = []
        truth: list[int] = []
        with in_processes(partial(self._held_out, documents, labels, dense)) as judge:
            judged = judge(folds)  # the children begin; this process fits the whole meanwhile
            model = self._fit(documents, labels, dense)
            for number, (known, scores) in enumerate(judged):
                if known != classes:
                    return model, Calibration.none(len(classes))
                margins.extend(scores)
                truth.extend(classes.index(labels[i]) for i in folds[number][1])
                report("intents", (number + 1) / count)
        return model, Calibration.fit(np.array(margins), truth, len(classes))

    def _held_out(
        self,
        documents: list[Words],
        labels: list[str],
        dense: FloatArray | None,
        fold: tuple[list[int], list[int]],
    ) -> tuple[list[str], list[FloatArray]]:
        """The classes that the kept messages of a fold teach, and the margins of its held-out ones."""
        kept, held = fold
        model = self._fit(
            [documents[i] for i in kept], [labels[i] for i in kept], None if dense is None else dense[kept]
        )
        return model.classes, [model.scores(documents[i], None if dense is None else dense[i]) for i in held]

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``intent``, ``intent_ranking`` and ``doubt``."""
        for message in messages:
            self._judge(message)
        return messages

    def _judge(self, message: Message) -> None:
        tokens = tokens_of(message)
        if self._model is None or not tokens:
            message.set("intent", {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set("intent_ranking", [], add_to_output=True)
            message.set("doubt", "low")
            return
        words = words_of(tokens, spans_of(message), self._concepts)
        chances = softmax(self._model.scores(words, meaning_of(message)))
        best = np.argsort(-chances)[: int(self._config["ranking"])]
        ranking = [{"name": self._model.classes[i], "confidence": round(float(chances[i]), 4)} for i in best]
        second = ranking[1]["confidence"] if len(ranking) > 1 else 0.0
        message.set("intent", ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        doubt = self._thresholds.doubt(ranking[0]["confidence"], second)
        message.set("doubt", doubt if self._model.knows(words) or spans_of(message) else "low")
