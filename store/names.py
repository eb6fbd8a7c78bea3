"""Comparing names of places and facilities across spellings: French, Arabic, Arabizi, typos.

A name has two views: ``plain`` (one lower-case word without accents, articles and separators) and ``folded``, its words
after the fold that the caller hands in, by which the spellings of two scripts meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

Fold = Callable[[str], str]

_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset(("el", "al", "l", "la", "le", "les", "d", "de", "du", "des", "ال"))
_ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "گ": "ك", "ڭ": "ك", "ݣ": "ك",
     "ء": None, "ـ": None}
)  # fmt: skip
# Parts of many names that everyone spells their own way.
_PARTS = {
    variant: part
    for part, variants in {
        "oulad": "ouled wlad wled wld oulet awlad",
        "bni": "beni bani beny",
        "ait": "ayt aït",
        "moulay": "my mly mouley mlay",
        "sidi": "sid cidi",
        "اولاد": "ولاد",
        "ايت": "ءايت",
        "ابن": "بن",
    }.items()
    for variant in variants.split()
}
_MOST_CHARACTERS = 200


def plain_fold(word: str) -> str:
    """The fold to use without an understanding of spellings: the plain word."""
    return plain_word(word)


def plain_word(word: str) -> str:
    """One word in lower case, without accents and Arabic marks, with letter variants unified."""
    unified = unicodedata.normalize("NFC", word).lower().translate(_ARABIC)
    decomposed = unicodedata.normalize("NFKD", unified)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The plain words of a text without articles; at most the first 200 characters are read."""
    found = [plain_word(word) for word in _WORD.findall(text[:_MOST_CHARACTERS])]
    kept = []
    for place, word in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else ""
        # "Es-Sifa", "Ech-Challalate": an article that took the letter of the word behind it.
        is_sun_article = len(word) > 1 and word[0] in "ae" and following.startswith(word[1:])
        if word in _ARTICLES or (is_sun_article and following):
            continue
        bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
        kept.append(_PARTS.get(bare, bare))
    return kept or found


@dataclass(frozen=True, slots=True)
class Spelling:
    """The two views of a name."""

    plain: str
    folded: tuple[str, ...]

    @property
    def key(self) -> str:
        """The folded words in one: "beni mellal" and "benimellal" meet."""
        return "".join(self.folded)


def spelling(text: str, fold: Fold) -> Spelling:
    """Both views of a name."""
    return of_words(words(text), fold)


def of_words(found: Sequence[str], fold: Fold) -> Spelling:
    """Both views of a name already cut into words."""
    return Spelling("".join(found), tuple(fold(word) for word in found))


def likeness(left: str, right: str) -> float:
    """How alike two plain names are, 0 to 100."""
    return fuzz.ratio(left, right)
