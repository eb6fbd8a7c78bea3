"""The first node of the serving graph: the incoming text as Rasa's message.

Rasa's own converter does the same and imports every chat channel of Rasa Core for it; this one keeps the NLU server
small. It takes anything that has a ``text``, Rasa's ``UserMessage`` included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

__all__ = ["Incoming", "TextConverter"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text to read; the other fields are those of Rasa's ``UserMessage`` that its converter reads."""

    text: str
    message_id: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


class TextConverter(GraphComponent):
    """See the module's text."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TextConverter:
        """Nothing to set up."""
        return cls()

    def convert_user_message(self, messages: list[Incoming]) -> list[Message]:
        """One Rasa message each."""
        return [Message(data={"text": message.text}) for message in messages]
