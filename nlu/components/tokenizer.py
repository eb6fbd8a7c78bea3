"""Splits a message with ``nlu.normalise`` and gives each Rasa token its norm and, as lemma, its skeleton."""

from __future__ import annotations

from typing import Any

from rasa.nlu.tokenizers.tokenizer import Token as RasaToken
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.components.registering import component
from nlu.normalise import Token, tokenize

__all__ = ["NormTokenizer", "tokens_of"]

_OURS = "labas_tokens"


@component("MESSAGE_TOKENIZER", is_trainable=False)
class NormTokenizer(Tokenizer):
    """Rasa's tokenizer interface over our normaliser; offsets point into the original text."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's settings, with which intents stay whole."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[RasaToken]:
        """The tokens of one attribute; those of the text are also kept in our own form."""
        tokens = tokenize(message.get(attribute))
        if attribute == "text":
            message.set(_OURS, tokens)
        return [
            RasaToken(token.text, token.start, token.end, data={"norm": token.norm}, lemma=token.skeleton)
            for token in tokens
        ]


def tokens_of(message: Message) -> list[Token]:
    """The message's tokens in our form."""
    found = message.get(_OURS)
    if found is None:
        found = tokenize(message.get("text") or "")
        message.set(_OURS, found)
    return list(found)
