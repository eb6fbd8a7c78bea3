"""Other ways to write one word: without what is stuck to it, without vowels, without doubled letters, with one slip.

People of four varieties and two scripts write the same word in many ways. The lexicon of the danger net looks a word up
in each of its forms, so that a rule needs to give it once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.normalise import normal_form

__all__ = ["ARABIC", "BONES_LENGTH", "bones", "folded", "forms", "neighbours", "one_slip", "spelled_freely", "squeezed"]

BONES_LENGTH = 4
"""The fewest letters of a word without vowels that are still a word of their own."""

_SQUEEZED_LENGTH = 5
_DOUBLED = re.compile(r"(.)\1+")
ARABIC = re.compile(r"[\u0600-\u06ff]")
"""One letter of Arabic script."""

_ARABIC_ENDING = re.compile(r"(?<=.{3})(?:ها|هم|نا|ه|ا)$")
_ELIDED = re.compile(r"^[ldjcsnmt](?=[aeiouh])(?=.{4})")
_LATIN_STUCK = re.compile(r"^(?:[aeo]?l|[fbwd]l?|(.)(?=\1))(?=[^aeiou])(?=.{3})")
_ARABIC_STUCK = re.compile(r"^(?:(?:[وف]?[بفكدل]?ال|[وف]?لل)(?=.{2})|[وفبلكد](?=.{3}))")
_LATIN_TENSE = re.compile(r"^(?:gha|ghe|ka|ke|ki|ta)(?=[nyt]\w{3})")
_ARABIC_LOOSE = re.compile(r"^[وف]?[وفبكد]?ل(?=.{3})")  # the article without its alif: لعضمة, فلحلق, بلما
_ARABIC_BARE = re.compile(r"^[وفبك](?=.{4})(?!ال|لل)")  # فطاكسي is فالطاكسي without its article
# What she does has the verb that he does, but for one letter: katred, kayred; كترد, كيرد.
_LATIN_SHE = re.compile(r"^(?:k[aei]|t[ae]|gh[ae])t(?=[^aeiou\W]\w{2})")
_ARABIC_SHE = re.compile(r"^(?:كا|تا|غا|ك|غ)ت(?=\w{2})")
_ALSO_WRITTEN = {
    "علا": "علي", "حتا": "حتي", "تاع": "ديال", "تع": "ديال", "نتاع": "ديال",
    "ta3": "dyal", "te3": "dyal", "nta3": "dyal",
}  # fmt: skip
_ARABIC_TENSE = re.compile(r"^(?:غا|كا|تا|غ|ك|ت|س)(?=[نيتا]\w{2})")
_DIGRAPHS = (("kh", "x"), ("gh", "G"), ("ch", "S"), ("sh", "S"), ("th", "t"), ("dh", "d"))
_LETTERS = {
    letter: bone
    for bone, letters in {
        "b": "bpب", "t": "t6تثط", "d": "dدضذظ", "s": "szسصز", "j": "jج", "h": "h8ه", "H": "7ح", "x": "x5خ", "G": "G4غ",
        "Q": "q9gق", "k": "kcك", "f": "fvف", "m": "mم", "n": "nن", "l": "lل", "r": "rر", "S": "Sش", "3": "3ع",
    }.items()
    for letter in letters
}  # fmt: skip
# Letters that no French word has: with one of them a short word without vowels is safe from French look-alikes.
_UNFRENCH = frozenset("3xGH")


def folded(word: str) -> str:
    """The norm of ``word`` without the table of short forms, for which "kan" (was) would read as "quand"."""
    return normal_form("x" + word)[1:]


def bones(word: str) -> str:
    """``word`` without vowels in one alphabet for both scripts, so that تنفخ, tnfekh and tenfakh are one.

    Not the skeleton of ``normalise``: that one drops ع and merges ح with ه, and رضع (sucked) is not رد (answered).
    """
    if not ARABIC.search(word):
        for pair, letter in _DIGRAPHS:
            word = word.replace(pair, letter)
    elif word.endswith("ه"):
        word = word[:-1]
    return _DOUBLED.sub(r"\1", "".join(_LETTERS.get(letter, "") for letter in word))


def spelled_freely(word: str) -> str:
    """The bones of a Darija or Arabic word, empty where they would fit other words too."""
    if word.startswith("ال") or not (ARABIC.search(word) or any(digit in word for digit in "3579")):
        return ""
    left = bones(word)
    own = len(left) >= BONES_LENGTH and (len(left) > BONES_LENGTH or bool(_UNFRENCH & set(left)))
    return left if own else ""


def neighbours(word: str) -> Iterator[str]:
    """``word`` with one letter taken out, the first excepted: two such sets meet when one letter is wrong."""
    for i in range(1, len(word)):
        yield word[:i] + word[i + 1 :]


def one_slip(a: str, b: str) -> bool:
    """Whether one letter added, lost, changed or two neighbours swapped make ``a`` out of ``b``."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[start:], b[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])


def squeezed(word: str) -> str:
    """``word`` without doubled letters: "appel" and "apel", "kattfi9" and "katfi9" are one; short words stay."""
    short = _DOUBLED.sub(r"\1", word)
    return short if len(short) >= _SQUEEZED_LENGTH else word


def forms(word: str) -> Iterator[str]:
    """``word`` as it stands, without article, preposition, "ka-", "gha-" or Arabic ending stuck to it, and what she
    does as what he does."""
    yield word
    if word in _ALSO_WRITTEN:
        yield _ALSO_WRITTEN[word]
    if ARABIC.search(word):
        yield from _arabic_forms(word)
        return
    if cut := _LATIN_SHE.match(word):
        yield "kay" + word[cut.end() :]
    for stuck in (_ELIDED, _LATIN_STUCK, _LATIN_TENSE):
        if cut := stuck.match(word):
            yield word[cut.end() :]


def _arabic_forms(word: str) -> Iterator[str]:
    """Those of a word in Arabic letters, itself left out."""
    for stuck, instead in (
        (_ARABIC_STUCK, ""), (_ARABIC_LOOSE, ""), (_ARABIC_LOOSE, "ال"), (_ARABIC_TENSE, ""), (_ARABIC_SHE, "كي"),
        (_ARABIC_BARE, "ال"),
    ):  # fmt: skip
        if cut := stuck.match(word):
            yield instead + word[cut.end() :]
    if word[0] in "وف" and len(word) > 3:
        yield word[1:]
        if cut := _ARABIC_STUCK.match(word[1:]):
            yield word[1 + cut.end() :]
    if cut := _ARABIC_ENDING.search(word):
        yield word[: cut.start()]
