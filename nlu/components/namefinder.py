"""The gazetteers as a Rasa component: names by list; phones, temperatures and durations by pattern; people by cue.

It stands before the classifiers, which read the kinds of the names found instead of the names. Lists are taken at
training and stored in the model, so that serving needs neither the lists nor the commune register. Words that the
training sentences use in other senses (صباح is no town) are blocked: for kinds that the data marks at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.registering import component
from nlu.components.storage import read_json, write_json
from nlu.components.tokenizer import tokens_of
from nlu.gazetteer import Gazetteer, Name, Span, without_overlaps
from nlu.names import all_names
from nlu.patterns import pattern_spans

__all__ = ["NameFinder", "candidates_of", "spans_of"]

_OURS = "labas_spans"
_CANDIDATES = "labas_candidates"
# A word found by list this often where the data marks nothing, and seldom where it does, is an ordinary word.
ENOUGH_UNMARKED = 3
MOST_MARKED_SHARE = 0.3
ENOUGH_MARKS_OF_KIND = 50
BLOCKABLE = ("city", "symptom", "vaccine", "facility")


@component("MESSAGE_FEATURIZER", is_trainable=True)
class NameFinder(GraphComponent):
    """See the module's text."""

    def __init__(self, storage: ModelStorage, resource: Resource, gazetteer: Gazetteer) -> None:
        self._storage = storage
        self._resource = resource
        self.gazetteer = gazetteer

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NameFinder:
        """With the lists of the project."""
        return cls(model_storage, resource, all_names())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NameFinder:
        """With the lists stored in the model."""
        with model_storage.read_from(resource) as folder:
            stored = read_json(folder, "names")
        names = [Name(*row) for row in stored["names"]]
        return cls(model_storage, resource, Gazetteer(names, stored["blocked"]))

    def train(self, training_data: TrainingData) -> Resource:
        """Find the words to block, and store the lists."""
        blocked = self.gazetteer.blocked | ordinary_words(training_data.nlu_examples, self.gazetteer)
        self.gazetteer = Gazetteer(self.gazetteer.names, blocked)
        names = [[n.entity, n.value, n.text, n.only_in_context, n.unsure] for n in self.gazetteer.names]
        with self._storage.write_to(self._resource) as folder:
            write_json(folder, "names", {"names": names, "blocked": sorted(blocked)})
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Mark the spans in the training sentences, for the classifiers behind."""
        for message in training_data.nlu_examples:
            self._mark(message)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Mark the spans."""
        for message in messages:
            self._mark(message)
        return messages

    def _mark(self, message: Message) -> None:
        tokens = tokens_of(message)
        named = self.gazetteer.candidates(tokens)
        candidates = [*named, *pattern_spans(tokens, message.get("text") or "", named)]
        message.set(_CANDIDATES, candidates)
        message.set(_OURS, without_overlaps(candidates))


def spans_of(message: Message) -> list[Span]:
    """What the finder marked in this message."""
    return list(message.get(_OURS) or ())


def candidates_of(message: Message) -> list[Span]:
    """All that the words of this message may be by list and pattern, overlapping ones too."""
    return list(message.get(_CANDIDATES) or ())


def ordinary_words(messages: Iterable[Message], gazetteer: Gazetteer) -> set[str]:
    """Norms that the lists take for a name and the marked sentences do not."""
    marks: Counter[str] = Counter()
    marked: Counter[tuple[str, str]] = Counter()
    unmarked: Counter[tuple[str, str]] = Counter()
    for message in messages:
        tokens = tokens_of(message)
        entities = message.get("entities") or []
        marks.update(str(entity["entity"]) for entity in entities)
        for span in gazetteer.find(tokens):
            if span.first != span.last or span.entity not in BLOCKABLE:
                continue
            hit = any(e["entity"] == span.entity and e["start"] < span.end and span.start < e["end"] for e in entities)
            for word in {tokens[span.first].norm, gazetteer_word(tokens[span.first].norm)}:
                (marked if hit else unmarked)[span.entity, word] += 1
    return {
        word
        for (entity, word), count in unmarked.items()
        if marks[entity] >= ENOUGH_MARKS_OF_KIND
        and count >= ENOUGH_UNMARKED
        and marked[entity, word] <= MOST_MARKED_SHARE * (count + marked[entity, word])
    }


def gazetteer_word(norm: str) -> str:
    """The word without the Arabic article, as the lists keep it."""
    return norm[2:] if norm.startswith("ال") and len(norm) >= 5 else norm
