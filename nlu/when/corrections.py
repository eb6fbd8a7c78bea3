"""Words that refuse a day or take one back: machi ghedda, pas lundi, au lieu de mardi, ma n9derch, la, plutôt."""

from __future__ import annotations

import re

from nlu.when.line import Line

_NEGATIVE_VERB = re.compile(r"^(?:ma(?!chi$|chy$|chh?$|mach)\w{3,}ch(?:i)?|ما\w{2,}ش|مكا\w+ش|ma\w+chay)$")
_NEGATIVE = frozenset(
    "لن لم impossible indisponible occupe occupee mchghoul mchghoula مشغول مشغوله mamsalich pas pa".split()
)
# Words that may stand between "not" and the day.
_SMALL = ("f", "the", "of", "nhar", "clock_weak", "clock_strong", "article_only", "masc", "to", "this")
# French "la" before these is the article.
_FEMININE = ("unit1", "part", "end", "weekend")
# French verbs of moving an appointment, with Darija prefixes or without ("ndécali", "reportit"), and Arabic ones.
_MOVES = re.compile(
    "decal|deplac|report|repouss|modifi|n?7[aeiou]?w+[aeiou]?l|n?be?dd?e?l"
    "|n?rej?3ou?h|رجعوه|رجعوها|^[نتا]حول|^حولو|تحويل|بدل|تبديل|^[نيتا]و?اجل|تاجيل|^اجلو|^[نتا]نقل|^نقل$|زحزح|^[نا]?اخرو(?!ن)|قدمو"
)


def is_moving(line: Line) -> bool:
    """Whether the text moves an appointment, so that "from Monday to Tuesday" is no stretch of days."""
    return any(line.has(i, "move") or _MOVES.search(line.norm(i)) for i in range(len(line)))


def is_refused(line: Line, i: int) -> bool:
    """Whether "not" stands right before word ``i``: "machi ghedda", "pas lundi", "au lieu de mardi"."""
    for k in range(i - 1, max(-1, i - 5), -1):
        if not line.joined(k + 1):
            return False
        if _refuses(line, k):
            return True
        if not line.has(k, *_SMALL):
            return False
    return False


def _refuses(line: Line, k: int) -> bool:
    norm, before = line.norm(k), line.norm(k - 1)
    if line.has(k, "not", "instead") or (norm == "place" and before == "la"):
        return True
    if norm == "لا":
        # "الأربعاء لا الأحد"
        return not line.words[k].breaks and k > 0
    return (norm == "non" and before in ("et", "w", "mais")) or (norm == "que" and line.has(k - 1, "rather"))


def takes_back(line: Line, i: int, j: int) -> bool:
    """Whether the words from ``i`` to ``j`` take back what came before: "non", "la", "plutôt", "sm7 liya"."""
    return any(
        (line.has(k, "rather") and line.norm(k + 1) != "que") or (line.has(k, "no") and _says_no(line, k, j))
        for k in range(i, j)
    )


def _says_no(line: Line, k: int, j: int) -> bool:
    """Whether a "no" word at ``k`` before the atom at ``j`` is one: "la" is also an article, "لا" also "not"."""
    norm = line.norm(k)
    if norm not in ("la", "لا") or line.words[k].breaks or line.has(k + 1, "not"):
        return True
    if k + 1 < len(line) and line.words[k + 1].breaks:
        return True
    return norm == "la" and k + 1 == j and not line.has(j, *_FEMININE)


def declined_at(line: Line, k: int) -> bool:
    """Whether word ``k`` says that something cannot be or is given up: "ma n9derch", "je ne peux pas", "annuler"."""
    norm, after = line.norm(k), line.norm(k + 1)
    if line.has(k, "cancel") or norm in _NEGATIVE or _NEGATIVE_VERB.match(norm):
        return True
    if norm == "لا":
        return not line.at_end(k + 1) and not line.words[k + 1].senses
    return norm in ("ma", "ما") and after.endswith(("ch", "ش"))


def clause_of(line: Line, k: int) -> tuple[int, int]:
    """First word and end of the clause that holds word ``k``: punctuation and "but" bound it."""
    start = next((m for m in range(k, -1, -1) if line.words[m].breaks or line.has(m, "but")), 0)
    end = next((m for m in range(k + 1, len(line)) if line.words[m].breaks or line.has(m, "but")), len(line))
    return start, end
