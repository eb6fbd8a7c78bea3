"""Reads whether a message speaks of a baby of less than two or three months.

The same fever is a matter for tomorrow at one year and for tonight at one month (dossier 2.4), and "3 jours" is an age
in "bébé de 3 jours" but a duration in "fièvre depuis 3 jours". So an age counts only beside a word of age or of birth,
or right after the child.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from nlu.danger_words import Hit
from nlu.normalise import Token

__all__ = ["AGE_LISTS", "age_hits"]

AGE_LISTS: Final = ("age-under-2-months", "age-2-months")
"""The two lists that code fills, by name: 0 to 59 days, and 60 to 89 days."""

_UNIT_DAYS = {
    1: "j jour jours jrs yom youm yum nhar nhr yam iyam ayam iyyam ayyam liyam يوم يوما ايام نهار ليام يومين",
    7: "semaine semaines sem simana simanat smana smanat osbo3 ousbou3 جمعه سيمانه سيمانات سمانه سمانات اسبوع اسابيع",
    30: "mois moi mwa chher chhr chhar chhour chhor chhoura shhar shher chehr chhoura شهر شهور اشهر شهرا شهو",
}
_DUAL_DAYS = {
    2: "yomayn youmayn yawmayn نهارين يومين يومان",
    14: "simantayn smantayn osbo3ayn سيمانتين سمانتين اسبوعين اسبوعان",
    60: "chehrayn chhrayn chehrin chhrin chahrayn شهرين شهران",
}
_NUMBERS = {
    1: "un une wa7ed wahed w7da wahd واحد واحده", 2: "deux jouj joj juj zouj جوج زوج tnayn اثنين",
    3: "trois tlata tlt telt تلات تلاته ثلاثه ثلاث", 4: "quatre reb3a rb3a rb3 اربع اربعه ربعه ربع",
    5: "cinq khmsa khemsa khms خمس خمسه", 6: "six stta setta st ست سته", 7: "sept sb3a seb3a sb3 سبع سبعه",
    8: "huit tmnya tmn ثمانيه تمنيه تمن", 9: "neuf ts3oud ts3a ts3 تسع تسعه تسعود", 10: "dix 3chra 3chr عشر عشره",
    15: "quinze khmstach خمسطاش", 20: "vingt 3chrin عشرين عشرون", 25: "vingtcinq خمسوعشرين",
}  # fmt: skip
_AGE_WORDS = frozenset(
    "a age agee de d dyal dial 3ndo 3ndou 3ndha 3ando 3andou 3andha 3endo 3endha 3omro 3mro 3omrou 3omrha 3mrha 3omr "
    "fih fiha عمره عمرو عمرها عمر عندو عندها عنده لديه فيه فيها ديال د kmel kmlat كمل".split()
)
_CHILD = frozenset(
    "bebe nourrisson nouveau ne nee fils fille weldi wldi wlidi ouldi bnti benti bniti wldna terbya tarbiya terbia "
    "drri derri رضيع رضيعي الرضيع رضيعه ولدي وليدي بنتي بنيتي ابني ابنتي طفلي طفلتي مولود المولود تربيه طفل بيبي bibi "
    "petit petite garcon tfel tfla".split()
)
_BIRTH = frozenset("ne nee naissance tzad tzadat zad zadat tولد ولد ولدت تزاد تزادت ازداد ولادته".split())
_LASTING = frozenset(
    "depuis hadi had mn men min pendant dans pour chaque kol kul toutes tous منذ من هادي هذي خلال كل مند mnd "
    "skhana fievre سخانه حراره".split()
)
_PREGNANT = re.compile(r"^(?:enceinte|grossesse|7amla|hamla|7amel|l7mel|حامل|حامله|الحمل|بالحمل|retard)$")
_GLUED = re.compile(r"^(\d{1,2})(j|jours?|jrs|mois|m|sem|semaines?|chhour|chher|yam|iyam)$")

_UNITS = {word: days for days, words in _UNIT_DAYS.items() for word in words.split()} | {"m": 30}
_DUALS = {word: days for days, words in _DUAL_DAYS.items() for word in words.split()}
_WORDS = {word: number for number, words in _NUMBERS.items() for word in words.split()}


def _unglued(word: str) -> str:
    """``word`` without an Arabic "and" written together with it (وعندها)."""
    return word[1:] if word.startswith("و") and len(word) > 3 else word


def _spans(tokens: Sequence[Token]) -> list[tuple[int, int, int]]:
    """Each span of time as (first token, token after it, days)."""
    spans: list[tuple[int, int, int]] = []
    for i, token in enumerate(tokens):
        word = token.norm
        if glued := _GLUED.match(word):
            spans.append((i, i + 1, int(glued[1]) * _UNITS[glued[2]]))
        elif word in _DUALS:
            spans.append((i, i + 1, _DUALS[word]))
        elif word in _UNITS and word != "m":
            number = _unglued(tokens[i - 1].norm) if i else ""
            if number in ("d", "dyal", "ديال", "د") and i > 1:
                number = _unglued(tokens[i - 2].norm)
            start = i - 1 if i and number == _unglued(tokens[i - 1].norm) else i - 2
            if number.isdecimal() and len(number) < 3:
                spans.append((start, i + 1, int(number) * _UNITS[word]))
            elif number in _WORDS:
                spans.append((start, i + 1, _WORDS[number] * _UNITS[word]))
            elif number in _AGE_WORDS and word in (
                "chher",
                "chhar",
                "shher",
                "شهر",
                "simana",
                "سيمانه",
                "جمعه",
                "اسبوع",
            ):
                spans.append((i, i + 1, _UNITS[word]))
    return spans


def age_hits(tokens: Sequence[Token]) -> tuple[list[Hit], list[Hit]]:
    """Where an age of 0 to 59 days, and of 60 to 89 days, is given; the order of ``AGE_LISTS``."""
    found: tuple[list[Hit], list[Hit]] = ([], [])
    for start, end, days in _spans(tokens):
        before = [_unglued(t.norm) for t in tokens[max(0, start - 4) : start]]
        last, second = ("", "", *(re.sub("^(?:l(?=[a-z]{3})|ال(?=.{3}))", "", word) for word in before))[-1:-3:-1]
        after = [t.norm for t in tokens[end : end + 2]]
        born = bool(_BIRTH & set(before))
        if any(_PREGNANT.match(word) for word in (*before, *after)) or days >= 90:
            continue
        if not born and (last in _LASTING or (second in _LASTING and last not in _CHILD)):
            continue
        of_life = after[:1] in (["فعمرو"], ["فعمرها"], ["فعمره"])
        if after[:1] in (["d"], ["de"], ["dyal"], ["من"]):
            of_life = after[1:] in (["vie"], ["3omro"], ["3mro"], ["3omrha"], ["عمره"], ["عمرها"], ["عمرو"])
        if after[:1] in (["d"], ["de"], ["dyal"], ["ديال"]) and not of_life and not born:
            continue
        beside = last in _AGE_WORDS or last in _CHILD or second in _CHILD or "age" in before
        if born or of_life or beside:
            found[0 if days < 60 else 1].append(Hit(start, end, tuple(range(start, end)), False))
    return found
