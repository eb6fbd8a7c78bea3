"""Which senses a token may have: the word tables as dictionaries, with article and one-letter words taken off.

"فالعشرة" is two words (in, the ten), "wnes" two (and, half); the lexicon gives them as a list, so that the grammar
reads the same words however they are glued. A token keeps every sense it may have ("tlata" is three and Tuesday): only
the grammar, which sees the neighbours, can choose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from nlu.normalise import normal_form
from nlu.when import cues_arabic, cues_fr, cues_latin, glue, words_arabic, words_fr, words_latin
from nlu.when.spelling import arabic_key, expand, fold_arabic, fold_latin, is_arabic

Senses = Mapping[str, Any]
# One piece of a token: its senses and whether it carried the article.
Piece = tuple[Senses, bool]
_Table = dict[str, dict[str, Any]]

_NOTHING: Senses = {}


def _table(key: Callable[[str], str], *tables: dict[str, dict[object, str]]) -> _Table:
    table: _Table = {}
    for words in tables:
        for sense, values in words.items():
            for value, patterns in values.items():
                for pattern in patterns.split():
                    for spelling in expand(pattern):
                        table.setdefault(key(spelling), {}).setdefault(sense, value)
    return table


_FRENCH = _table(str, words_fr.WORDS, cues_fr.WORDS)
_LATIN = _table(fold_latin, words_latin.WORDS, cues_latin.WORDS)
_ARABIC = _table(arabic_key, words_arabic.WORDS, cues_arabic.WORDS)

# Words that look like a time word with a letter glued on, or like one after folding, and are none.
_NO_TIME = frozenset(
    normal_form(word)
    for word in "jui jami3a jamia jma3a ljma3a lmghrib9 dial wlad blad bled dalil blila fsir fmi bla "
    "دليل لست فاتني فاتنا الجامعة جامعة جماعة السبيطار ولد ولاد بلاد".split()
)
# Spellings that the fold maps on a word they are not: "7ad" (someone) is not "had" (this), nor "la" (no) "lla" (minus).
_NOT_SPELLED = {
    **{"7ad": "this", "7ed": "this", "la": "minus", "laa": "minus", "l": "minus_ll"},
    **{"fait": "last", "faite": "last"},
}
# What an Arabic word with its article is no longer, once the article alone made it a weekday: "الاثنين" is not two.
_NOT_BESIDE_WEEKDAY = frozenset(("unit1", "weekday_weak", "num", "count"))
_TO_LATIN = dict(
    zip(
        map(ord, "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"),
        "a b t t j 7 5 d d r z s ch s d t d 3 gh f 9 k l m n h o y".split(),
        strict=True,
    )
)
_CLOCK = re.compile(r"^\d{1,2}(?:h\d{0,2}(?:mn|min)?|pm)$")
_DIGITS_WORD = re.compile(r"^(\d{1,4})([^\d\W][^\d]*)$")
_WORD_DIGITS = re.compile(r"^(f|fl|l|m3a|3la|nhar|le|du|au|w|ف|ل|لل|و|مع|على|علي|نهار|يوم|الساعه|ب|sa3a)(\d{1,4})$")


@lru_cache(maxsize=16384)
def pieces(norm: str) -> tuple[Piece, ...]:
    """The words inside one token with their senses; one piece without senses when the token says nothing about time."""
    return tuple(_pieces(norm)) or ((_NOTHING, False),)


def _pieces(norm: str) -> Iterator[Piece]:
    if norm in glue.WHOLE:
        for word in glue.WHOLE[norm].split():
            yield from _pieces(word)
    elif norm.isdigit():
        yield (_number(norm) if len(norm) <= 4 else _NOTHING), False
    elif _CLOCK.match(norm):
        yield {"clock_token": norm}, False
    elif (glued := _DIGITS_WORD.match(norm)) and (split := _after_digits(norm, glued[1], glued[2])):
        yield from split
    elif stuck := _WORD_DIGITS.match(norm):
        yield from _pieces(stuck[1])
        yield _number(stuck[2]), False
    elif not is_arabic(norm):
        yield from _latin(norm)
    elif any("a" <= c <= "z" for c in norm):
        # Two keyboards in one word ("mزيود"): read it in Latin letters.
        yield from _latin(norm.translate(_TO_LATIN))
    else:
        yield from _arabic(norm)


def _number(digits: str) -> Senses:
    return {"num": int(digits), "digits": digits}


def _after_digits(norm: str, digits: str, rest: str) -> list[Piece]:
    """A number typed onto its unit or month: "15jours", "9chhour", "12janvier"; "3am" (year) and "7ed" are words."""
    if rest == "er" and digits == "1":
        return [({"num": 1, "digits": "1", "first": True}, False)]
    if fold_latin(norm) in _LATIN and not digits.startswith("2"):
        return []
    if "glue" in _FRENCH.get(rest, _NOTHING):
        return [(_number(digits), False), (_FRENCH[rest], False)]
    if is_arabic(rest):
        known = fold_arabic(rest) in _ARABIC
    else:
        senses = _LATIN.get(fold_latin(rest).replace("x", "C"), _NOTHING)
        known = rest != "am" and ("units" in senses or "month" in senses)
    return [(_number(digits), False), *_pieces(rest)] if known else []


def _latin(norm: str) -> list[Piece]:
    key = fold_latin(norm)
    if "x" in key and norm not in _FRENCH:
        # People write x for ch and for kh.
        return _latin(norm.replace("x", "ch")) or _latin(norm.replace("x", "kh"))
    if norm in _NO_TIME:
        return []
    senses = {**_LATIN.get(key, _NOTHING), **_FRENCH.get(norm, _NOTHING)}
    senses.pop(_NOT_SPELLED.get(norm, ""), None)
    if senses:
        return [(senses, False)]
    return _unglue(key, _LATIN, glue.LATIN) if len(key) >= 4 else []


def _arabic(norm: str) -> list[Piece]:
    key = fold_arabic(norm)
    senses = dict(_ARABIC.get(key, _NOTHING))
    article = key.startswith("ال") or (key.startswith("ل") and bool(senses))
    if norm in _NO_TIME:
        return [(senses, article)] if senses else []
    if len(key) >= 4 and not key.startswith("لل"):
        for bare, _ in _unglue(key, _ARABIC, glue.ARABIC_ARTICLE):
            for sense, value in bare.items():
                if sense not in _NOT_BESIDE_WEEKDAY or "weekday" not in senses:
                    senses.setdefault(sense, value)
    if senses:
        return [(senses, article)]
    return _unglue(key, _ARABIC, glue.ARABIC) if len(key) >= 3 else []


def _unglue(key: str, table: _Table, prefixes: glue.Glue) -> list[Piece]:
    """The host word and the word glued before it, for the longest prefix that leaves a known host."""
    best: list[Piece] = []
    longest = 0
    for prefix, (word, article) in prefixes.items():
        rest = key[len(prefix) :]
        if len(prefix) <= longest or not key.startswith(prefix) or len(rest) < 2:
            continue
        senses = _host(table, rest)
        if table is _ARABIC and prefix in glue.ARABIC_WITH_ARTICLE:
            senses = {**senses, **_host(table, "ال" + rest)}
        if senses:
            longest = len(prefix)
            best = [(word, False), (senses, article)] if word else [(senses, article)]
    return best


def _host(table: _Table, word: str) -> Senses:
    return {sense: value for sense, value in table.get(word, _NOTHING).items() if sense in glue.HOSTS}
