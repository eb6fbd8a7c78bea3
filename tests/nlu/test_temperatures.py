"""Temperatures: how they are written, what makes them certain, and numbers that are something else."""

from __future__ import annotations

import pytest

from nlu.gazetteer import Gazetteer
from nlu.names import all_names
from nlu.normalise import tokenize
from nlu.patterns import pattern_spans


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return all_names()


def found(gazetteer: Gazetteer, text: str) -> list[tuple[str, str, bool]]:
    tokens = tokenize(text)
    spans = pattern_spans(tokens, text, gazetteer.candidates(tokens))
    return [(s.value, text[s.start : s.end], s.exact) for s in spans if s.entity == "temperature"]


CERTAIN = [
    ("il a 38,5 de fièvre", "38.5", "38,5"),
    ("skhana 39 w nos", "39.5", "39 w nos"),
    ("السخانة 39 ونص", "39.5", "39 ونص"),
    ("حرارته 38 ونصف", "38.5", "38 ونصف"),
    ("عندها الحرارة 38 فاصلة 2 من مورا الخماسي", "38.2", "38 فاصلة 2"),
    ("elle a eu 39 et demi au thermomètre", "39.5", "39 et demi"),
    ("39°5 ce matin", "39.5", "39°5"),
    ("38 °C tout à l'heure", "38", "38"),
    ("حرارتها ٣٨٫٥", "38.5", "٣٨٫٥"),
    ("quarante de fièvre", "40", "quarante"),
    ("السخونية وصلات تسعة وتلاتين ونص", "39.5", "تسعة وتلاتين ونص"),
    ("درجة حرارته أربعون", "40", "أربعون"),
    ("fièvre à trente-neuf virgule deux", "39.2", "trente-neuf virgule deux"),
    ("هبطات لـ37 السخانة", "37", "37"),
    ("skhana 39,5 mn yumayn", "39.5", "39,5"),
]


@pytest.mark.parametrize(("text", "value", "words"), CERTAIN)
def test_certain(gazetteer: Gazetteer, text: str, value: str, words: str) -> None:
    assert found(gazetteer, text) == [(value, words, True)]


@pytest.mark.parametrize("text", ["elle a 38, le suppo ou pas encore", "et si jamais elle refait 39 après le rappel"])
def test_likely(gazetteer: Gazetteer, text: str) -> None:
    assert [exact for _, _, exact in found(gazetteer, text)] == [False]


NONE = [
    "38.7",
    "39",
    "أربعون",
    "j'ai 39 ans et de la fièvre",
    "عندي ربعين عام وفيا السخانة",
    "rue 39, fièvre",
    "fièvre, 42 kg",
    "حرارة الجو اليوم 41 في زاكورة",
    "il fait 40 dehors",
    "38 semaines de grossesse et de la fièvre",
    "fièvre depuis le 3/4, 06 38 39 40 41",
    "fièvre 45",
]


@pytest.mark.parametrize("text", NONE)
def test_none(gazetteer: Gazetteer, text: str) -> None:
    assert found(gazetteer, text) == []
