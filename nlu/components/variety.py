"""The variety of a message: Darija or Standard Arabic in Arabic script, Darija or French in Latin script.

The script decides between the two pairs, by the majority of words; inside a pair a small linear model does, trained on
the folder that each example came from. Figures and names are no evidence (a town is written the same in all), so a
message of nothing else has no variety. Training data without variety folders is no hindrance: the project's own
sentences then teach the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.features import Words
from nlu.components.linear import Features, LinearModel
from nlu.components.namefinder import spans_of
from nlu.components.registering import component
from nlu.components.tokenizer import tokens_of
from nlu.examples import read_examples
from nlu.gazetteer import GLUE, Span
from nlu.normalise import Token, tokenize

__all__ = ["VarietyLabeller", "evidence", "script_of"]

PAIRS = {"Arab": ("ary", "ar"), "Latn": ("ary-Latn", "fr")}
# Kinds whose words are the same in both varieties of a script.
NO_EVIDENCE = frozenset({"city", "phone", "person_name", "vaccine"})
ENOUGH_EXAMPLES = 50
LEAST_MARGIN = 0.05
# A sentence whose own folder's margin is this far behind does not teach that folder's variety.
MOST_AGAINST = 0.2
FOLDS = 2
STRENGTH = 0.5
VIEWS = [("letters", 1.0, 2), ("words", 1.0, 2)]


def script_of(tokens: Iterable[Token]) -> str | None:
    """The script of most words, None when there is no word."""
    arabic = latin = 0
    for token in tokens:
        if any("؀" <= c <= "ۿ" and c.isalpha() for c in token.text):
            arabic += 1
        elif any((c.isascii() and c.isalpha()) or "À" <= c <= "ɏ" for c in token.text):
            latin += 1
    if arabic == latin == 0:
        return None
    return "Arab" if arabic >= latin else "Latn"


def evidence(tokens: Sequence[Token], spans: Sequence[Span]) -> list[Token]:
    """The words that can tell varieties apart."""
    covered = {i for s in spans if s.entity in NO_EVIDENCE for i in range(s.first, s.last + 1)}
    words = [t for i, t in enumerate(tokens) if i not in covered and any(c.isalpha() for c in t.norm)]
    return [] if all(len(t.norm) == 1 or (t.norm in GLUE and len(words) == 1) for t in words) else words


@component("INTENT_CLASSIFIER", is_trainable=True)
class VarietyLabeller(GraphComponent, IntentClassifier):
    """Sets ``variety``; see the module's text."""

    def __init__(self, storage: ModelStorage, resource: Resource, models: dict[str, LinearModel]) -> None:
        self._storage = storage
        self._resource = resource
        self._models = models

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VarietyLabeller:
        """Untrained."""
        return cls(model_storage, resource, {})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> VarietyLabeller:
        """From the model."""
        with model_storage.read_from(resource) as folder:
            models = {script: LinearModel.load(folder, script) for script in PAIRS}
        return cls(model_storage, resource, models)

    def train(self, training_data: TrainingData) -> Resource:
        """One model a script."""
        rows = [
            (tokens_of(m), spans_of(m), str(m.get("variety"))) for m in training_data.nlu_examples if m.get("variety")
        ]
        own: list[tuple[list[Token], list[Span], str]] | None = None
        with self._storage.write_to(self._resource) as folder:
            for script, pair in PAIRS.items():
                wanted = [row for row in rows if row[2] in pair and script_of(row[0]) == script]
                if min(sum(row[2] == variety for row in wanted) for variety in pair) < ENOUGH_EXAMPLES:
                    own = own if own is not None else _own_sentences()
                    wanted += [row for row in own if row[2] in pair and script_of(row[0]) == script]
                model = _fit(cleaned([(_words(t, s), v) for t, s, v in wanted]))
                model.save(folder, script)
                self._models[script] = model
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``variety`` to one of the four codes, or None without evidence."""
        for message in messages:
            message.set("variety", self._label(tokens_of(message), spans_of(message)))
        return messages

    def _label(self, tokens: Sequence[Token], spans: Sequence[Span]) -> str | None:
        words = evidence(tokens, spans)
        script = script_of(words)
        model = self._models.get(script or "")
        if model is None or len(model.classes) < 2:
            return None
        scores = model.scores(_words(words, ()))
        if abs(float(scores[0] - scores[1])) < LEAST_MARGIN:
            return None
        return model.classes[int(scores.argmax())]


def _fit(rows: Sequence[tuple[Words, str]]) -> LinearModel:
    return LinearModel.fit([words for words, _ in rows], [variety for _, variety in rows], VIEWS, strength=STRENGTH)


def cleaned(rows: Sequence[tuple[Words, str]]) -> list[tuple[Words, str]]:
    """Without the sentences that plainly are of the other variety: people mix, and "wakha" stands in the French folder.

    Each half is judged by a model of the other.
    """
    rows = [row for row in rows if row[0].norms]
    features = Features.of([words for words, _ in rows], VIEWS)
    kept: list[tuple[Words, str]] = []
    for fold in range(FOLDS):
        taught = [i for i in range(len(rows)) if i % FOLDS != fold]
        model = LinearModel.learn(
            features.some(taught), [rows[i][1] for i in taught], learner="margins", strength=STRENGTH
        )
        judged = range(fold, len(rows), FOLDS)
        for i, scores in zip(judged, model.scores_of(features.some(judged)), strict=True):
            own = model.classes.index(rows[i][1]) if rows[i][1] in model.classes else -1
            if own < 0 or scores[own] >= scores.max() - MOST_AGAINST:
                kept.append(rows[i])
    return kept


def _words(tokens: Sequence[Token], spans: Sequence[Span]) -> Words:
    kept = evidence(tokens, spans) if spans else tokens
    return Words(norms=tuple(t.norm for t in kept), bones=())


def _own_sentences() -> list[tuple[list[Token], list[Span], str]]:
    folder = Path(__file__).parents[1] / "data"
    return [(tokenize(e.text), [], e.variety) for e in read_examples(folder) if e.variety]
