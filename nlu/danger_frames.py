"""Reads which words of a message are no statement about anyone's state now, whatever they name.

A manner of speaking, a question of general knowledge, a "what if", a film, a fear, the subject of an appointment or a
paper, an animal or a machine. Each frame is a list of the grammar and one way to reach: forward to the end of the
clause, or the whole sentence, and never over a person who is said to be in danger in the next clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.danger_clauses import DARIJA_PRESENT, GLUED_AND, Clauses

__all__ = ["Frames", "read_frames"]

_QUESTION_REACH = 10
_FEAR_REACH = 6
_TOPIC_REACH = 7
_OWNER_REACH = 2
_VERB_BEFORE = 2
# "wach ndih", هل آخذه: a question with someone behind it.
_I_DO = re.compile(r"^(?:n\w|ن|[أآ](?!ن$)|ka?n|كن)", re.IGNORECASE)
_ARTICLES = frozenset(
    "un une le la l les mon ma mes ton son sa notre nos cet cette chi wa7ed had dak شي واحد هاد".split()
)
_COMPARING = frozenset("comme com kom b7al bhal b7ala بحال كما كانه".split())
_STUCK_PREPOSITION = ("بال", "فال", "لل", "بهاد")


@dataclass(frozen=True, slots=True)
class Frames:
    """For each token whether it is no statement at all (``hidden``), whether a question of general knowledge holds it,
    whether it is laughed about, and whether it is only feared."""

    hidden: tuple[bool, ...]
    general: tuple[bool, ...]
    laughed: tuple[bool, ...]
    feared: tuple[bool, ...]


def read_frames(clauses: Clauses) -> Frames:
    """The frames of every token of a message."""
    reader = _Reader(clauses)
    reader.forward()
    reader.asked()
    reader.topics()
    reader.things()
    reader.stories()
    return Frames(tuple(reader.hidden), tuple(reader.general), reader.laughed(), reader.feared())


class _Reader:
    def __init__(self, clauses: Clauses) -> None:
        self.clauses, self.at, self.n = clauses, clauses.at, clauses.n
        self.sentence, self.segment = clauses.sentence, clauses.segment
        self.hidden, self.general = [False] * self.n, [False] * self.n
        for i in clauses.covered("figure"):
            self.hidden[i] = True
        self.now = clauses.numbers("present", self.sentence)
        self.persons: dict[int, set[int]] = {}
        for hit in clauses.roles["person"]:
            self.persons.setdefault(self.segment[hit.start], set()).add(hit.start)
        self.starts = {number: i for i, number in reversed(list(enumerate(self.segment)))}
        self.peopled = clauses.numbers("person", self.segment)

    def forward(self) -> None:
        """Questions of general knowledge, prevention and "what would I do if", to the end of their clause."""
        asked = {number for role in ("what-to-do", "asks") for number in self.clauses.numbers(role, self.sentence)}
        asked |= self.clauses.questions
        personal = self.clauses.numbers("people", self.sentence)
        spared = {
            "knowledge": self.now | personal,
            "prevention": set[int](),
            "condition": set(self.sentence) - (asked - self.now),
        }
        for role, marks in (("knowledge", self.general), ("prevention", self.hidden), ("condition", self.hidden)):
            for hit in self.clauses.roles[role]:
                if self.compares(hit.start):
                    continue
                # "C'est quoi un AVC ?" is no emergency, "c'est quoi, mon fils convulse" is one.
                if self.sentence[hit.start] in spared[role]:
                    continue
                for i in range(hit.start, hit.end):
                    marks[i] = True
                for i in self.clauses.ahead(hit.end, _QUESTION_REACH, hit.end - 1):
                    if i in self.at["present"]:
                        break
                    marks[i] = True

    def asked(self) -> None:
        """What a question asks of nobody in particular, to the end of its clause: "do grapes choke children?" But not
        "should I …", "what do I do …", nor a question with a person, a "he", a "because" or a "now" in it."""
        for hit in self.clauses.roles["asks"]:
            own, follows = self.segment[hit.start], hit.end
            if own in self.peopled or self.sentence[hit.start] in self.now:
                continue
            if follows < self.n and (follows in self.at["i-do"] or _I_DO.match(self.clauses.tokens[follows].text)):
                continue
            for i in self.clauses.ahead(hit.start, _QUESTION_REACH, hit.start):
                if i in self.at["halt"] or i in self.at["self"]:
                    break
                self.general[i] = True

    def feared(self) -> tuple[bool, ...]:
        """What someone is afraid of, to the next "and", "now", "not" or verb in the present."""
        feared = [False] * self.n
        for hit in self.clauses.roles["fear"]:
            feared[hit.start : hit.end] = [True] * (hit.end - hit.start)
            for i in self.clauses.ahead(hit.end, _FEAR_REACH, hit.end - 1):
                stops = any(i in self.at[role] for role in ("and", "present", "ne", "negator-ma"))
                word = self.clauses.words[i]
                if stops or DARIJA_PRESENT.match(word) or (i > hit.end and GLUED_AND.match(word)):
                    break
                feared[i] = True
        return tuple(feared)

    def laughed(self) -> tuple[bool, ...]:
        """A sentence with a laugh in it and no other person: of others one does not laugh."""
        sentences = self.clauses.numbers("laugh", self.sentence) - self.clauses.numbers("person", self.sentence)
        return tuple(number in sentences for number in self.sentence)

    def stories(self) -> None:
        """Dreams and "what if" hide their sentence, unless it says "now"; a film, the news or a lesson theirs, except
        the clauses that name a person of one's own. Who was watching when it happened is in no film."""
        unreal = {self.sentence[h.start] for h in self.clauses.roles["unreal"] if not self.compares(h.start)} - self.now
        lived = self.peopled | self.clauses.numbers("watches", self.segment)
        told = {self.sentence[h.start] for h in self.clauses.roles["story"] if self.segment[h.start] not in lived}
        for i in range(self.n):
            story = self.sentence[i] in told and self.segment[i] not in self.peopled
            self.hidden[i] = self.hidden[i] or story or self.sentence[i] in unreal

    def topics(self) -> None:
        """What an appointment, a paper, a medicine or a question is about, up to the next verb or person."""
        for hit in self.clauses.roles["topic"]:
            for i in self.clauses.ahead(hit.end, _TOPIC_REACH, hit.end - 1):
                stops = any(i in self.at[role] for role in ("halt", "person", "present", "ne", "negator-ma"))
                if stops or DARIJA_PRESENT.match(self.clauses.words[i]):
                    break
                self.hidden[i] = True

    def things(self) -> None:
        """What happens to a cat, a telephone or a plant, if no person stands beside it or is hurt by it: the verb
        before it and its clause, to an "and"; for an animal also past that, and the next clauses."""
        attacked = self.clauses.numbers("attacks", self.segment)
        alive = {hit.start for hit in self.clauses.roles["animal"]}
        done = -1
        for hit in sorted((*self.clauses.roles["animal"], *self.clauses.roles["thing"]), key=lambda found: found.start):
            own = self.segment[hit.start]
            if hit.start < done or own in attacked or self.governed(hit.start):
                continue
            if self.persons.get(own, set()) - set(range(hit.start, hit.end + _OWNER_REACH)):
                continue
            for done in range(max(self.starts[own], hit.start - _VERB_BEFORE), self.n):
                if self.sentence[done] != self.sentence[hit.start] or self.another_begins(done, own):
                    break
                if hit.start not in alive and (self.segment[done] != own or (done > hit.start and self.begins(done))):
                    break
                self.hidden[done] = True

    def another_begins(self, i: int, own: int) -> bool:
        """Whether a person takes over from the thing at ``i``: in a later clause, or after "and I"."""
        if self.segment[i] > own and self.segment[i] in self.peopled:
            return True
        return i in self.at["self"] and (self.segment[i] > own or (i > 0 and i - 1 in self.at["and"]))

    def compares(self, i: int) -> bool:
        """Whether the "if" at ``i`` compares: "il parle comme s'il avait une patate dans la bouche"."""
        return i > 0 and self.clauses.words[i - 1] in _COMPARING

    def begins(self, i: int) -> bool:
        """Whether an "and" at ``i`` begins anew."""
        return i in self.at["and"] or bool(GLUED_AND.match(self.clauses.words[i]))

    def governed(self, i: int) -> bool:
        """Whether a preposition makes of the thing a place or a cause: "fell off the horse", "swallowed with"."""
        words = self.clauses.words
        if words[i].startswith(_STUCK_PREPOSITION):
            return True
        j = i - 1
        while j > 0 and words[j] in _ARTICLES:
            j -= 1
        return j >= 0 and j in self.at["of"] and self.segment[j] == self.segment[i]
