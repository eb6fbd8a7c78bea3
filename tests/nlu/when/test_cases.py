"""The tables in ``cases/``: what messages in every variety mean, one row a message, readable as documentation.

An expectation is the answer in short: ``date 2026-11-19``, ``datetime 2026-11-19 10:00``, ``part morning 2026-11-19``,
``range 2026-11-23 2026-11-29``, ``age age_months=9``, ``duration duration_days=3``, ``none``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu.when import read, read_all

_CASES = Path(__file__).parent / "cases"


def _rows() -> Iterator[Any]:
    for path in sorted(_CASES.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")):
            now = datetime.fromisoformat(block["now"])
            for text, expected in block["cases"]:
                yield pytest.param(now, text, expected, id=f"{path.stem}: {text}")


def _short(value: dict[str, Any]) -> str:
    words = [value["kind"]]
    for key, field in value.items():
        if key.startswith(("age_", "duration_")):
            words.append(f"{key}={field}")
        elif key != "kind":
            words.append(str(field))
    return " ".join(words)


@pytest.mark.parametrize(("now", "text", "expected"), list(_rows()))
def test_a_message_means(now: datetime, text: str, expected: str) -> None:
    assert _short(read(text, now)) == expected


NOW = datetime(2026, 11, 18, 10, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/5/2024", "birthdate 2024-05-12"),
        ("12/5/24", "birthdate 2024-05-12"),
        ("5 ghocht", "birthdate 2026-08-05"),
        ("le 20 novembre", "birthdate 2025-11-20"),
        ("lbare7", "birthdate 2026-11-17"),
        ("nhar jem3a", "birthdate 2026-11-13"),
        ("3/4/98", "birthdate 1998-04-03"),
        ("نهار 12 مارس", "birthdate 2026-03-12"),
        ("3 semaines", "age age_days=21"),
        ("15 jours", "age age_days=15"),
        ("hadi 3 iyyam", "age age_days=3"),
        ("9 chhour", "age age_months=9"),
        ("عامين", "age age_years=2"),
        ("mars 2025", "range 2025-03-01 2025-03-31"),
    ],
)
def test_after_a_question_about_a_birth_dates_are_past_and_spans_are_ages(text: str, expected: str) -> None:
    assert _short(read(text, NOW, expecting="birth")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "weldi 3ndo 9 chhour, skhana hadi 3 iyyam, bghit rdv ghedda",
            ["date 2026-11-19", "age age_months=9", "duration duration_days=3"],
        ),
        ("lundi ou mardi", ["date 2026-11-23", "date 2026-11-24"]),
        ("non pas lundi, mardi", ["date 2026-11-24", "date 2026-11-23"]),
        ("demain à 9h ou à 11h", ["datetime 2026-11-19 09:00", "datetime 2026-11-19 11:00"]),
        ("had simana f sbah", ["range 2026-11-16 2026-11-22", "part morning"]),
        ("ghedda, ghedda", ["date 2026-11-19"]),
        ("salam", []),
        ("", []),
    ],
)
def test_all_expressions_come_most_useful_first(text: str, expected: list[str]) -> None:
    assert [_short(value) for value in read_all(text, NOW)] == expected
