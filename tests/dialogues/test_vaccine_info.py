"""Questions about vaccines: each gets the sourced text of its topic."""

from __future__ import annotations

import pytest

from dialogues.vaccine_info import texts
from nlu.normalise import normal_text
from tests.dialogues.play import Play
from tests.dialogues.told import told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("c'est quoi le BCG", ["vaccine_info.for.BCG"]),
        ("3lach kaysle7 penta", ["vaccine_info.for.PENTA"]),
        ("ما فائدة لقاح الحصبة", ["vaccine_info.for.RR"]),
        ("le vaccin est obligatoire ?", ["vaccine_info.compulsory"]),
        ("wach jelba darouriya", ["vaccine_info.general"]),
        ("واش الجلبة ضرورية", ["vaccine_info.compulsory"]),
        ("bnti mrida wach t9der dir jelba", ["vaccine_info.sick"]),
        ("mon fils a de la fièvre, on peut vacciner ?", ["vaccine_info.sick"]),
        ("ولدي فيه السخانة واش يدير الجلبة", ["vaccine_info.sick"]),
        ("c'est dangereux le vaccin rougeole ?", ["vaccine_info.for.RR", "vaccine_info.safe"]),
        ("هل اللقاح آمن", ["vaccine_info.safe"]),
        ("effets secondaires du penta", ["vaccine_info.for.PENTA", "vaccine_info.after"]),
        ("c'est gratuit ?", ["vaccine_info.free"]),
        ("et le covid ?", ["vaccine_info.elsewhere"]),
        ("vaccin tétanos enceinte", ["vaccine_info.tetanus"]),
        ("parlez-moi des vaccins", ["vaccine_info.general"]),
    ],
)
def test_a_question_gets_the_text_of_its_topic(text: str, said: list[str]) -> None:
    assert Play().then(told(text, "ask_vaccine_info")).said == said


def test_every_text_has_a_source_and_every_word_is_a_normal_form() -> None:
    known = texts()
    rows = [known.general, known.elsewhere, *known.vaccines.values(), *(text for _, _, text in known.topics)]
    assert [row.message for row in rows if not row.source or row.review not in ("confirmed", "pending")] == []
    for name, words, _ in known.topics:
        assert {word for word in words if normal_text(word) != word} == set(), name
