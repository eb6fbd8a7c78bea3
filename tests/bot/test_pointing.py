"""Words typed instead of a tap: the button that they name, or none."""

from __future__ import annotations

import pytest

from bot.pointing import pointed

CHOICES = [
    {"id": "face", "label": "visage ou lèvres"},
    {"id": "leg", "label": "une seule jambe"},
    {"id": "feet", "label": "les deux pieds ou mains"},
    {"id": "fem", "label": "الفم ولا العنق"},
    {"id": "dem", "label": "dem bzaf"},
    {"id": "none", "label": "pas de piqûre"},
]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("au visage", "face"), ("les lèvres", "face"), ("la jambe", "leg"), ("mes pieds", "feet"), ("الفم", "fem"),
        ("dem", "dem"), ("pas de piqûre", "none"), ("piqûre", None), ("la jambe et les pieds", None),
        ("pas au visage", None), ("je ne sais pas", None), ("oui", None), ("demain à dix heures", None), ("", None),
        ("c'est au visage depuis hier soir et ça me gratte vraiment beaucoup", None),
    ],
)  # fmt: skip
def test_the_button_that_is_named(text: str, meant: str | None) -> None:
    assert pointed(text, CHOICES) == meant
