"""Entities: the names found by list and pattern, joined with what a small sequence model has learnt from the data.

The lists give canonical values and know every commune; the sequence model (a CRF, trained in seconds, its bytes kept in
the model) finds what no list has: people's names, unlisted quarters, complaints in other words, and entity kinds of a
data set of one's own. A near spelling from the lists, or a word with other senses too, counts only where the sequence
model agrees that a name stands there; an exact one always counts.
"""

# ruff: noqa: PLC0415 - scikit-learn and its like are imported where they train; serving must not load them.

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.namefinder import candidates_of, spans_of
from nlu.components.registering import component
from nlu.components.tokenizer import tokens_of
from nlu.gazetteer import Span, without_overlaps
from nlu.normalise import Token
from nlu.progress import report
from nlu.words import figure_class

__all__ = ["EntityTagger"]

FILE = "tagger.crfsuite"
OUTSIDE = "O"
# Kinds that have a form: the sequence model only agrees with what was found by it.
BY_FORM = frozenset({"phone", "temperature"})
# Kinds that are often a part of what others name: "tbib d rkabi", "dwa d sokkar"; alone a body part may be a service
# too ("rdv d snan").
YIELDS_TO = {"body_part": frozenset({"service"}), "symptom": frozenset({"medicine", "service"})}


@component("ENTITY_EXTRACTOR", is_trainable=True)
class EntityTagger(GraphComponent):
    """See the module's text."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, content: bytes = b"") -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        # The tagger reads these bytes in place and does not own them: they must live as long as it does.
        self._content = content
        self._tagger = _open(content) if content else None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``rounds``: passes over the data; ``least_marks``: with fewer marked sentences nothing is trained."""
        return {"rounds": 8, "least_marks": 20}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityTagger:
        """Untrained."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntityTagger:
        """From the model; without a sequence model if none was trained."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, (folder / FILE).read_bytes())

    def train(self, training_data: TrainingData) -> Resource:
        """Train the sequence model on the marked sentences."""
        import pycrfsuite

        messages = [m for m in training_data.nlu_examples if m.get("text")]
        content = b""
        report("entities", 0.0)
        if sum(bool(m.get("entities")) for m in messages) >= int(self._config["least_marks"]):
            trainer = pycrfsuite.Trainer(algorithm="ap", verbose=False)
            trainer.set("max_iterations", int(self._config["rounds"]))
            for message in messages:
                tokens = tokens_of(message)
                if tokens:
                    labels = label_tokens(tokens, message.get("entities") or [])
                    trainer.append(token_features(tokens, spans_of(message)), labels)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / FILE
                trainer.train(str(path))
                content = path.read_bytes()
        with self._storage.write_to(self._resource) as folder_path:
            (folder_path / FILE).write_bytes(content)
        report("entities", 1.0)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``entities``: dicts of entity, value, text, start, end, in text order."""
        for message in messages:
            text = message.get("text") or ""
            tokens = tokens_of(message)
            spans = self._spans(tokens, spans_of(message), candidates_of(message)) if tokens else []
            entities = [
                {
                    "entity": span.entity,
                    "value": span.value or text[span.start : span.end],
                    "text": text[span.start : span.end],
                    "start": span.start,
                    "end": span.end,
                }
                for span in spans
            ]
            message.set("entities", entities, add_to_output=True)
        return messages

    def _spans(self, tokens: Sequence[Token], listed: Sequence[Span], candidates: Sequence[Span]) -> list[Span]:
        if self._tagger is None:
            return list(listed)
        learnt = spans_from(tokens, self._tagger.tag(token_features(tokens, listed)))
        return join(listed, learnt, candidates)


def _open(content: bytes) -> Any:
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(content)
    return tagger


def join(listed: Sequence[Span], learnt: Sequence[Span], candidates: Sequence[Span] = ()) -> list[Span]:
    """Both kinds of spans as one; a learnt span takes the canonical value of a listed one of its kind inside it.

    ``candidates``: what the lists could make of the words besides ``listed``: "7boub" is pimples, and also pills.
    """
    kept = [s for s in listed if s.exact or any(_overlap(s, o) and s.entity == o.entity for o in learnt)]
    merged: list[Span] = list(kept)
    for span in learnt:
        inside = [s for s in merged if _overlap(s, span)]
        same = next((s for s in inside if s.entity == span.entity), None)
        if same is not None:
            if span.entity not in BY_FORM and _size(span) > _size(same):
                merged.append(replace(span, value=same.value))
            continue
        if not all(_yields(s, span) for s in inside):
            continue
        known = max((c for c in candidates if c.entity == span.entity and _overlap(c, span)), key=_size, default=None)
        if known is None and span.entity in BY_FORM:
            continue
        merged = [s for s in merged if s not in inside]
        if known is not None and (span.entity in BY_FORM or _size(known) > _size(span)):
            merged.append(replace(known, hidden=False))
        else:
            merged.append(replace(span, value=known.value if known is not None else ""))
    return without_overlaps(merged)


def _yields(listed: Span, learnt: Span) -> bool:
    """Whether a listed name is only a part of what the model takes for one thing."""
    covered = learnt.first <= listed.first and listed.last <= learnt.last
    if not covered or learnt.entity not in YIELDS_TO.get(listed.entity, ()):
        return False
    return _size(learnt) > _size(listed) or learnt.entity == "service"


def _size(span: Span) -> int:
    return span.last - span.first


def _overlap(one: Span, other: Span) -> bool:
    return one.first <= other.last and other.first <= one.last


def label_tokens(tokens: Sequence[Token], entities: Sequence[dict[str, Any]]) -> list[str]:
    """One label a token: B, B1 or B2 (letters of a joined preposition before the name), I, or O."""
    labels = [OUTSIDE] * len(tokens)
    for entity in entities:
        begun = False
        for i, token in enumerate(tokens):
            if token.start < entity["end"] and entity["start"] < token.end:
                cut = min(max(entity["start"] - token.start, 0), 2)
                labels[i] = f"I-{entity['entity']}" if begun else f"B{cut or ''}-{entity['entity']}"
                begun = True
    return labels


def spans_from(tokens: Sequence[Token], labels: Sequence[str]) -> list[Span]:
    """The spans that labels describe; a stray I begins a span."""
    spans: list[Span] = []
    first, kind, cut = -1, "", 0

    def close(last: int) -> None:
        if first >= 0:
            start = tokens[first].start + min(cut, len(tokens[first].text) - 1)
            spans.append(Span(kind, "", "", start, tokens[last].end, first, last, exact=False))

    for i, label in enumerate(labels):
        head, _, entity = label.partition("-")
        if head == "I" and first >= 0 and entity == kind:
            continue
        close(i - 1)
        first = -1
        if head != OUTSIDE:
            first, kind, cut = i, entity, int(head[1:] or 0) if head.startswith("B") else 0
    close(len(tokens) - 1)
    return spans


def token_features(tokens: Sequence[Token], spans: Sequence[Span]) -> list[list[str]]:
    """What the sequence model sees of each token: its views, its edges, its neighbours, what the lists say."""
    listed = {}
    for span in spans:
        for i in range(span.first, span.last + 1):
            listed[i] = f"{'B' if i == span.first else 'I'}-{span.entity}{'' if span.exact else '?'}"
    basics = []
    for i, token in enumerate(tokens):
        figure = figure_class(token.norm)
        basics.append((figure or token.norm, figure or token.skeleton, listed.get(i, "-")))
    rows = []
    for i, token in enumerate(tokens):
        word, bones, kind = basics[i]
        row = ["1", f"w={word}", f"b={bones}", f"k={kind}", f"s={word[-3:]}", f"p={word[:2]}", f"p3={word[:3]}"]
        if token.text[:1].isupper():
            row.append("cap")
        for step in (-2, -1, 1, 2):
            at = i + step
            if 0 <= at < len(tokens):
                row += [f"b{step}={basics[at][1]}", f"k{step}={basics[at][2]}"]
            elif abs(step) == 1:
                row.append(f"edge{step}")
        if i:
            row.append(f"b-1|0={basics[i - 1][1]}|{bones}")
        if i == 0 and len(tokens) <= 3:
            row.append("short")
        rows.append(row)
    return rows
