"""Turns a message's tokens and the names found in it into the views that the linear models read.

In the ``classes`` view a name is replaced by its kind (so that a town never seen counts as a town) and a figure by its
shape; the message's edges are marked, so that "only a town" can be told from "a town in a sentence".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.components.features import Words
from nlu.concepts import Concepts
from nlu.gazetteer import Span
from nlu.normalise import Token

__all__ = ["figure_class", "words_of"]

_FIGURES = (
    ("<phone>", re.compile(r"^(?:00)?(?:212|0)[5-7]\d{8}$|^0[5-7]$")),
    ("<clock>", re.compile(r"^\d{1,2}(?:h\d{0,2}|:\d{2})(?:mn|min)?$")),
    ("<date>", re.compile(r"^\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?$")),
    ("<year>", re.compile(r"^(?:19|20)\d{2}$")),
    ("<small>", re.compile(r"^\d{1,2}$")),
    ("<number>", re.compile(r"^\d[\d.,:/]*$")),
)


def figure_class(norm: str) -> str | None:
    """The class of a figure, or None for a word."""
    if not norm[:1].isdigit():
        return None
    return next((name for name, pattern in _FIGURES if pattern.match(norm)), None)


def words_of(tokens: Sequence[Token], spans: Sequence[Span] = (), concepts: Concepts | None = None) -> Words:
    """The views of one message; without a lexicon it has no concepts."""
    covering = {i: span for span in spans for i in range(span.first, span.last + 1)}
    classes: list[str] = ["^"]
    for i, token in enumerate(tokens):
        span = covering.get(i)
        if span is None:
            classes.append(figure_class(token.norm) or token.skeleton)
        elif span.first == i:
            classes.append(f"<{span.entity}>")
    classes.append("$")
    return Words(
        norms=tuple(token.norm for token in tokens),
        bones=tuple(token.skeleton for token in tokens),
        classes=tuple(classes),
        concepts=concepts.sequence(tokens) if concepts is not None else (),
    )
