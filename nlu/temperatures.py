"""Body temperatures in a message: 38,5 · 39 w nos · ٣٩ ونصف · 39 et demi · quarante de fièvre.

A number between 35 and 42 is a temperature for certain where a word of fever or of degrees stands near it. Elsewhere it
is only likely (the sequence model decides), and a message of nothing but the number is none: it may be an age, a price
or the answer to any question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlu.gazetteer import GLUE, Span
from nlu.normalise import Token
from nlu.when.lexicon import pieces
from nlu.when.line import Line
from nlu.when.numbers import number_at

__all__ = ["temperature_spans"]

LOWEST, HIGHEST = 35, 42
_LEAST_TENS = 30
# How many words before and after the number may part it from the word of fever.
REACH_BEFORE, REACH_AFTER = 7, 4
_DIGIT = re.compile(r"\d")
_SIGN = re.compile("[°º]")
_FIGURE = re.compile(r"^(\d\d)(?:[.,](\d{1,2}))?$")
_DEGREES = frozenset(
    "degre degres degree degrees deg daraja drja darajat c celsius درجه درجات دركه سلسيوس دگري ديكري".split()
)
_FEVER = frozenset(
    "fievre febrile temperature temp tempe temperatur chaud chaude brulant brulante thermometre termometre thermomitre"
    " tirmometr termometr skhana sxana s5ana sekhana skhoun skhoune skhouna skhana7 skhanto skhanti skhanet skhanetha"
    " skhoniya skhounia skhouniya 7rara harara hararto 7rarto 7rartou hrarto hrarti 7rarti hrartha 7rartha l7rara 7oma"
    " lhrara lharara lhoma homma 7emma lhamma degre fiver lafiver lafyavr"
    " حمي حمه الحمي حراره الحراره حرارته حرارتها حرارتي حرارتو سخانه السخانه سخانتو سخانتها سخانتي سخون سخونه السخونه"
    " سخونيه السخونيه ساخن ساخنه سخان ترمومتر التيرمومتر ميزان الترمومتر المحرار محرار لافييفر الفيافر شاعل شاعله"
    " حرارتهم درجتها درجته تيرمومتر طيرمومتر".split()
)
# The heat of the day is not a body's.
_WEATHER = frozenset("meteo dehors climat canicule jaw ljaw ljew chems جو الجو الطقس طقس الشمس شمس صيف الصيف".split())
# What is counted, weighed, paid or lived is no temperature.
_OTHER_UNITS = frozenset(
    "kg kilo kilos kilogramme g gr grammes ml cm m dh dhs drhm derham dirham dirhams ans an 3am 3amm euro euros sa"
    " centimes percent pourcent km fois marra mrra carat mg semaine semaines eme er ieme cas jours personnes page"
    " كيلو كغ كلغ درهم دراهم عام سنه سنة مره مرات غرام ملغ مغ سم اسبوعا اسبوع يوما نمره رقم كلم".split()
)
# "mn" is minutes, and from; "j" is days, and I.
_NO_UNITS = frozenset("mn j moi".split())
_NUMBERED = frozenset(
    "numero n no num rue bloc immeuble lot appartement taille pointure rqm ra9m nemra bus ligne tram page salle zan9a"
    " رقم نمره زنقه بلوك عماره شقه قياس خط age عمري عمرها عمره عمرو 3mri 3omri".split()
)
_HALVES = frozenset("demi demie nos nss ness nes nous nouss noss nass nis nus نص نصف النصف نس".split())
_AND = frozenset("w o ou u et و".split())
_BETWEEN = frozenset("° º ٫".split())
_POINT = frozenset("virgule virgul vergule point fasila فاصل فاصله نقطه فاصيله vir".split())


@dataclass(frozen=True, slots=True)
class _Reading:
    """A number found: degrees, and the tokens it covers (both included)."""

    degrees: float
    first: int
    last: int


def temperature_spans(tokens: Sequence[Token], text: str, known: Sequence[Span] = ()) -> list[Span]:
    """The temperatures in ``text``, whose tokens are ``tokens``.

    ``known``: names found in it, the fevers that make a number certain and the phones that it may be a part of.
    """
    if not any(_tells(token.norm) for token in tokens):
        return []
    fevers = {i for i, token in enumerate(tokens) if token.norm in _FEVER or token.norm in _DEGREES}
    fevers |= {i for s in known if s.value == "fever" for i in range(s.first, s.last + 1)}
    weather = any(token.norm in _WEATHER for token in tokens)
    spans = []
    for found in _readings(tokens, text):
        first, last = found.first, found.last
        alone = all(first <= i <= last or t.norm in GLUE for i, t in enumerate(tokens))
        in_phone = any(s.entity == "phone" and s.first <= last and first <= s.last for s in known)
        if alone or weather or in_phone or _is_other(tokens, text, found):
            continue
        sign = _SIGN.search(text, tokens[first].end, tokens[last].end + 2)
        sure = sign or not fevers.isdisjoint(range(first - REACH_BEFORE, last + REACH_AFTER + 1))
        value = f"{found.degrees:g}"
        begin = _DIGIT.search(tokens[first].text)  # "لل37" begins with a preposition
        start = tokens[first].start + (begin.start() if begin else 0)
        spans.append(Span("temperature", value, "", start, tokens[last].end, first, last, bool(sure)))
    return spans


@lru_cache(maxsize=16_384)
def _tells(norm: str) -> bool:
    """Whether a word tells of a number from 35 to 42: its figure, or its tens in words."""
    if norm[:1].isdigit():
        figure = _FIGURE.match(norm)
        return figure is not None and LOWEST <= int(figure[1]) <= HIGHEST
    return any(senses.get("num", 0) >= _LEAST_TENS for senses, _ in pieces(norm))


def _readings(tokens: Sequence[Token], text: str) -> list[_Reading]:
    readings = []
    i = 0
    line: Line | None = None
    while i < len(tokens):
        figure = _FIGURE.match(tokens[i].norm)
        number: tuple[float, int] | None = None
        if figure and LOWEST <= int(figure[1]) <= HIGHEST:
            number = float(f"{figure[1]}.{figure[2] or 0}"), i
        elif not figure and any("num" in senses for senses, _ in pieces(tokens[i].norm)):
            line = line or Line(text)
            number = _in_words(line, tokens, i)
        if number is None:
            i += 1
            continue
        degrees, last = number
        if degrees == int(degrees):
            degrees, last = _with_part(tokens, text, degrees, last)
        if degrees <= HIGHEST:
            readings.append(_Reading(degrees, i, last))
        i = last + 1
    return readings


def _in_words(line: Line, tokens: Sequence[Token], i: int) -> tuple[float, int] | None:
    """A number said in words at token ``i`` and the last token it covers."""
    found = None
    at = line.word_at(tokens[i].start)
    while found is None and at < len(line) and line.words[at].start == tokens[i].start:
        found = number_at(line, at)  # "ل37": the number is the second word of the token
        at += 1
    if found is None or not LOWEST <= found[0] <= HIGHEST:
        return None
    end = line.words[found[1] - 1].end
    return float(found[0]), next(k for k, token in enumerate(tokens) if token.end >= end)


def _with_part(tokens: Sequence[Token], text: str, degrees: float, last: int) -> tuple[float, int]:
    """The degrees with the half or the tenths said after them: "w nos", "ونص", "et demi", "virgule cinq", "39°5"."""

    def norm(k: int) -> str:
        return tokens[k].norm if k < len(tokens) else ""

    between = text[tokens[last].end : tokens[last + 1].start] if last + 1 < len(tokens) else ""
    if norm(last + 1).removeprefix("و").removeprefix("w") in _HALVES and not between.strip():
        return degrees + 0.5, last + 1
    if norm(last + 1) in _AND and norm(last + 2) in _HALVES:
        return degrees + 0.5, last + 2
    tenths = last + 2 if norm(last + 1) in _AND | _POINT else last + 1 if between.strip() in _BETWEEN else len(tokens)
    if norm(tenths).isdigit() and len(norm(tenths)) == 1:
        return degrees + int(norm(tenths)) / 10, tenths
    if norm(last + 1) in _POINT:
        said = next((senses["num"] for senses, _ in pieces(norm(tenths)) if "num" in senses), 10)
        if said < 10:
            return degrees + said / 10, tenths
    return degrees, last


def _is_other(tokens: Sequence[Token], text: str, found: _Reading) -> bool:
    """Whether the number counts something, is that of a house or a page, or belongs to a sum, an hour, a fraction."""
    after = tokens[found.last + 1].norm if found.last + 1 < len(tokens) else ""
    before = tokens[found.first - 1].norm if found.first else ""
    if after in _OTHER_UNITS or before in _NUMBERED:
        return True
    units = any({"units", "unit1", "unit2"} & senses.keys() for senses, _ in pieces(after))
    if units and after not in _HALVES | _NO_UNITS:
        return True
    start, end = tokens[found.first].start, tokens[found.last].end
    return text[max(0, start - 1) : start] in {"/", "-", "+", "#"} or text[end : end + 1] in {"/", "%", "$", "€"}
