"""Articles and one-letter words that people write together with the next word, in both scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_F = {"f": True, "clock_weak": True, "glued": True}
_B = {"f": True, "glued": True}
_D = {"of": True, "glued": True}
_W = {"and": True, "glued": True}
_M3A = {"clock_strong": True, "glued": True}
_HAD = {"this": True, "glued": True}
_NHAR = {"nhar": True, "unit1": "day", "glued": True}
_MN = {"from": True, "glued": True}
_TO = {"to": True, "glued": True}
_NOTHING: dict[str, Any] = {}

# Prefix: the senses of the word it is (none for the bare article), and whether it brings the article.
Glue = Mapping[str, tuple[Mapping[str, Any], bool]]

LATIN: Glue = {
    **dict.fromkeys(("l", "el", "al", "il", "le"), (_NOTHING, True)),
    **{"f": (_F, False), "fl": (_F, True), "fel": (_F, True), "fal": (_F, True), "3lal": (_F, True)},
    **{"b": (_B, False), "bl": (_B, True), "bel": (_B, True)},
    **{"d": (_D, False), "dl": (_D, True), "del": (_D, True)},
    **{"w": (_W, False), "u": (_W, False), "wl": (_W, True), "wel": (_W, True), "ul": (_W, True)},
    **{"m3a": (_M3A, False), "m3al": (_M3A, True), "had": (_HAD, False), "hadl": (_HAD, True), "fhad": (_HAD, False)},
    **{"nhar": (_NHAR, False), "nharl": (_NHAR, True), "mn": (_MN, False), "men": (_MN, False), "mnl": (_MN, True)},
    **{"tal": (_TO, True), "htal": (_TO, True)},
}
ARABIC_ARTICLE: Glue = {"ال": (_NOTHING, True), "ل": (_NOTHING, True)}
ARABIC: Glue = {
    **ARABIC_ARTICLE,
    **{"لل": (_TO, True), "حتال": (_TO, True), "كال": (_NOTHING, True)},
    **{"ف": (_F, False), "فل": (_F, True), "فال": (_F, True), "عال": (_F, True)},
    **{"ب": (_B, False), "بال": (_B, True), "د": (_D, False), "دال": (_D, True), "ديال": (_D, False)},
    **{"و": (_W, False), "ول": (_W, True), "وال": (_W, True), "معال": (_M3A, True)},
    **{"هاد": (_HAD, False), "هادال": (_HAD, True), "نهار": (_NHAR, False)},
    **{"من": (_MN, False), "مال": (_MN, True), "منال": (_MN, True)},
}
# Arabic prefixes that end in the article itself: "فالعشرة" is "في العشرة".
ARABIC_WITH_ARTICLE = tuple(prefix for prefix in ARABIC if prefix.endswith("ال") or prefix == "لل")

# Senses that people glue an article or a one-letter word to.
HOSTS = frozenset(
    "num weekday weekday_weak month month_weak rel part prayer prayer_weak prayer_word unit1 units unit2 nhar "
    "half quarter third qsem qsems next last hour_word day_word noon_word tonight night_of weekend lunch noon "
    "noonish begin middle end after before birth_noun larob child bkri tarikh teen souk place pain measure not "
    "rank midnight first born born_weak_ar life pronoun this now hui current things rather".split()
)
# Words that are often written as one, where taking off a prefix is not enough.
WHOLE = {
    **dict.fromkeys(("onass", "onss", "wnass"), "w nss"),
    **{"9ll9smayn": "9ll 9smayn", "9ll9sem": "9ll 9sem", "9ll9sm": "9ll 9sem", "osb39sam": "w sb3 9sam"},
    **{"9llrb3": "9ll rb3", "9llrbe3": "9ll rb3", "9lltolot": "9ll tolot", "wstnhar": "wst nhar"},
    **dict.fromkeys(("nssa3a", "nessa3a", "nsssa3a"), "nss sa3a"),
    **{"robo3sa3a": "rob3 sa3a", "rba3sa3a": "rob3 sa3a", "tolotsa3a": "tolot sa3a", "toloutsa3a": "tolot sa3a"},
}
