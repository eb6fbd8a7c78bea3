"""What the scripted reader of the web's tests makes of a text, in French and Darija; others are not understood."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime

from dialogues.reading import Reading
from tests.dialogues.world import a_reading

FRENCH = {
    "Bonjour": a_reading("Bonjour", "greet", variety="fr"),
    "Je veux un rendez-vous chez le dentiste": a_reading(
        "Je veux un rendez-vous chez le dentiste", "book_appointment", service="dentistry", variety="fr"
    ),
    "Rabat": a_reading("Rabat", "inform", city="Rabat"),
    "jeudi à 10h": a_reading("jeudi à 10h", "inform", day="2026-11-26", time="10:00", variety="fr"),
    "oui": a_reading("oui", cues="yes", variety="fr"),
    "Fatima": a_reading("Fatima", "inform", person_name="Fatima"),
    "urgence": a_reading(
        "urgence", "report_emergency", variety="fr", danger=("x",), danger_kinds=frozenset({"medical"})
    ),
    "poison": a_reading("poison", "report_emergency", variety="fr", danger=("x",), danger_kinds=frozenset({"poison"})),
    "efface mes données": a_reading("efface mes données", "delete_my_data", variety="fr"),
    "mes données": a_reading("mes données", "export_my_data", variety="fr"),
    "mes rendez-vous": a_reading("mes rendez-vous", "check_appointment", variety="fr"),
    "Où est le centre de santé le plus proche ?": a_reading(
        "Où est le centre de santé le plus proche ?", "find_facility", variety="fr"
    ),
}
ARABIC = {
    "السلام عليكم": a_reading("السلام عليكم", "greet", variety="ary"),
    "بغيت موعد عند طبيب السنان": a_reading(
        "بغيت موعد عند طبيب السنان", "book_appointment", service="dentistry", variety="ary"
    ),
    "الرباط": a_reading("الرباط", "inform", city="الرباط"),
    "فاطمة": a_reading("فاطمة", "inform", person_name="فاطمة"),
    "واخا": a_reading("واخا", cues="yes", variety="ary"),
    "عاونوني": a_reading(
        "عاونوني", "report_emergency", variety="ary", danger=("x",), danger_kinds=frozenset({"medical"})
    ),
}
# How somebody who wants an appointment answers each question ("#1" taps the first button), in French and in Darija.
# By question, not by turn: which questions are asked is the dialogues' own affair.
ANSWERS = {
    "place.ask_town": "Rabat", "place.ask_facility": "#1", "booking.ask_day": "#2", "booking.ask_slot": "#2",
    "consent.ask_appointments": "#1", "booking.ask_name": "Fatima", "booking.confirm_named": "#1",
}  # fmt: skip
ARABIC_ANSWERS = {**ANSWERS, "place.ask_town": "الرباط", "booking.ask_name": "فاطمة"}
MOST_QUESTIONS = 10

READINGS: dict[str, Reading] = {**FRENCH, **ARABIC}


@dataclass
class Scripted:
    """Reads by table. ``slow`` seconds pass before each reading."""

    slow: float = 0.0
    seen: list[str] = field(default_factory=list)

    async def read(self, text: str, now: datetime) -> Reading:
        self.seen.append(text)
        if self.slow:
            await asyncio.sleep(self.slow)
        return READINGS.get(text.strip(), replace(a_reading(text[:1000]), variety=None, truncated=len(text) > 1000))
