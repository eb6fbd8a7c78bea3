"""The vaccination card: what it says, in which direction, in letters that join, within what a channel carries."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps
from pypdfium2 import PdfDocument

from bot.card import SCALE, card_pdf, card_picture
from bot.documents import document
from bot.languages import LANGUAGES
from bot.messages import Document
from dialogues.effects import GiveConsent, RecordDose, RegisterChild
from dialogues.facts import ChildFact
from store.perform import perform
from tests.bot.shell import shell
from tests.dialogues.world import FACILITIES, a_child

NOW = datetime(2026, 11, 24, 9, 0)
BORN = "HB@2026-09-24 BCG@2026-09-26 VPO-0@2026-09-26 PENTA@2026-10-20 VPC@2026-11-24"
POINTS_A_MM = 72 / 25.4


def child(**fields: Any) -> ChildFact:
    return a_child(**{"doses": BORN, "facility": FACILITIES[1], **fields})


def words_of(pdf: bytes) -> str:
    opened = PdfDocument(pdf)
    page = opened[0]
    assert len(opened) == 1
    return str(page.get_textpage().get_text_range())


def ink(picture: bytes, top: float, bottom: float) -> tuple[int, int]:
    """First and last dark column between two heights in millimetres, and the picture's own width to compare with."""
    image = ImageOps.invert(Image.open(io.BytesIO(picture)).convert("L"))
    scale = POINTS_A_MM * SCALE
    box = image.crop((0, int(top * scale), image.width, int(bottom * scale))).point(lambda v: 255 * (v > 120)).getbbox()
    assert box is not None
    return box[0], image.width - box[2]


def test_it_says_who_what_was_given_and_what_is_due() -> None:
    said = words_of(card_pdf(child(), "fr", NOW))
    for words in ("Salma", "24 septembre 2026", "Centre Yacoub", "BCG", "26/09/2026", "24/12/2026", "20/10/2026"):
        assert words in said
    assert "à montrer" in said
    assert "seul le carnet" in said


@pytest.mark.parametrize("code", sorted(LANGUAGES))
@pytest.mark.parametrize(
    "fields",
    [
        {}, {"name": "سلمى الإدريسي"}, {"name": "Fatima-Zahra Bensouda El Idrissi " * 2}, {"doses": ""},
        {"birth": date(2015, 1, 1), "sex": "m", "doses": "PENTA@2015-03-01 PENTA@2015-03-02 RR@2016-01-01"},
        {"doses": "PENTA@2025-01-01"}, {"name": "\u202eevil\u2066"}, {"facility": None},
    ],
)  # fmt: skip
def test_it_can_be_drawn_of_any_child_in_any_language(code: str, fields: dict[str, Any]) -> None:
    picture = card_picture(child(**fields), code, NOW)
    opened = Image.open(io.BytesIO(picture))
    assert opened.format == "PNG"
    assert len(picture) < 300_000
    left, right = ink(picture, 14, 23)
    assert (right <= left) if LANGUAGES[code].right_to_left else (left <= right)
    assert min(left, right) > 5


def test_arabic_letters_join() -> None:
    joined, apart = (card_picture(child(name=name), "ar", NOW) for name in ("سلمى", "س\u200cل\u200cم\u200cى"))
    assert ink(joined, 14, 23)[0] > ink(apart, 14, 23)[0] + 4


def test_the_same_day_gives_the_same_card() -> None:
    assert card_picture(child(), "ary", NOW) == card_picture(child(), "ary", NOW)


def test_only_the_childs_own_family_gets_it(tmp_path: Path) -> None:
    with shell(tmp_path) as played:
        played.say("rdv", who="fatima")
        played.say("rdv", who="other")
        store, now = played.app.store, played.moment[0]

        def registered(session: Any) -> str:
            made = perform(
                session,
                [
                    GiveConsent("reminders", True, "1"), RegisterChild("Salma", date(2026, 9, 24), "f"),
                    RecordDose("new", "BCG", None, date(2026, 9, 26)),
                ],
                actor="person", person_id=people["fatima"][0], address_id=people["fatima"][1], now=now, language="fr",
            )  # fmt: skip
            return str(made.children[0])

        people = {who: store.run(lambda session, who=who: _person(session, who, now)) for who in ("fatima", "other")}
        child_id = store.run(registered)

        def sent(reference: str, who: str) -> Document | None:
            return store.run(lambda session: document(store, session, reference, people[who][0], "fr", now))

        for kind, name in (("card", "vaccination.pdf"), ("card-picture", "vaccination.png")):
            assert sent(f"{kind}:{child_id}", "other") is None
            mine = sent(f"{kind}:{child_id}", "fatima")
            assert mine is not None
            assert mine.name == name


def _person(session: Any, who: str, now: datetime) -> tuple[str, str]:
    from store import people

    found = people.find_or_create(session, "terminal", who, now)
    return found.person_id, found.address_id
