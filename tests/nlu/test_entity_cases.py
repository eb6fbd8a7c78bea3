"""Entity cases: what counts as found, the score, and files of the wrong form."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.entity_cases import EntityCase, read_entity_cases, score_entities
from nlu.examples import VARIETIES, parse_marks
from nlu.names import canonical_values

FOLDER = Path(__file__).parent / "entities"
CASE = EntityCase(*parse_marks("[weldi](relation:son) fih [skhana](symptom)"))


def test_a_case_without_its_marks() -> None:
    assert CASE.text == "weldi fih skhana"
    assert [(m.entity, m.value, m.start, m.end) for m in CASE.marks] == [
        ("relation", "son", 0, 5),
        ("symptom", "skhana", 10, 16),
    ]


ANSWERS = [
    ([("relation", 0, 5, "son"), ("symptom", 10, 16, "fever")], (2, 0, 0)),
    ([("relation", 0, 5, "daughter"), ("symptom", 10, 16, "fever")], (1, 1, 1)),
    ([("relation", 0, 5, "son"), ("symptom", 6, 16, "fever")], (1, 1, 1)),
    ([("city", 0, 5, "son")], (0, 2, 1)),
    ([], (0, 2, 0)),
]


@pytest.mark.parametrize(("found", "counts"), ANSWERS)
def test_score(found: list[tuple[str, int, int, str]], counts: tuple[int, int, int]) -> None:
    score = score_entities([CASE], [found])
    assert (score.right, score.missed, score.wrong) == counts


def test_f1() -> None:
    score = score_entities([CASE], [ANSWERS[1][0]])
    assert score.f1 == 0.5
    assert score.by_kind == {"relation": 0.0, "symptom": 1.0}


@pytest.mark.parametrize("content", ["- a", "sentences: 3", "sentences: [{a: b}]", "words: []"])
def test_a_file_of_the_wrong_form_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "fr.yml"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=r"fr\.yml"):
        read_entity_cases(path)


@pytest.mark.parametrize("variety", VARIETIES)
def test_our_cases_ask_for_values_that_the_lists_have(variety: str) -> None:
    cases = read_entity_cases(FOLDER / f"{variety}.yml")
    values = canonical_values()
    asked = [
        (mark.entity, mark.value)
        for case in cases
        for mark in case.marks
        if mark.entity in values and mark.value != case.text[mark.start : mark.end]
    ]
    assert len(cases) >= 40
    assert [(kind, value) for kind, value in asked if value not in values[kind]] == []
