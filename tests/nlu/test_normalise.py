"""Words that people spell in many ways come out as one: the norm, the skeleton, the tokens."""

from __future__ import annotations

import pytest

from nlu.normalise import fold_digits, normal_form, normal_text, skeleton, tokenize

NORMS = [
    ("أريد", "اريد"),
    ("إلى", "الي"),
    ("مُوَعِدٌ", "موعد"),
    ("بغيييييت", "بغيت"),
    ("bghiiiit", "bghit"),
    ("Décaler", "decaler"),
    ("2main", "demain"),
    ("٢٠٢٦", "2026"),
    ("ڭاليا", "كاليا"),
    ("القابلة", "القابله"),
    ("RDV", "rdv"),
    ("cœur", "coeur"),
    ("ـــ", ""),
]


@pytest.mark.parametrize(("word", "norm"), NORMS)
def test_norm(word: str, norm: str) -> None:
    assert normal_form(word) == norm


TWINS = [
    ("بغيت", "bghit"),
    ("عندي", "3ndi"),
    ("السخانة", "skhana"),
    ("طبيب", "tbib"),
    ("ttbib", "tbib"),
    ("خاصني", "khassni"),
    ("خاصني", "5asni"),
    ("قلبي", "9elbi"),
    ("موعد", "maw3id"),
    ("الحمل", "l7ml"),
]


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_both_scripts_meet_in_the_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


def test_tokens_point_into_the_original_text() -> None:
    text = "Bghit l'hôpital, ghedda 10h30 😀 بغيتُ 38,5!"
    tokens = tokenize(text)
    assert [text[t.start : t.end] for t in tokens] == [t.text for t in tokens]
    assert [t.norm for t in tokens] == ["bghit", "l", "hopital", "ghedda", "10h30", "بغيت", "38,5"]


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "\x00\x01", "؟!", "ـــ", "\ud800"])
def test_texts_without_words(text: str) -> None:
    assert tokenize(text) == []
    assert normal_text(text) == ""


def test_digits_keep_their_places() -> None:
    assert fold_digits("في ١٢/٠٣") == "في 12/03"
