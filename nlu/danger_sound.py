"""How a French word sounds, so that "konvulssion", "inconsian" and "torax" are known to the danger net.

Who writes in a fright writes by ear. The net asks for the sound of a word only when it knows nothing that is written
so, and only of words long enough to be told from others by it. Darija in Latin letters has its own view (the bones in
``danger_words``) and is left out: its "kh", "gh" and glued persons are no French sounds.
"""

from __future__ import annotations

import re

__all__ = ["looks_darija", "sound_of", "without_end"]

_LONGEST = 32
_LATIN_LETTERS = re.compile(r"^[a-z]+$")
_DARIJA = re.compile(r"^(?:k[ae]?[ytn](?!$)|gha|.*(?:kh|gh|dd|aa|w[^aeiouy]|[^aeiou]{4}))")
# In this order, on the norm, so without accents. 1, 2 and 3 are the nasal "in", "an" and "on"; S is "ch".
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ch|sh|sch", "S"), (r"ph", "f"), (r"qu?|ck", "k"), (r"sc(?=[eiy])", "s"), (r"c(?=[eiy])", "s"), (r"c", "k"),
        (r"h", ""), (r"ti(?=on)", "si"), (r"ge(?=[ao])", "j"), (r"g(?=[eiy])", "j"), (r"gu(?=[eiy])", "g"),
        (r"gn", "n"), (r"(.)\1+", r"\1"), (r"eau|au", "o"), (r"oi", "ua"), (r"oy", "uai"), (r"ou|w", "u"),
        (r"(?:ai|ei|i|y)[nm](?![aeiouynm])", "1"), (r"(?:a|e)[nm](?![aeiouynm])", "2"), (r"o[nm](?![aeiouynm])", "3"),
        (r"ai|ei", "e"), (r"y|ill", "i"), (r"z", "s"), (r"x", "ks"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
_SILENT_END = re.compile(r"(?:2t|e[rzs]|[esdtpx])+$")


def looks_darija(word: str) -> bool:
    """Whether ``word`` in Latin letters is built like Darija and not like French."""
    return bool(_DARIJA.match(word))


def sound_of(word: str) -> str:
    """How ``word`` sounds, its silent end included; empty when it is not made of Latin letters alone."""
    if len(word) > _LONGEST or not _LATIN_LETTERS.match(word):
        return ""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


def without_end(sound: str) -> str:
    """``sound`` without what is written but not heard at its end: "respire", "respirer" and "respirent" are one."""
    return _SILENT_END.sub("", sound)
