"""The languages of replies: one row each. A variety that people write (nlu) is answered by the row with its code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """``code`` is the variety; ``folder`` its catalogue; ``formats`` the Babel locale of dates and numbers.

    Babel knows no Moroccan Darija, so both its scripts take the Moroccan formats; Darija in Latin letters brings its
    own names of days and months (``bot/calendar_words.py``).
    """

    code: str
    folder: str
    formats: str
    right_to_left: bool
    fallback: str | None


LANGUAGES: dict[str, Language] = {
    row.code: row
    for row in (
        Language("ary", "ary", "ar_MA", True, "ar"),
        Language("ary-Latn", "ary_Latn", "fr_MA", False, "fr"),
        Language("ar", "ar", "ar_MA", True, "fr"),
        Language("fr", "fr", "fr_MA", False, "ar"),
    )
}
DEFAULT_LANGUAGE = "ary"


def language(code: str | None) -> Language:
    """The row of a code; the default one for None or an unknown code."""
    return LANGUAGES.get(code or "", LANGUAGES[DEFAULT_LANGUAGE])
