"""The intent of a message, calibrated: first by its words, and where these leave doubt also by its meaning.

Most messages are plain and their words settle them in half a millisecond; the encoder, which reads meaning across
languages, is asked about the rest (``docs/decisions`` has the table of what each part is worth).
"""

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

from nlu.components.calibration import Calibration, folds_by_words
from nlu.components.features import Words
from nlu.components.judges import Judges, Material
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
        """``views``, ``counted``: name, weight, least number of messages a feature is in, of the two judges of words.

        ``sure``: with this probability by words alone, the meaning is not asked. ``familiar``: a message of which a
        smaller share of words is known is not trusted. ``least``: an intent that is less probable than this gives way
        to the next one, and the dialogue asks which of the two is meant (the danger net has read the message too, and
        fires without being asked). ``sharpness``: see ``Calibration``.
        """
        return {
            "views": [
                ["letters", 1.0, 2],
                ["bone_letters", 1.0, 2],
                ["bone_words", 1.0, 2],
                ["classes", 0.6, 2],
                ["concepts", 0.5, 2],
            ],
            "counted": [["words", 1.0, 2], ["bone_words", 1.0, 2]],
            "strength": 0.6,
            "smoothing": 0.3,
            "penalty": 1.0,
            "sure": 0.7,
            "familiar": 0.5,
            # Our own sentences are unlike each other on purpose, so the held-out ones are harder than what people
            # send: measured on sentences by others (docs/decisions), probabilities are right at this factor.
            "sharpness": 1.4,
            "least": {"report_emergency": 0.5},
            "folds": 2,
            "ranking": 6,
        }

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        concepts: Concepts,
        judges: Judges | None = None,
        by_words: Calibration | None = None,
        by_all: Calibration | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._concepts = concepts
        self._judges = judges
        self._by_words = by_words
        self._by_all = by_all

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """Untrained."""
        return cls(config, model_storage, resource, Concepts.read())

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
            concepts = Concepts(read_json(folder, "concepts"))
            judges = Judges.load(folder)
            by_words = Calibration.load(folder, "by_words")
            by_all = Calibration.load(folder, "by_all") if judges.meaning is not None else None
        return cls(config, model_storage, resource, concepts, judges, by_words, by_all)

    def train(self, training_data: TrainingData) -> Resource:
        """Train, hold out, calibrate, store. Raises ValueError when no sentence has an intent."""
        messages = [m for m in training_data.intent_examples if m.get("text") and m.get("intent")]
        if not messages:
            raise ValueError("the training data has no sentence with an intent")
        documents = [words_of(tokens_of(m), spans_of(m), self._concepts) for m in messages]
        labels = [str(m.get("intent")) for m in messages]
        given = [meaning_of(m) for m in messages]
        vectors = None if any(v is None for v in given) else np.array(given, dtype=np.float32)
        report("intents", 0.0)
        self._fit(Material.of(documents, vectors, self._config), documents, labels)
        assert self._judges is not None and self._by_words is not None
        with self._storage.write_to(self._resource) as folder:
            self._judges.save(folder)
            self._by_words.save(folder, "by_words")
            if self._by_all is not None:
                self._by_all.save(folder, "by_all")
            write_json(folder, "concepts", self._concepts.lexicon)
        report("intents", 1.0)
        return self._resource

    def _fit(self, material: Material, documents: list[Words], labels: list[str]) -> None:
        """The judges of all messages, and what judges of most of them say of the rest; fitted side by side."""
        classes = sorted(set(labels))
        count = int(self._config["folds"])
        small = len(classes) < 2 or min(Counter(labels).values()) < 2 * count
        folds = [] if small else list(folds_by_words(documents, labels, count))
        scores: list[list[FloatArray]] = []
        truth: list[int] = []
        with in_processes(partial(self._held_out, material, labels)) as judge:
            judged = judge(folds)  # the children begin; this process fits the whole meanwhile
            self._judges = Judges.fit(material, labels, self._config)
            for number, (known, found) in enumerate(judged):
                report("intents", (number + 1) / (count + 1))
                if known == classes:
                    scores.append(found)
                    truth += [classes.index(labels[i]) for i in folds[number][1]]
        whole = material.vectors is not None
        if not truth:
            self._by_words = Calibration.none(2, len(classes))
            self._by_all = Calibration.none(3, len(classes)) if whole else None
            return
        blocks = [np.vstack(parts) for parts in zip(*scores, strict=True)]
        fit = partial(Calibration.fit, truth=truth, classes=len(classes), sharpness=float(self._config["sharpness"]))
        self._by_words = fit(blocks[:2])
        self._by_all = fit(blocks) if whole else None

    def _held_out(
        self, material: Material, labels: list[str], fold: tuple[list[int], list[int]]
    ) -> tuple[list[str], list[FloatArray]]:
        """The classes that the kept messages of a fold teach, and each judge's scores of its held-out ones."""
        kept, held = fold
        judges = Judges.fit(material.some(kept), [labels[i] for i in kept], self._config)
        return judges.classes, judges.of_all(material.some(held))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``intent``, ``intent_ranking`` and ``doubt``."""
        for message in messages:
            self._judge(message)
        return messages

    def _judge(self, message: Message) -> None:
        tokens = tokens_of(message)
        if self._judges is None or self._by_words is None or not tokens:
            message.set("intent", {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set("intent_ranking", [], add_to_output=True)
            message.set("doubt", "low")
            return
        words = words_of(tokens, spans_of(message), self._concepts)
        scores = self._judges.by_words(words)
        used = self._by_words
        chances = used.chances(scores)
        if self._by_all is not None and float(chances.max()) < float(self._config["sure"]):
            vector = meaning_of(message)
            if vector is not None and self._judges.meaning is not None:
                used = self._by_all
                chances = used.chances([*scores, self._judges.meaning.scores(vector)])
        strange = not spans_of(message) and self._judges.familiar(words) < float(self._config["familiar"])
        if strange:
            # Of another language, or no language: whatever the judges say, they have not read it.
            chances = chances * min(1.0, used.thresholds.low / float(chances.max()))
        best = np.argsort(-chances)[: int(self._config["ranking"])]
        ranking = [{"name": self._judges.classes[i], "confidence": round(float(chances[i]), 4)} for i in best]
        message.set("intent_ranking", ranking, add_to_output=True)
        first, second = ranking[0], ranking[1] if len(ranking) > 1 else {"name": None, "confidence": 0.0}
        doubt = "low" if strange else used.thresholds.doubt(first["confidence"], second["confidence"])
        if second["name"] and first["confidence"] < float(self._config["least"].get(first["name"], 0.0)):
            first, doubt = second, "low" if strange else "ambiguous"
        message.set("intent", first, add_to_output=True)
        message.set("doubt", doubt)
