"""What a message complains of by its words alone, and what it does not."""

from __future__ import annotations

from datetime import datetime

import pytest

from dialogues.triage.naming import leads_in, symptoms_in
from tests.dialogues.triage.listening import read

NOW = datetime(2026, 11, 24, 9, 0)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("derssi kayderrni", {"toothache"}), ("ضرستي كتوجعني", {"toothache"}), ("أسناني تؤلمني", {"toothache"}),
        ("kandoukh mli kannoud", {"dizziness"}), ("j'ai le vertige", {"dizziness"}), ("أشعر بدوار", {"dizziness"}),
        ("ça brûle quand j'urine", {"burning_urine"}), ("كنبول بزاف وكيحرقني", {"burning_urine"}),
        ("un chien m'a mordu au bras", {"dog_bite"}), ("mech dyal zen9a khebchni", {"dog_bite"}),
        ("je me suis brûlé avec de l'eau chaude", {"burn"}), ("تحرقت بالما سخون", {"burn"}),
        ("mon bébé brûle de fièvre", {"fever"}), ("ماشي السخانة", set()),
        ("il tousse mais pas de fièvre", {"cough"}), ("kayk7eb walakin ma fihch skhana", {"cough"}),
        ("j'ai mal à la poitrine quand je tousse", {"chest_pain"}), ("صدري كيضرني ملي كنكحب", {"chest_pain"}),
        ("weldi ta7 mn namousiya", {"fall_or_blow"}), ("je suis tombée enceinte", set()),
        ("la fièvre est tombée", {"fever"}), ("il fait chaud", set()),
        ("صفرو", set()), ("les boutons ne marchent pas chez moi", {"rash"}),
        ("bonjour", set()), ("rdv dentiste", set()), ("شكرا", set()),
    ],
)  # fmt: skip
def test_a_complaint_by_its_words(text: str, codes: set[str]) -> None:
    assert symptoms_in(read(text, NOW)) == codes


def test_what_has_no_code_leads_to_the_general_protocol() -> None:
    assert leads_in(read("je perds mes cheveux", NOW)) == {"something_else"}
    assert leads_in(read("mes cheveux sont longs", NOW)) == frozenset()
