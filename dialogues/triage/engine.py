"""Plays protocols: from what is known to the next question, or to the outcome. Pure, and fast enough for every turn.

What could call the ambulance is asked first, then what could lead to the emergency department, then the rest; what can
change the outcome no more is not asked. So the outcome is that of the most urgent rule that holds, and one red answer
ends the questions. Where the first message alone means the emergency department, only what would call the ambulance is
still asked; ``least`` is then told at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogues.effects import Outcome
from dialogues.triage.outcomes import OUTCOMES, RED, URGENCY
from dialogues.triage.protocol import ASKED_FACTS, Conditions, Protocol, Question, Rule
from dialogues.triage.state import Judge, State, Truth

# After so many questions triage ends, whatever is open.
MOST_QUESTIONS = 12


@dataclass(frozen=True, slots=True)
class Next:
    """``variable`` is asked next: a fact (``who``, ``age``, ``pregnancy``) or the key of ``question``."""

    variable: str
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end. ``rules``: those that hold at this outcome, the one whose advice is given first; ``cut_short``:
    questions were left open by their number."""

    outcome: Outcome
    rules: tuple[Rule, ...]
    protocols: tuple[Protocol, ...]
    cut_short: bool = False


class _Board:
    """One protocol in one state: which rules hold, and which still may."""

    def __init__(self, protocol: Protocol, state: State) -> None:
        self.protocol, self.state = protocol, state
        self.judge = Judge(protocol, state)
        self.concerns = self.judge.all(protocol.concerns)
        self.open: list[Rule] = []
        self.holding: list[Rule] = []
        for rule in protocol.rules:
            truth = self.truth(rule)
            if truth:
                self.holding.append(rule)
            elif truth is None:
                self.open.append(rule)
        self.winner = self.holding[0] if self.holding else protocol.otherwise

    def truth(self, rule: Rule) -> Truth:
        parts = [self.judge.all(rule.when)]
        if rule.any:
            parts.append(self.judge.any(rule.any))
        if rule.two_of:
            parts.append(self.judge.two(rule.two_of))
        return False if False in parts else None if None in parts else True

    def wanted(self, rule: Rule) -> set[str]:
        """What must be asked before it is known whether an open rule holds."""
        found: set[str] = set()
        open_conditions: list[Conditions] = [rule.when, rule.two_of]
        open_conditions += [group for group in rule.any if self.judge.all(group) is None]
        for conditions in open_conditions:
            self._want(conditions, found)
        return found

    def _want(self, conditions: Conditions, found: set[str]) -> None:
        for condition in conditions:
            if self.judge.holds(condition) is not None:
                continue
            if self.judge.applies(condition.variable) is None:
                asked = next(a for a in self.protocol.asks if a.question.key == condition.variable)
                self._want(asked.asked_if, found)
            elif not self.state.knows(condition.variable):
                found.add(condition.variable)

    def wanted_to_concern(self) -> set[str]:
        found: set[str] = set()
        self._want(self.protocol.concerns, found)
        return found


def play(
    protocols: Sequence[Protocol], state: State, *, asked: int = 0, urgent: bool = False, held: Outcome = "home"
) -> Next | Verdict:
    """The next question, or the outcome. ``asked`` is how many questions were asked; the general protocols are among
    ``protocols``. With none that concerns the person the outcome is ``home`` with no rule. ``urgent``: what would call
    the ambulance is asked before age and pregnancy, as far as it does not hang on them. ``held``: an outcome that
    stands already; what cannot lead above it is not asked."""
    boards = [board for board in (_Board(p, state) for p in protocols) if board.concerns is not False]
    certain = [board for board in boards if board.concerns]
    floor = max((URGENCY[board.winner.outcome] for board in certain), default=0)
    wanted = {name: rank for name, rank in _wanted(boards, floor).items() if rank > URGENCY[held]}
    if not wanted:
        return _verdict(certain, floor)
    if asked >= MOST_QUESTIONS:
        return _cut_short(certain, floor, wanted)
    return _first(wanted, boards, urgent=urgent)


def least(protocols: Sequence[Protocol], state: State) -> Outcome:
    """The outcome below which no answer to come can lead."""
    boards = (_Board(p, state) for p in protocols)
    return OUTCOMES[max((URGENCY[board.winner.outcome] for board in boards if board.concerns), default=0)]


def ceiling(protocols: Sequence[Protocol], state: State) -> Outcome:
    """The most urgent outcome that answers to come may still lead to."""
    boards = [board for board in (_Board(p, state) for p in protocols) if board.concerns is not False]
    floor = max((URGENCY[board.winner.outcome] for board in boards), default=0)
    rules = (rule.outcome for board in boards for rule in (*board.open, *board.holding))
    return OUTCOMES[max([floor, *(URGENCY[outcome] for outcome in rules)])]


def _wanted(boards: Sequence[_Board], floor: int) -> dict[str, int]:
    """Each variable that may still raise the outcome, with the most urgent outcome that hangs on it."""
    wanted: dict[str, int] = {}
    for board in boards:
        if board.concerns is None:
            for variable in board.wanted_to_concern():
                wanted[variable] = max(wanted.get(variable, 0), URGENCY["ambulance"])
            continue
        for rule in board.open:
            urgency = URGENCY[rule.outcome]
            if urgency <= floor:
                continue
            for variable in board.wanted(rule):
                wanted[variable] = max(wanted.get(variable, 0), urgency)
    return wanted


def _first(wanted: dict[str, int], boards: Sequence[_Board], *, urgent: bool) -> Next:
    questions = [asked.question for board in boards for asked in board.protocol.asks]
    if urgent:
        grave = next((q for q in questions if wanted.get(q.key) == URGENCY["ambulance"]), None)
        if grave is not None:
            return Next(grave.key, grave)
    top = max(wanted.values())
    for fact in ASKED_FACTS:
        # A pregnancy is asked when it may matter most; whom it is about, and the age, before anything.
        if fact in wanted and (fact != "pregnancy" or wanted[fact] == top):
            return Next(fact)
    found = next(q for q in questions if wanted.get(q.key) == top)
    return Next(found.key, found)


def _verdict(boards: Sequence[_Board], floor: int) -> Verdict:
    outcome = OUTCOMES[floor]
    winners = [board for board in boards if board.winner.outcome == outcome]
    # What the person complains of gives the advice, before the signs that are asked of everyone.
    if not any(board.winner.outcome == outcome for board in boards if not board.protocol.always) and floor < RED:
        # Somebody is to look though no rule says so: what to watch for is that of the complaints.
        winners = [board for board in boards if not board.protocol.always] or winners
    ranked = sorted(winners, key=lambda board: (board.protocol.always, not board.holding))
    rules = [board.winner for board in ranked]
    rules += [r for board in ranked for r in board.holding if r.outcome == outcome and r not in rules]
    return Verdict(outcome, tuple(rules), tuple(board.protocol for board in boards))


def _cut_short(boards: Sequence[_Board], floor: int, wanted: dict[str, int]) -> Verdict:
    """Too many complaints for twelve questions: where an answer left open could raise it, somebody looks today."""
    floor = max(floor, min(max(wanted.values()), URGENCY["today"]))
    found = _verdict(boards, floor)
    return Verdict(found.outcome, found.rules, found.protocols, cut_short=True)
