"""Folds of spelling under which the many written forms of one time word meet, and the expansion of the word tables.

The folds are finer than the skeleton view of ``nlu.normalise``: "ghedda" (tomorrow) and "ghadi" (will) share a skeleton
but must not share a meaning here, so vowels are kept and only the differences that carry none are folded away.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from nlu.normalise import normal_form

_ARABIC = str.maketrans({"ث": "ت", "ذ": "د", "ظ": "ض"})
_DOUBLE = re.compile(r"([^\d])\1+")
_INNER_TWO = re.compile(r"(?<=[a-zA-Z])2|2(?=[a-z]{9})")
_LETTERS = str.maketrans({"7": "h", "9": "q", "5": "X", "8": "h", "6": "t", "4": "G", "o": "u", "y": "i", "'": None})


def is_arabic(word: str) -> bool:
    """True when the word holds a letter of the Arabic block."""
    return any("\u0600" <= c <= "\u06ff" for c in word)


def fold_arabic(norm: str) -> str:
    """Arabic ``norm`` with the dental fricatives as their stops, as Darija says them."""
    return norm.translate(_ARABIC)


@lru_cache(maxsize=65536)
def fold_latin(norm: str) -> str:
    """Arabizi ``norm`` as one letter a sound: ch/sh=C, kh/5=X, gh/4=G, 7/8=h, 9=q, 6=t, ou/o=u, y=i, doubles single."""
    word = norm.replace("sh", "C").replace("ch", "C").replace("kh", "X").replace("gh", "G")
    word = word.replace("th", "t").replace("dj", "j").replace("ou", "u")
    word = _INNER_TWO.sub("", word).translate(_LETTERS)
    return _DOUBLE.sub(r"\1", word)


_PIECE = re.compile(r"\[([^\]]+)\](\?)?|\(([^)]+)\)(\?)?|(_\??)|(.)(\?)?")


def expand(pattern: str) -> list[str]:
    """All spellings of a table pattern: ``_`` optional short vowel, ``[ab]``, ``x?``, ``(a|b)``."""
    choices: list[list[str]] = []
    for chars, chars_optional, group, group_optional, vowel, letter, letter_optional in _PIECE.findall(pattern):
        if vowel:
            options = ["", "a", "e", "i", "u"]
        elif chars:
            options = list(chars)
        elif group:
            options = group.split("|")
        else:
            options = [letter]
        if chars_optional or group_optional or letter_optional:
            options = [*options, ""]
        choices.append(options)
    return ["".join(parts) for parts in product(*choices)]


def arabic_key(spelling: str) -> str:
    """The look-up key of an Arabic-script spelling of the word tables."""
    return fold_arabic(normal_form(spelling))
