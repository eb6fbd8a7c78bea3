"""The catalogue of intents is the same everywhere: in the router, in the examples, and in the words for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.render import message_ids
from dialogues.reading import VARIETIES
from dialogues.routes import ROUTES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("variety", VARIETIES)
def test_each_intent_has_examples_in_each_variety_and_a_row_in_the_router(variety: str) -> None:
    assert {path.stem for path in (ROOT / "nlu" / "data" / variety).glob("*.yml")} == set(ROUTES)


def test_each_intent_can_be_named_to_a_person() -> None:
    never_asked_back = {"affirm", "deny", "inform", "out_of_scope"}
    assert {f"intent.{name}" for name in ROUTES if name not in never_asked_back} <= message_ids("fr")


def test_there_are_thirty_nine() -> None:
    assert len(ROUTES) == 39
