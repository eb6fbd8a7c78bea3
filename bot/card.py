"""A child's vaccination card, as a PDF and as a picture of it: one drawing, so that the two never differ.

Arabic is shaped by HarfBuzz and ordered by fpdf2; the font (IBM Plex Sans Arabic, SIL OFL 1.1) has Latin and Arabic.
The card helps to find one's way and says so: only the booklet proves a dose.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from datetime import date, datetime
from importlib.resources import files
from itertools import groupby
from typing import Any

from fpdf import FPDF
from PIL.Image import Dither
from pypdfium2 import PdfDocument

from bot import render
from bot.languages import Language, language
from dialogues import params as p
from dialogues.calculators.vaccine_schedule import DoseRow
from dialogues.facts import ChildFact
from dialogues.vaccines import a_dose, outlook_of, visit_words

# fpdf2 reports every step of cutting the font down at INFO.
logging.getLogger("fontTools").setLevel(logging.WARNING)

_FONTS = files("fontpkg_ibm_plex_sans_arabic") / "files"
# All in millimetres.
WIDTH, MARGIN, LINE, HEAD, FOOT = 148.0, 10.0, 6.4, 46.0, 24.0
_COLUMNS = (56.0, 34.0, 38.0)
# Pixels for each point of the PDF: sharp on a phone, small to send.
SCALE = 2.2
COLOURS = 48
_INK, _PALE, _GREEN, _BAND = (30, 30, 30), (110, 110, 110), (0, 110, 70), (236, 244, 240)
_STATES = {"invalid": "card.invalid", "too_late": "card.too_late", "not_needed": "card.not_needed"}


def card_pdf(child: ChildFact, code: str, now: datetime) -> bytes:
    """The card in a language, as it stands on the day of ``now`` (wall time)."""
    return _Card(child, language(code), now).drawn()


def card_picture(child: ChildFact, code: str, now: datetime) -> bytes:
    """The same as a PNG."""
    document = PdfDocument(card_pdf(child, code, now))
    try:
        picture = document[0].render(scale=SCALE).to_pil().quantize(COLOURS, dither=Dither.NONE)
    finally:
        document.close()
    held = io.BytesIO()
    picture.save(held, "PNG", optimize=True)
    return held.getvalue()


class _Card:
    """One page, as long as its lines; in right-to-left languages everything stands mirrored."""

    def __init__(self, child: ChildFact, row: Language, now: datetime) -> None:
        self._child, self._row, self._now = child, row, now
        look = outlook_of(child, now.date())
        self._rows: Sequence[DoseRow] = look.seen.doses if look else ()
        visits = len({one.visit for one in self._rows}) if look else 1
        height = HEAD + FOOT + LINE * (visits + (len(self._rows) or len(child.doses)))
        self._pdf = FPDF(unit="mm", format=(WIDTH, height))
        self._pdf.set_auto_page_break(False)
        self._pdf.add_page()
        for style, name in (("", "Regular"), ("B", "Bold")):
            self._pdf.add_font("plex", style, str(_FONTS / f"IBMPlexSansArabic-{name}.ttf"))
        self._pdf.set_text_shaping(True, direction="rtl" if row.right_to_left else "ltr")
        self._pdf.set_creation_date(now)
        self._height = height

    def drawn(self) -> bytes:
        y = self._header()
        if self._rows:
            for visit, rows in groupby(self._rows, key=lambda one: one.visit):
                y = self._band(y, self._words(visit_words(visit)))
                for one in rows:
                    y = self._dose(y, one)
        else:
            y = self._as_told(y)
        self._footer()
        return bytes(self._pdf.output())

    def _header(self) -> float:
        child = self._child
        self._write(MARGIN, 8, 128, self._say("card.title"), size=11, color=_PALE)
        self._write(MARGIN, 15, 128, child.name, size=18, bold=True)
        self._write(MARGIN, 24, 128, self._say("card.born", birth=p.a_date(child.birth)), size=10)
        if child.facility is not None:
            name = child.facility.name_ar if self._row.right_to_left else child.facility.name_fr
            self._write(MARGIN, 30, 128, name, size=9, color=_PALE)
        x = MARGIN
        for width, message in zip(_COLUMNS, ("card.vaccine", "card.given", "card.due"), strict=True):
            self._write(x, 38, width, self._say(message), size=9, color=_PALE)
            x += width
        return HEAD

    def _band(self, y: float, words: str) -> float:
        self._pdf.set_fill_color(*_BAND)
        self._pdf.rect(MARGIN, y, WIDTH - 2 * MARGIN, LINE, style="F")
        self._write(MARGIN + 1, y, 100, words, size=9, bold=True)
        return y + LINE

    def _dose(self, y: float, one: DoseRow) -> float:
        message, params = a_dose(one.dose)
        is_given = one.given is not None
        self._write(MARGIN + 1, y, _COLUMNS[0], self._say(message, **params), bold=is_given)
        if one.given is not None:
            color = _GREEN if one.state == "given" else _INK
            self._write(MARGIN + _COLUMNS[0], y, _COLUMNS[1], _numbers(one.given), bold=True, color=color)
        if one.state in _STATES:
            self._write(MARGIN + sum(_COLUMNS[:2]), y, _COLUMNS[2], self._say(_STATES[one.state]), color=_PALE)
        elif not is_given:
            self._write(MARGIN + sum(_COLUMNS[:2]), y, _COLUMNS[2], _numbers(one.due))
        return y + LINE

    def _as_told(self, y: float) -> float:
        """Doses that the calendar cannot put in order: only what was told."""
        for dose in self._child.doses:
            self._write(MARGIN + 1, y, _COLUMNS[0], self._say(f"vaccine.{dose.antigen}"), bold=True)
            self._write(MARGIN + _COLUMNS[0], y, _COLUMNS[1], _numbers(dose.given_on), bold=True)
            y += LINE
        return y

    def _footer(self) -> None:
        self._write(MARGIN, self._height - 18, 128, self._say("card.note"), size=8.5, bold=True)
        made = self._say("card.made", day=p.a_date(self._now.date()))
        self._write(MARGIN, self._height - 11, 128, f"{made} — Labas", size=8, color=_PALE)

    def _say(self, message: str, **params: Any) -> str:
        return render.text(message, params, self._row.code, self._now)

    def _words(self, param: p.Param) -> str:
        return self._say(str(param["value"]), **param["params"])

    def _write(
        self, x: float, y: float, width: float, words: str, *, size: float = 10, bold: bool = False,
        color: tuple[int, int, int] = _INK,
    ) -> None:  # fmt: skip
        """One line in its place; a text that is too wide for it is made smaller."""
        mirrored = self._row.right_to_left
        self._pdf.set_text_color(*color)
        words = render.clean(words)
        self._pdf.set_font("plex", "B" if bold else "", size)
        needed = self._pdf.get_string_width(words)
        if needed > width - 2:
            self._pdf.set_font_size(max(5.0, size * (width - 2) / needed))
        self._pdf.set_xy(WIDTH - x - width if mirrored else x, y)
        self._pdf.cell(width, LINE, words, align="R" if mirrored else "L")


def _numbers(day: date) -> str:
    """24/09/2026, read the same in every language."""
    return day.strftime("%d/%m/%Y")
