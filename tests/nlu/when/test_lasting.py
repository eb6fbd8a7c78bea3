"""Durations as ISO 8601, in the unit said: what says that something has lasted, what only may, what is none."""

from __future__ import annotations

import pytest

from nlu.normalise import tokenize
from nlu.when.lasting import lasting_in


def found(text: str) -> list[tuple[str, str, bool]]:
    return [(one.value, text[one.start : one.end], one.said) for one in lasting_in(text, tokenize(text))]


SAID = [
    ("mn 3 iyam", "P3D", "3 iyam"),
    ("toux depuis deux semaines", "P2W", "deux semaines"),
    ("من يومين وهو كيكحب", "P2D", "يومين"),
    ("hadi simana", "P1W", "simana"),
    ("منذ أسبوع", "P1W", "أسبوع"),
    ("منذ سنة ونصف", "P1Y6M", "سنة ونصف"),
    ("depuis une heure et demie", "PT1H30M", "une heure et demie"),
    ("mn nss sa3a", "PT30M", "nss sa3a"),
    ("ça fait dix minutes", "PT10M", "dix minutes"),
    ("il y a 3 ans", "P3Y", "3 ans"),
    ("yumayn hadi", "P2D", "yumayn"),
    ("mn chher", "P1M", "chher"),
    ("depuis une quinzaine", "P15D", "une quinzaine"),
    ("mn jouj simanat, 3ndi skhana", "P2W", "jouj simanat"),
]


@pytest.mark.parametrize(("text", "value", "words"), SAID)
def test_said(text: str, value: str, words: str) -> None:
    assert found(text) == [(value, words, True)]


MAY = [
    ("toux sèche 5 jours", "P5D", "5 jours"),
    ("تلت أيام", "P3D", "تلت أيام"),
    ("قبل أسبوع", "P1W", "أسبوع"),
    ("fatna b chehrayn", "P2M", "chehrayn"),
    ("تعطلنا بشهرين", "P2M", "شهرين"),
    ("vaccin de 9 mois", "P9M", "9 mois"),
]


@pytest.mark.parametrize(("text", "value", "words"), MAY)
def test_may_be(text: str, value: str, words: str) -> None:
    assert found(text) == [(value, words, False)]


def test_hadi_belongs_to_the_amount_behind_it() -> None:
    assert found("dar jelba d 9 chhour hadi tlt iyam") == [("P9M", "9 chhour", False), ("P3D", "tlt iyam", True)]


NONE = [
    "weldi 3ndo 9 chhour",
    "elle a 3 mois",
    "عندي أربعين عام",
    "dans deux semaines",
    "mn daba 5 iyam",
    "بعد ثلاثة أيام",
    "rdv à 10h30 le 12 mars",
    "toutes les 6 heures",
    "kol 8 swaye3",
    "الموعد مع 10 ونص",
    "lundi prochain",
    "",
]


@pytest.mark.parametrize("text", NONE)
def test_none(text: str) -> None:
    assert found(text) == []
