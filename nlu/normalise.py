"""One written form for words that four varieties spell in many ways.

The same code serves training, serving, the danger net, the time reader and the duplicate check, so that what was
learnt is what is looked up. It gives each token two views:

* ``norm``: lower case, no accents, no Arabic diacritics, letter variants unified (أ→ا, ة→ه, گ→ك), long repeats
  squeezed (bghiiit → bghit), common French and Arabizi short forms spelled out (rdv stays, 2main → demain);
* ``skeleton``: consonants only, in one alphabet for Arabic and Latin script, so that بغيت and bghit, عندي and 3ndi,
  السخانة and skhana meet. Measured in the dossier: identical across scripts for 93.7 % of word pairs. Many words
  share a skeleton, so it is a second view, never the only one.

Standard library only: it runs in the bot's process and in the NLU process alike.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Token", "fold_digits", "normal_form", "normal_text", "skeleton", "tokenize"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its place in the original text (``text == original[start:end]``) and its two views."""

    text: str
    start: int
    end: int
    norm: str
    skeleton: str


_DIGITS = {ord(d): str(i % 10) for i, d in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}

# Letter variants of Arabic script that carry no difference of meaning in chat.
_ARABIC_FOLD = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ء": None,
        "گ": "ك", "ڭ": "ك", "ݣ": "ك", "ڨ": "ك", "ک": "ك", "ڤ": "ف", "پ": "ب", "چ": "ش", "ی": "ي", "ہ": "ه",
        "ـ": None, "٫": ".", "٬": None,
    }
)  # fmt: skip

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'", "`": "'", "´": "'", "‘": "'"})

# Short forms that stand for whole words; one-to-one so that token offsets stay true.
_SHORT_FORMS = {
    "2main": "demain", "dem1": "demain", "bjr": "bonjour", "bsr": "bonsoir", "slt": "salut", "slm": "salam",
    "mrc": "merci", "mrci": "merci", "stp": "svp", "pr": "pour", "pk": "pourquoi", "pq": "pourquoi", "pkoi": "pourquoi",
    "prk": "pourquoi", "koi": "quoi", "kwa": "quoi", "ds": "dans", "ojd": "aujourd", "auj": "aujourd", "qd": "quand",
    "qnd": "quand", "kan": "quand", "ke": "que", "ki": "qui", "kel": "quel", "kelle": "quelle", "kels": "quels",
    "combi1": "combien", "cmb": "combien", "cb": "combien", "bb": "bebe", "toubib": "tbib", "rendez": "rdv",
    "randevou": "rdv", "rendevous": "rdv", "rendezvous": "rdv", "rondivou": "rdv", "rondifou": "rdv", "randivou": "rdv",
    "rdvs": "rdv", "rndv": "rdv", "jve": "veux", "jveu": "veux", "jveux": "veux", "veu": "veux", "chui": "suis",
    "chuis": "suis", "jsuis": "suis", "jai": "ai", "jé": "ai", "tjr": "toujours", "tjrs": "toujours", "bcp": "beaucoup",
    "bcq": "beaucoup", "jsp": "sais", "jpe": "peux", "jpeu": "peux", "jpeux": "peux", "vs": "vous", "ns": "nous",
    "dr": "docteur", "doc": "docteur", "hosto": "hopital", "urgnt": "urgent", "mnt": "maintenant", "mtn": "maintenant",
    "رونديفو": "rdv", "رنديفو": "rdv", "رانديفو": "rdv", "راندفو": "rdv", "رونديڤو": "rdv",
}  # fmt: skip

# Vowel signs belong to the word they stand on: غدًا is one word.
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u0640"
_WORD = re.compile(rf"\d+(?:[.,:/]\d+)*(?!\w)|[^\W_](?:[^\W_]|[{_MARKS}])*", re.UNICODE)
# "10h", "10h30", "9h15min": an hour, not an Arabizi word.
_CLOCK = re.compile(r"^\d{1,2}h(?:\d{2})?(?:mn|min)?$")


def fold_digits(text: str) -> str:
    """Eastern Arabic and Persian digits as 0-9; length and offsets unchanged."""
    return text.translate(_DIGITS)


def _strip_marks(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


# People use the same words over and over: both views of a word are remembered, within bounds.
_REMEMBERED = 16_384


@lru_cache(maxsize=_REMEMBERED)
def normal_form(word: str) -> str:
    """The ``norm`` view of one word; an empty string for a word of marks only."""
    word = unicodedata.normalize("NFC", word).translate(_DIGITS).translate(_ARABIC_FOLD).lower().translate(_LIGATURES)
    word = _strip_marks(word)
    word = re.sub(r"(\D)\1{2,}", r"\1", word)
    return _SHORT_FORMS.get(word, word)


# Digraphs first, then single letters. Values are one private alphabet: S=ش x=خ G=غ, the rest as their letter.
_DIGRAPHS = [("kh", "x"), ("gh", "G"), ("ch", "S"), ("sh", "S"), ("dj", "j"), ("th", "t"), ("dh", "d"), ("ph", "f")]
_LATIN = {
    "b": "b", "p": "b", "t": "t", "d": "d", "s": "s", "z": "z", "j": "j", "h": "h", "7": "h", "x": "S", "5": "x",
    "q": "k", "k": "k", "9": "k", "g": "k", "f": "f", "v": "f", "m": "m", "n": "n", "l": "l", "r": "r", "6": "t",
    "8": "h", "4": "G", "S": "S", "G": "G", "X": "x",
}  # fmt: skip
_ARABIC = {
    "ب": "b", "ت": "t", "ث": "t", "ج": "j", "ح": "h", "خ": "x", "د": "d", "ذ": "d", "ر": "r", "ز": "z", "س": "s",
    "ش": "S", "ص": "s", "ض": "d", "ط": "t", "ظ": "d", "غ": "G", "ف": "f", "ق": "k", "ك": "k", "ل": "l", "م": "m",
    "ن": "n", "ه": "h",
}  # fmt: skip
_VOWELS = set("aeiouy")


def _is_arabic(word: str) -> bool:
    return any("؀" <= c <= "ۿ" for c in word)


def _latin_consonants(word: str) -> str:
    # The article and one-letter prepositions that people write together with the word.
    word = re.sub(r"^(?:e|a)?l(?=[^aeiouyl\d][a-z0-9]{2,}$|[379y][a-z0-9]{2,}$)", "", word) or word
    word = re.sub(r"^[fbwd]l(?=[^aeiouyl][a-z0-9]{2,}$)", "", word) or word
    word = re.sub(r"^(?:[ea]|[fbwl])(?=([^aeiouy\d])\1)", "", word) or word
    for pair, letter in _DIGRAPHS:
        word = word.replace(pair, "X" if letter == "x" else letter)
    out: list[str] = []
    for i, c in enumerate(word):
        nxt = word[i + 1] if i + 1 < len(word) else ""
        if c == "c":
            out.append("s" if nxt and nxt in "eiy" else "k")
        elif c in _LATIN:
            out.append(_LATIN[c])
        elif i == 0:
            if c == "w" or (word.startswith("ou") and len(word) > 2 and word[2] in "aeiou"):
                out.append("w")
            elif c == "y" and nxt and nxt in "aeou":
                out.append("y")
            elif c in "aeiouy32":
                out.append("a")
    return "".join(out)


def _arabic_consonants(word: str) -> str:
    for prefix in ("فال", "بال", "وال", "كال", "لل", "ال"):
        if word.startswith(prefix) and len(word) - len(prefix) >= 2 + (prefix == "ال" and len(word) <= 4):
            word = word[len(prefix) :]
            break
    if len(word) >= 4 and word.endswith("ه"):
        word = word[:-1]
    out: list[str] = []
    for i, c in enumerate(word):
        if c in _ARABIC:
            out.append(_ARABIC[c])
        elif i == 0:
            out.append({"و": "w", "ي": "y"}.get(c, "a" if c in "اع" else ""))
        elif c not in "اويع":
            out.append(c if c.isdigit() else "")
    return "".join(out)


@lru_cache(maxsize=_REMEMBERED)
def skeleton(word: str) -> str:
    """The consonant skeleton of one word, the same for both scripts; pure numbers and clock times stay as written."""
    norm = normal_form(word)
    if not norm or not any(c.isalpha() for c in norm) or _CLOCK.match(norm):
        return norm
    letters = _arabic_consonants(norm) if _is_arabic(norm) else _latin_consonants(norm)
    letters = re.sub(r"(.)\1+", r"\1", letters)
    return letters or norm


def tokenize(text: str) -> list[Token]:
    """Words and numbers of ``text`` in order; punctuation, emoji and control characters are no tokens.

    "l'hôpital" gives two tokens; "38,5", "10:30", "12/01" and "10h30" give one each.
    """
    return [
        Token(m.group(), m.start(), m.end(), norm, skeleton(m.group()))
        for m in _WORD.finditer(text)
        if (norm := normal_form(m.group()))
    ]


def normal_text(text: str) -> str:
    """All norms joined by one space: the key by which two sentences count as the same."""
    return " ".join(token.norm for token in tokenize(text))
