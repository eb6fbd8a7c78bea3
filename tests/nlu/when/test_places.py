"""Where an expression stands: offsets are of the original text, also when marks were taken out to read it."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlu.when import find_all

NOW = datetime(2026, 11, 18, 10, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bghit rdv ghedda m3a 10 3afak", "ghedda m3a 10"),
        ("je viens lundi prochain", "lundi prochain"),
        ("أريد موعدا غدًا صباحًا من فضلك", "غدًا صباحًا"),
        ("واش كاين فالعشرة ونص؟", "فالعشرة ونص"),
        ("né le 3/4/2025 à Fès", "le 3/4/2025"),
        ("weldi 3ndo 9 chhour daba", "weldi 3ndo 9 chhour"),
        ("👶🏽 bébé de 15jours 🤒", "bébé de 15jours"),
        ("\u200fغدا\u200f مع ١٠", "غدا\u200f مع ١٠"),
    ],
)
def test_the_place_is_of_the_original_text(text: str, expected: str) -> None:
    found = find_all(text, NOW)[0]
    assert text[found.start : found.end] == expected
