"""Going on in another language or script."""

from __future__ import annotations

from dialogues.effects import Choice, Effect, Say, SetLanguage
from dialogues.facts import Facts
from dialogues.reading import VARIETIES, Reading

# Names of languages as normal forms (nlu/normalise.py): unambiguous words only.
_FRENCH = frozenset(
    "francais franse fransi fransawiya fransawia lfransiya franssawiya الفرنسيه بالفرنسيه فرنسيه لفرنسيه فرانسي".split()
)
_ARABIC = frozenset(
    "arabe fos7a foussha fusha fosha lfos7a الفصحي بالفصحي فصحي العربيه بالعربيه عربيه "
    "arabiya l3arabiya 3arabiya l3arbiya 3arbiya larbiya arabya l3rbiya".split()
)
_DARIJA = frozenset(
    "darija darja ddarija الدارجه بالدارجه دارجه الداريجه بالداريجه المغربيه marocain maghribiya".split()
)
_LATIN_LETTERS = frozenset("latin latine latini latiniya latines اللاتينيه لاتينيه لاتيني arabizi".split())


def wanted_language(reading: Reading) -> str | None:
    """The variety that a message asks for, or None when it does not say which.

    "Darija" keeps the script of the message; "Latin letters" and "Arabic letters" choose it.
    """
    for cue in reading.cues:
        if cue.startswith("language:") and cue[9:] in VARIETIES:
            return cue[9:]
    words = set(reading.words)
    if words & _LATIN_LETTERS:
        return "ary-Latn"
    if words & _DARIJA:
        return "ary-Latn" if reading.variety in ("ary-Latn", "fr") else "ary"
    if words & _FRENCH:
        return "fr"
    return "ar" if words & _ARABIC else None


def reply(reading: Reading, facts: Facts) -> tuple[Effect, ...]:
    """The switch when the message names a language, else the four to choose from."""
    language = wanted_language(reading)
    if language is not None:
        return switch(language)
    choices = tuple(Choice(f"go=change_language:{v}", f"choice.language.{v}") for v in VARIETIES)
    return (Say("language.ask", {}, choices),)


def switch(language: str) -> tuple[Effect, ...]:
    """Go on in a variety, and say so in it."""
    return (SetLanguage(language), Say("language.done"))
