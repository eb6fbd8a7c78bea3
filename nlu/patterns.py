"""Names found by their form rather than by list: phone numbers, temperatures, durations, people's names after a cue.

"smiti Fatima Zahra", "je m'appelle Rachid", "اسمي سكينة": the cue says that a name follows; up to three words after it
are the name, until a word that cannot be one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.gazetteer import GLUE, Span
from nlu.normalise import Token, fold_digits
from nlu.temperatures import temperature_spans
from nlu.when.lasting import lasting_in

__all__ = ["pattern_spans", "phone_value"]

_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)\s?212[\s.-]?(?:\(0\)[\s.-]?)?|0)[5-7](?:[\s.-]?\d){8}(?!\d)")
_CUES = frozenset(
    "smiti smiyti smiyti smyti ismi esmi smitou smito smitha smiyto smiyti smya semmiti m'appelle appelle nomme"
    " prenomme اسمي سميتي سميتو سميتها اسمه اسمها سميته باسم اسميه".split()
)
_TWO_WORD_CUES = frozenset(
    [
        "mon nom",
        "son nom",
        "nom est",
        "au nom",
        "ana smiti",
        "l ism",
        "الاسم هو",
        "الاسم ديالي",
        "اسم المريض",
        "prenom est",
    ]
)
# Words that may stand between the cue and the name.
_BETWEEN = frozenset("est c de du hiya howa houwa huwa hia هي هو ديالي dyali : ana انا la le".split())
_NO_NAME = GLUE | frozenset(
    "o w u et ou ana bghit بغيت ana3ndi 3ndi عندي من men mn f ف في wa ولكن mais je j il elle il a ans 3am عام سنه"
    " ma ما اسكن رقمي هاتفي انا 3mri"
    " عمري عمرها عمره عمرو 3ando 3ndo 3ndha عندو عندها saken ساكن habite rdv موعد mo3id maw3id svp merci chokran شكرا"
    " comment wach واش هل quoi chno شنو اريد khasni خاصني pas mal plus tombe malade aussi non oui la لا نعم".split()
)
MOST_NAME_WORDS = 3


def phone_value(text: str) -> str:
    """A Moroccan number in its international form, from any way of writing it."""
    digits = re.sub(r"\D", "", fold_digits(text))
    digits = re.sub(r"^(?:00)?212(?:0)?|^0", "", digits, count=1)
    return f"+212{digits}"


def pattern_spans(tokens: Sequence[Token], text: str, known: Sequence[Span] = ()) -> list[Span]:
    """Phone numbers, temperatures, durations and cued names; ``known``: the names found by list, fevers among them."""
    phones = _phones(tokens, fold_digits(text))
    spans = [*phones, *temperature_spans(tokens, text, [*known, *phones]), *_durations(tokens, text)]
    name = _cued_name(tokens)
    return [*spans, name] if name else spans


def _may_be_name(norm: str) -> bool:
    joined = norm[1:] if norm.startswith("و") else ""  # "واسكن": and I live
    return norm.isalpha() and norm not in _NO_NAME and joined not in _NO_NAME


def _phones(tokens: Sequence[Token], text: str) -> list[Span]:
    spans = []
    for match in _PHONE.finditer(text):
        covered = [i for i, t in enumerate(tokens) if t.start < match.end() and match.start() < t.end]
        if covered:
            value = phone_value(match.group())
            spans.append(Span("phone", value, "", match.start(), match.end(), covered[0], covered[-1]))
    return spans


def _durations(tokens: Sequence[Token], text: str) -> list[Span]:
    spans = []
    for found in lasting_in(text, tokens):
        covered = [i for i, t in enumerate(tokens) if t.start < found.end and found.start < t.end]
        if covered:
            place = (found.start, found.end, covered[0], covered[-1])
            spans.append(Span("duration", found.value, "", *place, exact=found.said))
    return spans


def _cued_name(tokens: Sequence[Token]) -> Span | None:
    norms = [token.norm for token in tokens]
    start = None
    for i, norm in enumerate(norms):
        if norm in _CUES or (i and f"{norms[i - 1]} {norm}" in _TWO_WORD_CUES):
            start = i + 1
        if start is not None:
            break
    if start is None:
        return None
    while start < len(norms) and norms[start] in _BETWEEN:
        start += 1
    end = start
    while end < len(norms) and end - start < MOST_NAME_WORDS and _may_be_name(norms[end]):
        if end > start and tokens[end].start - tokens[end - 1].end > 1:  # a comma or a full stop ends the name
            break
        end += 1
    if end == start:
        return None
    first, last = tokens[start], tokens[end - 1]
    return Span("person_name", "", "", first.start, last.end, start, end - 1)
