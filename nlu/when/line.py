"""A message as the grammar sees it: words with their senses, and what stands between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nlu.normalise import fold_digits, tokenize
from nlu.when.lexicon import Senses, pieces

# Diacritics, tatweel-like marks and direction marks: they split or hide words and carry no meaning here.
_MARKS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
# Phone numbers and long reference numbers, in the groupings people write.
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)\s?212|0)[\s.\-]?\(?0?\)?[5-8](?:[\s./\-]{0,2}\d){8}(?!\d)"
    r"|\+\d[\d .\-]{7,}|(?<!\d)\d\d(?:[ .\-]\d\d){4,}(?!\d)|\d{5,}"
)
_BREAK = re.compile(r"[,;.!?\n،؛؟…:()\"«»]")
MAX_TEXT = 2000


@dataclass(slots=True)
class Word:
    """One word of the message: where it stands, what it may mean, and whether punctuation stands before it."""

    norm: str
    text: str
    start: int
    end: int
    senses: Senses
    article: bool
    breaks: bool
    glued: bool


class Line:
    """The words of one message; every look-up outside it answers "nothing there"."""

    __slots__ = ("_places", "plain", "words")

    def __init__(self, text: str) -> None:
        text = text[:MAX_TEXT]
        self.plain, self._places = _without_marks(text)
        self.plain = fold_digits(self.plain)
        masked = (
            _PHONE.sub(lambda m: "\x00" * len(m.group()), self.plain) if any(c.isdigit() for c in text) else self.plain
        )
        self.plain = masked
        self.words: list[Word] = []
        end = 0
        for token in tokenize(masked):
            breaks = bool(_BREAK.search(masked, end, token.start))
            for number, (senses, article) in enumerate(pieces(token.norm)):
                self.words.append(
                    Word(
                        token.norm,
                        token.text,
                        token.start,
                        token.end,
                        senses,
                        article,
                        breaks and not number,
                        number > 0,
                    )
                )
            end = token.end

    def __len__(self) -> int:
        return len(self.words)

    def has(self, i: int, *senses: str) -> bool:
        """Whether word ``i`` exists and may have one of ``senses``."""
        if 0 <= i < len(self.words):
            known = self.words[i].senses
            for sense in senses:
                if sense in known:
                    return True
        return False

    def get(self, i: int, sense: str) -> Any:
        """The value of ``sense`` at word ``i``, or None."""
        return self.words[i].senses.get(sense) if 0 <= i < len(self.words) else None

    def norm(self, i: int) -> str:
        """The norm of word ``i``, or an empty string."""
        return self.words[i].norm if 0 <= i < len(self.words) else ""

    def article(self, i: int) -> bool:
        """Whether word ``i`` carries the article."""
        return 0 <= i < len(self.words) and self.words[i].article

    def joined(self, i: int) -> bool:
        """Whether word ``i`` exists and no punctuation stands between it and the word before."""
        return 0 < i < len(self.words) and not self.words[i].breaks

    def skip(self, i: int, *senses: str) -> int:
        """``i`` moved past one word of ``senses``, if there is one."""
        return i + 1 if self.has(i, *senses) else i

    def at_end(self, i: int) -> bool:
        """Whether the clause ends before word ``i``."""
        return i >= len(self.words) or self.words[i].breaks

    def near(self, i: int, j: int, before: int, after: int, sense: str) -> bool:
        """Whether a word of ``sense`` stands within ``before`` words left of ``i`` or ``after`` right of ``j``."""
        return any(self.has(k, sense) for k in range(max(0, i - before), i)) or any(
            self.has(k, sense) for k in range(j, min(len(self.words), j + after))
        )

    def word_at(self, offset: int) -> int:
        """Index of the first word that starts at or after ``offset`` of ``plain``."""
        for i, word in enumerate(self.words):
            if word.start >= offset:
                return i
        return len(self.words)

    def place(self, i: int, j: int) -> tuple[int, int]:
        """Offsets in the original text of words ``i`` up to ``j`` (excluded)."""
        start, end = self.words[i].start, self.words[max(i, j - 1)].end
        if self._places is None:
            return start, end
        return self._places[start], self._places[end - 1] + 1


def _without_marks(text: str) -> tuple[str, list[int] | None]:
    if not _MARKS.search(text):
        return text, None
    places = [i for i, c in enumerate(text) if not _MARKS.match(c)]
    return "".join(text[i] for i in places), places
